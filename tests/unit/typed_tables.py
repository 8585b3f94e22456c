"""Typed tables in a real DuckDB, for the tests of relate and profile."""

from __future__ import annotations

import duckdb

from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Mode
from synth_core.stages.profile.sql import table_ref

NAMES = {
    "BIGINT": "INT64",
    "DOUBLE": "FLOAT64",
    "BOOLEAN": "BOOL",
    "VARCHAR": "STRING",
    "BLOB": "BYTES",
    "DATE": "DATE",
    "TIMESTAMP": "DATETIME",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
    "TIME": "TIME",
    "JSON": "JSON",
    "INTERVAL": "INTERVAL",
}


def add_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    query: str,
    *,
    types: dict[str, str] | None = None,
    repeated: tuple[str, ...] = (),
    meanings: dict[str, str] | None = None,
    personal: tuple[str, ...] = (),
    key: tuple[str, ...] = (),
) -> Table:
    """Make `main."<name>"` from a query; types are DuckDB's own unless given in BigQuery's words."""
    con.execute(f"CREATE TABLE {table_ref(name)} AS {query}")
    columns = []
    for row in con.execute(f"DESCRIBE {table_ref(name)}").fetchall():
        column, found = row[0], row[1]
        text = (types or {}).get(column) or NAMES.get(found) or found.replace("DECIMAL", "NUMERIC")
        mode = Mode.REPEATED if column in repeated else Mode.NULLABLE
        columns.append(
            Column(
                name=column,
                type=Inferred[BigQueryType](value=BigQueryType.model_validate(text)),
                mode=Inferred[Mode](value=mode),
                meaning=Inferred[str](value=(meanings or {}).get(column, "unknown")),
                personal=Inferred[bool](value=column in personal),
            )
        )
    rows = con.execute(f"SELECT count(*) FROM {table_ref(name)}").fetchall()[0][0]
    return Table(
        name=name,
        source=TableSource(kind=SourceKind.WAREHOUSE, uri="duckdb:test", full_name=name),
        rows=rows,
        wanted=rows,
        columns=tuple(columns),
        primary_key=Inferred[tuple[str, ...]](value=key) if key else None,
    )


def add_rows(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple], **options) -> Table:
    """Like `add_table`, from Python rows; `columns` is a column list in SQL: `a BIGINT, b VARCHAR`."""
    con.execute(f"CREATE TEMP TABLE given ({columns})")
    if rows:
        con.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(rows[0]))})", rows)
    try:
        return add_table(con, name, "SELECT * FROM given", **options)
    finally:
        con.execute("DROP TABLE given")


def link(table: str, columns: tuple[str, ...], ref_table: str, ref_columns: tuple[str, ...]) -> Link:
    return Link(
        table=table,
        columns=columns,
        ref_table=ref_table,
        ref_columns=ref_columns,
        accepted=Inferred[bool](value=True),
    )


def project(*tables: Table, links: tuple[Link, ...] = (), k: int = 10) -> Project:
    return Project(
        name="test", source="test", tables=tables, links=links, k=k, target=Target(uri="duckdb:target")
    )
