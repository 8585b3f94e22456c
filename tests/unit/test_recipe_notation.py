"""A drafted recipe reads back as exactly the values that were put in, whatever YAML 1.1 makes of words."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from synth_core.recipe.notation import FieldText, ObjectText, percent, recipe_text

words = st.one_of(
    st.sampled_from(["no", "Yes", "on", "null", "~", "017", "1e3", "2024-01-01", "a: b", "- x", "#", "", " "]),
    st.sampled_from(["<<", "=", "%", "7%"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip
plain = st.recursive(
    st.one_of(words, st.integers(-(10**18), 10**18), st.booleans(), st.none(), st.floats(-1e9, 1e9)),
    lambda inner: st.one_of(st.lists(inner, max_size=30), st.dictionaries(words, inner, max_size=5)),
    max_leaves=30,
)


@given(st.lists(st.tuples(words, plain), max_size=6, unique_by=lambda pair: pair[0]), words)
def test_every_name_and_value_reads_back(fields: list[tuple[str, object]], table: str) -> None:
    made = [FieldText(name, value, "because") for name, value in fields]
    text = recipe_text(["Title"], "some.plugin", [ObjectText(table, 3, ["why"], made)])
    [_, _, statement] = yaml.safe_load(text)
    assert statement["object"] == table
    assert (statement["fields"] or {}) == dict(fields)


def test_short_mappings_stay_on_one_line_and_long_ones_do_not() -> None:
    fields = [
        FieldText("kind", {"Synth.choice": {"a": "60%", "b": "40%"}}, "two values"),
        FieldText("size", {"Synth.quantiles": {"values": list(range(1000, 1060)), "decimals": 0}}, "spread"),
    ]
    text = recipe_text([], "p", [ObjectText("t", 1, [], fields)])
    assert "      Synth.choice: {a: 60%, b: 40%}\n" in text
    assert max(len(line) for line in text.splitlines()) <= 102


def test_percentages_keep_small_shares() -> None:
    assert percent(0.07) == "7%"
    assert percent(1 / 3) == "33.33%"
    assert percent(1) == "100%"
    assert float(percent(0.0000123).rstrip("%")) > 0
