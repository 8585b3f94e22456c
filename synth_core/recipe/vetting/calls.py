"""Calls of our functions in the tree: which generators stand in them, and where an argument stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from synth_core.recipe.functions import Function, Struct
from synth_core.recipe.vetting.nodes import Entry, entries, items


class Call(NamedTuple):
    """A function of ours with right arguments."""

    function: Function
    arguments: Node
    is_field: bool
    """It is the generator of the field itself, not an argument of another one."""
    beside: frozenset[str] = frozenset()
    """Fields of the structs around it that are made before."""

    def place(self, *steps: str | int) -> Node:
        """Where an argument stands; the call's own arguments where it is not written out."""
        return locate(self.arguments, steps)


def calls_in(
    node: Node, known: Mapping[int, Function], *, is_field: bool = True, beside: frozenset[str] = frozenset()
) -> Iterator[Call]:
    """All calls of functions of ours in a generator, outer ones first; `known` are those of `Scope.functions`."""
    call = only_call(node)
    if call is None:
        if any(entry.name == "object" for entry in entries(node)):
            # Its fields are fields of another table.
            return
        for inner in [*(entry.value for entry in entries(node)), *items(node)]:
            yield from calls_in(inner, known, is_field=False, beside=beside)
        return
    function = known.get(id(call.value))
    if function is None:
        yield from calls_in(call.value, known, is_field=False, beside=beside)
        return
    yield Call(function, call.value, is_field, beside)
    for name, generator in generators_in(type(function), call.value):
        yield from calls_in(generator, known, is_field=False, beside=beside)
        if isinstance(function, Struct):
            beside |= {name}


def only_call(node: Node) -> Entry | None:
    """The single entry of a mapping, which then is a call; Snowfakery takes a list of one mapping for that."""
    inner = entries(node)
    if len(inner) == 1 and inner[0].name != "object":
        return inner[0]
    single = items(node)
    return only_call(single[0]) if len(single) == 1 else None


def generators_in(declared: type[Function], node: Node) -> list[tuple[str, Node]]:
    """The generators among the arguments of one of our functions, with the argument they stand in."""
    found: list[tuple[str, Node]] = []
    inner = entries(node)
    is_open = bool(declared.open_arguments) and not (
        {entry.name for entry in inner} <= set(declared.model_fields)
        and any(
            entry.name == declared.open_arguments and isinstance(entry.value, (MappingNode, SequenceNode))
            for entry in inner
        )
    )
    for argument in declared.generators:
        if is_open and argument == declared.open_arguments:
            found += [(entry.name, entry.value) for entry in inner]
            continue
        for entry in inner:
            if entry.name == argument:
                is_named = argument == declared.open_arguments
                found += (
                    [(each.name, each.value) for each in entries(entry.value)]
                    if is_named
                    else [(argument, entry.value)]
                )
    return found


def locate(node: Node, steps: tuple[Any, ...], *, at_key: bool = False) -> Node:
    """The node of an argument by the path that pydantic reports; a step that is not written out is skipped."""
    for index, step in enumerate(steps):
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            continue
        for entry in entries(node):
            if entry.name == str(step):
                node = entry.key if at_key and index == len(steps) - 1 else entry.value
                break
    return node
