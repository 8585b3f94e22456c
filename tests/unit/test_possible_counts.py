"""As many rows as keys and links allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from synth_core.errors import CountError
from synth_core.recipe.compile import Recipe
from synth_core.stages.approve import as_possible

TEXT = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: codes
  fields:
    code: {Synth.pattern: {shapes: {"9": 1}, unique: true}}
- object: pairs
  fields:
    __key: {Synth.combination: {parts: {a: {values: [1, 2, 3]}, b: {values: [4, 5]}}}}
    a: {Synth.part: {part: a}}
    b: {Synth.part: {part: b}}
"""
WANTED = {"codes": 12, "pairs": 7}


def made(counts: Mapping[str, int]) -> dict[str, int]:
    whole = {**WANTED, **counts}
    Recipe.read(TEXT).world(whole, 1, date(2026, 1, 1), {}).check()
    return whole


def test_a_table_is_made_as_large_as_its_key_allows() -> None:
    counts, fewer = as_possible(made)
    assert counts == {"codes": 10, "pairs": 6}
    assert [str(each) for each in fewer] == [
        "codes: 10 rows can be made. codes.code: 12 different values are needed, but its shapes allow only 10.",
        "pairs: 6 rows can be made. pairs.__key: 7 different combinations of a, b are needed, but there are only 6.",
    ]


def test_whoever_asks_for_just_so_many_is_told() -> None:
    with pytest.raises(CountError, match="12 different values"):
        as_possible(made, {"codes": 12})
