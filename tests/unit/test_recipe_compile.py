"""Compiling: aliases, formulas, counts, macros, and which tables can be made apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from synth_core.errors import RecipeError
from synth_core.recipe.compile import RESERVED, Compiled, compile_recipe
from synth_core.recipe.formulas import rename
from synth_core.recipe.reading import Recipe

TODAY = date(2026, 1, 1)


def compiled(text: str, counts: dict[str, int] | None = None, **more: Any) -> Compiled:
    return compile_recipe(text, counts or {}, seed=3, today=TODAY, **more)


def statements(text: str, counts: dict[str, int] | None = None, **more: Any) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load(compiled(text, counts, **more).text) if "object" in each]


def recipe(fields: dict[str, Any], table: str = "t", **more: Any) -> str:
    return yaml.safe_dump(
        [{"snowfakery_version": 3}, {"object": table, "fields": fields, **more}], sort_keys=False
    )


AWKWARD = [
    "id", "Order ID", "park.key", "class", "date", "count", "today", "fake", "Synth", "if", "in", "this", "none",
    "a b", "a.b", "a_b", "c_a_b", "1st", "ünïcode", "%", "A", "a", "child_index", "choice", "null", "UniqueId",
    "synth_plan", "int",
]  # fmt: skip


def test_every_awkward_name_gets_an_alias_that_no_other_has() -> None:
    text = recipe(dict.fromkeys([*AWKWARD, "plain", "__hidden"], "x"))
    result = compiled(text)
    aliases = result.columns["t"]
    [made] = statements(text)
    assert sorted(aliases.values()) == sorted([*AWKWARD, "plain"])
    assert list(made["fields"]) == [*aliases, "__hidden"], "in the recipe's order"
    assert len({alias.lower() for alias in aliases} - {"a"}) == len(aliases) - 2, (
        "A and a are the author's own"
    )
    by_column = {column: alias for alias, column in aliases.items()}
    for name in ("plain", "a_b", "c_a_b", "A", "a"):
        assert by_column[name] == name
    for name in ("id", "Order ID", "park.key", "class", "date", "fake", "a b", "a.b", "1st", "ünïcode", "%"):
        assert by_column[name].isidentifier() and by_column[name] not in RESERVED


def test_hidden_fields_stay_hidden_unless_the_target_has_that_column() -> None:
    text = recipe({"__key": "1", "x": "${{__key}}"})
    assert compiled(text).columns == {"t": {"x": "x"}}
    shown = compiled(text, columns={"t": ("__key", "x")})
    [alias] = [alias for alias, column in shown.columns["t"].items() if column == "__key"]
    assert not alias.startswith("_")
    assert alias in shown.text and "${{__key}}" not in shown.text


@pytest.mark.parametrize(
    "table", ["Order Details", "a.b", "class", "random_number", "fake", "Größe", "2024", "today"]
)
def test_tables_with_awkward_names(table: str) -> None:
    text = yaml.safe_dump(
        [
            {"snowfakery_version": 3},
            {"object": table, "fields": {"x": "1"}},
            {
                "object": "child",
                "fields": {
                    "a": {"reference": table},
                    "b": {"random_reference": {"to": table, "unique": True}},
                    "c": {"reference": {"object": table, "id": 1}},
                    "d": {"random_choice": [table, "other"]},
                },
            },
        ]
    )
    result = compiled(text, {table: 5, "child": 6})
    [alias] = [alias for alias, name in result.tables.items() if name == table]
    made = {each["object"]: each for each in statements(text, {table: 5, "child": 6})}
    assert alias.isidentifier() and made[alias]["count"] == 5
    assert made["child"]["fields"] == {
        "a": {"reference": alias},
        "b": {"random_reference": {"to": alias, "unique": True}},
        "c": {"reference": {"object": alias, "id": 1}},
        "d": {"random_choice": [table, "other"]},
    }, "names of tables change, values don't"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("${{id + 1}}", "${{c_id + 1}}"),
        ('${{this["Order ID"]}}', "${{this['c_Order_ID']}}"),
        ("${{this.id}}", "${{this.c_id}}"),
        ("${{this['x']}}", "${{this['x']}}"),
        ("${{'id' ~ \"id\"}}", "${{'id' ~ \"id\"}}"),
        ("id ${{x}} id", "id ${{x}} id"),
        ("${{x.id}}", "${{x.id}}"),
        ("${{x | id}}", "${{x | id}}"),
        ("${{f(id=id, x=[id])}}", "${{f(id=c_id, x=[c_id])}}"),
        ("${{if_ if in else 2}}", "${{c_if_ if in else 2}}"),
        ("${{other.id}}", "${{t_other.c_other_id}}"),
        ('${{other["id"] ~ other.y}}', "${{t_other['c_other_id'] ~ t_other.y}}"),
        ("${{x is defined and defined}}", "${{x is defined and c_defined}}"),
        ("${{ id }} and ${{ id }}", "${{ c_id }} and ${{ c_id }}"),
        ("${{2024 - id}}", "${{2024 - c_id}}"),
    ],
)
def test_names_in_formulas_follow_and_texts_do_not(formula: str, expected: str) -> None:
    this = {"id": "c_id", "Order ID": "c_Order_ID", "x": "x", "if_": "c_if_", "defined": "c_defined"}
    tables = {"other": {"id": "c_other_id", "y": "y"}}
    assert rename(formula, {"other": "t_other", **this}, this, tables) == expected


def test_a_column_hides_a_table_of_its_name() -> None:
    assert rename("${{other.id}}", {"other": "c"}, {"other": "c"}, {"other": {"id": "z"}}) == "${{c.id}}"


def test_a_formula_that_can_not_be_read_is_a_recipe_error() -> None:
    with pytest.raises(RecipeError, match="can't be read"):
        compiled(recipe({"a": "${{ 'x }}"}))


def test_a_table_that_makes_no_rows_makes_those_that_are_asked_for() -> None:
    twice = "".join(f"- {{object: t, count: 0, fields: {{a: {value}}}}}\n" for value in (1, 2))
    assert [each["count"] for each in statements(twice, {"t": 5})] == [2, 3]


def test_counts_come_from_the_plan() -> None:
    text = yaml.safe_dump(
        [
            {"object": "a", "count": 4, "fields": {"x": "1"}},
            {"object": "b", "fields": {"x": "1"}, "friends": [{"object": "f", "count": 2}]},
            {"object": "s", "count": 30, "nickname": "first"},
            {"object": "s", "count": 10},
        ]
    )
    made = statements(text, {"a": 100, "f": 50, "s": 9})
    assert [(each["object"], each.get("count")) for each in made] == [
        ("a", 100),
        ("b", None),
        ("s", 6),
        ("s", 3),
    ]
    assert made[1]["friends"] == [{"object": "f", "count": 2}], "friends are counted per parent"
    assert Recipe.read(text).counts() == {"a": 4, "b": 1, "f": None, "s": 40}


@pytest.mark.parametrize(
    ("count", "expected"),
    [("12", 12), (" 7 ", 7), ("${{3}}", None), ({"random_number": {"min": 1, "max": 2}}, None), (True, None)],
)
def test_counts_as_the_recipe_says(count: Any, expected: int | None) -> None:
    assert Recipe.read(recipe({}, count=count)).counts() == {"t": expected}


def test_the_arguments_of_a_reference_are_no_object() -> None:
    text = yaml.safe_dump(
        [
            {"object": "a", "count": 2, "fields": {"id": "1"}},
            {"object": "b", "count": 3, "fields": {"a": {"reference": {"object": "a", "id": 1}}}},
        ]
    )
    assert Recipe.read(text).counts() == {"a": 2, "b": 3}
    assert statements(text, {"a": 5, "b": 6})[1]["fields"]["a"] == {"reference": {"object": "a", "id": 1}}


def test_macros_are_written_out_with_the_names_of_each_table() -> None:
    text = yaml.safe_dump(
        [
            {"macro": "base", "fields": {"id": "1", "note": "${{id}}"}, "friends": [{"object": "log"}]},
            {"macro": "more", "include": "base", "fields": {"note": "two"}},
            {"object": "a", "include": "base", "fields": {"x": "${{note}}"}},
            {"object": "b", "include": "more, base", "fields": {"id": "9"}},
        ],
        sort_keys=False,
    )
    first, second = statements(text)
    assert first["fields"] == {"c_id": "1", "note": "${{c_id}}", "x": "${{note}}"}
    assert second["fields"] == {"c_id": "9", "note": "${{c_id}}"}
    assert first["friends"] == [{"object": "log"}] and "include" not in first
    assert "macro" not in compiled(text).text


@pytest.mark.parametrize(
    ("macros", "message"),
    [
        ([], "includes the macro 'm', which does not exist"),
        ([{"macro": "m", "include": "n"}, {"macro": "n", "include": "m"}], "includes itself"),
    ],
)
def test_macros_that_can_not_be_written_out(macros: list[Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        compiled(yaml.safe_dump([*macros, {"object": "t", "include": "m"}]))


def test_a_missing_version_becomes_3() -> None:
    assert yaml.safe_load(compiled("- object: t").text)[0] == {"snowfakery_version": 3}


def test_only_the_wanted_tables_are_left_but_the_plan_knows_all() -> None:
    text = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: p
  fields: {id: {Synth.sequence: {}}}
- object: c
  fields: {p: {Synth.reference: {table: p, column: id}}}
"""
    made = compiled(text, {"p": 3, "c": 4}, only=("c",))
    assert [each["object"] for each in yaml.safe_load(made.text) if "object" in each] == ["c"]
    plan = yaml.safe_load(made.text)[2]
    assert plan["var"] == "synth_plan" and '"p": {"count": 3' in plan["value"]["Synth.plan"]


@pytest.mark.parametrize(
    ("extra", "apart"),
    [
        ({}, True),
        ({"x": "${{id}} a"}, True),
        ({"x": {"Synth.reference": {"table": "a", "column": "id"}}}, True),
        ({"x": {"reference": "a"}}, False),
        ({"x": {"Synth.nullable": {"nulls": "5%", "value": {"random_reference": "a"}}}}, False),
        ({"x": "${{a.id}}"}, False),
        ({"x": [{"object": "a"}]}, False),
    ],
)
def test_tables_are_made_apart_where_only_keys_tie_them(extra: dict[str, Any], apart: bool) -> None:
    base = [{"object": "a", "fields": {"id": {"Synth.sequence": {}}}}]
    text = yaml.safe_dump([*base, {"object": "b", "fields": {"y": "1", **extra}}])
    assert Recipe.read(text).components() == ([("a",), ("b",)] if apart else [("a", "b")])


@pytest.mark.parametrize(
    "statement",
    [
        {"var": "v", "value": 1},
        {"option": "o", "default": 1},
        {"object": "b", "friends": [{"object": "c"}]},
        {"object": "b", "nickname": "n"},
        {"object": "b", "just_once": True},
        {"object": "a"},
    ],
)
def test_state_across_tables_keeps_them_together(statement: dict[str, Any]) -> None:
    text = yaml.safe_dump([{"object": "a"}, {"object": "z"}, statement])
    assert len(Recipe.read(text).components()) == 1


def test_arguments_travel_as_data_and_snowfakerys_own_beside_them() -> None:
    text = recipe(
        {
            "id": "1",
            "x": {
                "Synth.nullable": {
                    "nulls": "5%",
                    "value": {
                        "Synth.struct": {"a": {"fake": "Name"}, "b": "${{id}}", "c": {"Synth.pattern": "A"}}
                    },
                }
            },
        }
    )
    [made] = statements(text)
    ours, *foreign = made["fields"]["x"]["Synth.nullable"]
    fields = {"a": {"$generator": 0}, "b": {"$generator": 1}, "c": {"Synth.pattern": {"shapes": "A"}}}
    assert yaml.safe_load(ours) == {"nulls": "5%", "value": {"Synth.struct": {"fields": fields}}}
    assert foreign == [{"fake": "Name"}, "${{c_id}}"]


def test_the_objects_of_a_recipe_are_looked_for_once() -> None:
    """Each of many tables that are made apart asks for those of all."""
    recipe = Recipe.read("- object: a\n  friends:\n  - object: b\n")
    assert [each["object"] for each in recipe.objects()] == ["a", "b"]
    assert recipe.objects() is recipe.objects()
