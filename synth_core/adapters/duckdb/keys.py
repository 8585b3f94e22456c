"""Which keys a new table can declare in DuckDB, and a record of those it can't.

DuckDB (2.0) checks each row of a statement before the others are in, and has no way to add a foreign key to
a table that exists. So a reference to the own table and one of the references in a cycle can't be declared
without refusing good rows; nor can keys over nested columns or intervals, or references to what is no key.
Those are kept in `synth_meta.keys`, where `all_keys` finds them again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from synth_core.adapters.duckdb.catalogue import (
    Keys,
    Place,
    columns,
    declared_keys,
    find,
    keys_from_rows,
)
from synth_core.adapters.duckdb.names import META
from synth_core.model.names import fold
from synth_core.model.types import Field, Kind, Mode
from synth_core.model.warehouse import ForeignKey, TableSchema

UNINDEXED = frozenset({Kind.STRUCT, Kind.RANGE, Kind.INTERVAL})
"""Types that DuckDB takes in no key."""

RECORD = "keys"
"""The table in `synth_meta`."""


def own_keys(schema: TableSchema) -> Keys:
    """Primary and unique keys of the schema that DuckDB can hold: over plain columns, the primary one over
    REQUIRED ones."""
    fields = {fold(field.name): field for field in schema.fields}
    primary = schema.primary_key
    if any(fields[fold(name)].mode is not Mode.REQUIRED for name in primary):
        primary = ()
    return Keys(
        primary if _can_index(primary, fields) else (),
        tuple(names for names in schema.unique if names != schema.primary_key and _can_index(names, fields)),
    )


def _can_index(names: tuple[str, ...], fields: Mapping[str, Field]) -> bool:
    kept = [fields[fold(name)] for name in names]
    return all(field.mode is not Mode.REPEATED and field.type.kind not in UNINDEXED for field in kept)


def reference(
    key: ForeignKey, types: Mapping[str, str], parent: str, parent_keys: Keys, parent_types: Mapping[str, str]
) -> ForeignKey | None:
    """The foreign key as DuckDB takes it: columns in the order of the key referred to, of equal types; None
    if the parent has no such key. Both maps give DuckDB's types by folded column name."""
    pairs = {fold(ref): (name, ref) for name, ref in zip(key.columns, key.ref_columns, strict=True)}
    for names in (parent_keys.primary, *parent_keys.unique):
        if names and {fold(name) for name in names} == set(pairs):
            ordered = [pairs[fold(name)] for name in names]
            if all(types[fold(name)] == parent_types[fold(ref)] for name, ref in ordered):
                children, parents = zip(*ordered, strict=True)
                return ForeignKey(columns=children, ref_table=parent, ref_columns=parents)
    return None


def in_order(references: Mapping[str, Collection[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Tables after those they refer to, and the references (from, to) that must go to allow that order."""
    waiting = {
        table: {other for other in others if other in references and other != table}
        for table, others in references.items()
    }
    ordered: list[str] = []
    cut = set()
    while waiting:
        free = [table for table, others in waiting.items() if not others]
        if free:
            ordered += free
            waiting = {table: others - set(free) for table, others in waiting.items() if others}
        else:
            table, other = _reference_in_a_cycle(waiting)
            waiting[table].discard(other)
            cut.add((table, other))
    return ordered, cut


def _reference_in_a_cycle(references: Mapping[str, set[str]]) -> tuple[str, str]:
    """One reference that closes a cycle; every table must have a reference left."""
    table = next(iter(references))
    seen = set()
    while table not in seen:
        seen.add(table)
        table = min(references[table])
    # The walk is on a cycle now.
    return table, min(references[table])


def recorded_keys(place: Place, table: str) -> Keys:
    """The keys in our record; those whose columns are gone are left out."""
    meta = place.other(META)
    if find(meta, RECORD) is None:
        return Keys()
    rows = place.execute(
        f"SELECT kind, columns, ref_table, ref_columns FROM {meta.name(RECORD)} "
        "WHERE schema_name = ? AND table_name = ? ORDER BY ALL",
        [place.schema, table],
    )
    names = {column.name for column in columns(place, table)}
    return keys_from_rows([row for row in rows if names.issuperset(row[1])])


def all_keys(place: Place, table: str) -> Keys:
    """All keys of a table, declared or recorded."""
    declared, recorded = declared_keys(place, table), recorded_keys(place, table)
    return Keys(
        declared.primary or recorded.primary,
        tuple(dict.fromkeys((*declared.unique, *recorded.unique))),
        tuple(dict.fromkeys((*declared.foreign, *recorded.foreign))),
    )


def record_keys(place: Place, table: str, left_out: Keys) -> None:
    """Keep the keys that the new table doesn't declare, in place of an older record under its name."""
    meta = place.other(META)
    name = meta.name(RECORD)
    if find(meta, RECORD) is None:
        if left_out == Keys():
            return
        meta.create()
        place.execute(
            f"CREATE TABLE {name}(schema_name VARCHAR NOT NULL, table_name VARCHAR NOT NULL, "
            "kind VARCHAR NOT NULL, columns VARCHAR[] NOT NULL, ref_table VARCHAR, ref_columns VARCHAR[])"
        )
    place.execute(f"DELETE FROM {name} WHERE schema_name = ? AND table_name = ?", [place.schema, table])
    rows: list[tuple[str, tuple[str, ...], str | None, tuple[str, ...]]] = [
        *(("PRIMARY KEY", names, None, ()) for names in (left_out.primary,) if names),
        *(("UNIQUE", names, None, ()) for names in left_out.unique),
        *(("FOREIGN KEY", key.columns, key.ref_table, key.ref_columns) for key in left_out.foreign),
    ]
    for kind, names, ref_table, ref_columns in rows:
        place.execute(
            f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?, ?)",
            [place.schema, table, kind, list(names), ref_table, list(ref_columns)],
        )
