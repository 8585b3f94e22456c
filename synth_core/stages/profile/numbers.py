"""Facts of numbers, dates and times: how fine they are, the grid they lie on, and quantiles, or only shapes."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from synth_core.model.profile import ValueCount
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.plain import from_number, number_sql, text_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles_of_each
from synth_core.stages.profile.steps import grids

DAYS = TEMPORAL_KINDS - {Kind.TIME}
QUANTILES = 33
SHAPES = 50
SHAPE_LENGTH = 40

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
    return facts


def years_of(quantiles: Sequence[str]) -> tuple[int, int]:
    """The years of the lowest and the highest day."""
    return int(quantiles[0][:4]), int(quantiles[-1][:4])


def _numbers(kind: Kind, values: str) -> str:
    return f"SELECT place, {number_sql(kind)} AS x, n FROM {values} WHERE {usable_sql(kind)}"


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
