"""Columns that are null in the same rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth_core.model.rule import Rule
from synth_core.stages.relate.rules.depends import EXCEPTIONS
from synth_core.stages.relate.rules.sample import Sample, Seen

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


def _together(one: Seen, two: Seen, rows: int) -> bool:
    apart = int(np.count_nonzero(one.filled != two.filled))
    nulls = int(np.count_nonzero(~one.filled))
    return apart <= EXCEPTIONS * rows and apart <= _OF_NULLS * min(nulls, rows - nulls)
