"""What can be inserted into a recipe, written as drafts are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synth_core.recipe.notation import ObjectText, comment_lines, entry_lines, flow, key, object_lines


@dataclass(frozen=True)
class Piece:
    """An entry or item, as it is written in lines and within brackets."""

    block: Callable[[int], list[str]]
    """Its lines at an indentation, its comment above it."""
    flow: str
    brackets: str
    """Those of a collection that holds only this."""
    comment: str = ""
    is_apart: bool = False
    """Blank lines keep it apart from its neighbours."""


def entry(name: str, value: Any, comment: str = "") -> Piece:
    """An entry of a mapping."""

    def block(indent: int) -> list[str]:
        return comment_lines(comment, indent) + entry_lines(name, value, indent)

    return Piece(block, f"{key(name)}: {flow(value)}", "{}", comment)


def entry_above(name: str, field: str, value: Any, comment: str = "") -> Piece:
    """An entry of a mapping with an only entry below it, which the comment is about."""

    def block(indent: int) -> list[str]:
        return [f"{' ' * indent}{name}:", *entry(field, value, comment).block(indent + 2)]

    return Piece(block, entry(name, {field: value}).flow, "{}", comment)


def item(value: Any, comment: str = "") -> Piece:
    """An item of a list; the entries of a mapping stand below each other behind the dash."""

    def block(indent: int) -> list[str]:
        pad = " " * indent
        above = comment_lines(comment, indent)
        if not isinstance(value, dict) or not value:
            return [*above, f"{pad}- {flow(value)}"]
        first, *rest = (
            line for name, each in value.items() for line in entry_lines(str(name), each, indent + 2)
        )
        return [*above, f"{pad}- {first[indent + 2 :]}", *rest]

    return Piece(block, flow(value), "[]", comment)


def statement(new: ObjectText) -> Piece:
    """A statement that makes a table."""
    fields = {field.name: field.generator for field in new.fields}
    value = {"object": new.table, "count": new.count, "fields": fields}

    def block(indent: int) -> list[str]:
        return [" " * indent + line for line in object_lines(new)]

    return Piece(block, flow(value), "[]", " ".join(new.why), is_apart=True)
