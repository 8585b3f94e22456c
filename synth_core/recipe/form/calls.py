"""A generator as a call of a function of the catalogue, with named arguments, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth_core.recipe.catalogue import CATALOGUE, Declaration
from synth_core.recipe.catalogue.providers import find_provider
from synth_core.recipe.form.model import WHOLE
from synth_core.recipe.functions import FUNCTIONS, PLUGIN

NULLABLE = f"{PLUGIN}.nullable"


@dataclass(frozen=True)
class Called:
    """A function and its arguments by name; `WHOLE` alone where they have none."""

    function: Declaration
    arguments: dict[str, Any]


def bare(generator: Any) -> tuple[Any, Any]:
    """A generator without the nulls around it, and their share; None: there are none."""
    if isinstance(generator, Mapping) and set(generator) == {NULLABLE}:
        inner = generator[NULLABLE]
        if isinstance(inner, Mapping) and set(inner) == {"nulls", "value"}:
            return inner["value"], inner["nulls"]
    return generator, None


def called(generator: Any) -> Called | None:
    """None for what is no call, or one of a function that is not known."""
    if not isinstance(generator, Mapping) or len(generator) != 1:
        return None
    [(name, arguments)] = generator.items()
    if name == "fake":
        provider = find_provider(arguments) if isinstance(arguments, str) else None
        return Called(provider, {}) if provider else None
    declared = (
        find_provider(str(name).removeprefix("fake."))
        if str(name).startswith("fake.")
        else CATALOGUE.get(name)
    )
    if declared is None or not declared.in_fields or "object" in generator:
        return None
    return Called(declared, _named(declared, arguments))


def generator(function: Declaration, arguments: Mapping[str, Any], before: Any = None) -> dict[str, Any]:
    """The call as a recipe has it, written as the one before where that was of the same function, else as short as
    may be."""
    old = before if isinstance(before, Mapping) and _is_same(function, before) else None
    if function.name.startswith("fake.") and not arguments and not (old and "fake" not in old):
        return dict(old or {"fake": "".join(map(str.capitalize, function.name[len("fake.") :].split("_")))})
    key = next((name for name in old or {} if name != "fake"), function.name)
    return {key: _written(function, arguments, (old or {}).get(key))}


def _is_same(function: Declaration, before: Mapping[str, Any]) -> bool:
    found = called(before)
    return found is not None and found.function is function


def _named(declared: Declaration, arguments: Any) -> dict[str, Any]:
    known = set(declared.arguments)
    if declared.name.startswith(f"{PLUGIN}."):
        named = FUNCTIONS[declared.name.removeprefix(f"{PLUGIN}.")].spell_out(arguments)
    elif arguments is None:
        return {}
    elif isinstance(arguments, Mapping) and set(arguments) <= known and declared.by_name:
        named = dict(arguments)
    else:
        values = arguments if isinstance(arguments, list) else [arguments]
        is_listed = not isinstance(arguments, Mapping) and len(values) <= len(declared.positional)
        named = dict(zip(declared.positional, values, strict=False)) if is_listed else {WHOLE: arguments}
    return named if set(named) <= known else {WHOLE: arguments}


def _written(declared: Declaration, arguments: Mapping[str, Any], before: Any) -> Any:
    """What stands behind the function's name."""
    if WHOLE in arguments:
        return arguments[WHOLE]
    first = declared.positional[0] if declared.positional else ""
    is_alone = set(arguments) == {first}
    if isinstance(before, list) and declared.positional and not _is_ours(declared):
        names = declared.positional[: len(arguments)]
        if set(names) == set(arguments):
            return [arguments[name] for name in names]
    if not declared.by_name:
        return [arguments[name] for name in declared.positional if name in arguments]
    was_named = isinstance(before, Mapping) and set(before) <= set(declared.arguments)
    if is_alone and not was_named and _can_be_short(declared, first, arguments[first]):
        return arguments[first]
    return dict(arguments) if arguments else ({} if _is_ours(declared) else None)


def _can_be_short(declared: Declaration, first: str, value: Any) -> bool:
    """The value alone, in place of all arguments, is read as this one."""
    return _named(declared, value) == {first: value}


def _is_ours(declared: Declaration) -> bool:
    return declared.name.startswith(f"{PLUGIN}.")
