"""Fields inside of structs that are empty where a field beside them says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.files.sql import literal
from synth_core.model.findings import Level
from synth_core.recipe.world import TableShape, World, parse_generator
from synth_core.stages.draft import draft
from synth_core.stages.generate import Format, generate
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

EVENTS = """
    SELECT i AS id, [
        {key: 'page', value: {number: NULL::BIGINT, words: 'p' || (i % 9)}, note: NULL::VARCHAR},
        {key: ['visit', 'page'][1 + i % 2],
         value: {number: CASE WHEN i % 2 = 0 THEN i * 3 END, words: CASE WHEN i % 2 = 1 THEN 'q' || (i % 7) END},
         note: CASE WHEN random() < 0.4 THEN 'n' || (i % 5) END}
    ] AS params FROM range(300) r(i)
"""
TYPES = {"params": "STRUCT<key STRING, value STRUCT<number INT64, words STRING>, note STRING>"}


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.3)")
        yield connection


def test_a_field_is_null_where_the_one_beside_it_says_so(con, tmp_path: Path) -> None:
    table = add_table(con, "t", EVENTS, types=TYPES, repeated=("params",), key=("id",))
    found = project(table)
    facts = profile(con, found)
    told = {each.path[1:]: each for each in facts.table("t").nulls}
    assert set(told) == {("value", "number"), ("value", "words")}
    assert {share.value: share.nulls for share in told["value", "number"].shares} == {"page": 450, "visit": 0}
    text = draft(found, facts).text
    assert not [each for each in lint(text, found) if each.level is Level.ERROR]
    generate(text, tmp_path, file_format=Format.PARQUET, counts={"t": 200}, seed=7, today=date(2024, 1, 1))
    source = f"SELECT unnest(params, recursive := true) FROM {literal(str(tmp_path / 't.parquet'))}"
    made = con.execute(
        f"SELECT DISTINCT key, number IS NULL, words IS NULL FROM ({source}) ORDER BY 1"
    ).fetchall()
    assert made == [("page", True, False), ("visit", False, True)]


def test_nothing_is_known_of_personal_values(con) -> None:
    table = add_table(con, "t", EVENTS, types=TYPES, repeated=("params",), personal=("params",))
    assert profile(con, project(table)).table("t").nulls == ()


def test_fields_of_a_struct_look_at_those_above_them_before_the_row() -> None:
    inner = {
        "key": {"Synth.choice": ["b"]},
        "of_own": {"Synth.lookup": {"of": "key", "values": {"a": "1", "b": "2"}}},
        "deep": {"Synth.struct": {"of_outer": {"Synth.lookup": {"of": "key", "values": {"b": "3"}}}}},
        "of_row": {"Synth.lookup": {"of": "name", "values": {"x": "4"}}},
    }
    program = {
        "key": {"Synth.choice": ["a"]},
        "name": {"Synth.choice": ["x"]},
        "s": {"Synth.array": {"length": [1], "of": {"Synth.struct": inner}}},
    }
    fields = {name: parse_generator(each, f"t.{name}") for name, each in program.items()}
    world = World(1, date(2026, 1, 1), {"t": TableShape(1, 0)}, {"t": fields})
    assert world.value("t", "s", 0) == [{"key": "b", "of_own": "2", "deep": {"of_outer": "3"}, "of_row": "4"}]


def test_a_field_of_a_struct_that_is_not_there_is_an_error() -> None:
    recipe = """
- plugin: synth_core.recipe.plugin.Synth
- object: t
  count: 3
  fields:
    s:
      Synth.struct:
        late: {Synth.lookup: {of: key, values: {a: b}}}
        key: {Synth.choice: [a]}
        right: {Synth.lookup: {of: key, values: {a: b}}}
"""
    (error,) = [each for each in lint(recipe, None) if each.level is Level.ERROR]
    assert "key" in error.message and error.line == 8
