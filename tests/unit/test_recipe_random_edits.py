"""Random edits of a recipe that people wrote, with either line end."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import check, edits, make
from rich_recipe import RICH

from synth_core.errors import RecipeError
from synth_core.recipe.diff import diff_recipes

VARIANTS = {
    "as it is": RICH,
    "from Windows": RICH.replace("\n", "\r\n"),
    "marked, without a last break": "\ufeff" + RICH.removesuffix("\n# the end\n"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=drawn(60))
@given(data=st.data())
def test_random_edits_of_a_rich_recipe(variant: str, data: st.DataObject) -> None:
    text = VARIANTS[variant]
    check(text, data.draw(edits(text)))


@st.composite
def broken(draw: Any) -> str:
    """The rich recipe after a few careless keystrokes."""
    lines = RICH.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(lines) - 1))
        slip = draw(
            st.sampled_from(["drop", "twice", "indent", "outdent", "value", "colon", "brace", "list", "word"])
        )
        if slip == "drop":
            lines.pop(index)
        elif slip == "twice":
            lines.insert(index, lines[index])
        elif slip == "indent":
            lines[index] = "  " + lines[index]
        elif slip == "outdent":
            lines[index] = lines[index].removeprefix("  ")
        elif slip == "value":
            lines[index] = lines[index].partition(":")[0] + ":"
        elif slip == "colon":
            lines[index] = lines[index].replace(":", "", 1)
        elif slip == "brace":
            lines[index] = lines[index].replace("}", "", 1)
        elif slip == "list":
            lines[index] = lines[index].partition(":")[0] + ": [a, {b: [1]}]"
        else:
            lines[index] = lines[index].replace("e", "7", 1)
    return "\n".join(lines) + "\n"


@settings(max_examples=drawn(60))
@given(broken(), st.data())
def test_a_broken_recipe_is_edited_or_refused_but_nothing_breaks(text: str, data: st.DataObject) -> None:
    edit = data.draw(edits(RICH))
    with suppress(RecipeError):
        make(text, edit)
    for old, new in ((RICH, text), (text, RICH)):
        with suppress(RecipeError):
            assert diff_recipes(old, new) or old == new
