"""Latitudes and longitudes, by how they stand side by side."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from synth_core.model.types import NUMERIC_KINDS
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.names_beside import Weighed

_SURE = 0.62
"""How sure two columns are that are written like places on the earth."""
_FINE = re.compile(r"-?\d{1,3}[.,]\d{4,}")
"""Decimals that tell one house from the next; what is measured or counted hardly has them."""
_ENOUGH, _MOSTLY, _NORTH, _EAST = 3, 0.5, 90.0, 180.0
"""Different values, share of fine ones, and the largest of each."""


def weigh_coordinates(columns: Sequence[Weighed]) -> None:
    """Two columns of fine decimals side by side, within what degrees can be: the latitude is the first, unless only the
    other fits."""
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
    if facts.kind not in NUMERIC_KINDS or len(facts.distinct) < _ENOUGH:
        return False
    return sum(_FINE.fullmatch(text) is not None for text in facts.distinct) >= _MOSTLY * len(facts.distinct)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
