"""Columns that are null in the same rows, and those of which another one says where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.rule_sql import MOSTLY
from synth_core.stages.profile.absences import EXCEPTIONS, FEW, left_open
from synth_core.stages.relate.rules.sample import Ints, Sample, Seen

_LEVELS = 5
_ROWS = 10
"""With a value, and without one."""
_OF_NULLS = 0.02
"""Rows in which only one of them is null, of those in which one is: few nulls meet by chance."""


def find_joint_nulls(sample: Sample, passed: frozenset[str]) -> Iterator[Rule]:
    """Groups of columns; those that are computed from others (`passed`) are null where these are."""
    groups: list[list[Seen]] = []
    for each in sorted(sample.columns.values(), key=lambda each: each.position):
        nulls = sample.rows - int(each.filled.sum())
        if each.name in passed or not _ROWS <= nulls <= sample.rows - _ROWS:
            continue
        group = next((group for group in groups if _together(group[0], each, sample.rows)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    for group in groups:
        if len(group) > 1:
            yield Rule(kind="joint nulls", columns=tuple(each.name for each in group))


def find_filled(
    sample: Sample,
    passed: frozenset[str],
    ids: frozenset[str],
    together: Collection[Rule],
    known: Collection[Rule],
) -> Iterator[Rule]:
    """One for each column: of those that say where it is empty the one that leaves fewest nulls open. Of columns that
    are null together (`together`) the first one is told, and none of which the other's value is known anyway. Numbers
    say it that are no quantities: `ids`, and those of a few levels."""
    later = {name for rule in together for name in rule.columns[1:]}
    same = [set(rule.columns) for rule in together]
    said = {(rule.columns, rule.target) for rule in known}
    sayers = [each for each in sample.columns.values() if _may_say(each, ids)]
    for target in sorted(sample.columns.values(), key=lambda each: each.position):
        nulls = sample.rows - int(target.filled.sum())
        if target.name in passed | later or not _ROWS <= nulls <= sample.rows - _ROWS:
            continue
        found = []
        for by in sayers:
            if (
                by is target
                or ((by.name,), target.name) in said
                or any({by.name, target.name} <= group for group in same)
            ):
                continue
            left = left_open(*_counts(by, target), int((~by.filled & target.filled).sum()))
            if left is not None:
                found.append((left, by.distinct, abs(by.position - target.position), by.name))
        if found:
            yield Rule(kind="filled", target=target.name, columns=(min(found)[-1],))


def _may_say(seen: Seen, ids: frozenset[str]) -> bool:
    if seen.kind is Kind.INT64 and seen.name not in ids:
        return 2 <= seen.distinct <= _LEVELS
    return seen.kind in (Kind.STRING, Kind.BOOL, Kind.INT64) and 2 <= seen.distinct <= FEW


def rows_without(by: Seen, target: Seen) -> int:
    """Rows whose value goes without the target."""
    rows, filled = _counts(by, target)
    return int(rows[MOSTLY * filled < rows].sum())


def _counts(by: Seen, target: Seen) -> tuple[Ints, Ints]:
    there = by.codes[by.filled]
    rows = np.bincount(there, minlength=by.distinct).astype(np.int64)
    return rows, np.bincount(by.codes[by.filled & target.filled], minlength=by.distinct).astype(np.int64)


def _together(one: Seen, two: Seen, rows: int) -> bool:
    apart = int(np.count_nonzero(one.filled != two.filled))
    nulls = int(np.count_nonzero(~one.filled))
    return apart <= EXCEPTIONS * rows and apart <= _OF_NULLS * min(nulls, rows - nulls)
