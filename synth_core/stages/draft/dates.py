"""Days that are made up where none may be taken from the source."""

from __future__ import annotations

import re

from synth_core.model.profile import ColumnProfile, Profile
from synth_core.model.types import TEMPORAL_KINDS, Kind
from synth_core.stages.describe.naming import name_scores
from synth_core.stages.describe.tokens import words_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = TEMPORAL_KINDS - {Kind.TIME}
BIRTH = "date_of_birth"
YOUNGEST, OLDEST = 18, 85
"""Ages of people whose dates of birth are made up, where the years of the source's are not known."""


def made_up_days(meaning: str, profile: ColumnProfile | None = None) -> tuple[str, str]:
    """The first and the last day: of the source's years where they are known."""
    if profile is not None and profile.years:
        first, last = profile.years
        return f"{first:04}-01-01", f"{last:04}-12-31"
    return ("1940-01-01", "2005-12-31") if meaning == BIRTH else ("2024-01-01", "2024-12-31")


def days_around(profile: Profile, table: str) -> tuple[str, str] | None:
    """The first and the last day that is known of a table's dates, or else of those of all tables."""
    own = profile.table(table)
    for tables in ([own], profile.tables):
        known = [
            end[:10]
            for each in tables
            for column in each.columns
            for end in column.quantiles[:: max(1, len(column.quantiles) - 1)]
            if _DAY.match(end)
        ]
        if known:
            return min(known), max(known)
    return None


def moment_text(kind: Kind, text: str) -> str:
    """A day or moment of a profile as the type has it in a recipe."""
    if kind is Kind.TIMESTAMP:
        moment = text if len(text) > 10 else f"{text} 00:00:00"
        return moment if "+" in moment else f"{moment}+00:00"
    return text if kind is Kind.DATE or len(text) > 10 else f"{text} 00:00:00"


def leaf_meaning(name: str, kind: Kind) -> str:
    """What a field of a nested column is: a date of birth by its name, or unknown, as only columns are judged."""
    if kind not in DAYS:
        return "unknown"
    return BIRTH if name_scores(words_of(name), (), people=True).get(BIRTH, 0.0) > 0.8 else "unknown"
