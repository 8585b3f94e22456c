"""The proof of an edit: the new text says what the old one said, with exactly the intended change."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from yaml.nodes import CollectionNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.recipe.text import MAX_DEPTH, TAG, construct

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


class Wanted(ScalarNode):
    """Stands in a tree of nodes for whatever has this value."""

    def __init__(self, value: Plain) -> None:
        super().__init__("", "")
        self.wanted = value


def plain(value: Any, depth: int = 0) -> Plain:
    """A value that comes from outside, as YAML has it: keys are texts. Raises RecipeError for what YAML has not."""
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and isfinite(value)):
        return value
    if depth > MAX_DEPTH:
        raise RecipeError("What is nested so deeply can't stand in a recipe.")
    if isinstance(value, Mapping):
        return {str(name): plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    raise RecipeError(
        f"{str(value)[:60]!r} can't stand in a recipe.",
        hint="Write texts, numbers, true, false, null, lists and mappings.",
    )


def same(one: Any, other: Any) -> bool:
    """Equal, also in types and in the order of keys; keys are compared as texts."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = [str(name) for name in one] == [str(name) for name in other]
        return names and all(map(same, one.values(), other.values()))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def agree(expected: Node, found: Node) -> list[Node] | None:
    """The nodes that stand where values were wanted; None when the trees differ anywhere."""
    placed: list[Node] = []
    todo = [(expected, found)]
    while todo:
        want, node = todo.pop()
        if isinstance(want, Wanted):
            if not _has_value(node, want.wanted):
                return None
            placed.append(node)
        elif isinstance(want, ScalarNode) and isinstance(node, ScalarNode):
            if want.tag != node.tag or (want.value != node.value and want.tag != f"{TAG}null"):
                return None
        elif isinstance(want, CollectionNode) and isinstance(node, CollectionNode):
            if want.tag != node.tag or len(want.value) != len(node.value):
                return None
            todo += _pairs(want, node)
        else:
            return None
    return placed


def _pairs(want: CollectionNode, node: CollectionNode) -> list[tuple[Node, Node]]:
    if isinstance(want, SequenceNode):
        return list(zip(want.value, node.value, strict=True))
    return [
        pair
        for (want_key, want_value), (key, value) in zip(want.value, node.value, strict=True)
        for pair in ((want_key, key), (want_value, value))
    ]


def _has_value(node: Node, value: Plain) -> bool:
    try:
        return same(construct(node), value)
    except ValueError:
        return False
