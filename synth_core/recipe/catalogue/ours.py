"""The declarations of our own functions, as the catalogue has them."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from synth_core.recipe.catalogue.declaration import Argument, Declaration
from synth_core.recipe.catalogue.plugins import PLUGIN_PATH
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Function
from synth_core.recipe.functions.roles import Names


def declared(function: type[Function]) -> Declaration:
    """One of our functions."""
    first = function.shorthand or function.open_arguments
    return Declaration(
        f"{PLUGIN}.{function.name}",
        function.group,
        " ".join((function.__doc__ or "").partition("\n\n")[0].split()),
        function.example,
        _arguments(function),
        (first,) if first else (),
        function.fills,
        function.unique,
        referable=function.keyed,
        plugin=PLUGIN_PATH,
        examples=function.examples,
    )


def _arguments(function: type[Function]) -> dict[str, Argument]:
    return {field.alias or name: _argument(field) for name, field in function.model_fields.items()}


def _argument(field: FieldInfo) -> Argument:
    extra = field.json_schema_extra or {}
    assert isinstance(extra, dict)
    role = next((each.what for each in field.metadata if isinstance(each, Names)), "")
    # What names something says so by its type; everything else with `typed`.
    kind: Any = role or extra.get("kind") or "columns"
    return Argument(
        kind,
        field.description or "",
        "" if field.is_required() else _written(field.default),
        required=field.is_required(),
        unit=str(extra.get("unit", "")),
        choices=_choices(field.annotation),
        inner=_inner(field.annotation),
        role=role,
    )


def _inner(annotation: Any) -> dict[str, Argument]:
    """The arguments of the models that an argument holds, such as those of each part of a combination."""
    if isinstance(annotation, type) and issubclass(annotation, Function):
        return _arguments(annotation)
    return next((inner for each in get_args(annotation) if (inner := _inner(each))), {})


def _written(value: Any) -> str:
    """A default as a recipe has it; nothing for what is left empty."""
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)


def _choices(annotation: Any) -> tuple[str, ...]:
    """The values of a Literal, also of one that may be None."""
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    return next((choices for each in get_args(annotation) if (choices := _choices(each))), ())


OURS: dict[str, Declaration] = {
    declaration.name: declaration for declaration in map(declared, FUNCTIONS.values())
}
