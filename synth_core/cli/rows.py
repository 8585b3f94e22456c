"""The command rows: a look at a table's source."""

from __future__ import annotations

from typing import Annotated

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Project
from synth_core.cli.output import Output


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(rows)


def rows(
    project: Project,
    table: Annotated[str, typer.Argument(help="A table of the project.")],
    rows: Annotated[int, typer.Option("--rows", help="So many at most.")] = 20,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Show values of people as they are; the audit notes it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Rows of a table's source; values of people as shapes."""
    output = Output(as_json)
    found = api.source_rows(project, table, rows, unmasked=unmasked)
    output.result({"rows": found.rows.to_pylist(), "masked": found.masked, "personal": found.personal})
    output.grid(
        table,
        found.rows.column_names,
        [["" if value is None else str(value) for value in row.values()] for row in found.rows.to_pylist()],
    )
    if found.masked:
        output.say(f"Shapes only: {', '.join(found.masked)}.", "dim")
