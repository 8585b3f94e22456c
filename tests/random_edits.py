"""Random edits of a recipe, and what each must keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from synth_core.errors import RecipeError
from synth_core.recipe.edit.author import (
    add_field,
    remove_field,
    rename_field,
    rename_table,
    set_count,
    set_generator,
)
from synth_core.recipe.include import load
from synth_core.recipe.reading import Recipe
from synth_core.recipe.vetting import vet

COMMENT = re.compile(r"(?:^|\s)(#[^\r\n]*)", re.MULTILINE)
GENERATORS: list[Any] = [
    None,
    7,
    "plain text",
    "${{ 1 + 1 }}",
    {"fake": "City"},
    {"Synth.choice": {"a": "70%", "b: c": "30%"}},
    {"Synth.choice": ["x", "y"]},
    {"Synth.quantiles": {"values": [1, 2.5, 9], "decimals": 1}},
    {"Synth.nullable": {"nulls": "3%", "value": {"Synth.words": {"count": [1, 9], "max_length": 40}}}},
    {"Synth.struct": {"a": {"Synth.uuid": {}}, "b": {"Synth.array": {"length": [0, 3], "of": {"fake": "Name"}}}}},
    {"Synth.pattern": {"shapes": {f"AA-{'9' * size}": f"{size}%" for size in range(1, 14)}, "unique": True}},
]  # fmt: skip
Edit = Callable[[str], str]


@st.composite
def edits(draw: Any, text: str) -> tuple[str, str, str, Any]:
    """(kind, table, field, what is given) of an edit that fits the recipe's names."""
    fields = Recipe.read(text).fields()
    table = draw(st.sampled_from(sorted(fields)))
    field = draw(st.sampled_from(sorted(fields[table]) or [""]))
    kinds = ["count", "add", "table"] + ["set", "set", "set", "rename", "remove"] * bool(field)
    kind = draw(st.sampled_from(kinds))
    given: Any = {
        "count": st.integers(0, 10**6),
        "set": st.sampled_from(GENERATORS),
        "add": st.sampled_from(GENERATORS),
        "rename": st.sampled_from(["zz", "two words", "ünï", "Zz9"]),
        "table": st.sampled_from(["zz", "two words", "ünï"]),
        "remove": st.none(),
    }[kind]
    return kind, table, field, draw(given)


def make(text: str, edit: tuple[str, str, str, Any]) -> str:
    """The text after the edit."""
    kind, table, field, given = edit
    if kind == "count":
        return set_count(text, table, given)
    if kind == "set":
        return set_generator(text, table, field, given)
    if kind == "add":
        return add_field(text, table, "new field", given)
    if kind == "rename":
        return rename_field(text, table, field, given)
    if kind == "table":
        return rename_table(text, table, given)
    return remove_field(text, table, field)


def undo(text: str, new: str, edit: tuple[str, str, str, Any]) -> str | None:
    """The new text after the opposite edit; None where there is none."""
    kind, table, field, given = edit
    if kind == "add":
        return remove_field(new, table, "new field")
    if kind == "rename":
        return rename_field(new, table, given, field)
    if kind == "table":
        return rename_table(new, given, table)
    return None


def check(text: str, edit: tuple[str, str, str, Any]) -> None:
    """An edit is refused, or changes what it names and nothing else."""
    try:
        new = make(text, edit)
    except RecipeError:
        return
    kind, given = edit[0], edit[3]
    assert vet(new) == [] or len(vet(new)) <= len(vet(text))
    assert ("\r\n" in text) == ("\r\n" in new) and new.count("\r") == (new.count("\n") if "\r" in new else 0)
    assert kind in ("rename", "table") or plain_fields(new) == expected_fields(text, edit)
    lost = [each for each in COMMENT.findall(text) if each not in COMMENT.findall(new)]
    assert not lost or kind in ("set", "remove")
    before, after = text.splitlines(), new.splitlines()
    if kind in ("rename", "table", "count") and len(before) == len(after):
        name = given if kind != "count" else ""
        for old, now in zip(before, after, strict=True):
            assert old == now or kind == "count" or name in now
        assert sum(old != now for old, now in zip(before, after, strict=True)) <= 1 or kind != "count"
    undone = undo(text, new, edit)
    # Names that formulas bear only in brackets stay in brackets.
    if undone is not None and "['" not in new and '["' not in new:
        assert load(undone) == load(text)
        assert undone == text or kind == "add"


def plain_fields(text: str) -> dict[str, dict[str, Any]]:
    """What each table makes, without fields that hold rows of other tables."""
    return {
        table: {field: value for field, value in fields.items() if "'object'" not in repr(value)}
        for table, fields in Recipe.read(text).fields().items()
    }


def expected_fields(text: str, edit: tuple[str, str, str, Any]) -> dict[str, dict[str, Any]]:
    """What the tables make after the edit, worked out from the values alone."""
    kind, table, field, given = edit
    fields = deepcopy(plain_fields(text))
    if kind == "set":
        fields[table][field] = given
    elif kind == "add":
        fields[table]["new field"] = given
    elif kind == "remove":
        fields[table].pop(field, None)
    if kind in ("set", "remove") and "'object'" in repr(Recipe.read(text).fields()[table][field]):
        # The rows of another table that were made there are gone.
        fields.pop(field, None)
    return fields
