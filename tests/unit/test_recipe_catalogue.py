"""The catalogue: complete, told in several ways, and the only list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from synth_core.model.findings import errors
from synth_core.model.types import Field, Kind, Mode
from synth_core.recipe.catalogue import (
    CATALOGUE,
    Argument,
    Declaration,
    explain,
    find,
    fitting,
    like,
    to_prompt,
)
from synth_core.recipe.catalogue.declaration import WORDS
from synth_core.recipe.catalogue.formulas import FILTERS, METHODS, NOT_THERE, PARTS, TESTS, VALUES
from synth_core.recipe.catalogue.markdown import rewrite
from synth_core.recipe.catalogue.plugins import PLUGINS, REFUSED_PLUGINS
from synth_core.recipe.catalogue.stock import REFUSED
from synth_core.recipe.functions import FUNCTIONS, PLUGIN
from synth_core.recipe.vetting import vet
from synth_core.stages.draft.columns import FAKER, scalar_generator

GUIDE = Path(__file__).parents[2] / "docs" / "recipe-language.md"


def with_inner(arguments: dict[str, Argument]) -> list[Argument]:
    return [each for one in arguments.values() for each in [one, *with_inner(dict(one.inner))]]


@pytest.mark.parametrize("declared", CATALOGUE.values(), ids=lambda declared: declared.name)
def test_every_function_is_told_completely(declared: Declaration) -> None:
    assert re.fullmatch(r"[A-Z0-9].*[.…]", declared.help) and "\n" not in declared.help
    assert declared.group and declared.example
    for argument in with_inner(dict(declared.arguments)):
        assert argument.help and argument.type
        assert not (argument.required and argument.default)
    assert set(declared.positional) <= set(declared.arguments)
    assert declared.in_fields or declared.in_formulas or declared.name == "choice"
    assert set(declared.examples) <= (declared.fills or set(Kind))
    called = yaml.safe_load(declared.generator())
    if isinstance(called, dict) and declared.name != "choice":
        [(name, arguments)] = called.items()
        assert name == declared.name or (name == "fake" and declared.name.startswith("fake."))
        if isinstance(arguments, dict) and declared.arguments and declared.name != "Synth.choice":
            assert set(arguments) <= set(declared.arguments) or declared.name == "Synth.struct"


def test_there_is_one_entry_for_each_function_and_no_unused_kind() -> None:
    assert {f"{PLUGIN}.{name}" for name in FUNCTIONS} <= set(CATALOGUE)
    assert not set(REFUSED) & set(CATALOGUE)
    assert not set(REFUSED_PLUGINS) & set(PLUGINS)
    assert not set(NOT_THERE) & {name for name, each in CATALOGUE.items() if each.in_formulas}
    used = {each.kind for one in CATALOGUE.values() for each in with_inner(dict(one.arguments))}
    assert used == set(WORDS)
    for words in (FILTERS, TESTS, METHODS, PARTS, VALUES):
        assert all(words.values())


def test_it_is_plain_data() -> None:
    data = [each.to_json() for each in CATALOGUE.values()]
    assert json.loads(json.dumps(data)) == data
    reference = next(each for each in data if each["name"] == "Synth.reference")
    roles = {each["name"]: each["role"] for each in reference["arguments"]}
    assert (roles["table"], roles["column"], roles["nulls"]) == ("table", "column", "")
    also = next(each for each in reference["arguments"] if each["name"] == "also")
    assert [each["name"] for each in also["entries"]] == ["table", "columns"]


def test_functions_are_found_by_any_spelling() -> None:
    for name in (
        "Synth.choice",
        "choice",
        "random_number",
        "fake.first_name",
        "FirstName",
        "firstname",
        "Math.pi",
    ):
        assert find(name) is not None
    assert find("Chocie") is None and like("Synth.chioce")[0] == "Synth.choice"


def test_what_fits_a_type_can_fill_it() -> None:
    names = {each.name for each in fitting(Kind.BOOL)}
    assert {"Synth.choice", "random_choice", "fake.boolean", "Synth.nullable"} <= names
    assert not {"Synth.uuid", "fake.city", "Math.pi", "choice", "relativedelta"} & names
    assert '"2024-01-31": 70%' in to_prompt(fitting(Kind.DATE), Kind.DATE)


def test_the_prompt_names_everything_and_explains_what_is_no_provider() -> None:
    prompt = to_prompt(CATALOGUE.values())
    for declared in CATALOGUE.values():
        if declared.name.startswith("fake."):
            assert re.search(rf"\b{declared.name.removeprefix('fake.')}\b", prompt)
        else:
            assert declared.help in prompt
            assert all(f"`{name}`: " in prompt for name in declared.arguments)
    assert len(prompt) < 30_000


def test_an_explanation_says_what_a_person_needs() -> None:
    text = explain(CATALOGUE["Synth.reference"])
    for needed in (
        "children per parent",
        "share, such as 7%",
        "needed",
        "can be unique",
        "also › table",
        "INT64",
    ):
        assert needed in text
    assert "begins anew with every batch" in explain(CATALOGUE["Counters.NumberCounter"])


@pytest.mark.parametrize(
    "kind", [kind for kind in Kind if kind not in (Kind.STRUCT, Kind.RANGE, Kind.INTERVAL)]
)
@pytest.mark.parametrize("personal", [False, True])
def test_whatever_the_drafting_rules_write_is_in_it_and_fills_the_type(kind: Kind, personal: bool) -> None:
    field = Field(name="c", type={"kind": kind}, mode=Mode.NULLABLE)
    for meaning in (*FAKER, "uuid", "date_of_birth", "product_name", "unknown"):
        generator, _ = scalar_generator(field, None, meaning, personal)
        [(name, arguments)] = generator.items()
        declared = find(f"fake.{arguments}") if name == "fake" else CATALOGUE.get(name)
        assert declared is not None, f"{name} is no function"
        assert declared.can_fill(kind), f"{declared.name} fills no {kind}, but is drafted for {meaning}"


# --- the guide ---


def test_the_tables_of_the_guide_are_those_of_the_catalogue() -> None:
    text = GUIDE.read_text()
    assert rewrite(text) == text, "make docs writes them anew"
    for declared in CATALOGUE.values():
        assert f"`{declared.name.removeprefix('fake.')}" in text or declared.example in text, declared.name


def test_the_recipes_of_the_guide_pass() -> None:
    recipes = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(recipes) == 2
    for recipe in recipes:
        assert errors(vet(recipe, {"tables/places.csv": "city,street name\nRome,Via\n"})) == []
