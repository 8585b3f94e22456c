"""By which of its facts a column is known best."""

from __future__ import annotations

from synth_core.model.profile import ColumnProfile

_FEW = 50
"""Numbers, dates and times with at most so many different values are weighted choices, not quantiles …"""
_NEARLY_ALL = 0.9
"""… if those with enough rows cover this share of them."""
_MOST = 0.5
"""Texts whose frequent values cover this share of the rows are weighted choices."""


def is_told_by_values(profile: ColumnProfile) -> bool:
    """Its frequent values say what the column is like; else its quantiles do, or its shapes."""
    filled = profile.rows - profile.nulls
    if profile.quantiles:
        return profile.distinct <= _FEW and profile.top_rows >= _NEARLY_ALL * filled
    return bool(profile.top) and profile.top_rows >= _MOST * filled
