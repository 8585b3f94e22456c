"""Names of people and of users, written as in the source: in its order, without titles where it has none."""

from __future__ import annotations

import re

from synth_core.model.profile import ColumnProfile

_MOSTLY = 0.8
"""The part of the rows that have to be written in one way."""
_FIRST_LAST, _LAST_FIRST = "${{fake.FirstName}} ${{fake.LastName}}", "${{fake.LastName}}, ${{fake.FirstName}}"
_USER = "${{fake.FirstName | lower}}%s${{fake.LastName | lower}}"
_NUMBER = "${{fake.pyint(max_value=99)}}"


def called_like(profile: ColumnProfile | None, meaning: str) -> str | None:
    """The formula of such names, from their shapes and numbers of words; None where they are written in other ways."""
    if profile is None:
        return None
    if meaning == "person_name":
        if _part(profile, r"[^ ,]+, ?[^ ,]+") > _MOSTLY:
            return _LAST_FIRST
        words = profile.words_quantiles
        return _FIRST_LAST if words and words[len(words) // 4] == words[-1 - len(words) // 4] == 2 else None
    if meaning == "username":
        marks = [mark for mark in "._-" if _part(profile, rf"[^ @]+{re.escape(mark)}[^ @]+") > 1 - _MOSTLY]
        if any("@" in shape.value for shape in profile.shapes):
            return None
        number = _NUMBER if _part(profile, r".*9") > _MOSTLY / 2 else ""
        return _USER % (marks[0] if marks else "") + number
    return None


def _part(profile: ColumnProfile, pattern: str) -> float:
    """How many of the rows whose shape is known are written so."""
    total = sum(each.count for each in profile.shapes)
    fit = sum(each.count for each in profile.shapes if re.fullmatch(pattern, each.value))
    return fit / total if total else 0.0
