"""Whole lines of a text: which belong to an entry, and how others take their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yaml.nodes import CollectionNode, Node

from synth_core.model.findings import TextEdit
from synth_core.recipe.edit.source import Child, Source


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an entry or item, from the comments directly above it to those that are indented below it.
    `column` is where it begins in its own line."""

    start: int
    end: int
    column: int
    new_line: str
    """A break and the indentation of what begins a new line before or behind it."""
    is_own: bool
    """Nothing else stands in them."""


def lines_of(source: Source, collection: Node, child: Child) -> Lines:
    """The lines that go when the child goes."""
    begin, end = source.line_start(child.start), source.next_line(child.end)
    column = child.start - begin
    is_own = not source.text[begin : child.start].strip(" ")
    in_brackets = isinstance(collection, CollectionNode) and collection.flow_style
    if in_brackets:
        # The comma, where there is one, must stand in the same line, and nothing but a comment behind it.
        token = source.skip(child.end, len(source.text))
        if source.text[token] == ",":
            is_own = is_own and token < end and source.skip(token + 1, end) == end
        else:
            is_own = is_own and token >= end
    text = source.line_text(source.line(child.start))
    indent = len(text) - len(text.lstrip(" ")) + 4 if in_brackets else column
    top, bottom = source.line(child.start), source.line(end)
    while is_own and _comment_column(source.line_text(top - 1)) == column:
        top -= 1
    while not in_brackets and end < len(source.text) and _comment_column(source.line_text(bottom)) > column:
        bottom += 1
        end = source.start_of(bottom)
    return Lines(source.start_of(top), end, column, source.line_break + " " * indent, is_own)


def put_lines(source: Source, start: int, end: int, lines: Sequence[str]) -> TextEdit:
    """These lines in place of whole ones. A last line without a break stays without one."""
    ending = source.line_break
    if end < len(source.text) or source.line_start(end) == end:
        return source.edit(start, end, "".join(line + ending for line in lines))
    if start == end:
        return source.edit(start, end, "".join(ending + line for line in lines))
    if not lines and source.line(start) > 0:
        start = source.end_of(source.line(start) - 1)
    return source.edit(start, end, ending.join(lines))


def _comment_column(line: str) -> int:
    """Where the line's comment begins; -1 when it is no line of comment."""
    text = line.lstrip(" ")
    return len(line) - len(text) if text.startswith("#") else -1
