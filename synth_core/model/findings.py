"""What a stage noticed and a person should know."""

from __future__ import annotations

from enum import StrEnum

from synth_core.model.base import Frozen


class Level(StrEnum):
    """`error` stops a run; `warning` wants a look; `note` is for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class TextEdit(Frozen):
    """One change of a text: what stands from the start place to the end place becomes `text`. Lines and columns count
    from 1, in characters; the end is the place behind the last character that goes."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


class Fix(Frozen):
    """A change that mends what a finding is about; all of its edits refer to the text as it is before them."""

    title: str
    """What it does, in a few words: ``Write `Email` ``."""
    edits: tuple[TextEdit, ...]
    safe: bool = False
    """It can be applied without asking: it writes what was surely meant, and no row of a recipe that runs changes."""


class Finding(Frozen):
    """One remark, with its place: a file and line, or a table and column, whichever is known."""

    level: Level
    code: str
    """Stable, for machines and tests: `recipe.unknown-function`, `source.no-rows` …"""
    message: str
    hint: str = ""
    """What would be right, or what to do."""
    file: str = ""
    line: int | None = None
    column_number: int | None = None
    table: str = ""
    column: str = ""
    fix: Fix | None = None
    """What can be done about it by a click."""

    def __str__(self) -> str:
        place = self.file or self.table
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
            if self.column_number is not None:
                place += f":{self.column_number}"
        elif self.column:
            place = f"{place}.{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.hint}".rstrip()


def errors(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Only those that stop a run."""
    return [finding for finding in findings if finding.level is Level.ERROR]
