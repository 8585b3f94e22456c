"""What runs were: their reports, lists and differences, and what recipes have from data."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from synth_core.api.configured import settings_for
from synth_core.api.ground import ByContents, projects_in, recipe_of, runs_in
from synth_core.api.running import runs, state
from synth_core.errors import UsageError
from synth_core.execution.creation import Drafted
from synth_core.execution.facts import RunFacts, facts_of
from synth_core.execution.state import name as object_name
from synth_core.files.shape import output_folder
from synth_core.report import Report, RunDifference, RunRow, as_html, build_report, row_of
from synth_core.report import compare_runs as compare_reports
from synth_core.stages.literals import Literals, copied_literals


def report(run_id: str, *, home: Path | None = None) -> Report:
    """What a run made, from what, how like it that is, what was checked and copied, and who decided. The rows are
    measured when the first one asks, and what was found is kept. Raises ProjectError where there is no such run."""
    manifest, store = state(run_id, home=home), runs_in(home)
    approved = store.plan(run_id)
    settings = settings_for(home)
    return build_report(
        approved,
        manifest,
        store.receipts(run_id),
        measure(run_id, home=home),
        drafted=_drafted(run_id, home),
        output=output_folder(settings.home, approved.plan.project.target, run_id),
    )


def report_html(run_id: str, *, home: Path | None = None) -> str:
    """The report as one HTML file that needs nothing else."""
    return as_html(report(run_id, home=home))


def measure(run_id: str, *, home: Path | None = None) -> RunFacts:
    """The facts of a run's rows beside those of its source; measured once, from the finished files, and kept. Whoever
    drives a run may call it at the end, so that nobody waits for it later."""
    return facts_of(settings_for(home).home, runs_in(home), run_id)


def literals(name: str, *, home: Path | None = None) -> Literals:
    """What in a project's recipe comes from its source, by column, with the source rows behind it."""
    return _literals(ByContents(projects_in(home).load(name)))


@lru_cache(maxsize=16)
def _literals(by_contents: ByContents) -> Literals:
    """A page shows them at each click: the same contents are examined once."""
    stored = by_contents.stored
    return copied_literals(stored.project, recipe_of(stored), stored.profile, stored.recipe_files)


def compare_runs(one: str, other: str, *, home: Path | None = None) -> RunDifference:
    """What differs from one run to another: what was asked for, and what came of it."""
    if one == other:
        raise UsageError("That is the same run twice.", hint="Name two runs; `synth runs` lists them.")
    store = runs_in(home)
    return compare_reports(
        report(one, home=home), store.plan(one).plan, report(other, home=home), store.plan(other).plan
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
    """`runs` as rows of a grid."""
    found = runs(project=project, state=state, by=by, since=since, until=until, limit=limit, home=home)
    return [row_of(each) for each in found]


def _drafted(run_id: str, home: Path | None) -> Drafted:
    """Who drafted the recipe, as the run has kept it."""
    try:
        return Drafted.model_validate_json(runs_in(home).store.get(object_name(run_id, "drafted.json"))[0])
    except FileNotFoundError:
        return Drafted(model_id="unknown")
