"""When two names of tables or columns are the same to a database."""

from __future__ import annotations

import re
from collections.abc import Sequence


def fold(name: str) -> str:
    """Names that fold to the same text can't stand side by side: databases ignore the case of A to Z."""
    return re.sub("[A-Z]+", lambda match: match.group().lower(), name)


def duplicates(names: Sequence[str]) -> list[str]:
    """Names that occur more than once, each spelling once, in order of appearance."""
    counts: dict[str, int] = {}
    for name in names:
        counts[fold(name)] = counts.get(fold(name), 0) + 1
    return list(dict.fromkeys(name for name in names if counts[fold(name)] > 1))
