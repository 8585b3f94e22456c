"""Facts of numbers, dates and times: how fine they are, and quantiles, or only shapes."""

from __future__ import annotations

import duckdb

from synth_core.model.profile import ValueCount
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.plain import from_number, number_sql, text_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles

QUANTILES = 33
SHAPES = 50
SHAPE_LENGTH = 40

_DECIMALS = (
    r"greatest(0, length(rtrim(regexp_extract(CAST(v AS VARCHAR), '\.(\d+)', 1), '0'))"
    r" - coalesce(TRY_CAST(regexp_extract(CAST(v AS VARCHAR), 'e([-+]\d+)$', 1) AS INTEGER), 0))"
)
MICROSECONDS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000}


def number_facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, values: str, k: int, shape_rows: int | None
) -> dict[str, object]:
    """Quantiles, or shapes of so many rows each where `shape_rows` is given; and how fine the values are.

    `values` is a table of values `v` and how many rows `n` have each.
    """
    facts: dict[str, object] = {}
    decimals, unit = 0, 1
    if kind in NUMERIC_KINDS:
        most = _decimals(con, kind, values)
        facts, decimals = {"integral": most == 0, "decimals": most}, most or 0
    elif kind is not Kind.DATE:
        resolution = coarsest_unit(con, _numbers(kind, values))
        if kind is Kind.TIME and resolution == "days":
            resolution = "hours"  # midnight, always
        facts, unit = {"resolution": resolution}, MICROSECONDS.get(resolution, 1)
    if shape_rows is not None:
        return facts | {"shapes": _shapes(con, kind, values, shape_rows, decimals)}
    numbers = quantiles(con, _numbers(kind, values), k, QUANTILES)
    texts = tuple(from_number(kind, number, decimals=decimals, unit=unit) for number in numbers)
    return facts | {"quantiles": texts}


def _numbers(kind: Kind, values: str) -> str:
    return f"SELECT {number_sql(kind)} AS x, n FROM {values} WHERE {usable_sql(kind)}"


def coarsest_unit(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """The coarsest of `MICROSECONDS` of which every `x` of the query is a whole multiple; empty for none."""
    checks = ", ".join(f"bool_and(x % {size} = 0)" for size in MICROSECONDS.values())
    whole = con.execute(f"SELECT {checks} FROM ({query})").fetchall()[0]
    return next((unit for unit, holds in zip(MICROSECONDS, whole, strict=True) if holds), "")


def _decimals(con: duckdb.DuckDBPyConnection, kind: Kind, values: str) -> int | None:
    digits = "0" if kind is Kind.INT64 else _DECIMALS
    found = con.execute(f"SELECT max({digits}) FROM {values} WHERE {usable_sql(kind)}").fetchall()[0][0]
    return None if found is None else int(found)


def _shapes(
    con: duckdb.DuckDBPyConnection, kind: Kind, values: str, rows: int, decimals: int
) -> tuple[ValueCount, ...]:
    """The plain text with each digit as 9: what is left are sign, point and the number of digits."""
    shape = f"regexp_replace({text_sql(kind, decimals)}, '[0-9]', '9', 'g')"
    found = con.execute(
        f"SELECT {shape} AS shape, sum(n)::BIGINT AS rows FROM {values} WHERE {usable_sql(kind)}"
        f" GROUP BY shape HAVING length(shape) <= {SHAPE_LENGTH} AND sum(n) >= ?"
        f" ORDER BY rows DESC, shape LIMIT {SHAPES}",
        [rows],
    ).fetchall()
    return tuple(ValueCount(value=value, count=count) for value, count in found)
