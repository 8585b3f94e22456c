"""What runs were: their reports, lists and differences, and what recipes have from data."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from synth_core.api.ground import projects_in, recipe_of, runs_in, settings_for
from synth_core.api.running import state
from synth_core.errors import ProjectError, UsageError
from synth_core.execution.creation import Drafted
from synth_core.execution.facts import RunFacts, facts_of
from synth_core.execution.state import Manifest, State
from synth_core.files.shape import output_folder
from synth_core.history.folder import FACTS
from synth_core.model.profile import Profile
from synth_core.report import Report, RunDifference, RunFilter, RunRow, as_html, build_report, row_of
from synth_core.report import compare_runs as compare_reports
from synth_core.stages.literals import Literals, copied_literals


def report(run_id: str, *, home: Path | None = None) -> Report:
    """What a run made, from what, how like it that is, what was checked and copied, and who decided. The rows are
    measured when the first one asks, and what was found is kept. Raises ProjectError where there is no such run."""
    manifest, runs = state(run_id, home=home), runs_in(home)
    approved = runs.plan(run_id)
    settings = settings_for(home)
    return build_report(
        approved,
        manifest,
        runs.receipts(run_id),
        measure(run_id, home=home),
        drafted=_drafted(run_id, home),
        output=output_folder(settings.home, approved.plan.project.target, run_id),
    )


def report_html(run_id: str, *, home: Path | None = None) -> str:
    """The report as one HTML file that needs nothing else."""
    return as_html(report(run_id, home=home))


def measure(run_id: str, *, home: Path | None = None) -> RunFacts:
    """The facts of a run's rows beside those of its source; made once, from the finished files, and kept. Whoever drives
    a run may call it at the end, so that nobody waits for it later."""
    manifest = runs_in(home).manifest(run_id)
    return facts_of(settings_for(home).home, runs_in(home), run_id, _source_facts(manifest, home))


def literals(name: str, *, home: Path | None = None) -> Literals:
    """What in a project's recipe comes from its source, by column, with the source rows behind it."""
    stored = projects_in(home).load(name)
    return copied_literals(stored.project, recipe_of(stored), stored.profile, stored.recipe_files)


def compare_runs(one: str, other: str, *, home: Path | None = None) -> RunDifference:
    """What differs from one run to another: what was asked for, and what came of it."""
    if one == other:
        raise UsageError("That is the same run twice.", hint="Name two runs; `synth runs` lists them.")
    runs = runs_in(home)
    return compare_reports(
        report(one, home=home), runs.plan(one).plan, report(other, home=home), runs.plan(other).plan
    )


def run_list(
    *,
    project: str = "",
    state: str = "",
    by: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    home: Path | None = None,
) -> list[RunRow]:
    """Runs as rows of a grid, newest first; `by` is part of the name of who started or approved it. Raises UsageError
    for a state that is none."""
    if state and state not in {each.value for each in State}:
        known = ", ".join(each.value for each in State)
        raise UsageError(f"{state!r} is no state of a run.", hint=f"It is one of {known}.")
    wanted = RunFilter(project=project, state=state, by=by, since=since, until=until)
    return [row_of(each) for each in islice(_taken(wanted, home), limit)]
