"""The rows of a delimited file without what stands around them: banner, header and footer are cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.footer import without_totals
from synth_core.files.rows import (
    MAX_ROW,
    Marks,
    Row,
    split_lines,
    split_rows,
    strip_line_end,
    without_comments,
)
from synth_core.files.text import Text
from synth_core.model.dialect import Dialect

_LINES = 1000
_LINE_END = re.compile(r"[\r\n]")


class Lines:
    """Text in chunks, read line by line as far as wanted; the rest comes in chunks again."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._position = 0
        self.taken = 0
        """Physical lines read so far."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next physical line with its line end; at most MAX_ROW characters and a chunk of it."""
        while True:
            match = _LINE_END.search(self._text, self._position)
            is_whole = match is not None and (match.group() == "\n" or match.end() < len(self._text))
            if is_whole or len(self._text) - self._position > MAX_ROW:
                break
            chunk = next(self._chunks, "")
            if not chunk:
                break
            self._text, self._position = self._text[self._position :] + chunk, 0
        end = len(self._text)
        if match is not None:
            end = match.end() + self._text.startswith("\r\n", match.start())
        line = self._text[self._position : end]
        if not line:
            raise StopIteration
        self._position = end
        self.taken += 1
        return line

    def rest(self) -> Iterator[str]:
        """Everything that was not taken, in chunks."""
        if self._position < len(self._text):
            yield self._text[self._position :]
        self._text = ""
        yield from self._chunks


def marks_of(dialect: Dialect) -> Marks:
    """The dialect's structural characters; without quoting there is no quote character."""
    quote = "" if dialect.quoting == "none" else dialect.quotechar
    return Marks(dialect.delimiter, quote, dialect.escapechar, dialect.initial_space)


class Body:
    """One file, opened behind its banner and header."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path = path
        self._dialect = dialect
        self.text = Text(path, dialect.encoding)
        self._lines = Lines(iter(self.text))
        for _ in range(dialect.skip_rows):
            if next(self._lines, None) is None:
                raise SourceError(
                    f"{path}: the file ends within its first {dialect.skip_rows} lines, which are no data.",
                    hint="Is it a file of another table?",
                )
        self.header: list[Row] = []
        rows = split_rows(self._lines, marks_of(dialect), first_line=self._lines.taken + 1)
        while len(self.header) < dialect.header_rows:
            row = next(rows, None)
            if row is None:
                break
            self.header.append(row)
        self.first_line = self._lines.taken + 1
        """The physical line on which the data begin."""

    def chunks(self) -> Iterator[str]:
        """The text of the data rows, whose last line always ends: readers take an unended one otherwise."""
        last = ""
        for chunk in self._data():
            yield chunk
            last = chunk[-1:] or last
        if last and last not in "\r\n":
            # Its own: behind an empty value that `\r` ended, `\n` would belong to that end.
            yield self._dialect.line_end

    def _data(self) -> Iterator[str]:
        """The footer's lines are held back and compared with the dialect's."""
        count = len(self._dialect.footer)
        chunks = self._lines.rest()
        if sign := self._dialect.comment:
            uncommented = without_comments(
                Lines(chunks), marks_of(self._dialect), lambda line: line.startswith(sign)
            )
            chunks = _in_chunks(uncommented)
        if not count:
            yield from chunks
            return
        held = ""
        for chunk in chunks:
            held += chunk
            cut = _before_last_lines(held, count + 1)
            if cut:
                yield held[:cut]
                held = held[cut:]
        lines = split_lines(held)
        yield "".join(lines[:-count])
        self._check_footer(lines[-count:])

    def _check_footer(self, lines: list[str]) -> None:
        """A line that looks like a row must not be lost because another file had a footer there."""
        marks = marks_of(self._dialect)
        for line, known in zip(lines, self._dialect.footer, strict=False):
            text = strip_line_end(line)
            cells = text.count(marks.delimiter)
            known = without_totals(known)
            if _shape(text) != _shape(known) and cells == known.count(marks.delimiter) and cells > 0:
                raise SourceError(
                    f"{self.path}: the last lines are no footer as in the other files: {text[:80]!r}.",
                    hint=f"Expected something like {known[:80]!r}; sniff this file on its own.",
                )

    def rows(self) -> Iterator[Row]:
        """The data rows, one by one and exactly, with their physical lines; slow."""
        lines = Lines(self.chunks())
        yield from split_rows(lines, marks_of(self._dialect), first_line=self.first_line)


def _in_chunks(lines: Iterator[str]) -> Iterator[str]:
    while chunk := "".join(islice(lines, _LINES)):
        yield chunk


def _before_last_lines(text: str, count: int) -> int:
    """Where the last `count` lines of the text begin; 0 if there are not more of them."""
    position = end = len(text)
    for _ in range(count + 1):
        position = max(text.rfind("\n", 0, position), text.rfind("\r", 0, position))
        if position < 0:
            return 0
        end = position + 1
        if position and text.startswith("\r\n", position - 1):
            position -= 1
    return end


def _shape(text: str) -> str:
    return re.sub(r"[\d.,]+", "9", text)
