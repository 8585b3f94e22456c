"""What must hold for any node of the tree: plain tags, keys once, and nothing that YAML reads unlike people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.findings import Level
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import replace
from synth_core.recipe.notation import quoted
from synth_core.recipe.text import TAG, collections, construct, is_plain_number
from synth_core.recipe.vetting.remarks import Mend, Remark, remark

_SCALARS = frozenset(f"{TAG}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp"))
_TEXT = f"{TAG}str"
_WORDS = frozenset({"yes", "no", "on", "off"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a mapping; the key as Snowfakery and we read it, always text."""

    name: str
    key: Node
    value: Node


def entries(node: Node) -> list[Entry]:
    """A mapping's entries; none for other nodes. Keys that are no scalars are left out (and found elsewhere)."""
    if not isinstance(node, MappingNode):
        return []
    return [
        Entry(key.value if key.tag == _TEXT else key_of(key), key, value)
        for key, value in node.value
        if isinstance(key, ScalarNode)
    ]


def items(node: Node) -> list[Node]:
    """A sequence's items; none for other nodes."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def key_of(node: Node) -> str:
    """A key as text."""
    return str(value_of(node))


def value_of(node: Node) -> Any:
    """A node's value; for a scalar that is no value of its tag, the text as written."""
    if isinstance(node, ScalarNode) and node.tag == _TEXT:
        return node.value
    try:
        return construct(node)
    except ValueError:
        return node.value if isinstance(node, ScalarNode) else None


def check_nodes(root: Node) -> Iterator[Remark]:
    """Findings that need no knowledge of recipes."""
    for node in collections(root):
        if isinstance(node, MappingNode):
            if node.tag != f"{TAG}map":
                yield _tag_remark(node)
            yield from _check_keys(node)
            inner = [value for _, value in node.value]
        else:
            if node.tag != f"{TAG}seq":
                yield _tag_remark(node)
            inner = node.value
        for scalar in inner:
            if isinstance(scalar, ScalarNode) and scalar.tag != _TEXT and not is_plain_number(scalar):
                yield from _check_scalar(scalar, is_key=False)


def _tag_remark(node: Node) -> Remark:
    if node.tag == f"{TAG}merge":
        return remark("tag", "`<<` merges mappings, which recipes can't.", node, hint="Use a macro.")
    if node.tag == f"{TAG}value":
        message = "a single `=` has a meaning of its own in YAML."
        return remark("tag", message, node, hint='Quote it: "=".', mend=in_quotes(node, is_safe=True))
    tag = node.tag.replace(TAG, "!!")
    return remark("tag", f"the tag {tag} is not allowed here.", node, hint="Write plain texts and numbers.")


def _check_scalar(node: ScalarNode, *, is_key: bool) -> Iterator[Remark]:
    if node.tag not in _SCALARS:
        yield _tag_remark(node)
        return
    try:
        value = construct(node)
    except ValueError as error:
        hint = "Quote it to have it as text."
        yield remark("value", f"YAML can't read {node.value[:40]!r}: {error}.", node, hint=hint)
        return
    if isinstance(value, bool):
        if node.value.lower() in _WORDS:
            yield _misread(node, value, Level.ERROR if is_key else Level.WARNING)
    elif isinstance(value, int):
        if str(value) != node.value.removeprefix("+"):
            yield _misread(node, value)
    elif isinstance(value, float):
        # As a number 1.10 is 1.1, but as the name of a category it is another text.
        if ":" in node.value or "_" in node.value or (is_key and str(value) != node.value):
            yield _misread(node, value)
    elif value is None and is_key:
        yield remark("key", "this key is empty.", node, hint='Quote it if you mean the text: "null".')


def _check_keys(node: MappingNode) -> Iterator[Remark]:
    seen: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            yield remark("key", "a key must be a single name.", key)
            continue
        if key.tag != _TEXT:
            yield from _check_scalar(key, is_key=True)
        name = key.value if key.tag == _TEXT else key_of(key)
        if name in seen:
            yield _duplicate(node, name, seen[name], (key, value))
        seen.setdefault(name, (key, value))


def _duplicate(node: MappingNode, name: str, first: tuple[Node, Node], second: tuple[Node, Node]) -> Remark:
    line = first[0].start_mark.line + 1
    mend = Mend(
        f"Remove the second `{name}`",
        lambda source: remove(source, node, second[0]),
        is_safe=_is_same(first[1], second[1]),
    )
    message = f"{name!r} is already in line {line}."
    return remark("duplicate-key", message, second[0], hint="Remove one of them.", mend=mend)


def _is_same(one: Node, other: Node) -> bool:
    try:
        return bool(construct(one) == construct(other))
    except ValueError:
        return False


def in_quotes(node: Node, *, is_safe: bool) -> Mend | None:
    """The scalar as the text that is written there."""
    if not isinstance(node, ScalarNode) or node.style:
        return None
    text = quoted(node.value)
    return Mend(f"Write {text}", lambda source: replace(source, node, text), is_safe)


def _misread(node: ScalarNode, value: bool | int | float, level: Level = Level.WARNING) -> Remark:
    read = str(value).lower() if isinstance(value, bool) else str(value)
    return remark(
        "yaml-boolean" if isinstance(value, bool) else "misread",
        f"YAML reads the unquoted {node.value} as {read}.",
        node,
        hint=f'Quote it if you mean the text: "{node.value}".',
        mend=in_quotes(node, is_safe=level is Level.ERROR),
        level=level,
    )
