"""Column names as a file's header gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence


def plain_name(number: int) -> str:
    """The name of a column that has none; columns count from 1."""
    return f"column_{number}"


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """The names in a header: exactly as written, `column_N` where there is no text at all."""
    taken = {fold(cell) for cell in cells}
    names = []
    for number, cell in enumerate(cells, 1):
        name = cell
        if not cell.strip():
            name = plain_name(number)
            while fold(name) in taken:
                name += "_"
        names.append(name)
    return tuple(names)


def fold(name: str) -> str:
    """Names that fold to the same text can't stand in one table: databases ignore the case of A to Z."""
    return re.sub("[A-Z]+", lambda match: match.group().lower(), name)


def duplicates(names: Sequence[str]) -> list[str]:
    """Names that occur more than once, each spelling once, in order of appearance."""
    counts: dict[str, int] = {}
    for name in names:
        counts[fold(name)] = counts.get(fold(name), 0) + 1
    return list(dict.fromkeys(name for name in names if counts[fold(name)] > 1))
