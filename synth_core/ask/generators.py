"""Generators as a model writes them, and as the rules have them: their plain values."""

from __future__ import annotations

from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.errors import SynthError
from synth_core.recipe.notation import FieldText
from synth_core.recipe.text import compose, construct

_LONGEST = 2000
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset(f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null"))


def parsed(text: str) -> Any:
    """The plain value of a generator's YAML. Raises SynthError."""
    if len(text) > _LONGEST:
        raise SynthError(f"The generator has more than {_LONGEST:,} characters.")
    node, findings = compose(text)
    if node is None:
        raise SynthError(
            f"It is no YAML of a generator: {findings[0].message if findings else 'nothing is there'}"
        )
    if isinstance(node, SequenceNode):
        raise SynthError("A generator is a value or one function with its arguments, not a list.")
    return _plain(node)


def _plain(node: Node) -> Any:
    """Texts, numbers and the like in mappings and lists. Keys are texts as they are written: `no` is no boolean."""
    if isinstance(node, MappingNode):
        if any(not isinstance(key, ScalarNode) or key.tag == f"{_TAG}merge" for key, _ in node.value):
            raise SynthError("The keys in a generator are names.")
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(each) for each in node.value]
    if node.tag not in _SCALARS:
        raise SynthError(
            f"A generator has no {node.tag.removeprefix(_TAG)!r} in it; write it as text, in quotes."
        )
    try:
        return construct(node)
    except ValueError as error:
        raise SynthError(f"It is no YAML of a generator: {error}") from None


def nulls_of(generator: Any) -> Any:
    """The share of nulls around a generator; None where there is none."""
    if isinstance(generator, dict) and set(generator) == {"Synth.nullable"}:
        inner = generator["Synth.nullable"]
        return inner.get("nulls") if isinstance(inner, dict) else None
    return None


def bare(field: FieldText) -> Any:
    """The generator of a field without the nulls around it."""
    generator = field.generator
    return generator["Synth.nullable"].get("value") if nulls_of(generator) is not None else generator
