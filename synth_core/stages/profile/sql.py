"""The little SQL that profile and relate share."""

from __future__ import annotations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.types import BigQueryType, Kind

_DUCKDB_NAMES = {
    Kind.INT64: "BIGINT",
    Kind.FLOAT64: "DOUBLE",
    Kind.BOOL: "BOOLEAN",
    Kind.STRING: "VARCHAR",
    Kind.BYTES: "BLOB",
    Kind.DATE: "DATE",
    Kind.DATETIME: "TIMESTAMP",
    Kind.TIME: "TIME",
    Kind.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Kind.INTERVAL: "INTERVAL",
    Kind.GEOGRAPHY: "VARCHAR",
    Kind.JSON: "VARCHAR",
}


def table_ref(name: str) -> str:
    """A table of the workbench, for FROM."""
    return f"main.{quote(name)}"


def duckdb_types(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """DuckDB's type of each column, by column name."""
    return {row[0]: row[1] for row in con.execute(f"DESCRIBE {table_ref(table)}").fetchall()}


def as_type(expression: str, found: str, wanted: BigQueryType) -> str:
    """The expression in the wanted scalar type; as it is when it has that type (parameters apart) already.

    The two differ where both sides of a link were given one type after the table had been typed.
    """
    if wanted.kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        return expression if found.startswith("DECIMAL") else f"CAST({expression} AS {decimal_type(wanted)})"
    name = _DUCKDB_NAMES.get(wanted.kind)
    return expression if name is None or found == name else f"CAST({expression} AS {name})"


def decimal_type(wanted: BigQueryType) -> str:
    """DuckDB's DECIMAL for a NUMERIC or BIGNUMERIC type."""
    default = 9 if wanted.kind is Kind.NUMERIC else 18
    if wanted.precision is None:
        return f"DECIMAL(38, {default})"
    return f"DECIMAL({min(wanted.precision, 38)}, {wanted.scale or 0})"
