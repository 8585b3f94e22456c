"""Names that no two rows of the source have, though they are no keys: of countries, categories, products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from synth_core.model.profile import ColumnProfile
from synth_core.model.types import BigQueryType
from synth_core.recipe.functions import Shape
from synth_core.stages.draft.choices import pattern
from synth_core.stages.draft.shapes import ROOM, ROOM_FOR_WORDS

_MOST_WORDS = 3
"""Texts of more hardly come twice."""


def each_once(type: BigQueryType, profile: ColumnProfile | None, generator: Any) -> Any | None:
    """The same words so that none comes twice; None where they may, or hardly would anyhow."""
    if profile is None or not profile.unique or profile.rows - profile.nulls < 2:
        return None
    if not isinstance(generator, Mapping) or set(generator) != {"Synth.words"}:
        return None
    words: Mapping[str, Any] = generator["Synth.words"]
    is_short = type.max_length is not None and type.max_length < ROOM_FOR_WORDS
    if is_short or words["count"][-1] > _MOST_WORDS or {"upper", "sentence", "language"} & set(words):
        return None
    weights = Counter(_shape(count, is_title="title" in words) for count in words["count"])
    longest = words["count"][-1]
    while sum(Shape(shape).capacity for shape in weights) < ROOM * profile.rows:
        longest += 1
        weights[_shape(longest, is_title="title" in words)] = 1
    made = pattern(weights)
    return {"Synth.pattern": {**made["Synth.pattern"], "unique": True}}


def _shape(words: int, *, is_title: bool) -> str:
    return " ".join(["^", *(["^" if is_title else "~"] * (words - 1))])
