"""All declarations together, and how they are looked up and told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from synth_core.model.types import Kind
from synth_core.recipe.catalogue.declaration import Argument, Declaration
from synth_core.recipe.catalogue.ours import OURS
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS
from synth_core.recipe.catalogue.providers import PROVIDERS, find_provider
from synth_core.recipe.catalogue.stock import STOCK

CATALOGUE: dict[str, Declaration] = {
    **OURS,
    **STOCK,
    **PLUGIN_FUNCTIONS,
    **{declaration.name: declaration for declaration in PROVIDERS.values()},
}
"""By the name that a recipe calls."""


def find(name: str) -> Declaration | None:
    """By its name, or by the name of a provider in any spelling: `fake.first_name`, `FirstName`."""
    return CATALOGUE.get(name) or CATALOGUE.get(f"Synth.{name}") or find_provider(name.removeprefix("fake."))


def like(name: str) -> list[str]:
    """The most similar names, for somebody who asked for one that is not there."""
    lowered = {each.lower(): each for each in CATALOGUE}
    return [lowered[each] for each in difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.7)]


def fitting(kind: Kind) -> list[Declaration]:
    """What can fill a column of that type."""
    return [declaration for declaration in CATALOGUE.values() if declaration.can_fill(kind)]


def explain(declaration: Declaration) -> str:
    """All about one function, for people."""
    lines = [f"{declaration.name}: {declaration.help}", "", f"  {declaration.example}"]
    if declaration.arguments:
        lines += ["", "Arguments"]
        lines += [f"  {name}: {told}" for name, told in _arguments(declaration.arguments)]
    lines += ["", *_facts(declaration)]
    return "\n".join(lines)


def to_prompt(declarations: Iterable[Declaration], kind: Kind | None = None) -> str:
    """The functions as a model needs them: what each makes, its arguments, an example (for a column of that type);
    providers by name only."""
    declarations = list(declarations)
    lines = []
    for each in declarations:
        if each.name.startswith("fake."):
            continue
        lines.append(f"- `{each.example if kind is None else each.example_for(kind)}`")
        lines.append(f"  {each.help} Fills {each.types}.")
        lines += [f"  `{name}`: {told}" for name, told in _arguments(each.arguments)]
    providers: dict[str, list[str]] = {}
    for each in declarations:
        if each.name.startswith("fake."):
            providers.setdefault(each.group, []).append(each.name.removeprefix("fake."))
    lines += [f"- `fake: …` ({group}): {', '.join(names)}" for group, names in providers.items()]
    return "\n".join(lines)


def _arguments(arguments: Mapping[str, Argument]) -> Iterable[tuple[str, str]]:
    for name, argument in arguments.items():
        notes = [argument.type]
        if argument.unit:
            notes.append(f"in {argument.unit}")
        if argument.required:
            notes.append("needed")
        elif argument.default:
            notes.append(f"otherwise {argument.default}")
        yield name, f"{argument.help} ({'; '.join(notes)})"
        for inner, told in _arguments(argument.inner):
            yield f"{name} › {inner}", told


def _facts(declaration: Declaration) -> list[str]:
    facts = [f"Fills {declaration.types}."] if declaration.in_fields else []
    if declaration.unique != "no":
        facts.append(
            "Its values never repeat." if declaration.unique == "always" else "Its values can be unique."
        )
    if declaration.referable:
        facts.append("Other tables can refer to its values.")
    if declaration.in_formulas:
        facts.append(f"It stands in formulas{', too' if declaration.in_fields else ''}.")
    if declaration.keeps_state:
        facts.append("It depends on the rows before it, and begins anew with every batch.")
    if declaration.plugin:
        facts.append(f"Needs `- plugin: {declaration.plugin}`.")
    return facts
