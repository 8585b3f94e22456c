"""Facts that depend on the order in which rows stand in the source."""

from __future__ import annotations

import duckdb

_HEAD = 2000
"""Rows that are looked at first: most columns are out of order long before."""


def is_sorted(con: duckdb.DuckDBPyConnection, query: str, rows: int) -> bool:
    """Non-null values `v` of the query, which has so many rows, never decrease from the first row to the last; false
    under two."""
    for limit in (f" LIMIT {_HEAD}", "") if rows > _HEAD else ("",):
        falls, filled = con.execute(
            f"SELECT count(*) FILTER (v < before), count(*) FROM ("
            f" SELECT v, lag(v) OVER () AS before FROM (SELECT v FROM ({query}{limit}) WHERE v IS NOT NULL))"
        ).fetchall()[0]
        if falls:
            return False
    return bool(filled > 1)


def are_grouped(con: duckdb.DuckDBPyConnection, query: str, distinct: int) -> bool:
    """Rows with equal `key` stand together: there are as many runs as distinct keys."""
    runs = con.execute(
        f"SELECT count(*) FILTER (key IS DISTINCT FROM before) FROM ("
        f" SELECT key, lag(key) OVER () AS before FROM ({query}))"
    ).fetchall()[0][0]
    return bool(runs == distinct and distinct > 0)
