"""Weighted choices of what is in a profile: frequent values, and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_core.model.profile import ColumnProfile
from synth_core.recipe.notation import percent
from synth_core.stages.profile.told import open_ends

NOTHING_TAKEN = {
    True: "made up, nothing is taken from the source",
    False: "too few values in the source to take any from it",
}
"""Why no value is known, by whether the column is personal."""


def frequent(profile: ColumnProfile) -> tuple[dict[str, Any], str]:
    """(generator, why): the frequent values, each as often as among all of them."""
    total = profile.top_rows or 1
    share = profile.top_rows / max(1, profile.rows - profile.nulls)
    if len(profile.top) > 1:
        why = f"{len(profile.top)} values cover {percent(share)} of the rows"
    else:
        why = "one value has all rows" if share == 1 else f"one value has {percent(share)} of the rows"
    return {"Synth.choice": {each.value: percent(each.count / total) for each in profile.top}}, why


def with_frequent(profile: ColumnProfile, made: Any, why: str) -> tuple[dict[str, Any], str]:
    """(generator, why): the frequent values as often as in the source, and in the other rows what `made` makes."""
    share = profile.top_rows / max(1, profile.rows - profile.nulls)
    chosen, values = frequent(profile)
    choices = [
        {"choice": {"probability": percent(part), "pick": each}}
        for part, each in ((share, chosen), (1 - share, made))
    ]
    return {"random_choice": choices}, f"{values}; the rest: {why}"


def with_open_ends(profile: ColumnProfile | None, made: Any, why: str) -> tuple[Any, str]:
    """(generator, why): where some dates say that there is no end yet, these as often as in the source."""
    ends = open_ends(profile)
    if profile is None or not ends:
        return made, why
    rows = sum(each.count for each in ends)
    return with_frequent(profile.model_copy(update={"top": ends, "top_rows": rows}), made, why)


def pattern(weights: Mapping[str, int]) -> dict[str, Any]:
    """A generator of the shapes, each as often as among all of them."""
    total = sum(weights.values()) or 1
    return {"Synth.pattern": {"shapes": {shape: percent(count / total) for shape, count in weights.items()}}}
