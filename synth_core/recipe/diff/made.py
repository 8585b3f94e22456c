"""What makes the values of each column, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_core.recipe.diff.tables import tables_of
from synth_core.recipe.diff.words import call_of, kind_of
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.functions import PLUGIN
from synth_core.recipe.reading import Recipe


def made_by(recipe: str, files: Mapping[str, str] = NO_FILES) -> dict[tuple[str, str], str]:
    """By table and column; what stands around the generator of the values (nulls) is left out. Raises RecipeError when
    the recipe can't be read."""
    return {
        (table, column): kind_of(_inner(made[0]))
        for table, view in tables_of(Recipe.read(recipe, files)).items()
        for column, made in view.columns.items()
    }


def _inner(generator: Any) -> Any:
    call = call_of(generator)
    if call is None or call[0] != f"{PLUGIN}.nullable" or not isinstance(call[1], Mapping):
        return generator
    return call[1].get("value")
