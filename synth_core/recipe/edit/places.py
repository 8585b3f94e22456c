"""Where a recipe's tables and fields stand, for edits that name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.functions import FUNCTIONS, PLUGIN
from synth_core.recipe.vetting.calls import generators_in
from synth_core.recipe.vetting.names import near
from synth_core.recipe.vetting.nodes import Entry, entries, key_of
from synth_core.recipe.vetting.scope import Scope, TemplateSeen, included


@dataclass(frozen=True)
class Spot:
    """A field: its entry, and the mapping that holds it."""

    mapping: MappingNode
    key: ScalarNode
    value: Node


def templates(editing: Editing, table: str) -> list[TemplateSeen]:
    """All objects that make rows of a table, in the order of the text. Raises RecipeError when there is none."""
    if table not in editing.scope.tables:
        hint = near(table, editing.scope.tables).hint
        raise RecipeError(f"The recipe makes no table {table!r}.", hint=hint)
    return [each for each in editing.scope.templates if each.table == table]


def statement_of(editing: Editing, table: str) -> MappingNode:
    """The one object of a table that stands alone. Raises RecipeError where there are others or it is nested."""
    first, *more = templates(editing, table)
    if more:
        lines = " and ".join(str(editing.source.line_of(each.node)) for each in (first, *more))
        raise RecipeError(f"{table} is made at several places, in lines {lines}.", hint="Edit them by hand.")
    if not first.is_top or not isinstance(first.node, MappingNode):
        raise RecipeError(
            f"{table} is made inside of another object, in line {editing.source.line_of(first.node)}.",
            hint="Edit that one by hand.",
        )
    editing.refuse_other_file(first.node)
    return first.node


def find_part(node: Node, name: str) -> Entry | None:
    """The entry of a mapping with this name."""
    return next((entry for entry in entries(node) if entry.name == name), None)


def fields(editing: Editing, table: str, field: str) -> list[Spot]:
    """Every place where a field of a table is made, in its objects and in macros that only this table includes.

    Raises RecipeError where there is no such field, where it stands twice in one object, or where another table
    includes its macro, too.
    """
    spots: list[Spot] = []
    for owner in _owners(editing, table, field):
        spots += _in_template(editing, owner, field)
    return spots


def field_that_counts(editing: Editing, table: str, field: str) -> Spot:
    """The one place of a field that vetting, lint and forms show. Raises RecipeError as `fields` does."""
    _known(editing, table, field)
    seen = editing.scope.tables[table].fields[field]
    for owner in [*(each.node for each in templates(editing, table)), *editing.scope.macros.values()]:
        for spot in _in_template(editing, owner, field):
            if spot.key is seen.key:
                _refuse_others(editing, owner, table, field)
                return spot
    raise LookupError(f"{table}.{field}")  # Every field comes from an object or a macro.


def _owners(editing: Editing, table: str, field: str) -> list[Node]:
    """The objects and macros that a table's fields come from."""
    _known(editing, table, field)
    found = [each.node for each in templates(editing, table)]
    names = dict.fromkeys(name for template in found for name in macros_of(editing.scope, template))
    for name in names:
        macro = editing.scope.macros[name]
        if _in_template(editing, macro, field):
            _refuse_others(editing, macro, table, field)
            found.append(macro)
    return found


def _known(editing: Editing, table: str, field: str) -> None:
    templates(editing, table)
    known = editing.scope.tables[table].fields
    if field not in known:
        raise RecipeError(f"{table} has no field {field!r}.", hint=near(field, known).hint)


def macros_of(scope: Scope, template: Node) -> list[str]:
    """The macros that a template includes, also through others."""
    found: dict[str, None] = {}
    todo = included(template)
    while todo:
        name = todo.pop()
        if name in scope.macros and name not in found:
            found[name] = None
            todo += included(scope.macros[name])
    return list(found)


def _in_template(editing: Editing, template: Node, field: str) -> list[Spot]:
    spots = [
        Spot(entry.value, inner.key, inner.value)
        for entry in entries(template)
        if entry.name == "fields" and isinstance(entry.value, MappingNode)
        for inner in entries(entry.value)
        if inner.name == field and isinstance(inner.key, ScalarNode)
    ]
    if len(spots) > 1:
        lines = " and ".join(str(editing.source.line_of(spot.key)) for spot in spots)
        raise RecipeError(f"{field!r} stands twice, in lines {lines}.", hint="Remove one of them first.")
    return spots


def _refuse_others(editing: Editing, owner: Node, table: str, field: str) -> None:
    """Raise RecipeError where the field's owner is a macro that other tables include, too."""
    entry = find_part(owner, "macro")
    if entry is None:
        return
    macro = key_of(entry.value)
    scope = editing.scope
    others = {each.table for each in scope.templates if macro in macros_of(scope, each.node)} - {table}
    if others:
        raise RecipeError(
            f"{table}.{field} comes from the macro {macro!r}, which {', '.join(sorted(others))} includes, too.",
            hint="Edit the macro by hand; that changes them all.",
        )


def nested(spot: Spot, path: Sequence[str]) -> Spot:
    """The field of a STRUCT in a field, by the names that lead to it; `Synth.nullable`, `Synth.array` and others on
    the way have no name."""
    names = [key_of(spot.key), *path]
    for depth, step in enumerate(path):
        mapping = _struct(spot.value)
        entry = find_part(mapping, step) if mapping is not None else None
        if mapping is None or entry is None or not isinstance(entry.key, ScalarNode):
            where = ".".join(names[: depth + 1])
            hint = near(step, [each.name for each in entries(mapping)] if mapping else []).hint
            raise RecipeError(f"{where} has no field {step!r}.", hint=hint)
        spot = Spot(mapping, entry.key, entry.value)
    return spot


def _struct(generator: Node) -> MappingNode | None:
    """The names and generators of the STRUCT that a generator makes."""
    for entry in entries(generator):
        declared = FUNCTIONS.get(entry.name.removeprefix(f"{PLUGIN}."))
        if declared is None:
            return None
        inner = generators_in(declared, entry.value)
        if declared.open_arguments in declared.generators:
            return _holding(entry.value, [node for _, node in inner])
        return _struct(inner[0][1]) if len(inner) == 1 else None
    return None


def _holding(node: Node, values: Iterable[Node]) -> MappingNode | None:
    """The mapping at or below a node that has these values."""
    first = next(iter(values), None)
    for mapping in (node, *(entry.value for entry in entries(node))):
        if isinstance(mapping, MappingNode) and any(value is first for _, value in mapping.value):
            return mapping
    return None
