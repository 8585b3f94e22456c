"""Making tables as a schema says: types, modes, descriptions, keys."""

from __future__ import annotations

from synth_core.adapters.duckdb.catalogue import Keys, Place
from synth_core.adapters.duckdb.names import quote_all
from synth_core.errors import TargetError
from synth_core.files.duck import duckdb_type
from synth_core.files.sql import literal, quote
from synth_core.model.names import duplicates, fold
from synth_core.model.types import Mode
from synth_core.model.warehouse import TableSchema


def check_schema(schema: TableSchema) -> None:
    """Raise TargetError where DuckDB can't hold such a table at all."""
    if not schema.fields:
        raise TargetError(f"Table {schema.name} has no columns.", hint="A table needs one at least.")
    names = [field.name for field in schema.fields]
    if same := duplicates(names):
        raise TargetError(
            f"Table {schema.name} has columns that differ at most in case: {', '.join(same)}.",
            hint="In DuckDB and BigQuery these are one name: rename one of them.",
        )
    if "" in names or not schema.name:
        raise TargetError(f"Table {schema.name!r} or a column of it has no name.", hint="Give it one.")
    keys = (schema.primary_key, *schema.unique, *(key.columns for key in schema.foreign_keys))
    if unknown := {fold(name) for key in keys for name in key} - {fold(name) for name in names}:
        raise TargetError(
            f"A key of table {schema.name} names columns that it doesn't have: {', '.join(sorted(unknown))}.",
            hint="Correct the key.",
        )


def create_table(place: Place, name: str, schema: TableSchema, keys: Keys) -> None:
    """Make an empty table with the schema's columns and descriptions, and the keys given here."""
    parts = []
    for field in schema.fields:
        required = " NOT NULL" if field.mode is Mode.REQUIRED else ""
        parts.append(f"{quote(field.name)} {duckdb_type(field)}{required}")
    if keys.primary:
        parts.append(f"PRIMARY KEY ({quote_all(keys.primary)})")
    parts += [f"UNIQUE ({quote_all(names)})" for names in keys.unique]
    # A foreign key refers to a table in the same schema: DuckDB takes no other.
    parts += [
        f"FOREIGN KEY ({quote_all(key.columns)}) "
        f"REFERENCES {quote(key.ref_table)} ({quote_all(key.ref_columns)})"
        for key in keys.foreign
    ]
    place.execute(f"CREATE TABLE {place.name(name)} ({', '.join(parts)})")
    comment_on(place, name, schema.description, {field.name: field.description for field in schema.fields})


def comment_on(place: Place, name: str, table_comment: str, column_comments: dict[str, str]) -> None:
    """Describe a table and its columns, where there is something to say."""
    if table_comment:
        place.execute(f"COMMENT ON TABLE {place.name(name)} IS {literal(table_comment)}")
    for column, comment in column_comments.items():
        if comment:
            place.execute(f"COMMENT ON COLUMN {place.name(name)}.{quote(column)} IS {literal(comment)}")
