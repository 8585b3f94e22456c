"""Commands of runs: run, resume, cancel, runs, audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.jobs import Background, begin_job
from synth_core.cli.options import (
    AsJson,
    AuditTable,
    ByPerson,
    InState,
    Last,
    OfProject,
    Project,
    Since,
    Until,
    in_utc,
)
from synth_core.cli.output import Bars, Output, plural
from synth_core.errors import TargetError, TransientError

if TYPE_CHECKING:
    from synth_core.execution.audit import AuditRow
    from synth_core.execution.state import Manifest
    from synth_core.stages.verify import Check

RunId = Annotated[str, typer.Argument(help="The run's id; `synth runs` lists them.")]


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (run, cancel, resume, runs):
        app.command()(command)
    events = typer.Typer(invoke_without_command=True)
    events.callback()(audit)
    events.command()(sync)
    events.command()(seen)
    app.add_typer(events, name="audit")


def run(
    project: Project,
    audit_table: AuditTable = None,
    background: Background = False,
    as_json: AsJson = False,
) -> None:
    """Run the approved plan as it is."""
    output = Output(as_json)
    if background:
        begin_job(output, project, "run", {"audit_table": audit_table})
        return
    manifest = run_project(output, project, audit_table)
    output.result(run_data(manifest))
    show_run(output, manifest)


def resume(run_id: RunId, background: Background = False, as_json: AsJson = False) -> None:
    """Go on with a run that failed, was cancelled or killed."""
    output = Output(as_json)
    manifest = api.state(run_id)
    if background:
        begin_job(output, manifest.project, "resume", {"run_id": run_id})
        return
    if manifest.state == "published":
        output.note(f"run {run_id} is published already, so nothing was done.")
    else:
        try:
            with Bars(output) as bars:
                manifest = api.resume(run_id, progress=bars)
        except (TargetError, TransientError) as error:
            error.add_note(f"when that is mended, `synth resume {run_id}` goes on with the run.")
            raise
    output.result(run_data(manifest))
    show_run(output, manifest)


def cancel(run_id: RunId, as_json: AsJson = False) -> None:
    """Ask a run to stop."""
    output = Output(as_json)
    api.cancel(run_id)
    output.result({"run_id": run_id, "cancel": "asked for"})
    output.say(f"Run {run_id} was asked to stop.")


def runs(
    project: OfProject = "",
    state: InState = "",
    by: ByPerson = "",
    since: Since = None,
    until: Until = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Runs, newest first."""
    from synth_core.report import row_of

    output = Output(as_json)
    found = api.runs(
        project=project, state=state, by=by, since=in_utc(since), until=in_utc(until), limit=last
    )
    output.result([run_data(manifest) for manifest in found])
    output.grid(
        "",
        ["run", "project", "state", "rows", "by", "started"],
        [
            (
                m.run_id,
                m.project,
                m.state,
                "" if m.rows is None else m.rows,
                m.started_by,
                f"{m.started_at:%Y-%m-%d %H:%M}",
            )
            for m in map(row_of, found)
        ],
        right=["rows"],
        whole=["run", "state", "started"],
    )
    for manifest in found:
        if manifest.message:
            # In a column of its own it would have no room on a usual terminal.
            output.say(f"{manifest.run_id}: {manifest.message}", "dim")
    if not found:
        is_filtered = any((project, state, by, since, until))
        output.say("There are no such runs." if is_filtered else "There are no runs yet.")


def audit(
    context: typer.Context,
    project: OfProject = "",
    run_id: Annotated[str, typer.Option("--run", help="Only of this run.")] = "",
    status: Annotated[str, typer.Option("--status", help="Only events of this status: Failed …")] = "",
    by: ByPerson = "",
    since: Since = None,
    until: Until = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Who made which rows from what, and how it ended."""
    if context.invoked_subcommand:
        return
    output = Output(as_json)
    rows = api.audit(
        project=project,
        run=run_id,
        status=status,
        by=by,
        since=in_utc(since),
        until=in_utc(until),
        limit=last,
    )
    output.result([row.model_dump(mode="json") for row in rows])
    for each in dict.fromkeys(row.run_id for row in rows):
        _show_audit(output, [row for row in rows if row.run_id == each])
    if not rows:
        is_filtered = any((project, run_id, status, by, since, until))
        output.say("There are no such events." if is_filtered else "Nothing has been run yet.")


def sync(
    run_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN]...", help="These runs; all of them without a name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy what the audit table lacks of the runs' events."""
    output = Output(as_json)
    done = api.audit_sync(run_ids or ())
    output.result({"runs": done})
    output.say(f"The audit table has the events of {plural(len(done), 'run')}.")


def seen(project: Project, as_json: AsJson = False) -> None:
    """Who has looked at values of people in a project's source."""
    output = Output(as_json)
    found = api.sightings(project)
    output.result([each.model_dump(mode="json") for each in found])
    output.grid(
        "",
        ["when", "user", "table", "columns", "rows"],
        [
            (f"{each.at:%Y-%m-%d %H:%M:%S}", each.user, each.table, ", ".join(each.columns), each.rows)
            for each in found
        ],
        right=["rows"],
        whole=["when"],
    )
    if not found:
        output.say("Nobody has asked for values of people.")


def run_data(manifest: Manifest) -> dict[str, Any]:
    """A run as JSON."""
    data = manifest.model_dump(mode="json", exclude={"pid", "host", "checks"})
    data["checks"] = [{**check.model_dump(mode="json"), "ok": check.ok} for check in manifest.checks]
    if manifest.state.value == "published":
        data |= api.outcome(manifest.run_id)
    return data


def show_run(output: Output, manifest: Manifest) -> None:
    """A finished run, for people."""
    outcome = api.outcome(manifest.run_id)
    output.say()
    output.grid(
        "Generated, loaded and checked",
        ["table", "rows", "checks", "file"],
        [
            (
                file["table"],
                file["rows"],
                _held([check for check in manifest.checks if check.table == file["table"]]),
                _short(file["path"]),
            )
            for file in outcome["files"]
        ],
        right=["rows"],
    )
    seconds = (manifest.ended_at - manifest.started_at).total_seconds() if manifest.ended_at else 0.0
    output.say()
    output.say(
        f"All {plural(len(manifest.checks), 'check')} hold. {plural(outcome['rows'], 'row')} in {seconds:,.1f} s.",
        "green",
    )
    output.say(f"Target:  {outcome['target']}")
    output.say(f"Files:   {outcome['output']}")
    output.say(f"Project: {outcome['project_folder']} (project.yaml, recipe.yml, profile.json)")
    output.say(f"Audit:   synth audit, run {manifest.run_id}")
    for note in manifest.notes:
        output.say(f"Note:    {note}")


def _show_audit(output: Output, rows: list[AuditRow]) -> None:
    """The events of one run; why it failed is the same for all its tables."""
    first = rows[0]
    output.say(f"Run {first.run_id}, approved by {first.approver}", "bold")
    output.grid(
        "",
        ["when", "table", "status", "rows", "user"],
        [
            (
                f"{row.insert_timestamp:%Y-%m-%d %H:%M:%S}",
                row.table_name,
                row.status.value,
                row.num_records_generated if row.num_records_generated is not None else "",
                row.user or "",
            )
            for row in rows
        ],
        right=["rows"],
        whole=["when", "status", "rows"],
    )
    for message in dict.fromkeys(row.error_message for row in rows if row.error_message):
        output.say(message, "dim")
    output.say()


def run_project(output: Output, project: str, audit_table: str | None = None) -> Manifest:
    """Run the approved plan of a project, with bars; says what to do when it fails."""
    started = ""

    def begin(run_id: str) -> None:
        nonlocal started
        started = run_id
        output.note(f"run {run_id} has started.")

    try:
        with Bars(output) as bars:
            return api.run(project, progress=bars, started=begin, audit_table=audit_table)
    except (TargetError, TransientError) as error:
        if started:
            error.add_note(f"when that is mended, `synth resume {started}` goes on with the run.")
        raise
    except KeyboardInterrupt:
        if started:
            output.note(f"the run is stopped; `synth resume {started}` goes on with it.")
        raise


def _held(checks: list[Check]) -> str:
    return f"{sum(check.ok for check in checks)} of {len(checks)} hold"


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])
