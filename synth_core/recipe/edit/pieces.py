"""What can be inserted into a recipe, written as drafts are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synth_core.recipe.notation import ObjectText, comment_lines, entry_lines, flow, key, object_lines


@dataclass(frozen=True)
class Piece:
    """An entry or item, as lines at an indentation, and as text within brackets."""

    block: Callable[[int], list[str]]
    flow: str
    brackets: str
    """Those of a collection that holds only this."""
    comment: str = ""
    is_apart: bool = False
    """Blank lines keep it apart from its neighbours."""

    def lines(self, indent: int) -> list[str]:
        """It and its comment as whole lines."""
        return comment_lines(self.comment, indent) + self.block(indent)


def entry(name: str, value: Any, comment: str = "") -> Piece:
    """An entry of a mapping."""
    return Piece(
        lambda indent: entry_lines(name, value, indent), f"{key(name)}: {flow(value)}", "{}", comment
    )


def item(value: Any, comment: str = "") -> Piece:
    """An item of a list; the entries of a mapping stand below each other behind the dash."""

    def block(indent: int) -> list[str]:
        pad = " " * indent
        if not isinstance(value, dict) or not value:
            return [f"{pad}- {flow(value)}"]
        first, *rest = (
            line for name, each in value.items() for line in entry_lines(str(name), each, indent + 2)
        )
        return [f"{pad}- {first[indent + 2 :]}", *rest]

    return Piece(block, flow(value), "[]", comment)


def statement(new: ObjectText) -> Piece:
    """A statement that makes a table."""
    fields = {field.name: field.generator for field in new.fields}

    def block(indent: int) -> list[str]:
        return [" " * indent + line for line in object_lines(new)]

    return Piece(
        block, flow({"object": new.table, "count": new.count, "fields": fields}), "[]", is_apart=True
    )
