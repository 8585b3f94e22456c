"""Column names as a file's header gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model.names import duplicates, fold

_UNIT = re.compile(
    r"[(\[].*[)\]]|[-%‰°]|[°º]?[cf]|k|deg(?:rees?)?|[munk]?[mgslvawj]|k?wh|cm|min|hr?s?|days?|[kmhg]?hz|[hkm]?pa|m?bar|"
    r"mmhg|psi|pp[mbt]|ph|kn|mph|usd|eur|[$€£]|no\.?|(?:[munk]?[glm]|[uµ]?mol|w)[/ ](?:k?g|[mcd]?[lms³²]\d?|h).*",
    re.IGNORECASE,
)


_MOST_COLUMNS = 10_000
"""BigQuery's own limit."""


def check_width(path: Path, columns: int) -> None:
    """Raises SourceError where no table can have so many columns."""
    if columns > _MOST_COLUMNS:
        raise SourceError(
            f"{path}: there are {columns:,} columns; a table has at most {_MOST_COLUMNS:,}.",
            hint="Are the rows split right? Else leave out columns, or turn columns into rows.",
        )


def plain_name(number: int) -> str:
    """The name of a column that has none; columns count from 1."""
    return f"column_{number}"


def header_names(cells: Sequence[str], known: Sequence[str] = ()) -> tuple[str, ...]:
    """The names in a header: exactly as written, `column_N` where there is no text at all. A header that lacks the
    name of the table's first or last column, which `known` says, has those names."""
    taken = {fold(cell) for cell in cells}
    names = []
    for number, cell in enumerate(cells, 1):
        name = cell
        if not cell.strip():
            name = plain_name(number)
            while fold(name) in taken:
                name += "_"
        names.append(name)
    if len(known) == len(names) + 1:
        ends = ((known[0], plain_name(1), known[1:]), (known[-1], plain_name(len(known)), known[:-1]))
        if any(name == plain and list(rest) == names for name, plain, rest in ends):
            return tuple(known)
    return tuple(names)


def names_of(header: Sequence[Sequence[str]], known: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of the columns below a header of one row or several: what it says (`said_by`), and where that occurs
    more than once, `Sprint`, `Sprint_2`, `Sprint_3`."""
    said = said_by(header, known)
    twice = set(map(fold, duplicates(said)))
    taken, names = set(map(fold, said)), []
    seen: set[str] = set()
    for name in said:
        if fold(name) in seen:
            number = 2
            while fold(f"{name}_{number}") in taken:
                number += 1
            name = f"{name}_{number}"
            taken.add(fold(name))
        elif fold(name) in twice:
            seen.add(fold(name))
        names.append(name)
    return tuple(names)


def said_by(header: Sequence[Sequence[str]], known: Sequence[str] = ()) -> tuple[str, ...]:
    """The names in a header of one row or several, of which some may have another width, as remarks do.

    The last row counts if it says what is `known`, else the lowest one that names every column and is not their units;
    where none does, each column is called by all that stands above it, as `Rates Mon` of `Mon` below `Rates`.
    """
    if len(header) == 1 or header_names(header[-1], known) == tuple(known):
        return header_names(header[-1], known)
    width = max(map(len, header))
    rows = [cells for cells in header if len(cells) == width]
    full = [cells for cells in rows if all(map(str.strip, cells)) and not duplicates(cells)]
    named = [
        cells for cells in full if 2 * sum(bool(_UNIT.fullmatch(cell.strip())) for cell in cells) < width
    ]
    if named or full:
        return header_names((named or full)[-1])
    joined = header_names(_joined(rows))
    return header_names(rows[-1], known) if duplicates(joined) else joined


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """What stands above each column, a title of several side by side at each of them."""
    parts: list[list[str]] = [[] for _ in rows[0]]
    for number, cells in enumerate(rows):
        below = rows[number + 1 :]
        title = ""
        for place, cell in enumerate(map(str.strip, cells)):
            starts_other = any(row[place].strip() for row in rows[:number])
            if cell or starts_other or not any(row[place].strip() for row in below):
                title = cell
            if title and title not in parts[place]:
                parts[place].append(title)
    return [" ".join(part) for part in parts]
