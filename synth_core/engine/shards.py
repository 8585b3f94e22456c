"""How a plan is cut into pieces that can be made apart, and what the engine does for one of them."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.engine.interpreter import Job
from synth_core.model.plan import Plan
from synth_core.recipe.compile import compile_recipe
from synth_core.recipe.files import data_files
from synth_core.recipe.reading import Recipe

CELLS_A_HEAP = 100_000
"""Work of which another worker takes away less than the two seconds that it needs to start."""


def pieces_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Piece → tables: single tables where nothing but keyed functions ties them, otherwise all in one."""
    wanted = {table.name for table in plan.project.tables}
    components = Recipe.read(plan.recipe, plan.recipe_files).components()
    return {f"{index:04d}": tables for index, tables in enumerate(components) if wanted & set(tables)}


def balance(plan: Plan, pieces: Sequence[str], bins: int) -> list[tuple[str, ...]]:
    """The pieces in heaps of about the same work (largest first, each to the smallest heap): at most so many, and no
    more than are worth a worker."""
    tables = pieces_of(plan)
    work = {piece: sum(_cells(plan, table) for table in tables[piece]) for piece in pieces}
    worth = 1 + sum(work.values()) // CELLS_A_HEAP
    heaps: list[list[str]] = [[] for _ in range(max(1, min(bins, len(pieces), worth)))]
    for piece in sorted(pieces, key=lambda piece: (-work[piece], piece)):
        smallest = min(heaps, key=lambda heap: (sum(work[each] for each in heap), len(heap)))
        smallest.append(piece)
    return [tuple(heap) for heap in heaps if heap]


def job_of(plan: Plan, tables: tuple[str, ...]) -> Job:
    """What the interpreter does for the tables of a piece."""
    columns = {table.name: tuple(column.name for column in table.columns) for table in plan.project.tables}
    compiled = compile_recipe(
        plan.recipe,
        plan.counts,
        seed=plan.seed,
        today=plan.today,
        offsets=plan.offsets,
        only=tables,
        columns=columns,
        files=plan.recipe_files,
    )
    fields = {table.name: table.fields for table in plan.project.tables if table.name in tables}
    # Rows that are added to a target must not repeat the ones that it has.
    begin = "".join(f"/{table}+{plan.offsets[table]}" for table in tables if table in plan.offsets)
    seed = f"{plan.seed}/{'/'.join(tables)}{begin}"
    return Job(
        compiled=compiled,
        seed=seed,
        today=plan.today,
        cells=sum(_cells(plan, table) for table in tables),
        fields=fields,
        files=data_files(compiled.text, plan.recipe_files),
    )


def _cells(plan: Plan, table: str) -> int:
    """A measure of the work a table makes; starting it counts as well."""
    columns = {each.name: len(each.columns) for each in plan.project.tables}
    return 2_000 + plan.counts.get(table, 0) * columns.get(table, 1)
