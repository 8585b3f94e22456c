"""How a plan is cut into tasks, and what the engine does for one of them."""

from __future__ import annotations

from synth_core.engine.interpreter import Job
from synth_core.model.plan import Plan
from synth_core.recipe.compile import Recipe, compile_recipe


def tasks_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Task id → tables: what can be made apart from each other."""
    components = Recipe.read(plan.recipe).components()
    wanted = {table.name for table in plan.project.tables}
    return {f"{index:04d}": tables for index, tables in enumerate(components) if wanted & set(tables)}


def job_of(plan: Plan, tables: tuple[str, ...]) -> Job:
    """What the interpreter does for these tables."""
    columns = {table.name: tuple(column.name for column in table.columns) for table in plan.project.tables}
    compiled = compile_recipe(
        plan.recipe,
        plan.counts,
        seed=plan.seed,
        today=plan.today,
        offsets=plan.offsets,
        only=tables,
        columns=columns,
    )
    fields = {table.name: table.fields for table in plan.project.tables}
    return Job(compiled=compiled, seed=f"{plan.seed}/{'/'.join(tables)}", today=plan.today, fields=fields)
