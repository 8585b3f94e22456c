"""The functions of our Snowfakery plugin `Synth`, one declaration each."""

from __future__ import annotations

from synth_core.recipe.functions.base import (
    FOREIGN,
    PLUGIN,
    Foreign,
    Function,
    Maker,
    Place,
    Row,
    is_unique,
    literal,
)
from synth_core.recipe.functions.combination import Combination, Part, PartOf
from synth_core.recipe.functions.distributions import Choice, Quantiles
from synth_core.recipe.functions.drawn import KeyOf
from synth_core.recipe.functions.group import Group
from synth_core.recipe.functions.keys import Also, Parent, Position, Reference, Sequence
from synth_core.recipe.functions.login import Login
from synth_core.recipe.functions.lookup import Lookup
from synth_core.recipe.functions.nested import Array, Json, Nullable, Struct
from synth_core.recipe.functions.offset import Offset
from synth_core.recipe.functions.per import Per
from synth_core.recipe.functions.shapes import Shape, escape_shape, places_of
from synth_core.recipe.functions.texts import Bytes, Pattern, Point, Uuid, Words

FUNCTIONS: dict[str, type[Function]] = {
    function.name: function
    for function in (
        Choice, Quantiles, Offset, Lookup, Per, Pattern, Words, Login, Uuid, Bytes, Point,
        Sequence, Reference, KeyOf, Parent, Group, Position, Combination, Part,
        Nullable, Struct, Array, Json,
    )
}  # fmt: skip

__all__ = [
    "FOREIGN", "FUNCTIONS", "PLUGIN", "Also", "Array", "Bytes", "Choice", "Combination", "Foreign",
    "Function", "Group", "Json", "KeyOf", "Login", "Lookup", "Maker", "Nullable", "Offset", "Parent", "Part", "PartOf",
    "Pattern", "Per", "Place", "Point", "Position", "Quantiles", "Reference", "Row", "Sequence", "Shape", "Struct",
    "Uuid", "Words", "escape_shape", "is_unique", "literal", "places_of",
]  # fmt: skip
