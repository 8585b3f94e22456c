"""What goes with a link is the same in all rows with the same parent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typed_tables import add_table, link, project

from synth_core.model.findings import Level
from synth_core.model.inferred import Inferred
from synth_core.model.project import Project
from synth_core.model.rule import Rule
from synth_core.recipe.functions import FUNCTIONS, Foreign
from synth_core.recipe.functions.login import spelled
from synth_core.recipe.reading import Recipe
from synth_core.recipe.world import TableShape, World, parse_generator
from synth_core.stages.draft import draft
from synth_core.stages.generate import generate
from synth_core.stages.lint import kept_rules, lint
from synth_core.stages.profile import profile

LINES = """SELECT i AS line, i % 40 AS customer, 'Ann' || i % 40 AS first, 'Lee' || i % 40 AS last,
    'ann.lee' || i % 40 || '@b.org' AS mail, (48 + (i % 40) * 0.01)::DECIMAL(8, 5) AS lat,
    CASE WHEN i % 40 < 30 THEN ['red', 'blue'][i % 40 % 2 + 1] END AS segment, i % 7 AS pieces
    FROM range(800) r(i)"""
MEANINGS = {"first": "first_name", "last": "last_name", "mail": "email"}
GOING = ("first", "last", "mail", "lat", "segment")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def lines(con: duckdb.DuckDBPyConnection, *, linked: bool = True, going: tuple[str, ...] = GOING) -> Project:
    customers = add_table(con, "customers", "SELECT i AS id FROM range(40) r(i)", key=("id",))
    table = add_table(con, "lines", LINES, key=("line",), meanings=MEANINGS, personal=tuple(MEANINGS))
    rules = tuple(
        Inferred[Rule](value=Rule(kind="depends", target=name, columns=("customer",))) for name in going
    )
    table = table.model_copy(update={"rules": rules})
    ties = (link("lines", ("customer",), "customers", ("id",)),) if linked else ()
    return project(customers, table, links=ties)


def drafted(source: Project, con: duckdb.DuckDBPyConnection) -> tuple[str, dict[str, Any]]:
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    return text, Recipe.read(text).fields()["lines"]


def rows_of(text: str, counts: dict[str, int], folder: Path) -> list[dict[str, str]]:
    generate(text, folder, counts=counts, seed=3, today=date(2026, 1, 1))
    with next(folder.rglob("lines*.csv")).open() as file:
        return list(csv.DictReader(file))


def ascii_letters(name: str) -> str:
    return spelled(name, two_letters=False, words="joined").lower()


def test_each_parent_has_one_value_in_all_its_rows(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Whatever makes it: functions of ours, providers of Faker, formulas; and an address fits the name beside it."""
    source = lines(con)
    text, fields = drafted(source, con)
    assert all(fields[name]["Synth.per"]["each"] == "customer" for name in GOING)
    assert "Synth.per" not in str(fields["pieces"])
    assert kept_rules(source, text) == {("lines", rule.value) for rule in source.table("lines").rules}
    rows = rows_of(text, {"customers": 40, "lines": 200}, tmp_path)
    by_customer: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        by_customer.setdefault(row["customer"], set()).add(tuple(row[name] for name in GOING))
    assert len(by_customer) == 40 and all(len(each) == 1 for each in by_customer.values())
    names = {each for values in by_customer.values() for each in values}
    assert len({name[:2] for name in names}) == 40, "and another one than the others"
    assert len({lat for *_, lat, _ in names}) > 20
    assert all(ascii_letters(last) in mail for _, last, mail, *_ in names)


def test_without_a_link_an_address_fits_the_name_of_its_row(con: duckdb.DuckDBPyConnection) -> None:
    """What repeats in the source and is no key elsewhere hardly does in what is made."""
    _, fields = drafted(lines(con, linked=False), con)
    assert fields["mail"]["Synth.login"]["last"] == "last"
    assert "Synth.per" not in str(fields), (
        "few customers who are listed would decide how often each name comes"
    )


def test_an_address_that_goes_with_the_parent_follows_no_name_that_does_not(
    con: duckdb.DuckDBPyConnection,
) -> None:
    _, fields = drafted(lines(con, going=("mail", "first")), con)
    assert fields["mail"]["Synth.per"]["value"] == {"fake.Email": {"matching": False}}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("{Synth.sequence: {start: 1}}", "Synth.sequence makes a value for each row"),
        ("{Synth.pattern: {shapes: A9, unique: true}}", "Synth.pattern makes a value for each row"),
        ("{Synth.nullable: {nulls: 1%, value: {Synth.uuid: {}}}}", "Synth.uuid makes a value for each row"),
        ("{Synth.position: {within: a}}", "Synth.position makes a value for each row"),
    ],
)
def test_what_each_row_has_for_itself_goes_with_nothing(value: str, complaint: str) -> None:
    recipe = f"""- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: t
  count: 9
  fields:
    a: {{Synth.choice: [x, y]}}
    b: {{Synth.per: {{each: a, value: {value}}}}}
"""
    found = [each.message for each in lint(recipe, None) if each.level is Level.ERROR]
    assert any(complaint in message for message in found)


def test_rows_without_the_other_column_have_values_of_their_own() -> None:
    choice = {"Synth.nullable": {"nulls": "50%", "value": {"Synth.choice": ["x", "y"]}}}
    per = {"Synth.per": {"each": "a", "value": {"Synth.quantiles": [0, 1000000]}}}
    programs = {name: parse_generator(each, name) for name, each in (("a", choice), ("b", per))}
    world = World(1, date(2026, 1, 1), {"t": TableShape(400)}, {"t": programs})
    found: dict[str | None, set[int]] = {}
    for row in range(400):
        found.setdefault(world.value("t", "a", row), set()).add(world.value("t", "b", row))
    assert len(found["x"]) == len(found["y"]) == 1 and len(found[None]) > 100


def test_what_snowfakery_makes_inside_of_a_struct_is_one_for_each_value_too() -> None:
    """Its values are drawn by the number that rows share; without one, anew for each row."""
    inner = {"Synth.struct": {"x": Foreign(lambda keyed: keyed and keyed.number)}}
    deep = {"Synth.array": {"length": [2], "of": inner}}
    program = {
        "k": FUNCTIONS["choice"].from_arguments({"a": 1, "b": 1}),
        "s": FUNCTIONS["per"].from_arguments({"each": "k", "value": deep}),
        "alone": FUNCTIONS["array"].from_arguments({"length": [2], "of": inner}),
    }
    world = World(1, date(2026, 1, 1), {"t": TableShape(40, 0)}, {"t": program})
    made = {str((world.value("t", "k", row), world.value("t", "s", row))) for row in range(40)}
    assert len(made) == 2 and "None" not in str(made)
    assert world.value("t", "alone", 0) == [{"x": None}] * 2


def test_what_goes_with_a_column_is_one_value_also_where_frequent_ones_come_among_made_up_ones(
    tmp_path: Path,
) -> None:
    text = """
- snowfakery_version: 3
- plugin: synth_core.recipe.plugin.Synth
- object: lines
  fields:
    region_id: {Synth.quantiles: {values: [1, 8]}}
    region:
      Synth.per:
        each: region_id
        value:
          random_choice:
            - choice: {probability: 40%, pick: {Synth.choice: {north: 50%, south: 50%}}}
            - choice: {probability: 60%, pick: {Synth.words: {count: [1, 2]}}}
"""
    rows = rows_of(text, {"lines": 300}, tmp_path)
    regions = {(row["region_id"], row["region"]) for row in rows}
    assert len({number for number, _ in regions}) == len(regions)
    assert len({region for _, region in regions}) > 3
