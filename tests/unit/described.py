"""Columns of texts, described as a file's are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from synth_core.files.sql import quote
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.stages.describe import describe_text


def describe(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str]], *, table: str = "t"
) -> dict[str, Column]:
    """By name; the connection has a schema `raw`."""
    con.execute(f"CREATE OR REPLACE TABLE raw.t ({', '.join(f'{quote(name)} VARCHAR' for name in columns)})")
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    con.executemany(f"INSERT INTO raw.t VALUES ({', '.join('?' * len(columns))})", rows)
    found, *_ = describe_text(con, "raw.t", list(columns), Dialect(), table=table)
    return {column.name: column for column in found}


def describe_column(con: duckdb.DuckDBPyConnection, table: str, name: str, values: Sequence[str]) -> Column:
    """A column of a table that has only the number of its rows beside it."""
    numbers = [str(n) for n in range(len(values))]
    return describe(con, {"n": numbers, name: values}, table=table)[name]
