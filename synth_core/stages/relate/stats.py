"""What relate measures of every column, in one or two queries a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import duckdb

from synth_core.files.sql import quote
from synth_core.model.measured import TableFacts
from synth_core.model.project import Column, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, BigQueryType, Kind
from synth_core.stages.profile.sql import duckdb_types, table_ref

_AT_ONCE = 40
"""Columns whose different values are counted in one query: DuckDB is slow at many of them, and dies of thousands."""
_NEARLY_UNIQUE = 0.85
"""Approximate distinct counts err by a few per cent; above this the exact count is taken."""
_FEW = 100
"""And in so few rows, where one value that is passed over is a large share."""
_TEXTS = frozenset({Kind.STRING})


@dataclass(frozen=True)
class ColumnStats:
    """Facts of one flat column that can be part of a key or link."""

    table: str
    name: str
    position: int
    type: BigQueryType
    found_type: str
    """DuckDB's type in the workbench."""
    rows: int
    filled: int
    distinct: int
    """Exact where it comes near `filled`, else approximate."""
    low: Any = None
    high: Any = None
    whole: bool = False
    """A number, and every value is an integer."""
    length: float = 0.0
    """Mean length of texts."""
    longest: int = 0
    spaced: float = 0.0
    """Share of texts with a blank inside."""

    @property
    def group(self) -> Literal["number", "text", "time", ""]:
        """Columns of one group can refer to each other; empty: never a key."""
        if self.type.kind in _TEXTS:
            return "text"
        if self.type.kind in NUMERIC_KINDS:
            return "number" if self.whole else ""
        return "time" if self.type.kind in TEMPORAL_KINDS - {Kind.TIME} else ""

    @property
    def is_unique(self) -> bool:
        """No two rows have the same value, apart from NULLs."""
        return self.filled > 0 and self.distinct == self.filled

    @property
    def is_full(self) -> bool:
        """No NULLs."""
        return self.rows > 0 and self.filled == self.rows

    @property
    def density(self) -> float:
        """Of whole numbers: which share of the range from lowest to highest is used. 0 for other types."""
        if self.group != "number" or self.distinct == 0:
            return 0.0
        return min(1.0, self.distinct / (int(self.high) - int(self.low) + 1))


def measure(con: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> dict[str, dict[str, ColumnStats]]:
    """Facts by table and column. Nested and binary columns are left out."""
    return {table.name: _measure_table(con, table) for table in tables}


def with_facts(stats: Mapping[str, ColumnStats], facts: TableFacts | None) -> dict[str, ColumnStats]:
    """The same of all rows of a table, as far as they were measured in the warehouse."""
    if facts is None:
        return dict(stats)
    return {name: _of_all(column, facts) for name, column in stats.items()}


def _of_all(column: ColumnStats, facts: TableFacts) -> ColumnStats:
    found = facts.column(column.name)
    if found is None:
        return column
    key = facts.key((column.name,))
    distinct = found.distinct if found.distinct is not None else column.distinct
    if key is not None:
        distinct = key.distinct
    elif found.filled:
        # What was not counted exactly is not unique: it was not so in the sample, or there was too much to count.
        distinct = min(distinct, found.filled - 1)
    ends = {"low": found.low, "high": found.high} if found.low is not None and column.low is not None else {}
    return replace(column, rows=facts.rows, filled=found.filled, distinct=max(0, distinct), **ends)


def _measure_table(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, ColumnStats]:
    usable = [(i, c) for i, c in enumerate(table.columns) if _is_usable(c)]
    if not usable:
        return {}
    types = duckdb_types(con, table.name)
    parts = [part for _, column in usable for part in _aggregates(column)]
    row = con.execute(f"SELECT count(*), {', '.join(parts)} FROM {table_ref(table.name)}").fetchall()[0]
    rows, values = row[0], iter(row[1:])
    found = {}
    for position, column in usable:
        filled, distinct, low, high, whole, length, longest, spaced = (next(values) for _ in range(8))
        found[column.name] = ColumnStats(
            table=table.name,
            name=column.name,
            position=position,
            type=column.type.value,
            found_type=types[column.name],
            rows=rows,
            filled=filled,
            distinct=min(distinct, filled),
            low=low,
            high=high,
            whole=bool(whole),
            length=float(length or 0.0),
            longest=longest or 0,
            spaced=float(spaced or 0.0),
        )
    return _with_exact_counts(con, table.name, found)


def _is_usable(column: Column) -> bool:
    kinds = NUMERIC_KINDS | TEMPORAL_KINDS | _TEXTS
    return not column.field.is_nested and column.type.value.kind in kinds


def _aggregates(column: Column) -> list[str]:
    name, kind = quote(column.name), column.type.value.kind
    basic = [f"count({name})", f"approx_count_distinct({name})"]
    if kind in _TEXTS:
        text = f"CAST({name} AS VARCHAR)"
        return [
            *basic,
            "NULL",
            "NULL",
            "false",
            f"avg(length({text}))",
            f"max(length({text}))",
            f"avg(CAST(contains({text}, ' ') AS DOUBLE))",
        ]
    whole = "false"
    if kind is Kind.INT64:
        whole = "true"
    elif kind is Kind.FLOAT64:
        whole = f"bool_and(isfinite({name}) AND {name} = floor({name}) AND abs({name}) < 9e15)"
    elif kind in NUMERIC_KINDS:
        whole = f"bool_and({name} = floor({name}))"
    return [*basic, f"min({name})", f"max({name})", whole, "0", "0", "0"]


def _with_exact_counts(
    con: duckdb.DuckDBPyConnection, table: str, found: Mapping[str, ColumnStats]
) -> dict[str, ColumnStats]:
    near = [
        stats
        for stats in found.values()
        if 0 < stats.filled <= _FEW or stats.distinct >= _NEARLY_UNIQUE * stats.filled > 0
    ]
    if not near:
        return dict(found)
    exact: list[int] = []
    for start in range(0, len(near), _AT_ONCE):
        counts = ", ".join(f"count(DISTINCT {quote(each.name)})" for each in near[start : start + _AT_ONCE])
        exact += con.execute(f"SELECT {counts} FROM {table_ref(table)}").fetchall()[0]
    counted = {stats.name: replace(stats, distinct=n) for stats, n in zip(near, exact, strict=True)}
    return {name: counted.get(name, stats) for name, stats in found.items()}


def as_float(value: Any) -> float:
    """A number of any of DuckDB's types."""
    return float(value) if isinstance(value, Decimal | int | float) else 0.0
