"""Random edits of a recipe that people wrote, with either line end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import check, edits
from rich_recipe import RICH

VARIANTS = {
    "as it is": RICH,
    "from Windows": RICH.replace("\n", "\r\n"),
    "marked, without a last break": "\ufeff" + RICH.removesuffix("\n# the end\n"),
}


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=60)
@given(data=st.data())
def test_random_edits_of_a_rich_recipe(variant: str, data: st.DataObject) -> None:
    text = VARIANTS[variant]
    check(text, data.draw(edits(text)))
