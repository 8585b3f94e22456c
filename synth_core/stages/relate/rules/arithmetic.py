"""Numbers that are the sum, the difference, the product or the ratio of others in the row.

A few rows say which columns may fit together; what is left is computed on all rows of the sample, rounded as the
target is. Each of the inputs must count: where it is not at its usual value the rule has to hold as well, and must no
longer hold when its values are dealt out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

from synth_core.model.rule import Rule, RuleKind
from synth_core.stages.relate.rules.depends import EXCEPTIONS
from synth_core.stages.relate.rules.sample import Bools, Floats, Ints, Sample, Seen

_PROBES = 12
_TRIED = 1_000
"""Rows that probes are taken from."""
_FEWEST = 4
"""Probes in which all columns are filled."""
_INPUTS = 100
"""Of a table with still more numbers only these neighbours of a target are tried as its inputs."""
_OF_THREE = 30
_LONGEST = 16
"""Neighbouring columns that add up."""
_ROWS = 20
_COUNTS = 25.0
"""The logarithm of how unlikely chance must be."""
_NEAR = 1e-9
_DISTINCT = 5


_Try = tuple[RuleKind, tuple[int, ...], int | None]
"""A kind of rule, its inputs and its discount."""


@dataclass(frozen=True)
class Fit:
    """A rule that the sample keeps."""

    rule: Rule
    rows: int
    broken: int
    spread: int
    """How far the inputs stand from the target."""


class Numbers:
    """The numbers of a sample that can be computed with."""

    def __init__(self, sample: Sample, left_out: frozenset[str]) -> None:
        self.seen = [
            each
            for each in sorted(sample.columns.values(), key=lambda each: each.position)
            if each.numbers is not None and each.distinct >= 2 and each.name not in left_out
        ]
        self.random = np.random.default_rng(0)
        empty = np.zeros((sample.rows, 0))
        self.values: Floats = np.stack([_numbers(each) for each in self.seen], axis=1) if self.seen else empty
        self.modes = np.array([_mode(each) for each in self.seen])
        self._rows = self.random.permutation(sample.rows)[:_TRIED]
        self._some = self.values[self._rows]
        self._shares = [self._is_share(place) for place in range(len(self.seen))]
        self._filled = np.isfinite(self._some).sum(axis=1)

    def fits(self) -> list[Fit]:
        """All that holds, also what says the same in another way."""
        return [fit for target in range(len(self.seen)) for fit in self._of(target)]

    def _of(self, target: int) -> Iterator[Fit]:
        if self.seen[target].distinct < _DISTINCT:
            return
        probes = self._probes(target)
        if len(probes) < _FEWEST:
            return
        near = self._near(target, _INPUTS)
        x = self.values[probes]
        aim = x[:, target][:, None]
        half = self.half(target)
        pairs = np.array(list(combinations(near, 2)), dtype=np.int64).reshape(-1, 2)
        one, two = x[:, pairs[:, 0]], x[:, pairs[:, 1]]
        likely: list[_Try] = [
            ("sum", tuple(pair), None)
            for pair in pairs[_fit(one + two, aim, half, np.abs(one) + np.abs(two))]
        ]
        likely += [("product", tuple(pair), None) for pair in pairs[_fit(one * two, aim, half)]]
        if self.seen[target].decimals != 0:
            for top, below, order in ((one, two, 1), (two, one, -1)):
                ratio = np.where(below != 0, top / np.where(below == 0, 1, below), np.nan)
                likely += [("ratio", tuple(pair[::order]), None) for pair in pairs[_fit(ratio, aim, half)]]
        likely += self._discounted(near, pairs, x, aim, half)
        found = (self._checked(target, *each) for each in likely)
        yield from (fit for fit in found if fit is not None)
        yield from self._longer_sums(target, x, aim, half)

    def _discounted(
        self, near: Sequence[int], pairs: Ints, x: Floats, aim: Floats, half: float
    ) -> Iterator[_Try]:
        for share in near:
            if not self._shares[share]:
                continue
            rest = 1 - x[:, share][:, None]
            singles = np.array([each for each in near if each != share], dtype=np.int64)
            for single in singles[_fit(x[:, singles] * rest, aim, half)]:
                yield "product", (int(single),), share
            others = pairs[(pairs != share).all(axis=1)]
            both = x[:, others[:, 0]] * x[:, others[:, 1]] * rest
            for pair in others[_fit(both, aim, half)]:
                yield "product", tuple(pair), share

    def _is_share(self, place: int) -> bool:
        values = self.values[:, place]
        return self.seen[place].decimals != 0 and bool(np.nanmin(values) >= 0 and np.nanmax(values) <= 1)

    def _longer_sums(self, target: int, x: Floats, aim: Floats, half: float) -> Iterator[Fit]:
        near = self._near(target, _OF_THREE)
        threes = np.array(list(combinations(near, 3)), dtype=np.int64).reshape(-1, 3)
        sums = x[:, threes].sum(axis=2)
        fits = [tuple(three) for three in threes[_fit(sums, aim, half, np.abs(x[:, threes]).sum(axis=2))]]
        # The sums of neighbours are differences of running sums; a target that stands among them divides them.
        empty = ~np.isfinite(x)
        known = np.where(empty, 0.0, x)
        running, sizes, gone = (_running(each) for each in (known, np.abs(known), empty.astype(np.float64)))
        for length in range(4, min(_LONGEST, len(self.seen) - 1) + 1):
            starts = np.arange(len(self.seen) - length + 1)
            starts = starts[(target < starts) | (target >= starts + length)]
            sums = running[:, starts + length] - running[:, starts]
            sums[gone[:, starts + length] > gone[:, starts]] = np.nan
            right = _fit(sums, aim, half, sizes[:, starts + length])
            fits += [tuple(range(each, each + length)) for each in starts[right].tolist()]
        for places in fits:
            fit = self._checked(target, "sum", places)
            if fit is not None:
                yield fit

    def _near(self, target: int, most: int) -> list[int]:
        others = [place for place in range(len(self.seen)) if place != target]
        return sorted(sorted(others, key=lambda place: (abs(place - target), place))[:most])

    def _probes(self, target: int) -> Ints:
        """Rows of different values."""
        values = self._some[:, target]
        usable = np.isfinite(values) & (values != self.modes[target])
        rows = self._rows[np.argsort(-self._filled * usable, kind="stable")[: int(usable.sum())]]
        _, firsts = np.unique(self.values[rows, target], return_index=True)
        return rows[np.sort(firsts)[:_PROBES]]

    def half(self, target: int) -> float:
        """Half of the last digit that the target is written with."""
        decimals = self.seen[target].decimals
        return 0.0 if decimals is None else 0.5 * 10.0**-decimals * 1.000001

    def compute(self, kind: str, inputs: Sequence[Floats], share: Floats | None) -> tuple[Floats, Floats]:
        """What the rule says, and the size of the numbers that it came from."""
        if kind == "sum":
            return np.sum(inputs, axis=0), np.sum(np.abs(inputs), axis=0)
        if kind == "difference":
            return inputs[0] - inputs[1], np.abs(inputs[0]) + np.abs(inputs[1])
        if kind == "ratio":
            below = np.where(inputs[1] == 0, np.nan, inputs[1])
            made: Floats = inputs[0] / below
        else:
            made = np.prod(inputs, axis=0)
            made = made if share is None else made * (1 - share)
        return made, np.abs(made)

    def _checked(
        self, target: int, kind: RuleKind, places: Sequence[int], share: int | None = None
    ) -> Fit | None:
        """On all rows of the sample."""
        inputs = [self.values[:, place] for place in places]
        given = [*places, *(() if share is None else (share,))]
        aim = self.values[:, target]
        cut = None if share is None else self.values[:, share]
        made, size = self.compute(kind, inputs, cut)
        known = np.isfinite(made) & np.isfinite(aim)
        good = self._good(target, made, size)
        rows, broken = int(known.sum()), int((known & ~good).sum())
        if rows < _ROWS or broken > EXCEPTIONS * rows:
            return None
        for place in given:
            if not self._matters(target, kind, places, share, place, known, good):
                return None
        names = [self.seen[place].name for place in places]
        own = self.seen[target]
        rule = Rule(
            kind=kind,
            target=own.name,
            columns=tuple(names),
            discount="" if share is None else self.seen[share].name,
            decimals=own.decimals,
        )
        return Fit(rule, rows, broken, sum(abs(place - target) for place in given))

    def _good(self, target: int, made: Floats, size: Floats) -> Bools:
        with np.errstate(invalid="ignore"):
            good: Bools = np.abs(self.values[:, target] - made) <= self.half(target) + _NEAR * size
        return good

    def _matters(
        self,
        target: int,
        kind: RuleKind,
        places: Sequence[int],
        share: int | None,
        place: int,
        known: Bools,
        good: Bools,
    ) -> bool:
        """Where this input is not at its usual value the rule holds, and would not with another value of it."""
        there = np.flatnonzero(known & (self.values[:, place] != self.modes[place]))
        if len(there) < _ROWS or good[there].mean() < 0.98:
            return False
        dealt = self.values[:, place].copy()
        dealt[there] = self.random.choice(dealt[known], len(there))
        inputs = [dealt if each == place else self.values[:, each] for each in places]
        cut = None if share is None else dealt if share == place else self.values[:, share]
        made, size = self.compute(kind, inputs, cut)
        still = float(self._good(target, made, size)[there].mean())
        # Nearly all of it by chance: the numbers are too small, or the input too much the same.
        return still <= 0.9 and -log(max(still, 1e-9)) * len(there) >= _COUNTS


def _fit(made: Floats, aim: Floats, half: float, size: Floats | None = None) -> npt.NDArray[np.bool_]:
    """By columns: at most one probe is broken, and enough are filled."""
    with np.errstate(invalid="ignore"):
        away = np.abs(made - aim)
        near = away <= half + _NEAR * (np.abs(made) if size is None else size)
    filled = np.isfinite(away)
    return np.asarray((near.sum(axis=0) >= _FEWEST) & ((filled & ~near).sum(axis=0) <= 1))


def _running(values: Floats) -> Floats:
    """Sums of all columns before each one, and of all."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _numbers(seen: Seen) -> Floats:
    assert seen.numbers is not None
    return seen.numbers


def _mode(seen: Seen) -> float:
    codes = seen.codes[seen.codes >= 0]
    most = np.bincount(codes).argmax()
    return float(_numbers(seen)[np.flatnonzero(seen.codes == most)[0]])
