"""Linting counts: rows that can't be made, that nobody makes, that keys can't tell apart."""

from __future__ import annotations

import pytest
from lint_helpers import findings, found, project_of

from synth_core.model.findings import Level

ONE = project_of({"t": {"c": "STRING"}}, rows=100)


def test_a_count_unlike_the_wanted_one_is_a_warning_as_it_is_not_used() -> None:
    [finding] = findings("- object: t\n  count: 7\n  fields: {c: {fake: City}}\n", ONE)
    assert (finding.code, finding.level, finding.line) == ("recipe.count-unused", Level.WARNING, 4)
    assert "100 rows" in finding.message and "not 7" in finding.message
    assert found("- object: t\n  count: 100\n  fields: {c: {fake: City}}\n", ONE) == []
    # Whoever asks for counts knows them.
    assert found("- object: t\n  count: 7\n  fields: {c: {fake: City}}\n", ONE, counts={"t": 50}) == []


def test_rows_of_a_table_that_nothing_makes_are_an_error_at_the_end() -> None:
    text = "- object: t\n  fields: {c: {fake: City}}\n"
    assert found(text, None, counts={"u": 5}) == [("count-missing", 4, 1)]
    assert found(text, None, counts={"u": 0, "t": 3}) == []


FRIENDS = """- object: p
  fields: {id: {Synth.sequence: 1}}
  friends:
    - object: t
      count: COUNT
      fields: {c: {fake: City}}
"""
TWO = project_of({"p": {"id": "INT64"}, "t": {"c": "STRING"}}, rows=100)


@pytest.mark.parametrize(
    ("count", "counts", "level"),
    [
        ("1", {}, None),
        ("2", {"t": 200}, None),
        ("2", {}, Level.ERROR),
        ("'${{ random_number(1, 3) }}'", {}, Level.WARNING),
    ],
)
def test_rows_that_are_made_with_others_must_come_out_at_the_planned_count(
    count: str, counts: dict[str, int], level: Level | None
) -> None:
    planned = {"p": 100, "t": 100} | counts
    seen = findings(FRIENDS.replace("COUNT", count), TWO, counts=planned)
    assert [(each.code, each.line, each.level) for each in seen] == (
        [] if level is None else [("recipe.count-nested", 7, level)]
    )


def test_a_reference_to_a_table_without_rows_is_found_where_it_names_it() -> None:
    text = (
        "- object: p\n  fields: {id: {Synth.sequence: 1}}\n"
        "- object: t\n  fields:\n    c:\n      Synth.reference:\n        table: p\n        column: id\n"
    )
    assert found(text, None, counts={"p": 0, "t": 5}) == [("empty-parent", 9, 16)]
    assert found(text, None, counts={"p": 0, "t": 0}) == []
    assert found(text + "        nulls: 5%\n", None, counts={"p": 0, "t": 5}) == []
    stock = "- object: p\n- object: t\n  fields: {c: {reference: p}}\n"
    assert found(stock, None, counts={"p": 0, "t": 5}) == [("empty-parent", 5, 27)]


@pytest.mark.parametrize(
    ("generator", "rows", "message"),
    [
        ("{Synth.pattern: {shapes: A9, unique: true}}", 261, "261 different texts are needed"),
        ("{Synth.pattern: {shapes: A9, unique: true}}", 260, ""),
        ("{Synth.pattern: A9}", 261, ""),
    ],
)  # fmt: skip
def test_unique_texts_that_run_out_are_found_with_numbers(generator: str, rows: int, message: str) -> None:
    seen = findings(f"- object: t\n  fields:\n    c: {generator}\n", None, counts={"t": rows})
    assert [each.code for each in seen] == (["recipe.capacity"] if message else [])
    assert not message or (message in seen[0].message and "only 260" in seen[0].message)


PAIRS = """- object: p
  fields: {id: {Synth.sequence: 1}}
- object: t
  fields:
    __key:
      Synth.combination:
        parts: {x: {values: [1, 2, 3]}, y: {table: p, column: id}}
    x: {Synth.part: x}
    y: {Synth.part: y}
"""


def test_combinations_that_run_out_are_found_with_numbers() -> None:
    assert found(PAIRS, None, counts={"p": 5, "t": 15}) == []
    [finding] = findings(PAIRS, None, counts={"p": 5, "t": 16})
    assert (finding.code, finding.line) == ("recipe.capacity", 9)
    assert "15 (3 × 5)" in finding.message
    open_end = PAIRS.replace("{values: [1, 2, 3]}", "{first: 1, last: 3}")
    assert found(open_end, None, counts={"p": 5, "t": 16}) == []


def test_more_children_than_parents_of_a_one_to_one_link_are_found() -> None:
    text = (
        "- object: p\n  fields: {id: {Synth.sequence: 1}}\n"
        "- object: t\n  fields: {c: {Synth.reference: {table: p, column: id, unique: true, nulls: 50%}}}\n"
    )
    assert found(text, None, counts={"p": 10, "t": 20}) == []
    [finding] = findings(text, None, counts={"p": 10, "t": 22})
    assert finding.code == "recipe.capacity" and "11 rows need a row of 'p' each" in finding.message


def test_where_nobody_asked_for_so_many_fewer_rows_are_made() -> None:
    """As an approval makes them: only what a person wants and can't have is an error."""
    text = (
        "- object: p\n  fields: {id: {Synth.pattern: {shapes: '9', unique: true}}}\n"
        "- object: t\n  fields: {id: {Synth.reference: {table: p, column: id, unique: true}}}\n"
        "- object: u\n  fields: {id: {Synth.reference: {table: t, column: id, unique: true}}}\n"
    )
    names = ("p", "t", "u")
    project = project_of({name: {"id": "STRING"} for name in names}, rows=12)
    seen = findings(text, project)
    assert [(each.level, each.line) for each in seen] == [(Level.WARNING, line) for line in (4, 6, 8)]
    assert "10 rows are made instead" in seen[0].hint and "12 rows need a row of 't' each" in seen[2].message
    wanted = project.model_copy(
        update={
            "tables": (*project.tables[:2], project.tables[2].model_copy(update={"wanted": 11})),
        }
    )
    assert [each.level for each in findings(text, wanted) if each.line == 8] == [Level.ERROR]
    assert {each.level for each in findings(text, project, counts=dict.fromkeys(names, 11))} == {Level.ERROR}


@pytest.mark.parametrize(
    ("generator", "most"),
    [
        ("{Synth.choice: [a, b, c]}", 3),
        ("{Synth.choice: {a: 1, b: 0}}", 1),
        ("{random_choice: [a, b, b]}", 2),
        ("{random_choice: {a: 1, b: 2}}", 2),
        ("{random_number: {min: 5, max: 8}}", 4),
        ("constant", 1),
        ("{Synth.pattern: '9'}", 10),
        ("${{ child_index }}", None),
        ("{fake: City}", None),
        ("{random_choice: [a, {fake: City}]}", None),
    ],
)
def test_a_key_with_too_few_values_is_an_error_not_only_a_warning(generator: str, most: int | None) -> None:
    project = project_of({"t": {"c": "STRING"}}, {"t": ("c",)})
    text = f"- object: t\n  fields:\n    c: {generator}\n"
    if most is None:
        assert "capacity" not in [code for code, _, _ in found(text, project, counts={"t": 10**9})]
        return
    assert "capacity" not in [code for code, _, _ in found(text, project, counts={"t": most})]
    seen = [each for each in findings(text, project, counts={"t": most + 1}) if each.level is Level.ERROR]
    assert [(each.code, each.line) for each in seen] == [("recipe.capacity", 5)]
    assert f"only {most:,} different values, but {most + 1:,} rows" in seen[0].message


def test_a_sequence_that_outgrows_its_column_is_found() -> None:
    project = project_of({"t": {"c": "STRING(3)"}})
    text = "- object: t\n  fields:\n    c: {Synth.sequence: {start: 990}}\n"
    assert found(text, project) == []
    [finding] = findings(text, project, counts={"t": 11})
    assert (finding.code, finding.line) == ("recipe.capacity", 5) and "STRING(3)" in finding.message
    dates = project_of({"t": {"c": "DATE"}})
    days = '- object: t\n  fields:\n    c: {Synth.sequence: {start: "9999-12-01"}}\n'
    assert found(days, dates, counts={"t": 31}) == []
    assert found(days, dates, counts={"t": 32}) == [("capacity", 5, 5)]
