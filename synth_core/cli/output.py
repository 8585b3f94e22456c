"""What the command line prints: text for people, JSON for machines; progress only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic_core import to_json
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from synth_core.cli.plain import cell, jsonable, sentence
from synth_core.model.findings import Finding, Level

if TYPE_CHECKING:
    from synth_core.stages.verify import Check

STYLES = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "dim"}
_WORDS = {Level.ERROR: "error", Level.WARNING: "look", Level.NOTE: "note"}


_MANY = 1000
"""Rows of a table that are laid out at the most."""
_WIDE = 240
"""Columns of text where no terminal says how many there are: a file or another program does not mind."""


def plural(number: int, word: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


class Output:
    """Standard output for results, standard error for everything else."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        width = None if sys.stdout.isatty() else _WIDE
        # Text is shown as it is: brackets and colons of names are neither markup nor emoji.
        plain: dict[str, Any] = {"soft_wrap": True, "highlight": False, "markup": False, "emoji": False}
        self.out = Console(**plain, width=width)
        self.err = Console(**plain, stderr=True)

    def result(self, data: Any) -> None:
        """The result as JSON, if that is what was asked for."""
        if self.as_json:
            # The standard library writes indented JSON in Python: of a file of thousands of columns it takes seconds.
            sys.stdout.write(f"{to_json(jsonable(data), indent=1).decode()}\n")

    def say(self, text: str = "", style: str = "") -> None:
        """A line for people; nothing when JSON was asked for."""
        if not self.as_json:
            self.out.print(sentence(text), style=style)

    def grid(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        right: Sequence[str] = (),
        whole: Sequence[str] = (),
    ) -> None:
        """A small table for people; nothing when there are no rows. The columns `whole` are never broken into lines."""
        if self.as_json or not rows:
            return
        if len(rows) > _MANY and not self.out.is_terminal:
            self._lines(title, columns, rows, right)
            return
        grid = Grid(
            title=cell(title) or None, title_justify="left", box=None, pad_edge=False, header_style="bold"
        )
        for column in columns:
            grid.add_column(
                cell(column),
                justify="right" if column in right else "left",
                overflow="fold",
                no_wrap=column in whole,
            )
        for row in rows:
            grid.add_row(*map(cell, row))
        self.out.print(grid)

    def _lines(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[str]
    ) -> None:
        """Very many rows, one a line: to lay each of them out would take longer than to find what it says."""
        cells = [[str(cell(value)) for value in row] for row in (columns, *rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        aligned = [str.rjust if column in right else str.ljust for column in columns]
        if title:
            self.out.file.write(f"{cell(title)}\n")
        for row in cells:
            fields = (align(text, width) for align, text, width in zip(aligned, row, widths, strict=True))
            self.out.file.write("  ".join(fields).rstrip() + "\n")

    def note(self, text: str) -> None:
        """What whoever started the command may need later, on standard error."""
        self.err.print(f"synth: {sentence(text)}")

    def step(self, text: str) -> None:
        """What is going on, on a terminal only."""
        if self.err.is_terminal and not self.as_json:
            self.err.print(f"  {sentence(text)} …", style="dim")

    def findings(self, findings: Sequence[Finding], *, notes: bool = True) -> None:
        """Remarks, most important first."""
        order = list(Level)
        for finding in sorted(findings, key=lambda each: order.index(each.level)):
            if notes or finding.level is not Level.NOTE:
                self.say(f"  {_WORDS[finding.level]}: {finding}", STYLES[finding.level])

    def error(self, message: str) -> None:
        """Why it did not work, on standard error."""
        self.err.print(f"synth: {sentence(message)}", style="red" if self.err.is_terminal else "")


class Bars:
    """Progress bars of a run; silent unless standard error is a terminal."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._progress = Progress(
            TextColumn("  {task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=output.err,
            disable=output.as_json or not output.err.is_terminal,
            transient=True,
        )
        self._bars: dict[str, TaskID] = {}

    def staging(self, table: str) -> None:
        """Say whose input is copied."""
        self._output.step(f"staging {table}")

    def generating(self, wanted: Mapping[str, int]) -> None:
        """A bar for each table."""
        self._progress.start()
        for table, count in wanted.items():
            self._bars[table] = self._progress.add_task(cell(table), total=count)

    def rows(self, done: Mapping[str, int]) -> None:
        """Move the bars."""
        for table, count in done.items():
            if table in self._bars:
                self._progress.update(self._bars[table], completed=count)

    def generated(self, rows: Mapping[str, int]) -> None:
        """Take the bars away."""
        self._progress.stop()

    def loading(self, table: str) -> None:
        """Say which table is loaded."""
        self._output.step(f"loading {table}")

    def checked(self, checks: Sequence[Check]) -> None:
        """Say how many checks there were."""
        self._output.step(f"{len(checks)} checks done")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()
