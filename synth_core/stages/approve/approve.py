"""Makes plans, and approves them: the only place where an ApprovedPlan comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from shlex import quote

from synth_core.errors import PlanError, RecipeError
from synth_core.model.findings import Finding, errors
from synth_core.model.plan import ApprovedPlan, Fewer, Plan, with_tables
from synth_core.model.project import LoadMode, Project
from synth_core.model.version import Version
from synth_core.recipe.compile import Recipe
from synth_core.stages.lint import ABOUT_COUNTS, check_stock, lint


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
    problems = check_recipe(project, recipe, counts, with_tables(files or {}, tables or {}))
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
        some = next(iter(plan.counts), "TABLE")
        raise PlanError(
            f"{project.name}: the plan makes no rows at all; all tables of the source are empty.",
            hint=f"Ask for some, like `--count {quote(f'{some}=100')}`, or read a source that has some.",
        )
    Recipe.read(recipe, plan.recipe_files).world(plan.counts, seed, today, plan.offsets).check()
    if problems:
        raise PlanError(str(problems[0]))
    return plan


def check_recipe(
    project: Project, recipe: str, counts: Mapping[str, int], files: Mapping[str, str]
) -> list[Finding]:
    """Raise RecipeError when the linter finds errors; what holds for these counts only is given back."""
    whole = {table.name: counts.get(table.name, 0) for table in project.tables}
    found = errors(lint(recipe, project, files=files, counts=whole))
    problems = [each for each in found if each.code not in ABOUT_COUNTS]
    if problems:
        raise refused(project, problems)
    return found


def check_by_validator(plan: Plan) -> None:
    """Raise RecipeError when Snowfakery's own validator finds errors."""
    columns = {table.name: tuple(column.name for column in table.columns) for table in plan.project.tables}
    problems = errors(check_stock(plan.recipe, plan.counts, plan.today, columns, plan.recipe_files))
    if problems:
        raise refused(plan.project, problems)


def refused(project: Project, problems: Sequence[Finding]) -> RecipeError:
    """The error that says so."""
    count = "an error" if len(problems) == 1 else f"{len(problems)} errors; the first"
    return RecipeError(f"{project.name}: the recipe has {count}: {problems[0]}", problems)


def check_second_person(latest: Version, approvers: Collection[str]) -> None:
    """Raise PlanError when one of them has left the project as it is: four eyes see more than two."""
    if latest.author.casefold() in {each.casefold() for each in approvers}:
        raise PlanError(
            f"{latest.author} edited the project last (version {latest.number}), and the configuration has "
            "second_person = true: another person must approve.",
            hint="Ask somebody else who may approve.",
        )


def approve(
    plan: Plan,
    *,
    by: str,
    at: datetime,
    note: str = "",
    version: int | None = None,
    fewer: Sequence[Fewer] = (),
) -> ApprovedPlan:
    """Bind a person to exactly this plan, which was made of a version of the project. `fewer`: the tables of which it
    has fewer rows than their source, and why."""
    if not by.strip():
        raise PlanError("A plan is approved by somebody: give a name.")
    return ApprovedPlan(
        plan=plan,
        approved_by=by,
        approved_at=at,
        note=note,
        fingerprint=plan.fingerprint,
        version=version,
        fewer=tuple(fewer),
    )
