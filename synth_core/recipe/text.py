"""Reading a recipe's text: the same node tree that Snowfakery's own parser composes, with places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import RecipeError
from synth_core.model.findings import Finding, Level

MAX_BYTES = 5_000_000
MAX_NODES = 500_000
MAX_DEPTH = 60
MAX_ALIASES = 1_000


@dataclass(frozen=True)
class Place:
    """A line and column of the text, from 1."""

    line: int
    column: int

    @classmethod
    def of(cls, node: Node) -> Place:
        """Where a node begins."""
        return cls(node.start_mark.line + 1, node.start_mark.column + 1)


def finding(code: str, message: str, node: Node | None = None, *, hint: str = "", **more: Any) -> Finding:
    """An error at a node's place."""
    place = Place.of(node) if node is not None else None
    return Finding(
        level=more.pop("level", Level.ERROR),
        code=f"recipe.{code}",
        message=message,
        hint=hint,
        file=more.pop("file", "recipe.yml"),
        line=place.line if place else None,
        column_number=place.column if place else None,
        **more,
    )


def compose(text: str) -> tuple[Node | None, list[Finding]]:
    """The root node, and what makes the text unfit to be read at all (then the node is None)."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [finding("too-large", f"the recipe has more than {MAX_BYTES:,} bytes.")]
    try:
        # Bounds come first: composing follows aliases without copying, so an alias bomb is caught by counting.
        depth = deepest = nodes = aliases = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            nodes += 1
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                deepest = max(deepest, depth)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                aliases += 1
            if nodes > MAX_NODES or deepest > MAX_DEPTH or aliases > MAX_ALIASES:
                what = "nodes" if nodes > MAX_NODES else "levels" if deepest > MAX_DEPTH else "aliases"
                return None, [finding("too-large", f"the recipe has too many {what}.")]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, [
            Finding(
                level=Level.ERROR,
                code="recipe.yaml",
                message=f"this is no valid YAML: {error.problem or error.context}.",
                file="recipe.yml",
                line=mark.line + 1 if mark else None,
                column_number=mark.column + 1 if mark else None,
            )
        ]
    except (yaml.YAMLError, RecursionError) as error:
        return None, [finding("yaml", f"this is no valid YAML: {error}.")]
    if node is None:
        return None, [finding("empty", "the recipe is empty.", hint="Run `synth draft` to write one.")]
    return node, []


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
        if isinstance(here, MappingNode):
            for key, value in reversed(here.value):
                todo += [value, key]
        elif isinstance(here, SequenceNode):
            todo += reversed(here.value)


def load(text: str) -> list[dict[str, Any]]:
    """The recipe's statements as plain values. Raises RecipeError when the text can't be read."""
    node, findings = compose(text)
    if node is None:
        raise RecipeError(f"The recipe can't be read: {findings[0]}", findings)
    data = yaml.safe_load(text)
    if not isinstance(data, list) or not all(isinstance(statement, dict) for statement in data):
        raise RecipeError(
            "A recipe is a list of statements, each beginning with `- `, such as `- object: customers`."
        )
    return data


def is_text(node: Node) -> bool:
    """A scalar that YAML reads as text."""
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:str"
