"""Whether a field can be null."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import Node, ScalarNode

from synth_core.recipe.functions import Function, Nullable, Offset, Parent, Reference
from synth_core.recipe.text import TAG
from synth_core.recipe.vetting.nodes import entries, items
from synth_core.recipe.vetting.scope import Scope


def may_be_null(scope: Scope, table: str, column: str, seen: tuple[tuple[str, str], ...] = ()) -> bool:
    """Surely null in some rows, as far as the recipe shows: what formulas make is not known."""
    field = scope.tables[table].fields.get(column) if table in scope.tables else None
    if field is None or (table, column) in seen:
        return False
    seen = (*seen, (table, column))
    function = field.function
    if function is None:
        return any(is_null(node) for node in _outcomes(field.value))
    if isinstance(function, Reference):
        return function.nulls > 0 or any(
            may_be_null(scope, table, own, seen) for own in function.match.values()
        )
    if isinstance(function, Offset):
        return may_be_null(scope, table, function.after, seen)
    if isinstance(function, Parent):
        link = _function(scope, table, function.link)
        return isinstance(link, Reference) and (
            may_be_null(scope, table, function.link, seen)
            or may_be_null(scope, link.table, function.column, seen)
        )
    if isinstance(function, Nullable):
        return function.nulls > 0 or function.value is None
    return False


def is_null(node: Node) -> bool:
    """A null, or nothing at all."""
    return isinstance(node, ScalarNode) and node.tag == f"{TAG}null"


def _function(scope: Scope, table: str, column: str) -> Function | None:
    field = scope.tables[table].fields.get(column)
    return field.function if field else None


def _outcomes(node: Node) -> Iterator[Node]:
    """What a literal or a choice of Snowfakery can come out as."""
    inner = entries(node)
    if isinstance(node, ScalarNode):
        yield node
    elif len(inner) == 1 and inner[0].name in ("random_choice", "if"):
        for choice in items(inner[0].value):
            picked = entries(choice)
            if len(picked) == 1 and picked[0].name == "choice":
                for entry in entries(picked[0].value):
                    if entry.name == "pick":
                        yield from _outcomes(entry.value)
            else:
                yield from _outcomes(choice)
