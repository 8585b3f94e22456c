"""What the catalogue of an open DuckDB file says: tables, views, columns, declared keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb

from synth_core.adapters.duckdb.names import qualified
from synth_core.model.names import fold
from synth_core.model.warehouse import ForeignKey


@dataclass(frozen=True)
class Place:
    """A schema in an open DuckDB file."""

    connection: duckdb.DuckDBPyConnection
    catalog: str
    schema: str

    def name(self, table: str) -> str:
        """The table's name for SQL."""
        return qualified(self.catalog, self.schema, table)

    def other(self, schema: str) -> Place:
        """Another schema in the same file."""
        return Place(self.connection, self.catalog, schema)

    def create(self) -> None:
        """Make the schema unless it is there."""
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {qualified(self.catalog, self.schema)}")

    def execute(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement; its rows."""
        return self.connection.execute(sql, parameters or []).fetchall()

    def look_up(self, sql: str, *names: str) -> list[tuple[Any, ...]]:
        """Query the catalogue: the first two parameters are our catalog and schema."""
        return self.execute(sql, [self.catalog, self.schema, *names])


class Relation(NamedTuple):
    """A table or view."""

    name: str
    is_view: bool
    comment: str


class DuckColumn(NamedTuple):
    """A column; `type` is DuckDB's own text."""

    name: str
    type: str
    is_nullable: bool
    comment: str
    is_generated: bool


class Keys(NamedTuple):
    """Keys of one table."""

    primary: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign: tuple[ForeignKey, ...] = ()


def relations(place: Place) -> list[Relation]:
    """All tables and views of the schema, sorted by name."""
    tables = place.look_up(
        "SELECT table_name, false, coalesce(comment, '') FROM duckdb_tables() "
        "WHERE database_name = ? AND schema_name = ? AND NOT internal"
    )
    views = place.look_up(
        "SELECT view_name, true, coalesce(comment, '') FROM duckdb_views() "
        "WHERE database_name = ? AND schema_name = ? AND NOT internal"
    )
    return sorted(Relation(*row) for row in tables + views)


def find(place: Place, table: str) -> Relation | None:
    """The table or view of that name; for DuckDB names that differ only in case are one."""
    return next((relation for relation in relations(place) if fold(relation.name) == fold(table)), None)


def columns(place: Place, table: str) -> list[DuckColumn]:
    """The columns of a table or view, in its order; `table` as the catalogue spells it."""
    rows = place.look_up(
        "SELECT column_name, data_type, is_nullable, coalesce(comment, ''), is_generated "
        "FROM duckdb_columns() WHERE database_name = ? AND schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        table,
    )
    return [DuckColumn(*row) for row in rows]


def declared_keys(place: Place, table: str) -> Keys:
    """The keys that DuckDB itself keeps for a table."""
    return keys_from_rows(
        place.look_up(
            "SELECT constraint_type, constraint_column_names, referenced_table, referenced_column_names "
            "FROM duckdb_constraints() WHERE database_name = ? AND schema_name = ? AND table_name = ? "
            "ORDER BY constraint_index",
            table,
        )
    )


def referrers(place: Place) -> dict[str, set[str]]:
    """For each table that declared foreign keys refer to: the tables that declare them."""
    rows = place.look_up(
        "SELECT referenced_table, table_name FROM duckdb_constraints() "
        "WHERE database_name = ? AND schema_name = ? AND constraint_type = 'FOREIGN KEY'"
    )
    found: dict[str, set[str]] = {}
    for referenced, referring in rows:
        found.setdefault(referenced, set()).add(referring)
    return found


def keys_from_rows(rows: list[tuple[Any, ...]]) -> Keys:
    """Keys from rows of (kind, columns, referenced table and columns); other kinds are passed over."""
    primary: tuple[str, ...] = ()
    unique = []
    foreign = []
    for kind, names, ref_table, ref_columns in rows:
        if kind == "PRIMARY KEY":
            primary = tuple(names)
        elif kind == "UNIQUE":
            unique.append(tuple(names))
        elif kind == "FOREIGN KEY":
            foreign.append(ForeignKey(columns=names, ref_table=ref_table, ref_columns=ref_columns))
    return Keys(primary, tuple(unique), tuple(foreign))
