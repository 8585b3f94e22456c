"""What only one row of each group has, where rows of a group stand together: the lines of an order, of which the first
has what belongs to the order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.stages.profile.absences import CHANCE, CLEARLY, EXCEPTIONS
from synth_core.stages.relate.rules.sample import Sample, Seen

_NAMING = frozenset({Kind.STRING, Kind.INT64})
_GROUPS = 20
_REPEATED = 0.1
"""Rows that are not the first one of their group, of all."""


def find_once(sample: Sample, passed: frozenset[str], later: frozenset[str]) -> Iterator[Rule]:
    """One for each column that is there once a group. Columns that are computed from others (`passed`), or are null
    together with one that is told (`later`), follow from those."""
    groups = [each for each in sample.columns.values() if _stands_together(each)]
    # Of groups within groups the finest, of names of the same ones the first.
    group = max(groups, key=lambda each: (each.distinct, -each.position), default=None)
    if group is None:
        return
    sizes = np.bincount(group.codes, minlength=group.distinct)
    first = np.concatenate(([True], group.codes[1:] != group.codes[:-1]))
    for target in sorted(sample.columns.values(), key=lambda each: each.position):
        filled = int(target.filled.sum())
        if target.name in passed | later or target is group or not 0 < filled < sample.rows:
            continue
        there = np.bincount(group.codes[target.filled], minlength=group.distinct)
        twice = filled - int(np.count_nonzero(there))
        share = filled / sample.rows
        expected = float((sizes * share - (1 - (1 - share) ** sizes)).sum())
        outside = int(np.count_nonzero(target.filled & ~first))
        if _is_rare(twice, expected, filled) or _is_rare(outside, filled * (1 - first.mean()), filled):
            yield Rule(kind="once", target=target.name, columns=(group.name,))


def _is_rare(count: int, expected: float, of: int) -> bool:
    """By chance there would be many more."""
    return expected >= CHANCE and count <= min(CLEARLY * expected, EXCEPTIONS * of)


def _stands_together(seen: Seen) -> bool:
    """Rows with the same value come one after the other, and many do."""
    rows = len(seen.codes)
    if seen.kind not in _NAMING or seen.distinct < _GROUPS or not seen.filled.all():
        return False
    runs = 1 + int(np.count_nonzero(seen.codes[1:] != seen.codes[:-1]))
    return rows - seen.distinct >= _REPEATED * rows and runs - seen.distinct <= EXCEPTIONS * rows
