"""Reading a recipe's text: one node tree with places, from which both vetting and the compiler take
everything.

The values are constructed from the very nodes that were vetted, and what Snowfakery gets is written anew
from those values. So no second parser can read something else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.findings import Finding, Level
from synth_core.recipe.yaml_errors import explain

RECIPE = "recipe.yml"
"""What findings call the recipe itself; one that is included has its own name."""
MAX_BYTES = 5_000_000
MAX_NODES = 500_000
MAX_DEPTH = 60
MAX_ALIASES = 1_000
TAG = "tag:yaml.org,2002:"
_STR, _INT, _FLOAT, _SEQ, _MAP = (f"{TAG}{name}" for name in ("str", "int", "float", "seq", "map"))
_KEYS = frozenset({_STR, _INT, _FLOAT})
"""Tags of keys that merge nothing and can stand in a dictionary."""
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it: ten times as fast, the same nodes and places."""


@dataclass(frozen=True)
class Place:
    """A line and column of the text, from 1."""

    line: int
    column: int

    @classmethod
    def of(cls, node: Node) -> Place:
        """Where a node begins."""
        return cls(node.start_mark.line + 1, node.start_mark.column + 1)


def finding(
    code: str, message: str, node: Node | Place | None = None, *, hint: str = "", **more: Any
) -> Finding:
    """An error (or `level=`) at a node's place."""
    place = Place.of(node) if isinstance(node, Node) else node
    file = str(node.start_mark.name) if isinstance(node, Node) else RECIPE
    return Finding(
        level=more.pop("level", Level.ERROR),
        code=f"recipe.{code}",
        message=message,
        hint=hint,
        file=more.pop("file", file),
        line=place.line if place else None,
        column_number=place.column if place else None,
        **more,
    )


class _Named(io.StringIO):
    """A text with the name that marks of its nodes bear."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def compose(text: str, name: str = RECIPE) -> tuple[Node | None, list[Finding]]:
    """The root node, and what makes the text unfit to be read at all (then the node is None)."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [finding("too-large", f"the recipe has more than {MAX_BYTES:,} bytes.", file=name)]
    try:
        too_many, aliases = _scan(text)
        if too_many:
            return None, [finding("too-large", f"the recipe has too many {too_many}.", file=name)]
        node = yaml.compose(_Named(text, name), Loader=LOADER)
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        return None, [explain(error, text, LOADER).model_copy(update={"file": name})]
    if node is None:
        hint = "Run `synth draft` to write one." if name == RECIPE else "Leave it out."
        return None, [finding("empty", "the recipe is empty.", hint=hint, file=name)]
    refused = _check_aliases(node) if aliases else None
    return (None, [refused]) if refused else (node, [])


def _scan(text: str) -> tuple[str, int]:
    """Which bound the text exceeds (or nothing), and how many aliases it has; nothing is built for this, so it
    costs no memory."""
    depth = aliases = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=LOADER), start=1):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if nodes > MAX_NODES:
            return "nodes", aliases
        if depth > MAX_DEPTH:
            return "levels", aliases
        if aliases > MAX_ALIASES:
            return "aliases", aliases
    return "", aliases


def _check_aliases(root: Node) -> Finding | None:
    """Aliases must not contain themselves, nor blow up when each is replaced by what it stands for."""
    measured: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()

    def measure(node: Node) -> tuple[int, int]:
        """(nodes, levels) below; an anchor stands before its aliases, so this never goes deeper than the
        text."""
        known = measured.get(id(node))
        if known:
            return known
        if id(node) in open_nodes:
            raise _Refused(finding("alias", "this anchor contains itself.", node))
        open_nodes.add(id(node))
        size, levels = 1, 0
        for child in children(node):
            child_size, child_levels = measure(child)
            size, levels = size + child_size, max(levels, child_levels)
        open_nodes.discard(id(node))
        if size > MAX_NODES or levels >= MAX_DEPTH:
            raise _Refused(
                finding("too-large", "the recipe is too large with all aliases written out.", node)
            )
        measured[id(node)] = size, levels + 1
        return measured[id(node)]

    try:
        measure(root)
    except _Refused as refused:
        return refused.finding
    return None


class _Refused(Exception):
    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def children(node: Node) -> list[Node]:
    """A mapping's keys and values, a sequence's items; none for a scalar."""
    if isinstance(node, MappingNode):
        return [inner for pair in node.value for inner in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def walk(node: Node) -> Iterator[Node]:
    """Every node once, parents first, also where aliases share nodes."""
    seen: set[int] = set()
    todo = [node]
    while todo:
        here = todo.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        todo += reversed(children(here))


def collections(root: Node) -> Iterator[CollectionNode]:
    """Every mapping and sequence once, parents first, also where aliases share nodes."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        here = todo.pop()
        if not isinstance(here, CollectionNode) or id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        todo += reversed(children(here))


def construct(node: Node) -> Any:
    """The plain value of a node. Raises ValueError where the text is no value of its type (`2024-13-45`).

    What nearly all nodes of a recipe are is made here, several times as fast as PyYAML makes the same of it.
    """
    tag = node.tag
    if isinstance(node, ScalarNode):
        text: str = node.value
        if tag == _STR:
            return text
        if tag == _INT and _INTEGER.fullmatch(text):
            return int(text)
        if tag == _FLOAT and _DECIMAL.fullmatch(text):
            return float(text)
    elif isinstance(node, SequenceNode):
        if tag == _SEQ:
            return [construct(item) for item in node.value]
    elif tag == _MAP and all(key.tag in _KEYS for key, _ in node.value):
        return {construct(key): construct(value) for key, value in node.value}
    try:
        return SafeConstructor().construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        message = getattr(error, "problem", None) or str(error)
        raise ValueError(message) from None


def is_plain_number(node: ScalarNode) -> bool:
    """A number as people write it, which nobody reads otherwise."""
    if node.tag == _INT:
        return bool(_INTEGER.fullmatch(node.value))
    return node.tag == _FLOAT and bool(_DECIMAL.fullmatch(node.value))


def is_text(node: Node) -> bool:
    """A scalar that YAML reads as text."""
    return isinstance(node, ScalarNode) and node.tag == f"{TAG}str"
