"""The order of a table's fields: a column stands behind those that it takes its value from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from synth_core.recipe.formulas import is_formula, names_in, texts_in
from synth_core.recipe.functions import Login
from synth_core.recipe.notation import FieldText

NOTHING: Mapping[str, Collection[str]] = MappingProxyType({})


def in_order(fields: list[FieldText], behind: Mapping[str, Collection[str]] = NOTHING) -> list[FieldText]:
    """The fields so that each finds what it needs, in its generator or as `behind` has it; otherwise their order
    stays."""
    names = {each.name for each in fields}
    needed = {each.name: sources(each.generator) & names for each in fields}
    for name, others in behind.items():
        needed[name].update(others)
    placed: list[FieldText] = []
    waiting = list(fields)
    while waiting:
        done = {each.name for each in placed}
        free = next(
            (each for each in waiting if not needed[each.name] - done - {each.name}),
            waiting[0],
        )
        placed.append(free)
        waiting.remove(free)
    return placed


def leads_back(fields: Mapping[str, FieldText], target: str, inputs: Iterable[str]) -> bool:
    """One of the inputs is made from the target already."""
    todo, seen = list(inputs), set()
    while todo:
        name = todo.pop()
        if name == target:
            return True
        if name in fields and name not in seen:
            seen.add(name)
            todo += sources(fields[name].generator)
    return False


def sources(generator: Any) -> set[str]:
    """The columns of the same row that an offset stands behind, that are looked up, that each get a value, or that a
    formula names."""
    if is_formula(generator):
        return names_in(generator) | set(texts_in(generator))
    if isinstance(generator, Mapping):
        after = generator.get("after")
        found = {after} if isinstance(after, str) else set()
        if "Synth.lookup" in generator:
            found.add(generator["Synth.lookup"]["of"])
        if "nulls_of" in generator:
            found.add(generator["by"])
        for name in ("Synth.per", "Synth.reference"):
            if isinstance(arguments := generator.get(name), Mapping) and "each" in arguments:
                found.add(arguments["each"])
        if "Synth.login" in generator:
            found.update(Login.model_validate(generator["Synth.login"]).columns.values())
        return found.union(*(sources(each) for each in generator.values()))
    if isinstance(generator, (list, tuple)):
        return set().union(*(sources(each) for each in generator))
    return set()
