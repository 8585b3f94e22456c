"""By which of its facts a column is known best."""

from __future__ import annotations

import re

from synth_core.model.profile import ColumnProfile, ValueCount

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FEW = 50
"""Numbers, dates and times with at most so many different values are weighted choices, not quantiles …"""
_NEARLY_ALL = 0.9
"""… if those with enough rows cover this share of them."""
_MOST = 0.5
"""Texts whose frequent values cover this share of the rows are weighted choices."""


NEVER = 2200
"""A date from this year on says that there is none yet: 9999-12-31 where something is still valid."""


def open_ends(profile: ColumnProfile | None) -> tuple[ValueCount, ...]:
    """The frequent ones of such dates."""
    shown = profile.top if profile is not None else ()
    return tuple(each for each in shown if _DAY.match(each.value) and int(each.value[:4]) >= NEVER)


def is_told_by_values(profile: ColumnProfile) -> bool:
    """Its frequent values say what the column is like; else its quantiles do, or its shapes."""
    filled = profile.rows - profile.nulls
    if profile.quantiles:
        return profile.distinct <= _FEW and profile.top_rows >= _NEARLY_ALL * filled
    return bool(profile.top) and profile.top_rows >= _MOST * filled
