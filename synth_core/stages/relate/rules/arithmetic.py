"""Numbers that are the sum, the difference, the product or the ratio of others in the row.

A few rows say which columns may fit together; what is left is computed on all rows of the sample, rounded as the
target is. Each of the inputs must count: where it is not at its usual value the rule has to hold as well, and must no
longer hold when its values are dealt out anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

from synth_core.model.rule import Rule
from synth_core.stages.profile.absences import EXCEPTIONS
from synth_core.stages.relate.rules.sample import Bools, Floats, Ints, Sample, Seen
from synth_core.stages.relate.rules.trial import HUNDREDTH, NEAR, Trial, shortest_between

_PROBES = 12
_TRIED = 1_000
"""Rows that probes are taken from."""
_FEWEST = 4
"""Probes in which all columns are filled."""
_FIRST = 3
"""Probes that sort out most of what is tried; it may be wrong in one of all."""
_INPUTS = 100
"""Of a table with still more numbers only these neighbours of a target are tried as its inputs."""
_OF_THREE = 30
_OF_FOUR = 12
"""And these, of those that are tried three and four at a time."""
_LONGEST = 16
"""Neighbouring columns that add up."""
_ROWS = 20
_COUNTS = 25.0
"""The logarithm of how unlikely chance must be."""
_DISTINCT = 5


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
        self._shares = [self._share(place) for place in range(len(self.seen))]
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
        x = self.values[probes]
        tried = _Tried(x, x[:, target][:, None], self.half(target))
        for trial in (*self._of_two(target, tried), *self._shared(target, tried), *self._sums(target, tried)):
            fit = self._checked(target, trial)
            if fit is not None:
                yield fit

    def _of_two(self, target: int, tried: _Tried) -> Iterator[Trial]:
        near = self._near(target, _INPUTS)
        pairs = _combined(near, 2)
        yield from tried.fitting(Trial("sum"), pairs)
        for factor in (None, HUNDREDTH):
            yield from tried.fitting(Trial("product", factor=factor), pairs)
        if self.seen[target].decimals != 0:
            both = np.concatenate([pairs, pairs[:, ::-1]])
            for factor in (None, 100.0):
                yield from tried.fitting(Trial("ratio", factor=factor), both)
        yield from (Trial("product", (place,), factor=factor) for place, factor in tried.factors(near))

    def _shared(self, target: int, tried: _Tried) -> Iterator[Trial]:
        """With a discount or a surcharge."""
        near = self._near(target, _INPUTS)
        shares = [(place, sign) for place in near if self._shares[place] for sign in (-1, 1)]
        if not shares:
            return
        pairs = _combined(self._near(target, _OF_THREE), 2)
        made = np.concatenate([tried.x[:, near], tried.x[:, pairs[:, 0]] * tried.x[:, pairs[:, 1]]], axis=1)
        whole = [sign * tried.x[:, place] / self._shares[place] for place, sign in shares]
        for rest, products in tried.multiplied(1 + np.stack(whole, axis=1), made):
            share, sign = shares[rest]
            places = (
                tuple(pairs[products - len(near)].tolist()) if products >= len(near) else (near[products],)
            )
            if share not in places:
                yield Trial("product", places, share=share, sign=sign, percent=self._shares[share] > 1)

    def _share(self, place: int) -> int:
        """What is a whole in a column of shares: 1, or 100 where they may count in percent; 0: they are none."""
        values = self.values[:, place]
        least, most = np.nanmin(values), np.nanmax(values)
        if least < 0 or most > 100:
            return 0
        return 1 if most <= 1 and self.seen[place].decimals != 0 else 100 if most > 1 else 0

    def _sums(self, target: int, tried: _Tried) -> Iterator[Trial]:
        threes = _combined(self._near(target, _OF_THREE), 3)
        yield from tried.fitting(Trial("sum"), threes)
        for order in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
            yield from tried.fitting(Trial("sum", less=1), threes[:, order])
        fours = _combined(self._near(target, _OF_FOUR), 4)
        yield from tried.fitting(Trial("sum"), fours)
        for less in (1, 2):
            for taken in combinations(range(4), less):
                signed = [*(each for each in range(4) if each not in taken), *taken]
                yield from tried.fitting(Trial("sum", less=less), fours[:, signed])
        # The sums of neighbours are differences of running sums; a target that stands among them divides them.
        x = tried.x
        empty = ~np.isfinite(x)
        known = np.where(empty, 0.0, x)
        running, sizes, gone = (_running(each) for each in (known, np.abs(known), empty.astype(np.float64)))
        for length in range(5, min(_LONGEST, len(self.seen) - 1) + 1):
            starts = np.arange(len(self.seen) - length + 1)
            starts = starts[(target < starts) | (target >= starts + length)]
            sums = running[:, starts + length] - running[:, starts]
            sums[gone[:, starts + length] > gone[:, starts]] = np.nan
            right = tried.fits(sums, sizes[:, starts + length])
            yield from (Trial("sum", tuple(range(each, each + length))) for each in starts[right].tolist())

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

    def _checked(self, target: int, trial: Trial) -> Fit | None:
        """On all rows of the sample."""
        aim = self.values[:, target]
        inputs = [self.values[:, place] for place in trial.inputs]
        made, size = trial.compute(inputs)
        known = np.isfinite(made) & np.isfinite(aim)
        good = self._good(target, made, size)
        rows, broken = int(known.sum()), int((known & ~good).sum())
        if rows < _ROWS or broken > EXCEPTIONS * rows:
            return None
        if not all(self._matters(target, trial, place, known, good) for place in range(len(inputs))):
            return None
        own = self.seen[target]
        rule = trial.rule(own, self.seen)
        return Fit(rule, rows, broken, sum(abs(place - target) for place in trial.inputs))

    def _good(self, target: int, made: Floats, size: Floats) -> Bools:
        with np.errstate(invalid="ignore"):
            good: Bools = np.abs(self.values[:, target] - made) <= self.half(target) + NEAR * size
        return good

    def _matters(self, target: int, trial: Trial, place: int, known: Bools, good: Bools) -> bool:
        """Where this input is not at its usual value the rule holds, and would not with another value of it."""
        column = trial.inputs[place]
        there = np.flatnonzero(known & (self.values[:, column] != self.modes[column]))
        if len(there) < _ROWS or good[there].mean() < 0.98:
            return False
        dealt = self.values[:, column].copy()
        dealt[there] = self.random.choice(dealt[known], len(there))
        inputs = [
            dealt if each == place else self.values[:, other] for each, other in enumerate(trial.inputs)
        ]
        made, size = trial.compute(inputs)
        still = float(self._good(target, made, size)[there].mean())
        # Nearly all of it by chance: the numbers are too small, or the input too much the same.
        return still <= 0.9 and -log(max(still, 1e-9)) * len(there) >= _COUNTS


class _Tried:
    """The probes of one target."""

    def __init__(self, x: Floats, aim: Floats, half: float) -> None:
        self.x, self._aim, self._half = x, aim, half

    def fitting(self, trial: Trial, places: Ints) -> Iterator[Trial]:
        """The trial with each row of `places` as inputs that fits, first looked at in a few probes."""
        made, size = trial.with_inputs(self.x[:_FIRST], places)
        places = places[self._broken(made, size, self._aim[:_FIRST]).sum(axis=0) <= 1]
        if len(places):
            right = self.fits(*trial.with_inputs(self.x, places))
            yield from (trial.of(each) for each in places[right].tolist())

    def multiplied(self, some: Floats, others: Floats) -> Iterator[tuple[int, int]]:
        """Which columns of some and of others fit, multiplied."""
        made = some[:_FIRST, :, None] * others[:_FIRST, None, :]
        broken = self._broken(made, np.abs(made), self._aim[:_FIRST, :, None])
        ones, twos = np.nonzero(broken.sum(axis=0) <= 1)
        made = some[:, ones] * others[:, twos]
        right = self.fits(made, np.abs(made))
        yield from zip(ones[right].tolist(), twos[right].tolist(), strict=True)

    def _broken(self, made: Floats, size: Floats, aim: Floats) -> npt.NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(made - aim) > self._half + NEAR * size)

    def fits(self, made: Floats, size: Floats) -> npt.NDArray[np.bool_]:
        """By columns: at most one probe is broken, and enough are filled."""
        broken = self._broken(made, size, self._aim)
        filled = np.isfinite(made - self._aim)
        right = (filled & ~broken).sum(axis=0)
        return np.asarray((right >= _FEWEST) & (broken.sum(axis=0) <= 1))

    def factors(self, places: Sequence[int]) -> Iterator[tuple[int, float]]:
        """Columns with a short number, not 1, that each must be times for nearly all probes to fit."""
        inputs = self.x[:, places]
        usable = np.isfinite(inputs) & (inputs != 0)
        inputs = np.where(usable, inputs, 1)
        room = self._half + NEAR * np.abs(self._aim)
        ends = np.stack([(self._aim - room) / inputs, (self._aim + room) / inputs])
        # One probe may be an exception.
        low = np.sort(np.where(usable, ends.min(axis=0), -np.inf), axis=0)[-2]
        high = np.sort(np.where(usable, ends.max(axis=0), np.inf), axis=0)[1]
        for each in np.flatnonzero((low <= high) & (low > 0) & (usable.sum(axis=0) >= _FEWEST)).tolist():
            found = shortest_between(float(low[each]), float(high[each]))
            if found is not None and found != 1:
                yield places[each], found


def _combined(places: Sequence[int], count: int) -> Ints:
    """All choices of so many of the places, a row each."""
    return np.array(places, dtype=np.int64)[_choices(len(places), count)]


@cache
def _choices(number: int, count: int) -> Ints:
    return np.array(list(combinations(range(number), count)), dtype=np.int64).reshape(-1, count)


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
