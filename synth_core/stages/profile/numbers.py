"""Facts of numbers, dates and times: how fine they are, the grid they lie on, and quantiles, or only shapes."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from synth_core.model.profile import ValueCount
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.plain import before_never_sql, from_number, number_sql, text_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles_of_each
from synth_core.stages.profile.steps import grids

DAYS = TEMPORAL_KINDS - {Kind.TIME}
QUANTILES = 33
SHAPES = 50
SHAPE_LENGTH = 40
_YEARS = (1800, 2199)

_DECIMALS = (
    r"greatest(0, length(rtrim(regexp_extract(CAST(v AS VARCHAR), '\.(\d+)', 1), '0'))"
    r" - coalesce(TRY_CAST(regexp_extract(CAST(v AS VARCHAR), 'e([-+]\d+)$', 1) AS INTEGER), 0))"
)
MICROSECONDS = {"days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000}


def number_facts(
    con: duckdb.DuckDBPyConnection, kind: Kind, values: str, k: int, shape_rows: Sequence[int | None]
) -> list[dict[str, object]]:
    """By column: quantiles, or shapes of so many rows each where `shape_rows` is given; and how fine the values are.

    `values` is a table of values `v`, the `place` of their column, and how many rows `n` have each.
    """
    facts: list[dict[str, object]] = [{} for _ in shape_rows]
    decimals, units = [0] * len(facts), [1] * len(facts)
    if kind in NUMERIC_KINDS:
        most = _decimals(con, kind, values)
        for place in range(len(facts)):
            digits = most.get(place)
            facts[place], decimals[place] = {"integral": digits == 0, "decimals": digits}, digits or 0
    elif kind is not Kind.DATE:
        coarsest = _coarsest_units(con, _numbers(kind, values))
        for place in range(len(facts)):
            resolution = coarsest.get(place, "")
            if kind is Kind.TIME and resolution == "days":
                resolution = "hours"  # midnight, always
            facts[place], units[place] = {"resolution": resolution}, MICROSECONDS.get(resolution, 1)
    ends = _ends(con, _numbers(kind, values)) if kind in NUMERIC_KINDS else {}
    numbers = quantiles_of_each(con, _numbers(kind, values), k, QUANTILES)
    on_grids = grids(con, kind, values, decimals, units)
    for place, rows in enumerate(shape_rows):
        if rows is not None:
            facts[place]["shapes"] = _shapes(con, kind, values, place, rows, decimals[place])
            if kind in DAYS and (found := numbers.get(place)):
                facts[place]["years"] = years_of([from_number(kind, found[end]) for end in (0, -1)])
        elif found := numbers.get(place):
            if grid := on_grids.get(place):
                facts[place]["step"] = grid.text(kind)
                found = [grid.near(number) for number in found]
            facts[place]["quantiles"] = tuple(
                from_number(kind, number, decimals=decimals[place], unit=units[place]) for number in found
            )
        elif place in ends:
            facts[place]["within"] = _round_ends(*ends[place])
    return facts


def _ends(con: duckdb.DuckDBPyConnection, numbers: str) -> dict[int, tuple[float, float]]:
    """The smallest and the largest number of each column that has two or more."""
    query = f"SELECT place, min(x)::DOUBLE, max(x)::DOUBLE FROM ({numbers}) GROUP BY place HAVING sum(n) > 1"
    return {place: (low, high) for place, low, high in con.execute(query).fetchall()}


def _round_ends(low: float, high: float) -> tuple[int, int]:
    """The powers of ten around the numbers, or around those that may be years their centuries: what is true of all of
    them says nothing of one."""
    if _YEARS[0] <= low <= high <= _YEARS[1] and low.is_integer() and high.is_integer():
        return int(low // 100 * 100), int(high // 100 * 100) + 100
    if low < 0:
        most = _power(max(-low, high))
        return -most, (most if high > 0 else 0)
    return (_power(low) // 10 if low >= 1 else 0), _power(high)


def _power(number: float) -> int:
    """The next power of ten above it."""
    return int(10 ** len(str(int(number)))) if number >= 1 else 1


def years_of(quantiles: Sequence[str]) -> tuple[int, int]:
    """The years of the lowest and the highest day."""
    return int(quantiles[0][:4]), int(quantiles[-1][:4])


def _numbers(kind: Kind, values: str) -> str:
    usable = f"{usable_sql(kind)} AND {before_never_sql(kind)}"
    return f"SELECT place, {number_sql(kind)} AS x, n FROM {values} WHERE {usable}"


def coarsest_unit(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """The coarsest of `MICROSECONDS` of which every `x` of the query is a whole multiple; empty for none."""
    return _coarsest_units(con, f"SELECT 0 AS place, x FROM ({query})").get(0, "")


def _coarsest_units(con: duckdb.DuckDBPyConnection, query: str) -> dict[int, str]:
    checks = ", ".join(f"bool_and(x % {size} = 0)" for size in MICROSECONDS.values())
    found = con.execute(f"SELECT place, {checks} FROM ({query}) GROUP BY place").fetchall()
    return {
        place: next((unit for unit, holds in zip(MICROSECONDS, whole, strict=True) if holds), "")
        for place, *whole in found
    }


def _decimals(con: duckdb.DuckDBPyConnection, kind: Kind, values: str) -> dict[int, int]:
    digits = "0" if kind is Kind.INT64 else _DECIMALS
    found = con.execute(
        f"SELECT place, max({digits}) FROM {values} WHERE {usable_sql(kind)} GROUP BY place"
    ).fetchall()
    return {place: int(most) for place, most in found}


def _shapes(
    con: duckdb.DuckDBPyConnection, kind: Kind, values: str, place: int, rows: int, decimals: int
) -> tuple[ValueCount, ...]:
    """The plain text with each digit as 9: what is left are sign, point and the number of digits."""
    shape = f"regexp_replace({text_sql(kind, decimals)}, '[0-9]', '9', 'g')"
    found = con.execute(
        f"SELECT {shape} AS shape, sum(n)::BIGINT AS rows FROM {values} WHERE place = {place} AND {usable_sql(kind)}"
        f" GROUP BY shape HAVING length(shape) <= {SHAPE_LENGTH} AND sum(n) >= ?"
        f" ORDER BY rows DESC, shape LIMIT {SHAPES}",
        [rows],
    ).fetchall()
    return tuple(ValueCount(value=value, count=count) for value, count in found)
