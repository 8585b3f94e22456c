"""Splits delimited text into rows of cells and knows, for each, the physical line and what was odd about it.

This is the slow and exact reader: for samples, headers, and for finding out what is wrong with a file that
the fast one refused. Both agree: a quote opens a quoted value only as the first character of a cell, `""`
inside is a quote, and \\n, \\r\\n and \\r each end a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

MAX_ROW = 16 * 1024 * 1024
"""Longest row (and line) that is read, in characters; longer ones are an error: memory stays bounded."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@dataclass(frozen=True)
class Marks:
    """The characters that give delimited text its structure; empty: there is no such character."""

    delimiter: str
    quotechar: str = '"'
    escapechar: str = ""
    initial_space: bool = False
    """Blanks behind a delimiter, and at the beginning of a line, are no part of the value; where blanks separate, those
    at the end of a line separate nothing."""


class Row(NamedTuple):
    """One row. `line` is the physical line it begins on, counted from 1."""

    line: int
    cells: list[str]
    quoted: list[bool] | None
    """Which cells were quoted; None: none of them."""
    problem: str = ""
    """`open`: a quoted value never ends; `after`: text behind a closing quote; `long`: over MAX_ROW."""

    @property
    def is_blank(self) -> bool:
        """An empty line, which is no row where there are several columns."""
        return len(self.cells) == 1 and not self.cells[0] and self.quoted is None


def split_lines(text: str) -> list[str]:
    """Physical lines with their line ends. (str.splitlines splits at eight more characters.)"""
    return _LINE.findall(text)


def strip_line_end(line: str) -> str:
    """The line without its own line end."""
    if line.endswith("\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(("\n", "\r")) else line


@cache
def _patterns(marks: Marks) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The rest of an unquoted cell, and the rest of a quoted value up to its closing quote."""
    delimiter, quote, escape = map(re.escape, (marks.delimiter, marks.quotechar, marks.escapechar))
    escaped = rf"|{escape}(?s:.)|{escape}\Z" if escape else ""
    plain = rf"(?:[^{delimiter}{escape}]{escaped})*+"
    inner = rf"(?:[^{quote}{escape}]|{quote}{quote}{escaped})*+" if quote else ""
    return re.compile(plain), re.compile(inner)


def _unescape(text: str, escape: str) -> str:
    return re.sub(re.escape(escape) + "(?s:(.))", r"\1", text) if escape and escape in text else text


@dataclass
class _Partial:
    """A row in the making, fed line by line as long as a quoted value is open."""

    marks: Marks
    line: int
    cells: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)
    open_value: list[str] | None = None
    size: int = 0
    problem: str = ""

    def feed(self, text: str) -> None:
        """Take one line with its line end; afterwards the row is whole unless `open_value` is set."""
        quote, escape = self.marks.quotechar, self.marks.escapechar
        plain, inner = _patterns(self.marks)
        self.size += len(text)
        position, end = 0, len(strip_line_end(text))
        if self.marks.initial_space and self.marks.delimiter == " ":
            end = len(text[:end].rstrip(" "))
        while True:
            if self.open_value is None and not escape and not self.marks.initial_space:
                # Without quotes in them, all cells up to the next one are split at once.
                start = text.find(quote, position, end) if quote else -1
                stop = text.rfind(self.marks.delimiter, position, start) if start >= 0 else end
                if stop >= 0:
                    cells = text[position:stop].split(self.marks.delimiter)
                    self.cells += cells
                    self.quoted += [False] * len(cells)
                    position = stop + 1
                    if stop == end:
                        return
            value = ""
            if self.open_value is None and self.marks.initial_space:
                position += len(text[position:end]) - len(text[position:end].lstrip(" "))
            if self.open_value is None and quote and text.startswith(quote, position):
                self.open_value, position = [], position + 1
            is_quoted = self.open_value is not None
            if self.open_value is not None:
                stop = _end(inner, text, position, len(text))
                self.open_value.append(text[position:stop])
                if stop == len(text):
                    return
                value = _unescape("".join(self.open_value).replace(quote * 2, quote), escape)
                self.open_value, position = None, stop + 1
            stop = _end(plain, text, position, end)
            rest = text[position:stop]
            if is_quoted and rest.strip(" "):
                self.problem = "after"
            self.cells.append(value + _unescape(rest, escape))
            self.quoted.append(is_quoted)
            if stop >= end:
                return
            position = stop + 1

    def row(self, problem: str = "") -> Row:
        """The row as far as it was fed."""
        cells, quoted = self.cells, self.quoted
        if self.open_value is not None:
            cells, quoted = [*cells, "".join(self.open_value)], [*quoted, True]
        return Row(self.line, cells, quoted if any(quoted) else None, problem or self.problem)


def begins_with(row: Row, sign: str) -> bool:
    """The row's line begins with the sign, which stands in no quotes."""
    return row.cells[0].startswith(sign) and not (row.quoted and row.quoted[0])


def without_comments(lines: Iterable[str], marks: Marks, is_comment: Callable[[str], bool]) -> Iterator[str]:
    """The lines with blank ones in place of comments, so that they keep their numbers. Inside a quoted value there are
    none."""
    partial: _Partial | None = None
    for line in lines:
        if partial is None and is_comment(line):
            yield line[len(strip_line_end(line)) :]
            continue
        if partial is not None or (marks.quotechar and marks.quotechar in line):
            partial = partial or _Partial(marks, 0)
            partial.feed(line)
            if partial.open_value is None or partial.size > MAX_ROW:
                partial = None
        yield line


def _end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    match = pattern.match(text, start, end)
    return match.end() if match else start


def _plain_cells(line: str, marks: Marks) -> list[str]:
    """The cells of a line without any quote or escape character."""
    if not marks.initial_space:
        return line.split(marks.delimiter)
    if marks.delimiter == " ":
        return re.split(" +", line.strip(" "))
    return [cell.lstrip(" ") for cell in line.split(marks.delimiter)]


def _plainly_quoted(line: str, marks: Marks) -> tuple[list[str], list[bool]] | None:
    """The cells of a line whose quotes enclose whole cells without any sign of structure inside, and which are quoted;
    None for any other line. Nearly all lines with quotes are such."""
    quote = marks.quotechar
    cells = strip_line_end(line).split(marks.delimiter)
    quoted = []
    for number, cell in enumerate(cells):
        is_quoted = quote in cell
        if is_quoted:
            if len(cell) < 2 or cell[0] != quote or cell.find(quote, 1) != len(cell) - 1:
                return None
            cells[number] = cell[1:-1]
        quoted.append(is_quoted)
    return cells, quoted


def _numbered(lines: Iterable[str], escape: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one whose line end is escaped is joined with the next."""
    pending, start = "", first_line
    for number, line in enumerate(lines, first_line):
        start = start if pending else number
        pending += line
        content = strip_line_end(line)
        is_escaped = escape and (len(content) - len(content.rstrip(escape))) % 2 == 1
        if not is_escaped or len(pending) > MAX_ROW:
            yield start, pending
            pending = ""
    if pending:
        yield start, pending


def split_rows(lines: Iterable[str], marks: Marks, *, first_line: int = 1) -> Iterator[Row]:
    """The rows of physical lines (with their line ends). Takes no more lines than the row that is asked for;
    ends after a row that is too long or never closed."""
    quote, escape = marks.quotechar, marks.escapechar
    numbered = _numbered(lines, escape, first_line) if escape else enumerate(lines, first_line)
    partial: _Partial | None = None
    for number, line in numbered:
        if partial is None:
            if len(line) > MAX_ROW:
                yield Row(number, [], None, "long")
                return
            if not (quote and quote in line) and not (escape and escape in line):
                yield Row(number, _plain_cells(strip_line_end(line), marks), None)
                continue
            plain = None if escape or marks.initial_space else _plainly_quoted(line, marks)
            if plain is not None:
                yield Row(number, *plain)
                continue
            partial = _Partial(marks, number)
        partial.feed(line)
        if partial.open_value is None:
            yield partial.row()
            partial = None
        elif partial.size > MAX_ROW:
            break
    if partial is not None:
        yield partial.row("open")
