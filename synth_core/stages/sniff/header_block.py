"""Several header rows: titles of groups above the names, units below them, remarks between names and data."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.files.names import said_by
from synth_core.files.rows import Row
from synth_core.model.names import duplicates
from synth_core.stages.sniff.header import header_score, is_group_row, is_second_header
from synth_core.stages.sniff.kinds import is_strong, kind_of

_LOOK = 200
_MOST = 6
_CLEAR = 1.0
"""Evidence that makes a header of several rows."""
_WIDE = 400
"""Columns that tell as much as more of them do."""
_FEWEST_TYPED = 2
_TYPED = 0.9
_PURE = 0.5


def header_of(table: Sequence[Row], width: int) -> tuple[int, float | None]:
    """Header rows and the evidence for them: above 0 for, below against, None where there is none. Of very many columns
    some stand for all."""
    if width > _WIDE:
        step = -(-width // _WIDE)
        table = [row._replace(cells=row.cells[::step]) if len(row.cells) == width else row for row in table]
        width = len(range(0, width, step))
    rows = [row.cells for row in table if len(row.cells) == width and not (row.is_blank and width > 1)]
    if not rows or not table or len(table[0].cells) != width:
        return 0, None
    score = header_score(rows[0], rows[1 : _LOOK + 1])
    count = 1 if score > 0 else 0
    if len(rows) > 2 and len(table[1].cells) == width:
        below = rows[2:_LOOK]
        second = header_score(rows[1], below)
        if second > 0 and is_second_header(rows[0], rows[1], below) and score + second > 0.5:
            count = 2
        elif second > 0 and is_group_row(rows[0], rows[1], below):
            count, score = 2, max(score, second)
    stacked, evidence = _stacked(table, width)
    if stacked > max(1, count):
        return stacked, max(score, evidence)
    return (count + _remarks(table, width) if count == 1 else count), score


def _stacked(table: Sequence[Row], width: int) -> tuple[int, float]:
    """Rows of which each has text where the data have numbers, dates or the like, and which name the columns together;
    and the evidence for them. 0 rows where there are none such."""
    for count in range(min(_MOST, len(table) - 2), 1, -1):
        head = [row.cells for row in table[:count]]
        below = [
            row.cells for row in table[count : count + _LOOK] if len(row.cells) == width and not row.is_blank
        ]
        if len(below) < 2 or len(table[count].cells) != width or any(len(cells) != width for cells in head):
            continue
        columns = list(zip(*below, strict=True))
        strong = {number for cells in head for number, cell in enumerate(cells) if is_strong(kind_of(cell))}
        if any(_is_typed(columns[number]) for number in strong):
            continue  # a number above numbers
        typed = [
            number for number, column in enumerate(columns) if number not in strong and _is_typed(column)
        ]
        if len(typed) < _FEWEST_TYPED or not _fits(head, typed):
            continue
        names = said_by(head)
        if len(names) == width and not duplicates(names) and (score := header_score(names, below)) > _CLEAR:
            return count, score
    return 0, 0.0


def _fits(head: Sequence[Sequence[str]], typed: Sequence[int]) -> bool:
    """Each row below the first says something of most columns of numbers."""
    said = (sum(kind_of(cells[number]) not in ("empty", "null") for number in typed) for cells in head[1:])
    return all(count >= max(_FEWEST_TYPED, len(typed) / 3) for count in said)


def _is_typed(column: Sequence[str]) -> bool:
    values = [value for value in column if value.strip()]
    strong = sum(is_strong(kind_of(value)) for value in values)
    return len(values) >= _PURE * len(column) and strong >= _TYPED * len(values)


def _remarks(table: Sequence[Row], width: int) -> int:
    """Lines of one text right below the header: `Pending orders are not shown.`"""
    if width < 3:
        return 0
    gap = next((number for number, row in enumerate(table[1:_MOST]) if len(row.cells) == width), 0)
    return gap if all(map(_is_note, table[1 : 1 + gap])) else 0


def _is_note(row: Row) -> bool:
    text = row.cells[0]
    return len(row.cells) == 1 and kind_of(text) in ("word", "text") and not text.startswith("#")


def header_over(rows: Sequence[Row], start: int, width: int) -> int:
    """Where the table begins when lines of one text stand between its header and the first row, at `start`."""
    below = [row.cells for row in rows[start : start + _LOOK] if len(row.cells) == width and not row.is_blank]
    place = start - 1
    while place > max(0, start - _MOST) and len(rows[place].cells) == 1 and not rows[place].is_blank:
        place -= 1
    if not 0 <= place < start - 1 or not below or width < 3:
        return start
    cells = rows[place].cells
    if len(cells) != width or not all(map(str.strip, cells)) or header_score(below[0], below[1:]) > 0:
        return start
    return place if header_score(cells, below) > _CLEAR else start


def is_signed_header(rows: Sequence[Row], place: int, width: int) -> bool:
    """The row is a header with the sign of a comment in front, as in `#name,score` or `#name,#score,`: the last one
    above the data."""
    cells = rows[place].cells
    sign = cells[0][:1]
    signed = [cell.lstrip(f"{sign} ") for cell in cells]
    if width < 2 or len(cells) != width or sign not in "#%/-;" or not all(signed[: width - 1]):
        return False
    rest = [
        row for row in rows[place + 1 : place + 1 + _LOOK] if len(row.cells) == width and not row.is_blank
    ]
    below = [row.cells for row in rest]
    if not below or below[0][0].startswith(sign):
        return False
    return header_score(below[0], below[1:]) <= 0 and header_score(signed, below) > _CLEAR
