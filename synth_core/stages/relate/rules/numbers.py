"""Pairs of numbers of which one is never above the other, and not because it is another kind of number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from synth_core.stages.relate.rules.sample import Seen

_SHARE = 0.995
_SCREENED = 500
_ROWS = 20
_CHANCE = 0.8
"""Dealt out anew, at most this share of rows may still be in order."""
_CHANCE_NAMED = 0.97
"""Where the names say which one is the smaller."""
_COUNTS = 25.0


def likely_numbers(
    columns: Sequence[Seen], is_named: Callable[[tuple[str, str]], bool]
) -> list[tuple[str, str]]:
    """Pairs in order on the sample."""
    if len(columns) < 2:
        return []
    random = np.random.default_rng(0)
    values = np.stack([each.numbers for each in columns if each.numbers is not None], axis=1)
    rows = random.permutation(len(values))
    few = values[rows[:_SCREENED]]
    dealt = random.permutation(few)
    likely = []
    for place, before in enumerate(columns):
        with np.errstate(invalid="ignore"):
            above = (few[:, place][:, None] > few).mean(axis=0)
            chance = (few[:, place][:, None] <= dealt).mean(axis=0)
        for other in np.flatnonzero((above <= 2 * (1 - _SHARE)) & (chance <= _CHANCE_NAMED)):
            after = columns[int(other)]
            named = is_named((before.name, after.name))
            # A column is in order with itself; and what is chance in a few rows is so in all.
            if place == other or (not named and chance[other] > _CHANCE + 0.05):
                continue
            if _is_likely(values, place, int(other), random, named):
                likely.append((before.name, after.name))
    return likely


def _is_likely(
    values: npt.NDArray[np.float64], one: int, two: int, random: np.random.Generator, named: bool
) -> bool:
    low, high = values[:, one], values[:, two]
    known = np.isfinite(low) & np.isfinite(high)
    low, high = low[known], high[known]
    if len(low) < _ROWS or (low <= high).sum() < _SHARE * len(low):
        return False
    chance = float((low <= random.permutation(high)).mean())
    return chance <= (_CHANCE_NAMED if named else _CHANCE) and -log(max(chance, 1e-9)) * len(low) >= _COUNTS
