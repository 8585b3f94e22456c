"""The command `ask`: what a model proposes of tables, and a person's decision on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from synth_core import api
from synth_core.cli.models import Told
from synth_core.cli.options import AsJson, Project
from synth_core.cli.output import Output
from synth_core.errors import UsageError
from synth_core.model.findings import Finding

if TYPE_CHECKING:
    from synth_core.model.proposals import Offer


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(ask)


def ask(
    project: Project,
    tables: Annotated[list[str] | None, typer.Argument(help="Tables; none: all.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Ask nothing; show what was proposed before.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="TABLE.COLUMN.PART", help="Accept a proposal; repeatable."),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(
            "--reject", metavar="TABLE.COLUMN.PART", help="Turn a proposal down for good; repeatable."
        ),
    ] = None,
    model: Annotated[str, typer.Option("--model", help="Who is asked.")] = "gemini",
    as_json: AsJson = False,
) -> None:
    """Ask a model about tables; its proposals wait for a person."""
    output = Output(as_json)
    if accept or reject:
        _decide(project, accept or (), reject or ())
        show = True
    told = Told(output)
    findings: tuple[Finding, ...] = ()
    if show:
        found = api.offered(project)
    else:
        found, findings = api.ask(project, tables or (), model=model, talk=told, progress=output.step)
    wanted = [each for each in found if not tables or each.table in tables]
    output.result(
        {
            "offers": [{"name": _name(each), **each.model_dump(mode="json")} for each in wanted],
            "asked": told.data,
            "findings": [each.model_dump(mode="json") for each in findings],
        }
    )
    output.grid(
        "Proposals",
        ["proposal", "now", "proposed", "why", "against it"],
        [(_name(each), each.now, each.proposed, each.evidence, each.against) for each in wanted],
    )
    if not wanted:
        output.say("Nothing is proposed that the project does not say already.")
    output.findings(findings)


def _decide(project: str, accept: Sequence[str], reject: Sequence[str]) -> None:
    """Each by its name; those of which one is not offered decide nothing."""
    there = {_name(each): each for each in api.offered(project)}
    for name in (*accept, *reject):
        if name not in there:
            raise UsageError(
                f"{name!r} is not proposed.", hint=f"There are {', '.join(there) or 'no proposals'}."
            )
    for name in (*accept, *reject):
        api.decide(project, there[name], accept=name in accept)


def _name(offer: Offer) -> str:
    return ".".join(filter(None, (offer.table, offer.column, offer.part)))
