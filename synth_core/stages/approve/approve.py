"""Makes plans, and approves them: the only place where an ApprovedPlan comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from synth_core.errors import PlanError, RecipeError
from synth_core.model.findings import errors
from synth_core.model.plan import ApprovedPlan, Plan, with_tables
from synth_core.model.project import LoadMode, Project
from synth_core.recipe.compile import Recipe
from synth_core.stages.lint import lint


def make_plan(
    project: Project,
    recipe: str,
    counts: Mapping[str, int],
    *,
    seed: int,
    today: date,
    mode: LoadMode,
    tables: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    offsets: Mapping[str, int] | None = None,
) -> Plan:
    """A plan that can be met. Raises RecipeError when the linter finds errors, PlanError when keys or one-to-one links
    can't supply the counts."""
    problems = errors(lint(recipe, project, files=with_tables(files or {}, tables or {})))
    if problems:
        raise RecipeError(
            f"The recipe has {len(problems)} error{'s' if len(problems) > 1 else ''}; the first: {problems[0]}",
            problems,
        )
    plan = Plan(
        project=project,
        recipe=recipe,
        tables=dict(tables or {}),
        files=dict(files or {}),
        counts=dict(counts),
        seed=seed,
        today=today,
        mode=mode,
        offsets={table: offset for table, offset in (offsets or {}).items() if offset},
    )
    if not any(plan.counts.values()):
        raise PlanError("The plan makes no rows at all.", hint="All tables of the source are empty.")
    Recipe.read(recipe, plan.recipe_files).world(plan.counts, seed, today, plan.offsets).check()
    return plan


def approve(plan: Plan, *, by: str, at: datetime, note: str = "", version: int | None = None) -> ApprovedPlan:
    """Bind a person to exactly this plan, which was made of a version of the project."""
    if not by.strip():
        raise PlanError("A plan is approved by somebody: give a name.")
    return ApprovedPlan(
        plan=plan,
        approved_by=by,
        approved_at=at,
        note=note,
        fingerprint=plan.fingerprint,
        version=version,
    )
