"""`synth members`: who takes part in a project."""

from __future__ import annotations

from typing import Annotated

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Project
from synth_core.cli.output import Output
from synth_core.errors import UsageError


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(members)


def members(
    project: Project,
    give: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=ROLE", help="viewer, editor or approver; can be given again."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="NAME", help="Take somebody out; again for more.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who takes part in a project in the review app."""
    output = Output(as_json)
    changes: dict[str, str | None] = dict.fromkeys(remove or ())
    for each in give or ():
        name, equals, role = each.rpartition("=")
        if not equals:
            raise UsageError(f"--set {each}: a role is missing.", hint="Write `--set ana@acme.com=editor`.")
        changes[name] = role
    found = api.set_members(project, changes) if changes else api.members(project)
    output.result(found.model_dump(mode="json"))
    if not found.people:
        output.say("Everybody takes part, by the role that the configuration gives.")
        return
    output.grid("", ["member", "role"], sorted(found.people.items()), whole=["member"])
