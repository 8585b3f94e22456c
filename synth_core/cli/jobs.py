"""Commands of jobs: work in processes of their own, which go on when this command has ended."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.options import AsJson
from synth_core.cli.output import Output
from synth_core.errors import UsageError

if TYPE_CHECKING:
    from synth_core.jobs.record import Job

Background = Annotated[
    bool, typer.Option("--background", help="Do it in a process of its own, and come back at once.")
]


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(jobs)


def jobs(
    project: Annotated[str | None, typer.Argument(help="Only those of this project.")] = None,
    cancel: Annotated[
        str, typer.Option("--cancel", metavar="KIND", help="Ask the project's job of that kind to stop.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The latest jobs in the background, of each kind."""
    output = Output(as_json)
    if cancel:
        if project is None:
            raise UsageError("--cancel stops a job of one project: name the project.")
        asked = api.cancel_job(project, cancel)
        output.result({"job": asked.id, "cancel": "asked for"})
        output.say(f"The job {cancel} of {project} was asked to stop.")
        return
    found = api.jobs(project)
    output.result([each.model_dump(mode="json") for each in found])
    output.grid(
        "",
        ["project", "job", "state", "by", "started", "at"],
        [
            (
                each.project,
                each.kind.value,
                each.state.value,
                each.user,
                f"{each.started_at:%Y-%m-%d %H:%M}",
                each.lines[-1] if each.lines else each.run_id,
            )
            for each in found
        ],
        whole=["state", "started"],
    )
    for each in found:
        if each.error:
            why = f"{each.error.message} {each.error.hint}".rstrip()
            output.say(f"{each.project}, {each.kind.value}: {why}", "dim")
    if not found:
        output.say("Nothing was done in the background yet.")


def begin_job(output: Output, project: str, kind: str, arguments: dict[str, Any]) -> None:
    """Start a job, and say where it is to be seen. For what was not given the configuration holds."""
    given = {name: value for name, value in arguments.items() if value not in (None, "")}
    show_job(output, api.start_job(project, kind, given))


def show_job(output: Output, job: Job) -> None:
    """That a job goes on."""
    output.result(job.model_dump(mode="json"))
    output.say(f"The job {job.kind.value} of {job.project} goes on by itself.")
    output.say(f"Next: synth jobs {quote(job.project)}", "dim")
