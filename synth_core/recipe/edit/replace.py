"""Edits that write another value, text or name where one stands."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.model.findings import TextEdit
from synth_core.recipe.edit.characters import BREAK
from synth_core.recipe.edit.lines import put_lines
from synth_core.recipe.edit.source import Source
from synth_core.recipe.notation import entry_lines, flow, quoted
from synth_core.recipe.text import LOADER, is_text

Edits = tuple[TextEdit, ...]


def replace(source: Source, node: Node, text: str) -> Edits:
    """What the node's own text is becomes `text`, as it is. Raises RecipeError where an alias repeats the node."""
    source.refuse_shared(node)
    return (source.edit(*source.span(node), text),)


def rewrite(source: Source, node: ScalarNode, value: str) -> Edits:
    """A scalar becomes another text, in quotes of the same kind; without quotes only where that reads back as the
    same text."""
    return replace(source, node, _in_style_of(source, node, value))


def set_value(source: Source, mapping: MappingNode, name: Node, value: Any) -> Edits:
    """The value behind a key becomes another one, written as in a draft. Comments above the entry and behind its first
    line stay; those within the old value go with it."""
    child = source.child(mapping, name)
    source.refuse_shared(name)
    source.refuse_shared(child.value)
    source.refuse_loss(child)
    head = source.head(child)
    colon = ":" if head == source.span(child.node)[1] else ""
    start = source.skip(head, child.end)
    rest: list[str] = []
    text = f" {flow(value)}"
    if not source.in_flow(mapping):
        first, *rest = entry_lines("k", value, child.start - source.line_start(child.start))
        text = first.lstrip(" ").removeprefix("k:")
    is_on_line = start == child.end or source.line(start) == source.line(head)
    end = source.next_line(child.end)
    if not rest and start < child.end and is_on_line:
        return (source.edit(start, child.end, text[1:]),)
    if is_on_line:
        lines = (put_lines(source, end, end, rest),) if rest else ()
        return (source.edit(head, child.end, colon + text), *lines)
    lines = (put_lines(source, source.next_line(head), end, rest),)
    return lines if rest else (source.edit(head, head, text), *lines)


def _in_style_of(source: Source, node: ScalarNode, value: str) -> str:
    """The text as a scalar in the place and style of the node."""
    if node.style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if node.style == "|":
        return _literal(source, node, value) or quoted(value)
    return value if not node.style and _reads_back(source, node, value) else quoted(value)


def _reads_back(source: Source, node: ScalarNode, value: str) -> bool:
    """Without quotes it is the same text at the node's place."""
    parent = source.parent(node)
    is_key = isinstance(parent, MappingNode) and any(key is node for key, _ in parent.value)
    text = f"{value}: 1" if is_key else f"k: {value}"
    # A dash alone is a text before a bracket, and none at the end of a line.
    found = _compose("{" + text + "\n}" if source.in_flow(node) else text)
    if not isinstance(found, MappingNode) or len(found.value) != 1 or not value.isprintable():
        return False
    read = found.value[0][0 if is_key else 1]
    return is_text(read) and read.value == value and not read.style


def _literal(source: Source, node: ScalarNode, value: str) -> str:
    """The text as a block of lines below the head of the old one; nothing where it would not read back."""
    start, end = source.span(node)
    head, *lines = BREAK.split(source.text[start:end])
    first = next((line for line in lines if line.strip()), "")
    pad = first[: len(first) - len(first.lstrip(" "))]
    text = source.line_break.join([head, *(pad + line for line in value.rstrip("\n").split("\n"))])
    read = _compose(f"k: {text}\n")
    is_same = isinstance(read, MappingNode) and is_text(read.value[0][1]) and read.value[0][1].value == value
    return text if is_same else ""


def _compose(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, UnicodeError):
        return None
