"""A target with other columns: what is said of it."""

from __future__ import annotations

from synth_core.adapters.schemas import other_schema


def test_of_many_differences_five_are_told() -> None:
    message = str(other_schema("t", [f"column c{i} is missing in the target" for i in range(29)], "append"))
    assert "c4 is missing" in message and "c5" not in message and "; and 24 more." in message


def test_few_differences_are_all_told() -> None:
    message = str(other_schema("t", ["column a is missing in the target"], "replace"))
    assert message.startswith("Table t has another schema: column a is missing in the target. Replacing")
