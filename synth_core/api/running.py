"""Runs of approved plans, and their audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

from synth_core import wiring
from synth_core.api.ground import projects_in, runs_in, settings_for
from synth_core.api.plans import offsets_of
from synth_core.ask.provenance import of_recipe
from synth_core.errors import ConflictError, PlanError, ProjectError
from synth_core.execution.alive import close_if_dead, driving
from synth_core.execution.audit import AuditRow, mirror, read_audit
from synth_core.execution.driver import Driver, create_run
from synth_core.execution.progress import RunProgress, Silent
from synth_core.execution.state import ENDED, Manifest, State, new_run_id
from synth_core.files.shape import output_folder
from synth_core.model.places import is_warehouse
from synth_core.model.provenance import Provenance
from synth_core.ports import RunBackend
from synth_core.recipe.compile import Recipe
from synth_core.stages import approve as approving


def run(
    name: str,
    *,
    home: Path | None = None,
    progress: RunProgress | None = None,
    backend: RunBackend | None = None,
    started: Callable[[str], None] = lambda run_id: None,
) -> Manifest:
    """Run the approved plan as it is. Raises PlanError when there is none, or when something was changed since.

    `started` is called with the run's id before anything else happens.
    """
    stored = projects_in(home).load(name)
    approved = stored.approved
    if approved is None:
        raise PlanError(
            f"{name}: no plan has been approved yet.", hint=f"Run `synth approve {quote(name)}` first."
        )
    plan = approved.plan
    same = (plan.project, plan.recipe, plan.recipe_files) == (
        stored.project,
        stored.recipe,
        stored.recipe_files,
    )
    if not approved.is_intact or not same:
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
    approving.check_by_validator(plan)
    now = datetime.now(UTC)
    run_id = new_run_id(approved, now)
    with driving(settings_for(home).home, run_id):
        create_run(runs_in(home), approved, run_id, now=now)
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
    driver = _driver(run_id, home, progress, backend)
    with driving(settings_for(home).home, run_id):
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


def runs(*, home: Path | None = None) -> list[Manifest]:
    """All runs, newest first; one whose process died ends as interrupted."""
    return [state(run_id, home=home) for run_id in runs_in(home).ids()]


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
        "output": str(output_folder(settings.home, plan, run_id).absolute()),
        "project_folder": str(settings.home / plan.project.name),
        "rows": sum(file.rows for file in files),
        "files": [file.model_dump(mode="json") for file in files],
    }


def audit(*, home: Path | None = None) -> list[AuditRow]:
    """Every event of every run, oldest first; a run whose process died ends as interrupted."""
    runs(home=home)
    return read_audit(wiring.open_store(settings_for(home).home))


def audit_sync(run_id: str, *, home: Path | None = None) -> None:
    """Bring the target's audit table up to date with the events of a run."""
    store = wiring.open_store(settings_for(home).home)
    state(run_id, home=home)
    target = runs_in(home).plan(run_id).plan.project.target.uri
    if not is_warehouse(target):
        raise ProjectError(f"Run {run_id} has a folder as target, so it has no audit table.")
    warehouse = wiring.open_warehouse(target)
    try:
        mirror(store, run_id, warehouse)
    finally:
        warehouse.close()


def _driver(
    run_id: str, home: Path | None, progress: RunProgress | None, backend: RunBackend | None
) -> Driver:
    settings = settings_for(home)
    return Driver(
        settings.home,
        runs_in(home),
        run_id,
        backend=backend or wiring.open_backend(),
        open_warehouse=wiring.open_warehouse,
        is_warehouse=is_warehouse,
        user=settings.user,
        progress=progress or Silent(),
        drafted=_drafted(run_id, home),
    )


def _drafted(run_id: str, home: Path | None) -> Provenance:
    """Who drafted the recipe, as it was known when the run began."""
    store, name = runs_in(home).store, f"runs/{run_id}/drafted.json"
    found = of_recipe(store, runs_in(home).plan(run_id).plan.project.name)
    try:
        store.put(name, found.model_dump_json().encode(), if_generation=0)
    except ConflictError:
        return Provenance.model_validate_json(store.get(name)[0])
    return found
