"""Column names as a file's header gives them."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.names import fold


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
