"""Comments between the rows: which sign they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from synth_core.files.rows import Marks, Row, begins_with
from synth_core.model.dialect import Comment
from synth_core.stages.sniff.kinds import is_remark

_SIGNS: tuple[Comment, ...] = get_args(Comment)[1:]


def comment_of(rows: Sequence[Row], width: int, marks: Marks) -> Comment:
    """The sign of lines between the rows that are none; empty where there are no such lines."""
    signs = [sign for sign in _SIGNS if sign[0] not in (marks.delimiter, marks.quotechar)]
    return next((sign for sign in signs if width > 1 and _is_sign(sign, rows, width)), "")


def _is_sign(sign: Comment, rows: Sequence[Row], width: int) -> bool:
    """Some lines begin with it, and none that may be a row does."""
    signed = [row for row in rows if begins_with(row, sign)]
    if not signed or len(signed) == len(rows):
        return False
    if sign in ("#", "//"):
        return not any(len(row.cells) == width and not is_remark(row.cells[0]) for row in signed)
    return all(len(row.cells) != width and _is_said(sign, row) for row in signed)


def _is_said(sign: str, row: Row) -> bool:
    """Behind the sign stands nothing, a blank or the sign again.

    In a line without a delimiter it may be more, but not behind an apostrophe: names begin so, `'s-Hertogenbosch`.
    """
    behind = row.cells[0][len(sign) :]
    return behind[:1] in ("", " ", "\t", sign[0]) or (len(row.cells) == 1 and sign != "'")
