"""The characters of a YAML text: its lines, and what in them is blank or comment."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from synth_core.model.findings import TextEdit

BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML."""
_BREAKS = "\r\n\x85\u2028\u2029"
WHITE = f" \t{_BREAKS}"


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character; a byte order mark belongs to no line."""
    return [1 if text.startswith("\ufeff") else 0, *(found.end() for found in BREAK.finditer(text))]


class Text:
    """A text by lines, which are numbered from 0 here, and by offsets of characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = line_starts(text)

    def line(self, offset: int) -> int:
        """The number of the line that holds the character, from 0."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def line_start(self, offset: int) -> int:
        """Where the line begins that holds the character."""
        return self._starts[self.line(offset)]

    def start_of(self, line: int) -> int:
        """Where the line with this number begins; the end of the text for a line behind the last."""
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def end_of(self, line: int) -> int:
        """Where the line with this number ends, its break left out."""
        return self.start_of(line) + len(self.line_text(line))

    def next_line(self, offset: int) -> int:
        """Where the line begins that follows the one with the character."""
        return self.start_of(self.line(offset) + 1)

    def line_text(self, line: int) -> str:
        """The line with this number without its break; the empty text where there is none."""
        return self.text[self.start_of(line) : self.start_of(line + 1)].rstrip(_BREAKS) if line >= 0 else ""

    @cached_property
    def line_break(self) -> str:
        """What ends the first line, and so also a new one."""
        found = BREAK.search(self.text)
        return found[0] if found else "\n"

    def edit(self, start: int, end: int, text: str) -> TextEdit:
        """The characters from start to end become `text`."""
        first, last = self.line(start), self.line(end)
        return TextEdit(
            start_line=first + 1,
            start_column=start - self._starts[first] + 1,
            end_line=last + 1,
            end_column=end - self._starts[last] + 1,
            text=text,
        )

    def before(self, edit: TextEdit) -> str:
        """What the edit replaces."""
        start = self._starts[edit.start_line - 1] + edit.start_column - 1
        return self.text[start : self._starts[edit.end_line - 1] + edit.end_column - 1]

    def skip(self, start: int, end: int) -> int:
        """The first character from start on that is neither blank nor comment; `end` where there is none."""
        at = start
        while at < end:
            if self.text[at] == "#":
                at = self.next_line(at)
            elif self.text[at] in WHITE:
                at += 1
            else:
                return at
        return end

    def last_token(self, start: int, end: int) -> int:
        """The place behind the last character between start and end that is neither blank nor comment."""
        last = at = start
        while (at := self.skip(at, end)) < end:
            at = last = at + 1
        return last
