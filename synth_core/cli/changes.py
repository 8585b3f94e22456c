"""How differences and conflicts read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from synth_core.cli.output import plural

if TYPE_CHECKING:
    from synth_core.model.version import Clash, PartChange

MOST = 50
"""Lines about one file; the rest is counted."""


def change_lines(parts: Iterable[PartChange]) -> Iterator[str]:
    """Each file that differs, and below it how."""
    for part in parts:
        yield f"{part.file}: {_lines(part)}"
        yield from (f"  {words}" for words in part.changes[:MOST])
        if len(part.changes) > MOST:
            yield f"  and {plural(len(part.changes) - MOST, 'other change')}"


def clash_lines(clashes: Iterable[Clash]) -> Iterator[str]:
    """What each of two writers made of a file."""
    for clash in clashes:
        whose = f" by {clash.by}" if clash.by else ""
        known = f" (version {clash.version})" if clash.version else ""
        yield f"{clash.file}, as it was changed{whose}{known}:"
        yield from (f"  {line}" for line in change_lines([clash.their_changes]))
        yield f"{clash.file}, as you changed it:"
        yield from (f"  {line}" for line in change_lines([clash.my_changes]))


def _lines(part: PartChange) -> str:
    if part.kind == "new":
        return f"new, {plural(part.added, 'line')}"
    if part.kind == "gone":
        return "gone"
    if part.kind == "same":
        return "not changed"
    if not part.added and not part.removed:
        return "the same lines in another order"
    return f"{plural(part.added, 'line')} added, {part.removed:,} removed"
