"""Emptying tables inside a transaction.

DuckDB (2.0) refuses to delete a row to which another row, deleted in the same transaction, referred. Where
declared foreign keys are in play, the tables are therefore dropped and made again from their own definitions:
columns, defaults, constraints, indexes and comments as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from synth_core.adapters.duckdb.catalogue import Place, columns, declared_keys, find, referrers
from synth_core.adapters.duckdb.create import comment_on
from synth_core.adapters.duckdb.keys import in_order
from synth_core.adapters.duckdb.names import STAGING, quote_all


def empty_tables(place: Place, tables: Sequence[str]) -> dict[str, str]:
    """Empty the tables (as the catalogue spells them).

    Other tables that refer to them are made anew too; their rows are set aside in the staging schema, for the
    caller to put back after the new rows are in. Returns those tables with the names of what was set aside.
    """
    referring = referrers(place)
    rebuilt = _with_referrers([table for table in tables if table in referring], referring)
    for table in tables:
        if table not in rebuilt:
            place.execute(f"DELETE FROM {place.name(table)}")
    set_aside = {table: _set_aside(place, table) for table in rebuilt if table not in tables}
    order, _ = in_order(
        {table: [key.ref_table for key in declared_keys(place, table).foreign] for table in rebuilt}
    )
    definitions = [_Definition(place, table) for table in order]
    for definition in reversed(definitions):
        definition.drop()
    for definition in definitions:
        definition.make()
    return set_aside


def _with_referrers(tables: Sequence[str], referring: dict[str, set[str]]) -> list[str]:
    """The tables, all that refer to them, all that refer to those …"""
    found = list(tables)
    for table in found:
        found += sorted(referring.get(table, set()) - set(found))
    return found


def _set_aside(place: Place, table: str) -> str:
    name = "kept_" + hashlib.sha256(table.encode()).hexdigest()[:16]
    names = quote_all(column.name for column in columns(place, table) if not column.is_generated)
    place.execute(
        f"CREATE TABLE {place.other(STAGING).name(name)} AS SELECT {names} FROM {place.name(table)}"
    )
    return name


class _Definition:
    """All that makes a table, but its rows."""

    def __init__(self, place: Place, table: str) -> None:
        self._place = place
        self._table = table
        relation = find(place, table)
        assert relation
        self._comment = relation.comment
        self._column_comments = {column.name: column.comment for column in columns(place, table)}
        where = "WHERE database_name = ? AND schema_name = ? AND table_name = ?"
        self._statements = [
            sql for (sql,) in place.look_up(f"SELECT sql FROM duckdb_tables() {where}", table)
        ] + [
            sql
            for (sql,) in place.look_up(f"SELECT sql FROM duckdb_indexes() {where} ORDER BY index_oid", table)
        ]

    def drop(self) -> None:
        self._place.execute(f"DROP TABLE {self._place.name(self._table)}")

    def make(self) -> None:
        for statement in self._statements:
            self._place.execute(statement)
        comment_on(self._place, self._table, self._comment, self._column_comments)
