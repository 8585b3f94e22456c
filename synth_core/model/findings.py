"""What a stage noticed and a person should know."""

from __future__ import annotations

from enum import StrEnum

from synth_core.model.base import Frozen


class Level(StrEnum):
    """`error` stops a run; `warning` wants a look; `note` is for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


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
