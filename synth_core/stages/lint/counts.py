"""How many rows a plan makes of each table, and whether the recipe can make so many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import Node, ScalarNode

from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.recipe.functions import KeyOf, Reference
from synth_core.recipe.text import is_text
from synth_core.recipe.vetting.calls import only_call
from synth_core.recipe.vetting.mends import number
from synth_core.recipe.vetting.nodes import value_of
from synth_core.recipe.vetting.remarks import Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TemplateSeen, templates_in
from synth_core.stages.lint.places import end_of

ABOUT_COUNTS = frozenset(
    {"recipe.capacity", "recipe.count-missing", "recipe.count-nested", "recipe.empty-parent"}
)
"""Findings that hold for these counts only: with fewer rows the recipe may be fine."""


def planned_counts(scope: Scope, project: Project | None, counts: Mapping[str, int] | None) -> dict[str, int]:
    """Rows by table, as far as they are known: those asked for, else those that the project wants, else those that
    the recipe's own objects name."""
    if project is not None:
        return {table.name: table.wanted for table in project.tables} | dict(counts or {})
    known: dict[str, int] = {}
    unknown: set[str] = set()
    for template in scope.templates:
        count = plain_count(template)
        if count is None or not template.is_top:
            unknown.add(template.table)
        else:
            known[template.table] = known.get(template.table, 0) + count
    return {table: count for table, count in known.items() if table not in unknown} | dict(counts or {})


def asked_counts(
    project: Project | None, counts: Mapping[str, int] | None, planned: Mapping[str, int]
) -> frozenset[str]:
    """The tables that somebody wants just so many rows of: with the call, in the recipe, or in the project, where it
    is not just what the source has."""
    if project is None:
        return frozenset(planned)
    wanted = {table.name for table in project.tables if table.is_asked_for}
    return frozenset(wanted.union(counts or {}))


def plain_count(template: TemplateSeen) -> int | None:
    """The count of an object where it is a number, and 1 where it has none; None for what is worked out later."""
    if template.count is None:
        return 1
    text = str(value_of(template.count)).strip() if isinstance(template.count, ScalarNode) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def check_counts(
    scope: Scope, project: Project | None, counts: Mapping[str, int] | None, planned: Mapping[str, int]
) -> Iterator[Remark]:
    """Counts that the recipe can't keep, or that mean nothing."""
    tables = {table.name for table in project.tables} if project else set()
    for name, count in (counts or {}).items():
        if name not in scope.tables and name not in tables and count:
            message = f"{count:,} rows of {name!r} are asked for, but no object makes them."
            yield remark("count-missing", message, end_of(scope), hint="Add one.", where=Where(name))
    if project is not None:
        nested = [template for template in scope.templates if not template.is_top]
        if counts is None:
            yield from _unused(scope, project)
        for table in dict.fromkeys(template.table for template in nested if template.table in tables):
            yield from _beside(scope, table, planned)
    yield from _without_parents(scope, planned)


def _unused(scope: Scope, project: Project) -> Iterator[Remark]:
    """Counts that differ from those of the plan, which are taken."""
    for table in project.tables:
        templates = [template for template in scope.templates if template.table == table.name]
        if len(templates) != 1 or not templates[0].is_top:
            continue
        [template] = templates
        if isinstance(template.count, ScalarNode) and plain_count(template) not in (None, table.wanted):
            yield remark(
                "count-unused",
                f"a run makes {table.wanted:,} rows of {table.name!r}, as `wanted` in project.yaml says, not "
                f"{plain_count(template):,}.",
                template.count,
                hint="Change `wanted`, or ask for another `--count` when the plan is approved.",
                mend=number(template.count, table.wanted, is_safe=False),
                level=Level.WARNING,
                where=Where(table.name),
            )


def _beside(scope: Scope, table: str, planned: Mapping[str, int]) -> Iterator[Remark]:
    """A table whose rows are made beside those of another one, or within them: its count follows from those."""
    templates = [template for template in scope.templates if template.table == table]
    nested = next(template for template in templates if not template.is_top)
    made = _rows_of(scope, table, planned)
    if made == planned[table]:
        return
    parent = _parents(scope).get(id(nested.node))
    beside = f"those of {parent.table!r}" if parent else "those of other objects"
    yield remark(
        "count-nested",
        f"the rows of {table!r} are made with {beside}"
        + (f", which makes {made:,}" if made is not None else "")
        + f"; {planned[table]:,} are planned.",
        nested.count or nested.name,
        hint="Give the table an object of its own with a `Synth.reference`.",
        level=Level.WARNING if made is None else Level.ERROR,
        where=Where(table),
    )


def _rows_of(scope: Scope, table: str, planned: Mapping[str, int]) -> int | None:
    """Rows that all objects of a table make in a run; None where that is only known when it runs."""
    parents = _parents(scope)
    total = planned.get(table, 0) if any(t.is_top and t.table == table for t in scope.templates) else 0
    for template in scope.templates:
        if template.table != table or template.is_top:
            continue
        rows = 1
        here: TemplateSeen | None = template
        while here is not None and not here.is_top:
            count = plain_count(here)
            if count is None:
                return None
            rows *= count
            here = parents.get(id(here.node))
        alike = [each for each in scope.templates if here is not None and each.table == here.table]
        if here is None or len(alike) != 1 or here.table not in planned:
            return None
        total += rows * planned[here.table]
    return total


def _parents(scope: Scope) -> dict[int, TemplateSeen]:
    """By the identity of a nested object or friend: the object that it belongs to."""
    parents: dict[int, TemplateSeen] = {}
    for template in scope.templates:
        for inner in templates_in(template.node):
            if inner is not template.node:
                parents[id(inner)] = template
    return parents


def _without_parents(scope: Scope, planned: Mapping[str, int]) -> Iterator[Remark]:
    """References to a table of which no row is made."""
    if 0 not in planned.values():
        return
    for table in scope.tables.values():
        if not planned.get(table.name):
            continue
        for field in table.fields.values():
            for parent, node in _referred(scope, field):
                if planned.get(parent) == 0:
                    yield remark(
                        "empty-parent",
                        f"no row of {parent!r} is made, so {planned[table.name]:,} rows of {table.name!r} refer to "
                        "nothing.",
                        node,
                        hint=f"Make rows of {parent!r}, or give the reference `nulls`.",
                        where=Where(table.name, field.name),
                    )


def _referred(scope: Scope, field: FieldSeen) -> Iterator[tuple[str, Node]]:
    """The tables of which a field needs a row, with the place where each is named."""
    for call in scope.calls(field):
        if isinstance(call.function, KeyOf) or (
            isinstance(call.function, Reference) and not call.function.nulls
        ):
            yield call.function.table, call.place("table")
    stock = only_call(field.value)
    if stock is not None and stock.name in ("reference", "random_reference") and is_text(stock.value):
        name = str(value_of(stock.value))
        yield scope.nicknames.get(name, name), stock.value
