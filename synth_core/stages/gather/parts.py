"""Parts of a large text file, cut where rows begin and end, as one smaller file: its head, random blocks, its tail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.rows import Marks, split_lines, split_rows
from synth_core.files.text import line_ends
from synth_core.model.dialect import Encoding
from synth_core.stages.gather.ranges import Ranges

SEED = 42
TAIL = 64 << 10
_HEAD = 1 << 20
_BLOCK = 1 << 20
_FEWEST, _MOST = 16, 64
"""Blocks between head and tail."""
_TRIED = 60
"""Lines at which a row may begin."""
_LOOK = 30
"""Rows that must fit behind it."""
_FOOTER = 20
"""Rows at the end of a file that may be none."""


@dataclass(frozen=True)
class Form:
    """How rows are told apart; without marks each line is one."""

    encoding: Encoding
    marks: Marks | None = None
    width: int = 1

    @property
    def codec(self) -> str:
        """For parts from the middle: without a mark of the byte order."""
        return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(self.encoding, self.encoding)

    def text(self, data: bytes) -> str:
        """Text that `data` gives back byte for byte, but for half a character at an end of UTF-16."""
        if self.codec.startswith("utf-16"):
            return data[: len(data) & ~1].decode(self.codec, "surrogatepass")
        return data.decode(self.codec, "surrogateescape")

    def data(self, text: str) -> bytes:
        """The bytes of such a text."""
        wide = self.codec.startswith("utf-16")
        return text.encode(self.codec, "surrogatepass" if wide else "surrogateescape")


@dataclass(frozen=True)
class Part:
    """Whole rows of a file. `start` is the byte at which what was fetched for it begins."""

    start: int
    data: bytes
    lines: int


def head_size(share: int) -> int:
    """How much of so many bytes is taken from the beginning."""
    return max(share // 8, min(share // 2, _HEAD))


def blocks_of(size: int, share: int) -> list[tuple[int, int]]:
    """Start and size of each further part; the last one is the tail. Always the same for one size."""
    head, tail = head_size(share), min(TAIL, share // 8)
    left, between = share - head - tail, size - head - tail
    count = max(_FEWEST, min(_MOST, left // _BLOCK))
    length = min(left // count, between // count)
    drawn = random.Random(f"{SEED} {size}")
    blocks = []
    for number in range(count):
        # One in each equal stretch of the file, so that none is met twice.
        low, high = head + between * number // count, head + between * (number + 1) // count
        blocks.append((drawn.randrange(low, max(high - length, low) + 1) & ~1, length & ~1))
    return [*(block for block in blocks if block[1] > 0), ((size - tail) & ~1, tail + 1)]


def head_of(data: bytes, form: Form, address: str) -> Part:
    """The whole rows that the first bytes of a file hold. Raises SourceError where there is not even one."""
    text = form.text(data)
    lines = split_lines(text)
    kept = "".join(_without_last(lines, form, 0))
    if not kept:
        raise SourceError(
            f"{address}, line 1: the line is longer than {len(text):,} characters.",
            hint="Is it text with line ends at all? A larger `source_bytes` reads more of it.",
        )
    return _part(0, kept, form)


def cut_end(path: Path, form: Form, address: str) -> int:
    """Cut a file off behind its last whole row, and return how many bytes are left. Raises SourceError where there is
    not even one row."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        start = max(0, size - _BLOCK) & ~1
        file.seek(start)
        data = file.read()
        if start:
            lines = split_lines(form.text(data))
            # Where no row can be made out, the reader says which one is odd.
            first = _first_row(lines, form, is_tail=False) or 1
            kept = [*lines[:first], *_without_last(lines, form, first)]
            end = start + len(form.data("".join(kept)))
        else:
            end = len(head_of(data, form, address).data)
        file.truncate(end)
    return end


def further_parts(ranges: Ranges, share: int, form: Form, left_out: Callable[[int], None]) -> Iterator[Part]:
    """The parts behind the head. `left_out` is told where one begins in which no row could be made out."""
    blocks = blocks_of(ranges.file.size, share)
    for start, size in blocks:
        lines = split_lines(form.text(ranges.read(start, size)))
        is_tail = start == blocks[-1][0]
        first = _first_row(lines, form, is_tail)
        kept = (
            "" if first is None else "".join(lines[first:] if is_tail else _without_last(lines, form, first))
        )
        if kept:
            yield _part(start, kept, form)
        else:
            left_out(start)


def _part(start: int, text: str, form: Form) -> Part:
    return Part(start, form.data(text), line_ends(text))


def _first_row(lines: list[str], form: Form, is_tail: bool) -> int | None:
    """The first line at which a row surely begins. The very first one is cut."""
    if form.marks is None or form.width == 1:
        return 1 if len(lines) > 1 else None
    for first in range(1, min(_TRIED, len(lines))):
        rows = []
        for row in split_rows(lines[first:], form.marks):
            rows.append(row)
            if len(rows) > _LOOK + _FOOTER:
                break
        # At the end there may be a row that is cut, or what is no row at all.
        sure = rows[: -(_FOOTER if is_tail else 1)] or rows[:1]
        if rows and all(
            (len(row.cells) == form.width and not row.problem) or row.is_blank for row in sure[:_LOOK]
        ):
            return first
    return None


def _without_last(lines: list[str], form: Form, first: int) -> list[str]:
    """The lines from the first on without those of the last row, which may go on behind them."""
    marks = form.marks
    if marks is None or not any(
        sign and sign in line for sign in (marks.quotechar, marks.escapechar) for line in lines[first:]
    ):
        return lines[first:-1]
    last = first
    for row in split_rows(lines[first:], marks):
        last = first + row.line - 1
    return lines[first:last]
