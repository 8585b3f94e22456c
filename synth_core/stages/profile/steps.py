"""The grid that numbers, dates and times lie on: amounts of whole hundreds, readings of every quarter of an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import takewhile
from math import floor, gcd

import duckdb

from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.plain import number_sql, usable_sql

_READ = 500
"""Different values of a column that are looked at."""
_FEWEST = 10
"""Different values that must lie on a grid: fewer may do so by chance."""
_NEARLY_ALL = 0.98
_FIRST, _FIRST_ALL = 50, 0.9
"""Of so many values so many must do, or the rest is not looked at."""
_DECIMALS = 6
"""Numbers with more digits after the point are results, and lie on no grid that says anything."""
_DIGITS = 15
"""Floating point holds so many."""
_SECOND, _MINUTE, _HOUR, _DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
_UNITS = {"day": _DAY, "hour": _HOUR, "minute": _MINUTE, "second": _SECOND}
_OF_TIME = sorted(
    {
        *(_SECOND * each for each in (1, 2, 5, 10, 15, 20, 30)),
        *(_MINUTE * each for each in (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 45, 90)),
        *(_HOUR * each for each in (1, 2, 3, 4, 6, 8, 12)),
        *(_DAY * each for each in (1, 7, 14)),
    }
)
_MANTISSAS = (1, 2, 5, 25)


@dataclass(frozen=True)
class Grid:
    """Values that are `origin` and any number of times `size`, as `plain.number_sql` counts them."""

    size: Fraction
    origin: Fraction

    def near(self, number: Fraction) -> Fraction:
        """The value of the grid that is nearest to a number."""
        return self.origin + floor((number - self.origin) / self.size + Fraction(1, 2)) * self.size

    def text(self, kind: Kind) -> str:
        """The size as recipes have it: `100`, `0.25`, `15 minutes`."""
        if kind in NUMERIC_KINDS:
            return f"{Decimal(self.size.numerator) / Decimal(self.size.denominator):f}"
        size = int(self.size) * (_DAY if kind is Kind.DATE else 1)
        unit = next(unit for unit, each in _UNITS.items() if size % each == 0)
        count = size // _UNITS[unit]
        return f"{count} {unit}{'s' if count > 1 else ''}"


def grid_of(kind: Kind, step: str, number: Fraction) -> Grid:
    """The grid with a step as `Grid.text` writes it, through a number."""
    if kind in NUMERIC_KINDS:
        return Grid(Fraction(step), number)
    count, unit = step.split()
    return Grid(
        Fraction(int(count) * _UNITS[unit.removesuffix("s")], _DAY if kind is Kind.DATE else 1), number
    )


def grids(
    con: duckdb.DuckDBPyConnection, kind: Kind, values: str, decimals: Sequence[int], units: Sequence[int]
) -> dict[int, Grid]:
    """By column: the coarsest grid that nearly all values lie on, where it is coarser than `decimals` and `units`
    (microseconds) say. Of very many different values some are looked at. `values` is as for `number_facts`."""
    found = con.execute(
        f"SELECT place, min_by(row({number_sql(kind)}, n), hash(v), {_READ}) FROM {values}"
        f" WHERE {usable_sql(kind)} GROUP BY place ORDER BY place"
    ).fetchall()
    made = {}
    for place, counted in found:
        if decimals[place] > _DECIMALS:
            continue
        finest = Fraction(1, 10 ** decimals[place]) if kind in NUMERIC_KINDS else Fraction(units[place])
        if grid := _coarsest(kind, counted, finest):
            made[place] = grid
    return made


def _coarsest(
    kind: Kind, counted: Sequence[tuple[int | float | Decimal, int]], finest: Fraction
) -> Grid | None:
    """In units of the finest step, so that all values are whole."""
    whole = [(_whole(number, finest), rows) for number, rows in counted]
    if len(whole) < _FEWEST or max(abs(number) for number, _ in whole) >= 10**_DIGITS * 100:
        return None
    span = max(number for number, _ in whole) - min(number for number, _ in whole)
    common = reduce(gcd, (number - whole[0][0] for number, _ in whole))
    usual = set(_sizes(kind, finest, span))
    if kind in NUMERIC_KINDS:
        usual.add(common)  # packs of 12
    for size in sorted(usual, reverse=True):
        if size > 1 and (origin := _shared_rest(whole, size)) is not None:
            return Grid(size * finest, origin * finest)
    return None


def _whole(number: int | float | Decimal, finest: Fraction) -> int:
    """So many times the finest step. A floating point number is what it is written as."""
    if isinstance(number, int):
        return round(number / finest) if finest != 1 else number
    return round(Fraction(str(number)) / finest)


def _sizes(kind: Kind, finest: Fraction, span: int) -> Iterator[int]:
    """Usual steps in so many times the finest one: those of which several lie between the lowest and the highest."""
    if kind in NUMERIC_KINDS:
        powers = takewhile(lambda power: power < span, (10**exponent for exponent in range(20)))
        sizes = [Fraction(power * mantissa) for power in powers for mantissa in _MANTISSAS]
    else:
        sizes = [Fraction(size, _DAY if kind is Kind.DATE else 1) / finest for size in _OF_TIME]
    return (int(size) for size in sizes if size.denominator == 1 and size * (_FEWEST - 1) <= span)


def _shared_rest(whole: Sequence[tuple[int, int]], size: int) -> int | None:
    """What nearly all values, and nearly all rows, leave over when they are divided by the size."""
    first = Counter(number % size for number, _ in whole[:_FIRST])
    if first.most_common(1)[0][1] < _FIRST_ALL * first.total():
        return None
    rests, in_rows = Counter[int](), Counter[int]()
    for number, rows in whole:
        rests[number % size] += 1
        in_rows[number % size] += rows
    rest, count = rests.most_common(1)[0]
    enough = count >= max(_FEWEST, _NEARLY_ALL * len(whole))
    return rest if enough and in_rows[rest] >= _NEARLY_ALL * in_rows.total() else None
