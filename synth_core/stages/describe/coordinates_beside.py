"""Latitudes and longitudes, by how they stand side by side."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from synth_core.model.types import NUMERIC_KINDS
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.names_beside import Weighed

_SURE, _LIKELY = 0.62, 0.56
"""How sure two columns are that are written like places on the earth, and with fewer digits."""
_DECIMAL = re.compile(r"-?\d{1,3}[.,]\d+")
_FINE = re.compile(r"-?\d{1,3}[.,]\d{4,}")
"""Decimals that tell one house from the next; what is measured or counted hardly has them."""
_ENOUGH, _MOSTLY, _NORTH, _EAST = 3, 0.5, 90.0, 180.0
"""Different values, share of fine ones, and the largest of each."""


def weigh_coordinates(columns: Sequence[Weighed]) -> None:
    """Two columns of fine decimals side by side, within what degrees can be: the latitude is the first, unless only the
    other fits. Coarser ones must reach further to the east than any latitude, and to the south or west of nought."""
    _fine(columns)
    _coarse(columns)


def weigh_axes(columns: Sequence[Weighed], words: Sequence[Sequence[str]]) -> None:
    """Two columns of fine decimals called `x` and `y` and within what degrees can be: in meters they reach further."""
    axes = {tuple(each): column for each, column in zip(words, columns, strict=True)}
    x, y = axes.get(("x",)), axes.get(("y",))
    if x is None or y is None or not all(_are_fine(each.facts) for each in (x, y)):
        return
    east, north = (max(abs(_number(text)) for text in each.facts.distinct) for each in (x, y))
    if 1 < east <= _EAST and 1 < north <= _NORTH:
        told = "they are degrees in fine decimals, called x and y"
        x.add("longitude", _SURE, "latitude", told)
        y.add("latitude", _SURE, "longitude", told)


def _coarse(columns: Sequence[Weighed]) -> None:
    open_ones = [column.is_unknown and _share(_DECIMAL, column.facts) >= _MOSTLY for column in columns]
    places = [False, *open_ones, False]
    for number, (left, right) in enumerate(itertools.pairwise(columns)):
        if places[number : number + 4] != [False, True, True, False]:
            continue
        numbers = [[_number(text) for text in each.facts.distinct] for each in (left, right)]
        widest = [max(map(abs, each)) for each in numbers]
        if not min(widest) <= _NORTH < max(widest) <= _EAST or min(map(min, numbers)) >= 0:
            continue
        names = ("longitude", "latitude") if widest[0] > _NORTH else ("latitude", "longitude")
        for each, name, other in zip((left, right), names, reversed(names), strict=True):
            each.add(name, _LIKELY, other, "they lie within degrees, two columns of decimals side by side")


def _fine(columns: Sequence[Weighed]) -> None:
    places = [False, *map(_is_open, columns), False]
    for number, (left, right) in enumerate(itertools.pairwise(columns)):
        # More than two side by side are prices or measures.
        if places[number : number + 4] != [False, True, True, False]:
            continue
        widest = [max(abs(_number(text)) for text in each.facts.distinct) for each in (left, right)]
        if min(widest) <= 1 or min(widest) > _NORTH or max(widest) > _EAST:
            continue
        names = ("longitude", "latitude") if widest[0] > _NORTH else ("latitude", "longitude")
        for each, name, other in zip((left, right), names, reversed(names), strict=True):
            each.add(name, _SURE, other, "they are degrees in fine decimals, two columns side by side")


def _is_open(column: Weighed) -> bool:
    return column.is_unknown and _are_fine(column.facts)


def _are_fine(facts: Facts) -> bool:
    return _share(_FINE, facts) >= _MOSTLY


def _share(form: re.Pattern[str], facts: Facts) -> float:
    if facts.kind not in NUMERIC_KINDS or len(facts.distinct) < _ENOUGH:
        return 0.0
    return sum(form.fullmatch(text) is not None for text in facts.distinct) / len(facts.distinct)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
