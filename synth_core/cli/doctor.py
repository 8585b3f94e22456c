"""The command `doctor`: what is missing for the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from synth_core import api
from synth_core.cli.options import AsJson
from synth_core.cli.output import Output, plural

if TYPE_CHECKING:
    from synth_core.checkup import Result

_STYLES = {"ok": "green", "missing": "red", "look": "yellow", "skipped": "dim"}


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(
    sources: Annotated[
        list[str] | None, typer.Option("--source", help="Look at this SOURCE instead; repeatable.")
    ] = None,
    target: Annotated[str, typer.Option("--target", help="Look at this TARGET instead.")] = "",
    model: Annotated[str, typer.Option("--model", help="rules or gemini.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what is missing for the job, and which role gives it."""
    output = Output(as_json)
    results = api.doctor(source=sources or (), target=target, model=model)
    missing = [each for each in results if each.state == "missing"]
    output.result({"ok": not missing, "results": [each.model_dump(mode="json") for each in results]})
    for each in results:
        _show(output, each)
    if not any(each.check.startswith("credentials") for each in results):
        output.say("Nothing of the configuration is in Google Cloud, so nothing was looked at there.", "dim")
    output.say()
    if missing:
        output.say(f"{plural(len(missing), 'thing')} {'is' if len(missing) == 1 else 'are'} missing.", "bold")
        raise typer.Exit(1)
    output.say("Nothing is missing.", "bold")


def _show(output: Output, result: Result) -> None:
    output.say(f"{result.state.value:8} {result.about}: {result.message}", _STYLES[result.state])
    if result.state in ("missing", "look"):
        for line in filter(None, (result.hint, result.command and f"$ {result.command}")):
            output.say(f"{'':9}{line}")
