"""Which rules between columns a recipe is meant to keep, and which of them it does not know of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.model.rule import Rule
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.formulas import is_formula, names_in, texts_in
from synth_core.recipe.functions import Lookup, Nullable, Offset, Per, Position, Reference
from synth_core.recipe.vetting import examine
from synth_core.recipe.vetting.remarks import Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope

_LEFT = ("ordered", "depends", "filled", "once")
"""Orders are always checked; of what goes by groups of rows a draft keeps what it can."""


def kept_rules(
    project: Project, recipe: str, files: Mapping[str, str] = NO_FILES
) -> frozenset[tuple[str, Rule]]:
    """(table, rule) of those that formulas of the recipe are there for; orders are not among them."""
    scope = examine(recipe, files).scope
    return frozenset(
        (table.name, rule.value)
        for table in project.tables
        for rule in table.rules
        if rule.value.kind != "ordered" and is_kept(scope, table.name, rule.value)
    )


def is_kept(scope: Scope, table: str, rule: Rule) -> bool:
    """A column of the rule is made from all others; one that depends on another, by looking it up, or by one value for
    each of that."""
    fields = scope.tables[table].fields if table in scope.tables else {}
    if not set(rule.all_columns) <= set(fields):
        return False
    if rule.kind == "depends":
        calls = scope.calls(fields[rule.target])
        return any(
            (isinstance(call.function, Lookup) and (call.function.of,) == rule.columns)
            or (isinstance(call.function, (Per, Reference)) and (call.function.each,) == rule.columns)
            for call in calls
        )
    if rule.kind == "filled":
        return _nulls_by(scope, fields, rule.target) == rule.columns[0]
    if rule.kind == "once":
        counted = {
            name
            for name, field in fields.items()
            if isinstance(field.function, Position) and (field.function.within,) == rule.columns
        }
        return bool(counted & _named(scope, fields[rule.target], rule.target))
    if rule.kind == "joint nulls":
        return any(
            all(first in _named(scope, fields[name], name) for name in rule.columns if name != first)
            for first in rule.columns
        )
    if set(rule.inputs) <= _named(scope, fields[rule.target], rule.target):
        return True
    # The time of day stands behind the date.
    return rule.part == "date" and any(
        isinstance(call.function, Offset) and call.function.after == rule.target
        for call in scope.calls(fields[rule.columns[0]])
    )


def not_kept(scope: Scope, project: Project) -> Iterator[Remark]:
    """Notes on rules that a draft keeps and this recipe leaves to chance: a run does not check them. Of
    dependencies a draft keeps few, so often there is nothing in the recipe to mend."""
    for table in project.tables:
        seen = scope.tables.get(table.name)
        for rule in (each.value for each in table.rules if each.value.kind not in _LEFT):
            place = rule.target or rule.columns[-1]
            if seen is None or place not in seen.fields or is_kept(scope, table.name, rule):
                continue
            yield remark(
                "rule-known",
                f"{rule}: a rule of the source that is known, and that this recipe does not keep.",
                seen.fields[place].key,
                level=Level.NOTE,
                where=Where(table.name, place),
            )


def _nulls_by(scope: Scope, fields: Mapping[str, FieldSeen], name: str) -> str:
    """The column that says how often this one is null; empty where none does."""
    function = fields[name].function
    return function.by if isinstance(function, Nullable) else ""


def _named(scope: Scope, field: FieldSeen, own: str) -> set[str]:
    """The other columns that the field's formulas name, or that it stands behind."""
    found = {call.function.after for call in scope.calls(field) if isinstance(call.function, Offset)}
    for text in _texts(field.value):
        if is_formula(text):
            try:
                found |= names_in(text) | {each.strip() for each in texts_in(text)}
            except RecipeError:
                # A formula that can't be read has a finding of its own, and keeps nothing.
                continue
    return found - {own}


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, ScalarNode):
        yield str(node.value)
    elif isinstance(node, SequenceNode):
        for each in node.value:
            yield from _texts(each)
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _texts(value)
