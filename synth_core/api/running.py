"""Runs of approved plans, and their audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import Any

from synth_core import wiring
from synth_core.api.allowed import check_project, check_written
from synth_core.api.capacity import check_here
from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in, runs_in
from synth_core.api.plans import offsets_of
from synth_core.ask.provenance import of_recipe
from synth_core.errors import ConflictError, PlanError, ProjectError, UsageError
from synth_core.execution.alive import close_if_dead
from synth_core.execution.audit import AuditPlace, AuditRow, Status, audit_place, mirror, read_audit
from synth_core.execution.claims import claimed, seat_of
from synth_core.execution.creation import Drafted, create_run
from synth_core.execution.driver import Driver
from synth_core.execution.driving import driving
from synth_core.execution.progress import RunProgress, Silent
from synth_core.execution.state import ENDED, Manifest, State, new_run_id
from synth_core.execution.told import Telling
from synth_core.files.shape import output_folder
from synth_core.model.sources import split_sources
from synth_core.ports import RunBackend
from synth_core.recipe.compile import Recipe
from synth_core.report import RunFilter
from synth_core.settings.hosting import limits_of
from synth_core.stages import approve as approving


def run(
    name: str,
    *,
    home: Path | None = None,
    progress: RunProgress | None = None,
    backend: RunBackend | None = None,
    started: Callable[[str], None] = lambda run_id: None,
    **given: Any,
) -> Manifest:
    """Run the approved plan as it is. Raises PlanError when there is none, or when something was changed since.

    `started` is called with the run's id before anything else happens; `given` are parameters of the configuration that
    hold for this call.
    """
    settings = settings_for(home, **given)
    stored = projects_in(home).load(name)
    approved = stored.approved
    if approved is None:
        raise PlanError(
            f"{name}: no plan has been approved yet.", hint=f"Run `synth approve {quote(name)}` first."
        )
    plan = approved.plan
    check_project(settings, plan.project)
    if not stored.is_approved:
        raise PlanError(
            f"{name}: it was changed after it was approved.", hint=f"Run `synth approve {quote(name)}` again."
        )
    grown = [
        table
        for table, used in offsets_of(
            plan.project, Recipe.read(plan.recipe, plan.recipe_files), plan.mode
        ).items()
        if used > plan.offsets.get(table, 0)
    ]
    if grown:
        raise PlanError(
            f"{name}: the target has got rows since the plan was approved, they would occur twice in "
            f"{', '.join(grown)}.",
            hint=f"Run `synth approve {quote(name)}` again.",
        )
    check_here(plan, settings, subject=name)
    approving.check_by_validator(plan)
    now = datetime.now(UTC)
    run_id = new_run_id(approved, now)
    with driving(settings.home, run_id), claimed(seat_of(settings.home, runs_in(home), run_id)):
        place = audit_place(plan.project.target.uri, settings.audit_table)
        create_run(
            runs_in(home),
            approved,
            run_id,
            now=now,
            by=settings.user,
            facts=stored.profile,
            audit_table=place,
        )
        started(run_id)
        return _driver(run_id, home, progress, backend).run()


def resume(
    run_id: str,
    *,
    home: Path | None = None,
    progress: RunProgress | None = None,
    backend: RunBackend | None = None,
) -> Manifest:
    """Go on with a run that failed, was cancelled or killed; tables whose files are whole are not made again. A run
    that is published already stays as it is. Raises ProjectError for one that is still going on."""
    settings = settings_for(home)
    plan = runs_in(home).plan(run_id).plan
    check_project(settings, plan.project)
    if runs_in(home).manifest(run_id).state is not State.PUBLISHED:
        check_here(plan, settings, subject=f"Run {run_id}", run_id=run_id)
    if place := runs_in(home).manifest(run_id).audit:
        check_written(settings, place.address)
    driver = _driver(run_id, home, progress, backend)
    with driving(settings.home, run_id), claimed(seat_of(settings.home, runs_in(home), run_id)):
        return driver.run()


def cancel(run_id: str, *, home: Path | None = None) -> None:
    """Ask a run to stop. Raises ProjectError when it has ended already."""
    runs = runs_in(home)
    manifest = state(run_id, home=home)
    if manifest.state in ENDED:
        done = manifest.state is State.PUBLISHED
        raise ProjectError(
            f"Run {run_id} has ended already: {manifest.state.value}.",
            hint="" if done else f"`synth resume {run_id}` goes on with it.",
        )
    runs.cancel(run_id, settings_for(home).user)


def runs(
    *,
    project: str = "",
    state: str = "",
    by: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    home: Path | None = None,
) -> list[Manifest]:
    """Runs, newest first; one whose process died ends as interrupted. `by` is part of the name of who started or
    approved it. Raises UsageError for a state that is none."""
    if state and state not in {each.value for each in State}:
        known = ", ".join(each.value for each in State)
        raise UsageError(f"{state!r} is no state of a run.", hint=f"It is one of {known}.")
    wanted = RunFilter(project=project, state=state, by=by, since=since, until=until)
    store, here = runs_in(home), settings_for(home).home
    manifests = (close_if_dead(here, store, run_id) for run_id in store.ids() if wanted.may_take(run_id))
    return list(islice(filter(wanted.takes, manifests), limit))


def state(run_id: str, *, home: Path | None = None) -> Manifest:
    """How far a run is; one whose process died ends as interrupted."""
    return close_if_dead(settings_for(home).home, runs_in(home), run_id)


def outcome(run_id: str, *, home: Path | None = None) -> dict[str, Any]:
    """Where a run's results are: target, output folder, and each file with its rows."""
    settings, store = settings_for(home), runs_in(home)
    plan = store.plan(run_id).plan
    files = [file for receipt in store.receipts(run_id).values() for file in receipt.files]
    return {
        "target": plan.project.target.uri,
        "output": output_folder(settings.home, plan.project.target, run_id),
        "project_folder": f"{settings.store or settings.home}/{plan.project.name}",
        "rows": sum(file.rows for file in files),
        "files": [file.model_dump(mode="json") for file in files],
    }


def audit(
    *,
    project: str = "",
    run: str = "",
    status: str = "",
    by: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    home: Path | None = None,
) -> list[AuditRow]:
    """Every event of the runs that are meant, oldest first, of the `limit` newest ones; a run whose process died ends
    as interrupted. `by` is part of the name of who started or approved it. Raises UsageError for a status that is none.
    """
    if status and status not in {each.value for each in Status}:
        known = ", ".join(each.value for each in Status)
        raise UsageError(f"{status!r} is no status of the audit.", hint=f"It is one of {known}.")
    found = runs(project=project, by=by, since=since, until=until, limit=limit, home=home)
    meant = {each.run_id for each in found if not run or each.run_id == run}
    rows = read_audit(store_of(settings_for(home)), meant)
    return [row for row in rows if not status or row.status.value == status]


def audit_sync(run_ids: Sequence[str] = (), *, home: Path | None = None) -> list[str]:
    """Bring the audit tables up to date with the events of runs, of all that have one if none is named; the runs that
    it was done for. Raises ProjectError for a named run without an audit table."""
    found: dict[AuditPlace, list[str]] = {}
    for run_id in run_ids or reversed(runs_in(home).ids()):
        place = _audit_of(state(run_id, home=home), home)
        if place is not None:
            found.setdefault(place, []).append(run_id)
        elif run_ids:
            raise ProjectError(
                f"Run {run_id} has no audit table: its target is one of files.",
                hint="The setting audit_table names one.",
            )
    settings = settings_for(home)
    store = store_of(settings)
    for place, runs_there in found.items():
        check_written(settings, place.address)
        warehouse = wiring.open_warehouse(place.warehouse)
        try:
            for run_id in runs_there:
                mirror(store, run_id, warehouse, place)
        finally:
            warehouse.close()
    return [run_id for runs_there in found.values() for run_id in runs_there]


def _audit_of(manifest: Manifest, home: Path | None) -> AuditPlace | None:
    """Where a run's events are copied to. Runs from before that was kept: where they would be now."""
    target = runs_in(home).plan(manifest.run_id).plan.project.target.uri
    return manifest.audit or audit_place(target, settings_for(home).audit_table)


def _driver(
    run_id: str, home: Path | None, progress: RunProgress | None, backend: RunBackend | None
) -> Driver:
    settings = settings_for(home)
    runs = runs_in(home)
    plan = runs.plan(run_id).plan
    sources = split_sources(plan.project.source)
    return Driver(
        settings.home,
        runs,
        run_id,
        backend=backend or wiring.open_backend(),
        open_warehouse=lambda uri: wiring.open_target(uri, sources, settings=settings),
        open_source=wiring.open_source,
        user=settings.user,
        progress=Telling(runs, run_id, plan.counts, progress or Silent()),
        drafted=_drafted(run_id, home),
        store=settings.store,
        limits=limits_of(settings),
    )


def _drafted(run_id: str, home: Path | None) -> Drafted:
    """Who drafted the recipe, as it was known when the run began."""
    store, name = runs_in(home).store, f"runs/{run_id}/drafted.json"
    found = of_recipe(store, runs_in(home).plan(run_id).plan.project.name)
    try:
        store.put(name, found.model_dump_json().encode(), if_generation=0)
    except ConflictError:
        return Drafted.model_validate_json(store.get(name)[0])
    return Drafted.model_validate(found.model_dump())
