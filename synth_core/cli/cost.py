"""The command `cost`: what reading a project's source would cost."""

from __future__ import annotations

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Project
from synth_core.cli.output import Output
from synth_core.model.cost import price_text, size_text


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(cost)


def cost(project: Project, as_json: AsJson = False) -> None:
    """Show what inferring would read and cost; reads nothing."""
    output = Output(as_json)
    found = api.cost(project)
    total = sum(each.bytes for each in found)
    dollars = sum(each.dollars for each in found)
    output.result(
        {
            "project": project,
            "tables": [each.model_dump(mode="json") for each in found],
            "bytes": total,
            "dollars": dollars,
        }
    )
    for each in found:
        output.say(f"{each.table}: {each}")
    if not total:
        output.say(f"Inferring {project} is free.")
        return
    queries = sum(each.queries for each in found)
    output.say(
        f"Inferring {project} reads {size_text(total)} in {queries} queries: {price_text(dollars)}, unless the "
        "bytes are paid for by a reservation."
    )
