"""A few rows, appended to a table of ours that may grow columns: the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.adapters.appended import check_is_meant
from synth_core.adapters.duckdb.catalogue import Keys, Place, columns, find
from synth_core.adapters.duckdb.create import check_schema, create_table
from synth_core.adapters.duckdb.names import quote_all
from synth_core.errors import TargetError
from synth_core.files.duck import duckdb_type
from synth_core.files.sql import quote
from synth_core.model.names import fold
from synth_core.model.warehouse import TableSchema


def append_rows(place: Place, table: TableSchema, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows, by name; what a row doesn't name is NULL. Rows whose primary key is there are left out.

    The key is not declared: programs of others may write to the table without knowing of it.
    """
    check_schema(table)
    known = {field.name: field for field in table.fields}
    for row in rows:
        if unknown := set(row) - set(known):
            raise TargetError(
                f"Table {table.name} has no columns {', '.join(sorted(unknown))}.", hint="Name others."
            )
    place.create()
    found = find(place, table.name)
    if found is None:
        create_table(place, table.name, table, Keys())
    name = found.name if found else table.name
    there = {fold(column.name) for column in columns(place, name)}
    check_is_meant(f"Table {place.schema}.{name}", table, there)
    for field in table.fields:
        if fold(field.name) not in there:
            place.execute(
                f"ALTER TABLE {place.name(name)} ADD COLUMN {quote(field.name)} {duckdb_type(field)}"
            )
    for row in rows:
        _append(place, name, table, row)


def _append(place: Place, name: str, table: TableSchema, row: dict[str, Any]) -> None:
    types = {field.name: duckdb_type(field) for field in table.fields}
    values = ", ".join(f"CAST(? AS {types[column]})" for column in row)
    sql = f"INSERT INTO {place.name(name)} ({quote_all(row)}) SELECT {values}"
    parameters = list(row.values())
    if table.primary_key:
        same = " AND ".join(
            f"{quote(column)} IS NOT DISTINCT FROM CAST(? AS {types[column]})" for column in table.primary_key
        )
        sql += f" WHERE NOT EXISTS (SELECT 1 FROM {place.name(name)} WHERE {same})"
        parameters += [row.get(column) for column in table.primary_key]
    place.execute(sql, parameters)
