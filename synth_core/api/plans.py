"""Plans: their approval, their executable recipe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from synth_core import wiring
from synth_core.api.allowed import check_project
from synth_core.api.configured import settings_for
from synth_core.api.ground import mode_of, projects_in, recipe_of
from synth_core.errors import SynthError
from synth_core.execution.audit import audit_place
from synth_core.history.stored import StoredProject
from synth_core.model.places import is_warehouse
from synth_core.model.plan import ApprovedPlan, Plan, check_seed
from synth_core.model.project import LoadMode, Project
from synth_core.recipe.compile import Recipe, compile_recipe
from synth_core.settings import DEFAULT_SEED, Settings
from synth_core.stages import approve as approving
from synth_core.stages.preview import preview as preview_plan

_TRIED = 30
"""Rows a table that show whether a recipe runs."""


def approve(
    name: str,
    *,
    by: str | None = None,
    note: str = "",
    rows: int | None = None,
    scale: float | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = DEFAULT_SEED,
    mode: str | None = None,
    today: date | None = None,
    home: Path | None = None,
) -> ApprovedPlan:
    """Freeze the project into a plan, and bind a person to exactly it. `mode` (append or replace) holds for this plan
    alone; without it the project's own holds. Where nobody asked for just so many rows of a table, neither here nor in
    the project, and keys or links allow no more than some, it is approved with these, and `fewer` says so. Raises
    RecipeError or PlanError, also where the configuration wants a second person and there is none."""
    projects, settings = projects_in(home), settings_for(home)
    stored = projects.load(name)
    check_project(settings, stored.project)
    make = partial(plan_of, stored, home, rows=rows, scale=scale, seed=seed, today=today, mode=mode)
    by_rule = rows is not None or scale is not None
    asked = {
        each.name: each.wanted
        for each in stored.project.tables
        if each.is_asked_for and each.wanted and not by_rule
    }
    plan, fewer = approving.as_possible(lambda made: make(counts=made), {**asked, **(counts or {})})
    approving.check_by_validator(plan)
    approver, version = settings.user if by is None else by, projects.version_of(stored)
    _, latest = projects.ends(name)
    if settings.second_person and latest is not None:
        approving.check_second_person(latest, {approver, settings.user})
    approved = approving.approve(
        plan, by=approver, at=datetime.now(UTC), note=note, version=version, fewer=fewer
    )
    projects.approve(stored, approved)
    return approved


def compiled(name: str, *, home: Path | None = None, seed: int = DEFAULT_SEED) -> str:
    """The executable recipe, as the interpreter gets it."""
    plan = plan_of(projects_in(home).load(name), home, seed=seed)
    columns = {table.name: tuple(column.name for column in table.columns) for table in plan.project.tables}
    return compile_recipe(
        plan.recipe,
        plan.counts,
        seed=plan.seed,
        today=plan.today,
        offsets=plan.offsets,
        columns=columns,
        files=plan.recipe_files,
    ).text


def plan_of(
    stored: StoredProject,
    home: Path | None,
    *,
    rows: int | None = None,
    scale: float | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = DEFAULT_SEED,
    today: date | None = None,
    mode: str | None = None,
) -> Plan:
    """The plan that the project is now. Raises RecipeError or PlanError where it can't be met."""
    project, recipe = stored.project, recipe_of(stored)
    load = project.target.mode if mode is None else mode_of(mode)
    check_seed(seed)
    check_places(project, settings_for(home))
    wanted = approving.resolve_counts(project, rows=rows, scale=scale, counts=counts)
    approving.check_recipe(project, recipe, wanted, stored.recipe_files)
    return approving.make_plan(
        project,
        recipe,
        wanted,
        seed=seed,
        today=today or datetime.now(UTC).date(),
        mode=load,
        tables=stored.tables,
        files=stored.files,
        offsets=offsets_of(project, Recipe.read(recipe, stored.recipe_files), load),
    )


def trial(stored: StoredProject, recipe: str) -> str:
    """Make a few rows of another recipe for the project; what went wrong, or nothing."""
    project = stored.project
    wanted = approving.resolve_counts(project)
    try:
        # The target has no part in it: whether it is there does not say whether the recipe runs.
        plan = approving.make_plan(
            project,
            recipe,
            wanted,
            seed=DEFAULT_SEED,
            today=datetime.now(UTC).date(),
            mode="replace",
            tables=stored.tables,
            files=stored.files,
            offsets={},
        )
        preview_plan(plan, _TRIED)
    except SynthError as error:
        return str(error)
    return ""


def check_places(project: Project, settings: Settings) -> None:
    """Raise PlanError for places that can't be what the project's target and the settings say, such as the source
    itself."""
    target = project.target
    approving.check_target(project.source, target.uri, target.files)
    if target.stage:
        approving.check_staging(project.source, target.files or target.uri)
    if audit := audit_place(target.uri, settings.audit_table):
        approving.check_audit(project, audit.address)


def offsets_of(project: Project, recipe: Recipe, mode: LoadMode) -> dict[str, int]:
    """By table: the row numbers that the target's rows have used up."""
    target = project.target
    if mode != "append" or not is_warehouse(target.uri):
        return {}
    warehouse = wiring.open_existing(target.uri)
    if warehouse is None:
        return {}
    try:
        return approving.offsets_after(recipe, warehouse)
    finally:
        warehouse.close()
