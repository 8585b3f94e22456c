"""Fields as forms: everything that the catalogue knows can be shown, and given back unchanged."""

from __future__ import annotations

import pytest
import yaml
from lint_helpers import HEAD

from synth_core.errors import RecipeError
from synth_core.model.types import Kind
from synth_core.recipe.catalogue import CATALOGUE
from synth_core.recipe.form import (
    FieldForm,
    Wanted,
    WantedCall,
    WantedValue,
    WantedYaml,
    change_field,
    outline,
    read_form,
)

RECIPE = f"""{HEAD}
# people
- object: customers   # the first table
  count: 5
  fields:
    # primary key
    id: {{Synth.sequence: {{start: 1}}}}
    segment: {{Synth.choice: {{retail: 70%, pro: 30%}}}}   # by hand
    # e-mail: guessed
    # from the name
    email:
      fake: Email
    age: {{random_number: [18, 95]}}
    name: ${{{{ fake.first_name() }}}} x
    country: DE
    zip: "0107"
    note: {{Synth.nullable: {{nulls: 7%, value: {{Synth.words: {{count: [1, 4]}}}}}}}}
    since: {{date_between: {{start_date: 2019-01-01, end_date: today}}}}
    kind:
      random_choice:
        a: 60%
        b: 40%
    nested:
      - object: parts
        fields: {{size: 1}}
"""


def form(column: str, text: str = RECIPE, **more: str) -> FieldForm:
    return read_form(text, "customers", column, **more)  # type: ignore[arg-type]


def values(shown: FieldForm) -> dict[str, str]:
    return {each.name: each.text for each in shown.parameters if each.text}


def again(shown: FieldForm) -> Wanted:
    """What a person sends who has touched nothing."""
    if shown.kind == "function":
        arguments = {each.name: each.text for each in shown.parameters}
        return WantedCall(function=shown.function, arguments=arguments, nulls=shown.nulls)
    if shown.kind == "yaml":
        return WantedYaml(text=shown.yaml)
    return WantedValue(value=shown.value, nulls=shown.nulls)


def changed(column: str, wanted: Wanted) -> list[str]:
    """The lines that are new."""
    old = RECIPE.splitlines()
    return [
        line for line in change_field(RECIPE, "customers", column, wanted).splitlines() if line not in old
    ]


@pytest.mark.parametrize(
    ("column", "kind", "function", "arguments"),
    [
        ("id", "function", "Synth.sequence", {"start": "1"}),
        ("segment", "function", "Synth.choice", {"weights": "{retail: 70%, pro: 30%}"}),
        ("email", "function", "fake.email", {}),
        ("age", "function", "random_number", {"min": "18", "max": "95"}),
        ("note", "function", "Synth.words", {"count": "[1, 4]"}),
        ("since", "function", "date_between", {"start_date": "2019-01-01", "end_date": "today"}),
        ("kind", "function", "random_choice", {"": "{a: 60%, b: 40%}"}),
        ("name", "formula", "", {}),
        ("country", "value", "", {}),
        ("nested", "yaml", "", {}),
    ],
)
def test_a_field_is_shown_with_the_values_of_its_arguments(
    column: str, kind: str, function: str, arguments: dict[str, str]
) -> None:
    shown = form(column)
    assert (shown.kind, shown.function, values(shown)) == (kind, function, arguments)


def test_a_form_says_what_the_catalogue_says_of_each_argument() -> None:
    low, _, step = form("age").parameters
    assert (low.type, low.kind, low.required) == ("whole number", "whole", True)
    assert low.help and (step.default, step.required) == ("1", False)


def test_place_comment_and_nulls_are_told() -> None:
    shown = form("email")
    assert RECIPE.splitlines()[shown.line - 1].strip() == "email:"
    assert (shown.end_line - shown.line, shown.file) == (1, "recipe.yml")
    assert shown.comment == "e-mail: guessed from the name"
    assert form("note").nulls == "7%" and form("zip").value == "0107"


def test_only_functions_of_the_columns_type_are_offered() -> None:
    offered = read_form(RECIPE, "customers", "age", kind=Kind.INT64).fitting
    assert "random_number" in offered and "fake.email" not in offered


@pytest.mark.parametrize("column", [each.name for table in outline(RECIPE) for each in table.columns])
def test_a_form_that_nobody_touched_changes_nothing(column: str) -> None:
    if column != "size":
        assert change_field(RECIPE, "customers", column, again(form(column))) == RECIPE


@pytest.mark.parametrize("name", [name for name, each in CATALOGUE.items() if each.in_fields])
def test_every_example_of_the_catalogue_comes_back_unchanged(name: str) -> None:
    example = CATALOGUE[name].generator()
    plugins = "".join(f"- plugin: {each.plugin}\n" for each in [CATALOGUE[name]] if each.plugin)
    text = f"{HEAD}{plugins if plugins not in HEAD else ''}- object: customers\n  fields:\n    x: {example}\n"
    shown = form("x", text)
    if not example.startswith('"') and name not in ("fake", "Synth.nullable", "fake.date_time"):
        assert shown.function == name
    try:
        assert change_field(text, "customers", "x", again(shown)) == text
    except RecipeError as error:
        # Examples that name other tables: the error was there before, at the same place.
        assert error.findings


@pytest.mark.parametrize(
    ("column", "wanted", "line"),
    [
        ("age", WantedCall(function="random_number", arguments={"min": "21", "max": "95"}),
         "    age: {random_number: [21, 95]}"),
        ("age", WantedCall(function="random_number", arguments={"min": "21", "max": "95", "step": "2"}),
         "    age: {random_number: [21, 95, 2]}"),
        ("segment", WantedCall(function="Synth.choice", arguments={"weights": "{retail: 60%, pro: 40%}"}),
         "    segment: {Synth.choice: {retail: 60%, pro: 40%}}   # by hand"),
        ("email", WantedCall(function="fake.job"), "      fake: Job"),
        ("email", WantedCall(function="fake.job", nulls="5%"), None),
        ("since", WantedCall(function="date_between", arguments={"start_date": "-3y", "end_date": "today"}),
         "    since: {date_between: {start_date: \"-3y\", end_date: today}}"),
        ("country", WantedValue(value="0107"), "    country: \"0107\""),
        ("country", WantedValue(value="42"), "    country: 42"),
        ("country", WantedValue(value="no"), "    country: \"no\""),
        ("country", WantedValue(value="${{ id }}"), "    country: ${{ id }}"),
        ("country", WantedYaml(text="fake: Country"), "    country: {fake: \"Country\"}"),
    ],
)  # fmt: skip
def test_what_is_wanted_is_written_and_nothing_else(column: str, wanted: Wanted, line: str | None) -> None:
    new = changed(column, wanted)
    assert new == [line] if line else len(new) >= 1


def test_a_share_of_nulls_is_put_around_and_taken_away() -> None:
    text = change_field(RECIPE, "customers", "age", WantedCall(
        function="random_number", arguments={"min": "18", "max": "95"}, nulls="5%"))  # fmt: skip
    shown = form("age", text)
    assert (shown.nulls, shown.function, values(shown)) == ("5%", "random_number", {"min": "18", "max": "95"})
    bare = change_field(text, "customers", "age", again(shown.model_copy(update={"nulls": ""})))
    assert yaml.safe_load(bare) == yaml.safe_load(RECIPE)


def test_another_function_keeps_what_has_the_same_name() -> None:
    shown = form("age", function="fake.random_int")
    assert values(shown) == {"min": "18", "max": "95"}
    assert values(form("age", function="Synth.uuid")) == {}


def test_a_field_that_is_missing_is_added() -> None:
    assert form("more").kind == "missing"
    text = change_field(RECIPE, "customers", "more", WantedCall(function="fake.city"))
    assert form("more", text).function == "fake.city"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (
            WantedCall(function="Synth.choice", arguments={"weights": "{a: "}),
            "`weights` of Synth.choice can't be read",
        ),
        (WantedCall(function="Synth.nothing"), "no function 'Synth.nothing'"),
        (WantedCall(function="random_number", arguments={"low": "1"}), "has no argument 'low'"),
        (WantedCall(function="random_number", arguments={"min": "a", "max": "9"}), "must be a number"),
        (WantedValue(value="${{ ''.__class__ }}"), "refused"),
    ],
)
def test_what_can_not_be_is_refused(wanted: Wanted, reason: str) -> None:
    with pytest.raises(RecipeError, match=reason):
        change_field(RECIPE, "customers", "age", wanted)


def test_a_field_of_a_shared_macro_is_locked_and_says_why() -> None:
    text = (
        f"{HEAD}- macro: m\n  fields:\n    a: 1\n- object: customers\n  include: m\n"
        "- object: others\n  include: m\n"
    )
    shown = form("a", text)
    assert shown.value == "1" and "others includes" in shown.locked


def test_the_outline_leads_to_each_column() -> None:
    lines = RECIPE.splitlines()
    [customers, parts] = outline(RECIPE)
    assert lines[customers.line - 1].startswith("- object: customers")
    assert all(lines[each.line - 1].strip().startswith(f"{each.name}:") for each in customers.columns)
    assert {each.name: each.function for each in customers.columns}["note"] == "Synth.words"
    assert [each.name for each in parts.columns] == ["size"]
    assert outline("- object: [") == ()


def test_an_argument_that_nobody_touched_stays_as_it_is_written() -> None:
    text = f"{HEAD}- object: customers\n  fields:\n    x: {{fake.bothify: {{text: 99, letters: AB}}}}\n"
    shown = form("x", text)
    assert values(shown) == {"text": "99", "letters": "AB"}
    wanted = WantedCall(function="fake.bothify", arguments={**values(shown), "letters": "CD"})
    assert "{text: 99, letters: CD}" in change_field(text, "customers", "x", wanted)
