"""The command `functions`: what may stand in a recipe."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer

from synth_core.cli.options import AsJson
from synth_core.cli.output import Output
from synth_core.errors import RecipeError, UsageError
from synth_core.model.types import Kind


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(functions)


def functions(
    name: Annotated[str, typer.Argument(help="A function or provider to explain.")] = "",
    type_name: Annotated[str, typer.Option("--type", help="Only what fills this type, such as INT64.")] = "",
    as_json: AsJson = False,
) -> None:
    """The functions of the recipe language."""
    from synth_core.recipe.catalogue import CATALOGUE, explain, find, fitting, like

    output = Output(as_json)
    if name:
        declared = find(name)
        if declared is None:
            near = like(name)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`synth functions` lists them all."
            raise RecipeError(f"There is no function {name!r}.", hint=hint)
        output.result(declared.to_json())
        output.say(explain(declared))
        return
    found = fitting(_kind(type_name)) if type_name else list(CATALOGUE.values())
    output.result([each.to_json() for each in found])
    for group, entries in groupby(sorted(found, key=lambda each: each.group), key=lambda each: each.group):
        output.say(group.capitalize(), "bold")
        output.grid("", ["function", "what it makes"], [(f"  {each.name}", each.help) for each in entries])
        output.say()


def _kind(name: str) -> Kind:
    try:
        return Kind(name.upper())
    except ValueError:
        types = ", ".join(kind.value for kind in Kind)
        raise UsageError(f"--type {name!r} is no type of BigQuery: take one of {types}.") from None
