"""Compiled recipes run in stock Snowfakery and make what the keyed world says."""

from __future__ import annotations

import inspect
import io
import random
from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from faker import Faker
from jinja2.nativetypes import NativeEnvironment
from snowfakery.api import SnowfakeryApplication
from snowfakery.data_generator import generate
from snowfakery.fakedata.fake_data_generator import FakeData
from snowfakery.output_streams import OutputStream
from snowfakery.plugins import LineTracker, resolve_plugin
from snowfakery.template_funcs import StandardFuncs

from synth_core.engine.convert import type_converter
from synth_core.model.findings import errors
from synth_core.model.types import TEMPORAL_KINDS, BigQueryType, Kind
from synth_core.recipe.catalogue.formulas import FILTERS, TESTS
from synth_core.recipe.catalogue.plugins import PLUGINS
from synth_core.recipe.catalogue.providers import PROVIDERS, find_provider, spellings
from synth_core.recipe.catalogue.stock import REFUSED, STOCK
from synth_core.recipe.compile import RESERVED, Compiled, Recipe, compile_recipe
from synth_core.recipe.plugin import Nested
from synth_core.recipe.vetting import vet

TODAY = date(2026, 1, 1)
Rows = dict[str, list[dict[str, Any]]]

SHOP = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- macro: named
  fields:
    id: {Synth.sequence: {start: 100}}
    "Full Name": {fake: Name}
    label: "${{this['Full Name']}} (${{id}})"
- object: customers
  count: 10
  include: named
  fields:
    mail: {Synth.nullable: {nulls: 30%, value: {fake: Email}}}
    seg: {Synth.choice: {"a.b.c": 70%, "${{x}}": 3}}
    born: {fake.date_of_birth: {minimum_age: 18, maximum_age: 80}}
    __hidden: "${{id * 2}}"
    dbl: "${{__hidden + this['id'] + 1}}"
    address:
      Synth.struct:
        street: {fake: StreetAddress}
        tags: {Synth.array: {length: [0, 2, 3], of: {Synth.pattern: {shapes: {"A9": 3, "9": 1}}}}}
    at: {Synth.quantiles: {values: ["08:00:00", "17:30:00"]}}
- object: "Order Details"
  count: 12
  fields:
    cust: {Synth.reference: {table: customers, column: id, children: {"0": 50%, "1-5": 50%}}}
    "no": {Synth.position: cust}
    mail: {Synth.parent: {link: cust, column: seg}}
    when: {Synth.quantiles: {values: ["2024-01-01", "2024-03-01"]}}
    then: {Synth.offset: {after: when, unit: days, gaps: [0, 3]}}
    late: "${{ (then - when).days > 1 }}"
    rnd: {random_choice: {x: 50%, y: 50%}}
    mixed: {random_choice: [{Synth.pattern: "AAA"}, 5]}
    if: {if: [{choice: {when: "${{rnd == 'x'}}", pick: {random_number: {min: 1, max: 3}}}}, {choice: {pick: none}}]}
"""
COUNTS = {"customers": 30, "Order Details": 80}


class Collector(OutputStream):
    """Keeps the rows."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rows: Rows = defaultdict(list)

    def write_row(self, tablename: str, row_with_references: dict[str, Any]) -> None:
        self.rows[tablename].append(dict(row_with_references))

    def write_single_row(self, tablename: str, row: dict[str, Any]) -> None:
        raise AssertionError("rows are taken whole")

    def close(self, **kwargs: Any) -> Any:
        return None


def run(compiled: Compiled) -> Rows:
    """The rows under their real names."""
    random.seed(1)
    Faker.seed(1)
    collector = Collector()
    generate(
        open_yaml_file=io.StringIO(compiled.text),
        output_stream=collector,
        parent_application=SnowfakeryApplication(),
    )
    return {
        compiled.tables[alias]: [
            {
                compiled.columns[compiled.tables[alias]][name]: value.result["value"]
                if isinstance(value, Nested)
                else value
                for name, value in row.items()
                if name in compiled.columns[compiled.tables[alias]]
            }
            for row in rows
        ]
        for alias, rows in collector.rows.items()
    }


def made(text: str, counts: dict[str, int], seed: int = 3, **more: Any) -> Rows:
    assert not errors(vet(text)), "a recipe that runs must pass vetting"
    return run(compile_recipe(text, counts, seed=seed, today=TODAY, **more))


def test_a_recipe_runs_and_keyed_columns_are_what_the_world_says() -> None:
    rows = made(SHOP, COUNTS)
    assert {table: len(each) for table, each in rows.items()} == COUNTS
    world = Recipe.read(SHOP).world(COUNTS, 3, TODAY, {})
    keyed = {(table, field) for table, fields in world.programs.items() for field in fields}
    assert {
        ("customers", "id"),
        ("customers", "seg"),
        ("Order Details", "cust"),
        ("Order Details", "no"),
    } <= keyed
    for table, field in keyed:
        assert [row[field] for row in rows[table]] == [
            world.value(table, field, n) for n in range(COUNTS[table])
        ]
    for customer in rows["customers"]:
        assert customer["dbl"] == customer["id"] * 3 + 1
        assert customer["label"] == f"{customer['Full Name']} ({customer['id']})"
        assert set(customer["address"]) == {"street", "tags"}
    assert {customer["seg"] for customer in rows["customers"]} == {"a.b.c", "${{x}}"}
    by_id = {customer["id"]: customer for customer in rows["customers"]}
    for line in rows["Order Details"]:
        assert line["mail"] == by_id[line["cust"]]["seg"]
        assert line["late"] == ((line["then"] - line["when"]).days > 1)
        assert (line["if"] in (1, 2, 3)) == (line["rnd"] == "x")
    assert list(rows["Order Details"][0])[:3] == ["cust", "no", "mail"]


def test_the_same_seed_makes_the_same_rows_and_another_one_others() -> None:
    first = made(SHOP, COUNTS)
    assert made(SHOP, COUNTS) == first
    other = made(SHOP, COUNTS, seed=4)
    assert [row["cust"] for row in other["Order Details"]] != [row["cust"] for row in first["Order Details"]]
    assert [row["at"] for row in other["customers"]] != [row["at"] for row in first["customers"]]


def test_a_table_made_alone_has_the_same_keyed_values() -> None:
    whole = made(SHOP, COUNTS)
    ours = {"customers": ["id", "seg", "at"], "Order Details": ["cust", "no", "mail", "when", "then"]}
    for table, fields in ours.items():
        alone = made(SHOP, COUNTS, only=(table,))
        assert set(alone) == {table}
        for field in fields:
            assert [row[field] for row in alone[table]] == [row[field] for row in whole[table]]


def test_a_second_batch_goes_on_where_the_first_ended() -> None:
    first = made(SHOP, COUNTS)
    second = made(SHOP, COUNTS, seed=9, offsets={"customers": 30})
    assert [row["id"] for row in second["customers"]] == list(range(130, 160))
    assert not {row["id"] for row in first["customers"]} & {row["cust"] for row in second["Order Details"]}


AWKWARD = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: random_number
  count: 4
  fields:
    id: {Synth.sequence: {start: 7}}
    class: "k${{id}}"
    date: {Synth.quantiles: {values: ["2024-01-01", "2024-02-01"]}}
    today: "${{date.year}}"
    fake: {fake: FirstName}
    Synth: "${{this.fake}}"
    count: "${{this['class']}}"
    "park.key": "${{this['id'] + 1}}"
    park_key: "${{ [id, this['park.key']] | length }}"
    "null": "x"
    choice: "${{ count }}"
- object: "a table, with (signs)"
  count: 2
  nickname: last
  fields:
    __first: "${{ random_number.id }}"
    up: "${{ __first }}/${{ this['__first'] }}/${{ last['up now'] is defined }}"
    "up now": {reference: random_number}
"""


def test_awkward_names_run_in_stock_snowfakery() -> None:
    rows = made(AWKWARD, {"random_number": 4, "a table, with (signs)": 2})
    first = rows["random_number"][0]
    assert first["id"] == 7 and first["class"] == first["count"] == first["choice"] == "k7"
    assert first["today"] == 2024 and first["Synth"] == first["fake"]
    assert first["park.key"] == 8 and first["park_key"] == 2 and first["null"] == "x"
    second = rows["a table, with (signs)"][0]
    assert second["up"].startswith("10/10/")
    assert second["up now"].id == 4


STOCK_RECIPE = """
- snowfakery_version: 3
- option: size
  default: "5"
- var: greeting
  value: Hello
- macro: stamped
  fields:
    made_on: {date: {year: 2024, month: 2, day: 29}}
- object: Owner
  nickname: first_owner
  count: 3
  include: stamped
  fields:
    name: {fake: FirstName}
    age: {random_number: {min: 12, max: 95}}
    text: "${{greeting}} ${{name}}, ${{ 'adult' if age > 17 else 'child' }} ${{ size }}"
    joined: {date_between: {start_date: 2000-01-01, end_date: today}}
    seen: {datetime_between: {start_date: 2020-01-01, end_date: 2021-01-01}}
    next: ${{ joined + relativedelta(days=1) }}
    digits: ${{ fake.pyint(min_value=3, max_value=5) }}
    pick: ${{ random_choice('a', 'b') }}
    name_part: ${{ name[:2] | upper }}
  friends:
    - object: Pet
      count: 2
      fields:
        owner: {reference: Owner}
        same: ${{ Owner.name }}
        kind:
          random_choice:
            - choice: {probability: 60%, pick: {fake: LastName}}
            - choice: {probability: 40%, pick: cat}
- object: Visit
  count: ${{ 2 * 2 }}
  fields:
    pet: {random_reference: Pet}
    to: {reference: first_owner}
    cost: ${{ random_number(min=100, max=999) / 100 }}
    place:
      - object: Place
        fields: {town: {fake: City}}
"""


def test_recipes_of_ordinary_shape_pass_and_run_unchanged() -> None:
    assert vet(STOCK_RECIPE) == []
    rows = made(STOCK_RECIPE, {})
    assert {table: len(each) for table, each in rows.items()} == {
        "Owner": 3,
        "Pet": 6,
        "Visit": 4,
        "Place": 4,
    }
    for owner in rows["Owner"]:
        assert owner["text"].startswith(f"Hello {owner['name']}, ") and owner["text"].endswith("5")
        assert (owner["next"] - owner["joined"]).days == 1 and owner["digits"] in (3, 4, 5)
        assert owner["made_on"] == date(2024, 2, 29)


def test_generators_that_count_go_on_inside_of_ours() -> None:
    text = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- plugin: snowfakery.standard_plugins.Counters
- object: a
  count: 3
- object: t
  count: 4
  fields:
    s: {Synth.struct: {n: {Counters.NumberCounter: {start: 5}}, r: {random_reference: a}}}
    l: {Synth.nullable: {nulls: 0%, value: {Counters.NumberCounter: }}}
"""
    rows = made(text, {})["t"]
    assert [row["s"]["n"] for row in rows] == [5, 6, 7, 8]
    assert {row["s"]["r"].id for row in rows} <= {1, 2, 3}
    assert [row["l"] for row in rows] == [1, 2, 3, 4]


# --- our lists against the real thing ---


def test_no_name_that_formulas_know_can_hide_a_column() -> None:
    """Whatever the interpreter puts behind the columns of a row is reserved, so such columns get an alias."""
    functions = StandardFuncs(_FakeInterpreter()).custom_functions()
    public = {name for name in dir(functions) if not name.startswith("_") and name != "context"}
    assert public <= RESERVED
    assert {"UniqueId", "SnowfakeryVersion"} <= RESERVED
    known = set(STOCK) - {"fake"} | set(REFUSED)
    assert {name for name in public if name not in ("if_", "NULL", "Null", "null")} == known


class _FakeInterpreter:
    """Plugins only keep it."""


def test_filters_and_tests_exist() -> None:
    environment = NativeEnvironment()
    assert environment.filters.keys() >= FILTERS.keys()
    assert environment.tests.keys() >= TESTS.keys()


@pytest.mark.parametrize("spelling", ["first_name", "firstname", "FirstName", "FIRSTNAME"])
def test_providers_are_found_as_snowfakery_finds_them(spelling: str) -> None:
    provider = find_provider(spelling)
    assert provider is not None and provider.name == "fake.first_name"
    assert "FirstName" in spellings("FristName") and "first_name" in spellings("frist_name")


def test_every_listed_provider_gives_single_values_of_its_types_and_the_same_again() -> None:
    fields = "".join(f"    {name}: {{fake: {name}}}\n" for name in PROVIDERS)
    text = f"- snowfakery_version: 3\n- object: t\n  count: 8\n  fields:\n{fields}"
    rows, again = made(text, {"t": 8})["t"], made(text, {"t": 8})["t"]
    # What is told relative to now is only the same while the clock stands, as it does in the engine.
    clock = {name for name, each in PROVIDERS.items() if each.fills & TEMPORAL_KINDS} | {
        "iso8601",
        "unix_time",
    }
    for name in PROVIDERS.keys() - clock:
        assert [row[name] for row in rows] == [row[name] for row in again], name
    for name, provider in PROVIDERS.items():
        for kind in provider.fills - {Kind.BYTES, Kind.BIGNUMERIC}:
            convert = type_converter(BigQueryType(kind=kind))
            assert all(convert(row[name]) is not None for row in rows), name


def test_every_listed_argument_is_one_of_fakers() -> None:
    real = FakeData([]).fake_names
    for name, provider in PROVIDERS.items():
        parameters = inspect.signature(real[name]).parameters
        assert set(provider.arguments) <= set(parameters), name
        assert list(provider.positional) == list(parameters)[: len(provider.positional)], name
        for argument, declared in provider.arguments.items():
            default = parameters[argument].default
            written = str(default).lower() if isinstance(default, bool) else str(default)
            assert declared.default in ("", written) or declared.kind == "zone", (
                f"{name}.{argument}: {default!r}"
            )


def test_every_listed_argument_of_a_plugin_is_one_of_its() -> None:
    for plugin in PLUGINS.values():
        [(_, found)] = resolve_plugin(plugin.path, LineTracker("", 0))
        assert found.__name__ == plugin.name
        for declared in plugin.entries:
            real = getattr(found(_FakeInterpreter()).custom_functions(), declared.name.partition(".")[2])
            assert callable(real) != declared.is_value
            if plugin.name not in ("Math", "Dataset"):
                # Those of the C library don't say what they take, those of datasets take whatever they get.
                parameters = list(inspect.signature(real).parameters)
                assert set(declared.arguments) <= set(parameters), declared.name
                assert list(declared.positional) == parameters[: len(declared.positional)], declared.name


def test_every_listed_argument_of_snowfakery_is_one_of_its() -> None:
    functions = StandardFuncs(_FakeInterpreter()).custom_functions()
    for name, declared in STOCK.items():
        if not declared.arguments or name == "int":
            continue
        parameters = list(inspect.signature(getattr(functions, name)).parameters)
        assert set(declared.arguments) <= set(parameters), name
        assert list(declared.positional) == parameters[: len(declared.positional)], name
