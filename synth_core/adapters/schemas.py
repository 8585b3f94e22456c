"""What every warehouse says of a target whose columns are not those that are wanted."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.errors import TargetError
from synth_core.model.project import LoadMode

MOST_SAID = 5
"""Differences that are told one by one."""


def other_schema(table: str, problems: Sequence[str], mode: LoadMode) -> TargetError:
    """The error for a table that has these differences."""
    hint = "Choose another target, or make the columns alike."
    if mode == "replace":
        hint = "Replacing changes rows, not columns: drop the table by hand, and it will be made anew."
    said = "; ".join(problems[:MOST_SAID])
    more = len(problems) - MOST_SAID
    rest = f"; and {more} more" if more > 0 else ""
    return TargetError(f"Table {table} has another schema: {said}{rest}.", hint=hint)
