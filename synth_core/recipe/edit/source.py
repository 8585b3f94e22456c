"""A recipe's text together with its nodes: which characters are whose.

Places come from line and column of PyYAML's marks, which all of its loaders count alike. What they do not say is
worked out here: a block collection ends with its last child, an alias stands elsewhere than its node, and what lies
between two nodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.characters import WHITE, Text
from synth_core.recipe.text import LOADER, RECIPE, children, compose, walk

_PROPERTY = re.compile(r"[&!][^ \t\r\n,\[\]{}]*")


@dataclass(frozen=True, slots=True)
class Child:
    """An entry of a mapping or an item of a sequence, where it stands in the text; of a block sequence's item the
    dash is part. `node` is the key or the item."""

    node: Node
    value: Node
    start: int
    end: int


def place_of(node: Node) -> str:
    """For messages."""
    file, line = node.start_mark.name, node.start_mark.line + 1
    return f"Line {line}" if file == RECIPE else f"{file}:{line}"


class Source(Text):
    """A text with the nodes that were composed from it."""

    def __init__(self, text: str, root: Node) -> None:
        super().__init__(text)
        self.root = root

    @classmethod
    def read(cls, text: str) -> Source:
        """From a recipe's text. Raises RecipeError when it can't be read."""
        root, findings = compose(text)
        if root is None:
            raise RecipeError(f"The recipe can't be read: {findings[0]}", findings)
        return cls(text, root)

    def offset(self, mark: Any) -> int:
        """The character that a mark of PyYAML stands before."""
        # Where the last line has no break, libyaml ends the text in a line of its own.
        return int(self.start_of(mark.line) + mark.column)

    def line_of(self, node: Node) -> int:
        """The line that a node begins in, from 1, as a person counts."""
        return int(node.start_mark.line) + 1

    @cached_property
    def _above(self) -> tuple[dict[int, Node], dict[int, list[Node]], list[tuple[int, int]]]:
        """Each node's parent; of nodes that stand at several places all parents; and the aliases, as (parent, child's
        position in `children`), in the order of the text."""
        parents: dict[int, Node] = {}
        shared: dict[int, list[Node]] = {}
        aliases: list[tuple[int, int]] = []

        def visit(node: Node) -> None:
            for position, child in enumerate(children(node)):
                if id(child) in parents:
                    shared.setdefault(id(child), [parents[id(child)]]).append(node)
                    aliases.append((id(node), position))
                else:
                    parents[id(child)] = node
                    visit(child)

        visit(self.root)
        return parents, shared, aliases

    @cached_property
    def _alias_spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        aliases = self._above[2]
        events = yaml.parse(self.text, Loader=LOADER) if aliases else ()
        spans = [
            (self.offset(event.start_mark), self.offset(event.end_mark))
            for event in events
            if isinstance(event, yaml.AliasEvent)
        ]
        return dict(zip(aliases, spans, strict=True))

    def parent(self, node: Node) -> Node | None:
        """The collection that a node stands in; None for the root."""
        return self._above[0].get(id(node))

    def is_shared(self, node: Node) -> bool:
        """The node, or one that it stands in, has an alias: a change here is a change elsewhere."""
        here: Node | None = node
        while here is not None:
            if id(here) in self._above[1]:
                return True
            here = self.parent(here)
        return False

    def refuse_shared(self, node: Node) -> None:
        """Raise RecipeError for a node that can't be changed at this place alone."""
        if self.is_shared(node):
            raise RecipeError(
                f"{place_of(node)} is shared: an alias (`*name`) repeats it elsewhere.",
                hint="Write it out in place of the alias, then edit it.",
            )

    def refuse_loss(self, child: Child) -> None:
        """Raise RecipeError for a child with something in it that an alias outside of it repeats."""
        todo = [child.node, child.value]
        inside: set[int] = set()
        while todo:
            node = todo.pop()
            if id(node) not in inside and self.offset(node.start_mark) >= child.start:
                inside.add(id(node))
                todo += children(node)
        shared = self._above[1]
        parents = {id(parent) for here in inside & set(shared) for parent in self._above[1][here][1:]}
        if parents - inside:
            raise RecipeError(
                f"{place_of(child.node)} holds an anchor (`&name`) that is repeated elsewhere.",
                hint="Write it out in place of its alias (`*name`), then edit it.",
            )

    def has_alias(self, node: Node) -> bool:
        """Something in the node stands at several places."""
        return any(id(each) in self._above[1] for each in walk(node))

    def in_flow(self, node: Node) -> bool:
        """The node is written within `{…}` or `[…]`, its own brackets included."""
        here: Node | None = node
        while here is not None:
            if isinstance(here, CollectionNode) and here.flow_style:
                return True
            here = self.parent(here)
        return False

    def span(self, node: Node) -> tuple[int, int]:
        """Where a node's own text begins and ends: without comments around it, and of a block scalar without
        the blank lines behind it, unless they count."""
        start, end = self.offset(node.start_mark), self.offset(node.end_mark)
        if isinstance(node, CollectionNode) and not node.flow_style:
            end = self._child_end(node, len(node.value) - 1)
        elif isinstance(node, ScalarNode) and node.style in ("|", ">"):
            head = self.text[start : self.next_line(start)].partition("#")[0]
            if "+" not in head:
                end = start + len(self.text[start:end].rstrip(WHITE))
            elif self.line_start(end) == end:
                end = self.end_of(self.line(end) - 1)
        return start, end

    def children(self, node: Node) -> list[Child]:
        """A collection's entries or items in the order of the text."""
        found: list[Child] = []
        if not isinstance(node, CollectionNode):
            return found
        gap = self.inside(node)
        for index, each in enumerate(node.value):
            key, value = each if isinstance(node, MappingNode) else (each, each)
            start = self._place(node, 2 * index if isinstance(node, MappingNode) else index, key)[0]
            end = self._child_end(node, index)
            # A dash or a question mark stands before it.
            gap = self.skip(gap, start)
            if found and node.flow_style:
                gap = self.skip(gap + 1, start)
            found.append(Child(key, value, gap, end))
            gap = end
        return found

    def child(self, node: Node, part: Node) -> Child:
        """The entry with this key, or this item. Raises RecipeError when an alias repeats it in the same collection."""
        first, *more = (child for child in self.children(node) if child.node is part)
        if more:
            self.refuse_shared(part)
        return first

    def head(self, child: Child) -> int:
        """The place behind an entry's colon (behind its key where that has none: `{a}`), or behind an item's dash."""
        if child.node is child.value:
            return child.start + (self.text[child.start] == "-")
        key_end = self.span(child.node)[1]
        colon = self.skip(key_end, child.end)
        return colon + 1 if colon < child.end and self.text[colon] == ":" else key_end

    def above(self, node: Node) -> Child:
        """The entry whose value the node is, or the node as an item. Not for the root."""
        parent = self.parent(node) or self.root
        return next(child for child in self.children(parent) if child.value is node)

    def _place(self, parent: Node, position: int, node: Node) -> tuple[int, int]:
        alias = self._alias_spans.get((id(parent), position))
        return alias or self.span(node)

    def _child_end(self, node: CollectionNode, index: int) -> int:
        if not isinstance(node, MappingNode):
            return self._place(node, index, node.value[index])[1]
        key_end = self._place(node, 2 * index, node.value[index][0])[1]
        start, end = self._place(node, 2 * index + 1, node.value[index][1])
        if start < end:
            return end
        # An empty value stands behind the colon, or where the next token is.
        colon = self.skip(key_end, end)
        return colon + 1 if colon < end else key_end

    def inside(self, node: Node) -> int:
        """Where the first child is looked for: behind anchor, tag and bracket."""
        at = self.offset(node.start_mark)
        while found := _PROPERTY.match(self.text, at):
            at = self.skip(found.end(), len(self.text))
        return at + 1 if isinstance(node, CollectionNode) and node.flow_style else at
