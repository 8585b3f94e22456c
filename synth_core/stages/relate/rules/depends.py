"""Columns that depend on one other column, or on two.

Pairs of rows that agree in a column are looked at first: where they differ in another one, nothing depends. What is
left is counted on all rows of the sample, and held against chance: against the same values dealt out anew among the
rows, so that neither a column of one value nor one of values that hardly repeat depends on anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.absences import CHANCE, CLEARLY, EXCEPTIONS
from synth_core.stages.relate.rules.sample import Bools, Ints, Sample, Seen

_SCREENED = 0.02
"""Pairs of rows of which so many differ still may keep a rule with few exceptions."""
_NEEDED = 0.1
"""Of two columns, each alone leaves so many pairs that differ."""
_AGREEING = 15
_REPEATED = 0.2
"""Rows whose determinant occurs at least twice, of all."""
_MOST_DISTINCT = 0.85
"""Values that differ, of all: of what is nearly unique nothing is known."""
_PAIRS = 200_000
_MOST_TESTS = 800
_MOST_OF_TWO = 150

Codes = npt.NDArray[np.int32]
Bits = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Dependency:
    """`target` depends on `columns`."""

    columns: tuple[str, ...]
    target: str
    expected: float
    """Rows that would break it by chance."""


@dataclass(frozen=True)
class Dependencies:
    """What depends on what, reduced to what says most."""

    alike: tuple[tuple[str, ...], ...]
    """Columns of which each says what the others are: names and codes of the same things, copies."""
    found: tuple[Dependency, ...]


def find_dependencies(sample: Sample, passed: frozenset[str]) -> Dependencies:
    """On the sample; columns that are computed from others (`passed`) are no targets."""
    seen = [
        each
        for each in sample.columns.values()
        if 2 <= each.distinct <= _MOST_DISTINCT * int(each.filled.sum())
    ]
    if len(seen) < 2 or sample.rows < 2 * CHANCE:
        return Dependencies((), ())
    search = _Search(seen)
    ones = search.ones()
    alike = _classes(seen, ones)
    named = {name: group[0] for group in alike for name in group}
    kept = {
        pair: expected
        for pair, expected in ones.items()
        if all(named.get(name, name) == name for name in pair) and pair[1] not in passed
    }
    twos = [
        each
        for each in search.twos(ones)
        if each.target not in passed
        and all(named.get(name, name) == name for name in (*each.columns, each.target))
    ]
    twos = _minimal(twos, ones)
    # Two columns and a third one that each says what the other is: hour and minute of a time.
    whole = [each for each in twos if all((each.target, name) in ones for name in each.columns)]
    numbers = {each.name for each in seen if each.kind in NUMERIC_KINDS}
    attributes = [each for each in whole if each.target in numbers and not numbers.issuperset(each.columns)]
    twos = [each for each in twos if each not in whole or each in attributes]
    backwards = {(each.target, name) for each in attributes for name in each.columns}
    direct = [Dependency((a,), b, kept[a, b]) for a, b in _direct(kept) if (a, b) not in backwards]
    return Dependencies(alike, (*sorted(direct, key=_rank), *twos))


def _rank(found: Dependency) -> tuple[float, tuple[str, ...], str]:
    return -found.expected, found.columns, found.target


def _classes(seen: Sequence[Seen], ones: Mapping[tuple[str, str], float]) -> tuple[tuple[str, ...], ...]:
    """Columns that determine each other, the leftmost first."""
    groups: list[list[str]] = []
    for each in sorted(seen, key=lambda each: each.position):
        group = next((g for g in groups if (g[0], each.name) in ones and (each.name, g[0]) in ones), None)
        if group is None:
            groups.append([each.name])
        else:
            group.append(each.name)
    return tuple(tuple(group) for group in groups if len(group) > 1)


def _direct(kept: Mapping[tuple[str, str], float]) -> Iterator[tuple[str, str]]:
    """Without those that follow from two others: zip → city, city → country, but not zip → country."""
    after: dict[str, set[str]] = {}
    for a, b in kept:
        after.setdefault(a, set()).add(b)
    for a, b in kept:
        if not any(b in after.get(between, ()) for between in after[a] if between != b):
            yield a, b


def _minimal(twos: Sequence[Dependency], ones: Mapping[tuple[str, str], float]) -> list[Dependency]:
    """Without those that follow from others, and each relation of three columns once."""
    known = {(each.columns, each.target) for each in twos}
    kept: list[Dependency] = []
    for each in sorted(twos, key=_rank):
        relation = {*each.columns, each.target}
        follows = _coarser(each, twos, ones) or any(
            each.columns == columns and (between, each.target) in ones for columns, between in known
        )
        if not follows and all({*other.columns, other.target} != relation for other in kept):
            kept.append(each)
    return kept


def _coarser(each: Dependency, twos: Sequence[Dependency], ones: Mapping[tuple[str, str], float]) -> bool:
    """It follows from a coarser determinant: (flight, day) where (route, day) says it."""
    a, b = each.columns

    def says(name: str, other: str) -> bool:
        return name == other or (name, other) in ones

    return any(
        (says(a, other.columns[0]) and says(b, other.columns[1]))
        or (says(a, other.columns[1]) and says(b, other.columns[0]))
        for other in twos
        if other.target == each.target and other.columns != each.columns
    )


class _Search:
    def __init__(self, seen: Sequence[Seen]) -> None:
        self._seen = seen
        self._rows = len(seen[0].codes)
        self._random = np.random.default_rng(0)
        self._codes = np.stack([each.codes for each in seen], axis=1)
        self._can = [place for place, each in enumerate(seen) if _can_determine(each)]
        self._pairs = max(800, min(4_000, _PAIRS // len(seen)))
        self._same: dict[int, Bits] = {}
        self._known: dict[int, Bits] = {}

    def ones(self) -> dict[tuple[str, str], float]:
        """(determinant, target) → rows that would break it by chance."""
        likely: list[tuple[float, int, int]] = []
        for a in self._can:
            same, known = self._agreeing(a)
            count = _count(known)
            fit = np.flatnonzero((count >= _AGREEING) & (count - _count(same) <= _SCREENED * count))
            likely += [(-float(count[b]), a, int(b)) for b in fit if b != a]
        found = {}
        for _, a, b in sorted(likely)[:_MOST_TESTS]:
            expected = self._holds(self._codes[:, a].astype(np.int64), b, [None])
            if expected:
                found[self._seen[a].name, self._seen[b].name] = expected
        return found

    def twos(self, ones: Mapping[tuple[str, str], float]) -> list[Dependency]:
        """Of two columns together, where neither alone says it."""
        likely: list[tuple[float, int, int, int]] = []
        names = [each.name for each in self._seen]
        places = {name: place for place, name in enumerate(names)}
        alone = np.zeros((len(names), len(names)), dtype=np.bool_)
        for determinant, target in ones:
            alone[places[determinant], places[target]] = True
        for a in self._can:
            same, known = self._agreeing(a)
            agreed, count = _count(same), _count(known)
            loose = np.flatnonzero(count - agreed >= _NEEDED * np.maximum(count, 1))
            others = [c for c in self._can if c != a and agreed[c] >= _AGREEING]
            if not len(loose) or not others:
                continue
            agreeing = np.zeros(alone.shape, dtype=np.int64)
            differing = np.zeros(alone.shape, dtype=np.int64)
            together, where = same[others][:, None], np.ix_(np.array(others), loose)
            agreeing[where] = _count(together & known[loose])
            differing[where] = agreeing[where] - _count(together & same[loose])
            fit = (agreeing >= _AGREEING) & (differing <= _SCREENED * agreeing) & ~alone
            # Where one of the two says the other, the pair says no more than that one.
            fit[alone[a] | alone[:, a]] = False
            fit[:, a] = fit[a] = False
            np.fill_diagonal(fit, False)
            likely += _pairs(a, np.argwhere(fit).tolist(), agreeing)
        found: list[Dependency] = []
        done: set[tuple[int, int, int]] = set()
        for _, a, c, b in sorted(likely):
            if (a, c, b) in done:
                continue
            done.add((a, c, b))
            if len(done) > _MOST_OF_TWO:
                break
            if max(self._seen[each].distinct for each in (a, c)) == 2:
                # Of flags that tell one of several each says what the others are not.
                continue
            first, second = (self._codes[:, each].astype(np.int64) for each in (a, c))
            both = np.where((first < 0) | (second < 0), -1, first * self._seen[c].distinct + second)
            expected = self._holds(both, b, [first, second])
            if expected:
                found.append(Dependency((names[a], names[c]), names[b], expected))
        return found

    def _agreeing(self, a: int) -> tuple[Bits, Bits]:
        """Of pairs of rows that agree in this column a bit each, by column: whether they agree there, and whether it is
        filled in both."""
        if a not in self._same:
            codes = self._codes[:, a]
            rows = self._random.permutation(np.flatnonzero(codes >= 0))
            rows = rows[np.argsort(codes[rows], kind="stable")]
            firsts, seconds = [], []
            for lag in (1, 2, 3):
                together = np.flatnonzero(codes[rows[lag:]] == codes[rows[:-lag]])
                firsts.append(rows[together])
                seconds.append(rows[together + lag])
            first, second = np.concatenate(firsts), np.concatenate(seconds)
            if len(first) > self._pairs:
                chosen = self._random.choice(len(first), self._pairs, replace=False)
                first, second = first[chosen], second[chosen]
            one, two = self._codes[first], self._codes[second]
            known = (one >= 0) & (two >= 0)
            self._same[a], self._known[a] = _packed((one == two) & known), _packed(known)
        return self._same[a], self._known[a]

    def _holds(self, keys: Ints, b: int, within: Sequence[Ints | None]) -> float:
        """Rows that would break it by chance, where it holds and is no chance; else 0. `within`: groups of rows among
        which values are dealt out anew."""
        target = self._codes[:, b]
        there = (keys >= 0) & (target >= 0)
        groups = keys[there]
        if len(groups) and int(groups.max()) > 4 * len(groups):
            groups = np.unique(groups, return_inverse=True)[1]
        values, count = target[there].astype(np.int64), self._seen[b].distinct
        if not len(groups):
            return 0.0
        sizes = np.bincount(groups)
        repeated = int(sizes[sizes > 1].sum())
        broken = _broken(groups, values, count)
        if repeated < _REPEATED * len(groups) or broken > EXCEPTIONS * repeated:
            return 0.0
        expected = []
        for group in within:
            dealt = self._dealt(values, None if group is None else group[there])
            expected.append(float(_broken(groups, dealt, count)))
        least = min(expected)
        return least if least >= max(CHANCE, 0.03 * repeated) and broken <= CLEARLY * least else 0.0

    def _dealt(self, values: Ints, groups: Ints | None) -> Ints:
        if groups is None:
            return self._random.permutation(values)
        order = np.argsort(groups, kind="stable")
        mixed = np.lexsort((self._random.random(len(groups)), groups))
        dealt = np.empty_like(values)
        dealt[order] = values[mixed]
        return dealt


def _packed(marks: Bools) -> Bits:
    """A row of words for each column."""
    padded = np.zeros((marks.shape[1], -(-len(marks) // 64) * 64), dtype=np.bool_)
    padded[:, : len(marks)] = marks.T
    return np.packbits(padded, axis=1).view(np.uint64)


def _count(bits: Bits) -> Ints:
    """How many are set, along the last axis."""
    counts: Ints = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return counts


def _pairs(a: int, fit: Sequence[Sequence[int]], agreeing: Ints) -> Iterator[tuple[float, int, int, int]]:
    for c, b in fit:
        yield -float(agreeing[c, b]), min(a, c), max(a, c), b


def _can_determine(seen: Seen) -> bool:
    """Measured quantities determine nothing, even if their values repeat."""
    if seen.kind in NUMERIC_KINDS:
        return seen.decimals == 0
    return seen.kind in (Kind.STRING, Kind.DATE, Kind.BOOL)


def _broken(groups: Ints, values: Ints, count: int) -> int:
    """Rows that do not have the most frequent value of their group."""
    number = int(groups.max()) + 1
    keys = groups * count + values
    if number * count <= 300_000:
        most = np.bincount(keys, minlength=number * count).reshape(number, count).max(axis=1)
    else:
        found, counts = np.unique(keys, return_counts=True)
        most = np.zeros(number, dtype=np.int64)
        np.maximum.at(most, found // count, counts)
    return len(groups) - int(most.sum())
