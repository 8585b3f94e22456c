"""A field of a recipe as a form: which function makes it, with which arguments, and back into the text."""

from __future__ import annotations

from synth_core.recipe.form.calls import NULLABLE
from synth_core.recipe.form.model import (
    FieldForm,
    OutlineColumn,
    OutlineTable,
    Parameter,
    Wanted,
    WantedCall,
    WantedValue,
    WantedYaml,
)
from synth_core.recipe.form.outline import outline
from synth_core.recipe.form.read import read_form
from synth_core.recipe.form.write import change_field

__all__ = [
    "NULLABLE",
    "FieldForm",
    "OutlineColumn",
    "OutlineTable",
    "Parameter",
    "Wanted",
    "WantedCall",
    "WantedValue",
    "WantedYaml",
    "change_field",
    "outline",
    "read_form",
]
