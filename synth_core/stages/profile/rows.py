"""Facts that depend on the order in which rows stand in the source."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

_HEAD = 2000
"""Rows that are looked at first: most columns are out of order long before."""


def which_are_sorted(
    con: duckdb.DuckDBPyConnection, table: str, values: Sequence[str], rows: int
) -> Sequence[tuple[bool, bool]]:
    """Of each of the values (SQL over the table, which has so many rows, all of one type): those that are not null
    never decrease from the first row to the last, and never increase; false under two."""
    names = [f"c{place}" for place in range(len(values))]
    columns = ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True))
    head = f"SELECT row_number() OVER () AS r, {columns} FROM {table} LIMIT {_HEAD}"
    each = f"SELECT r, unnest(range({len(names)})) AS place, unnest([{', '.join(names)}]) AS v FROM ({head})"
    counted = con.execute(
        f"SELECT place, {_STEPS} FROM ("
        f" SELECT place, v, lag(v) OVER (PARTITION BY place ORDER BY r) AS before FROM ({each})"
        " WHERE v IS NOT NULL) GROUP BY place"
    ).fetchall()
    found = {place: steps for place, *steps in counted}
    answers = []
    for place, value in enumerate(values):
        falls, rises, filled = found.get(place, (0, 0, 0))
        if rows > _HEAD and not (falls and rises):
            falls, rises, filled = _steps(con, f"SELECT {value} AS v FROM {table}")
        answers.append((not falls and filled > 1, not rises and filled > 1))
    return answers


_STEPS = "count(*) FILTER (v < before), count(*) FILTER (v > before), count(*)"


def _steps(con: duckdb.DuckDBPyConnection, query: str) -> Sequence[int]:
    """How often a value falls, how often it rises, and how many there are."""
    return con.execute(
        f"SELECT {_STEPS} FROM (SELECT v, lag(v) OVER () AS before FROM ({query}) WHERE v IS NOT NULL)"
    ).fetchall()[0]


def are_grouped(con: duckdb.DuckDBPyConnection, query: str, distinct: int) -> bool:
    """Rows with equal `key` stand together: there are as many runs as distinct keys."""
    runs = con.execute(
        f"SELECT count(*) FILTER (key IS DISTINCT FROM before) FROM ("
        f" SELECT key, lag(key) OVER () AS before FROM ({query}))"
    ).fetchall()[0][0]
    return bool(runs == distinct and distinct > 0)
