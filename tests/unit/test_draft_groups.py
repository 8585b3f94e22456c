"""Rows that belong together: found, measured, drafted, made, and checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
from typed_tables import add_table, link, project

from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.generate import generate
from synth_core.stages.lint import kept_rules, lint
from synth_core.stages.profile import profile
from synth_core.stages.relate import relate

LINES = """
    SELECT 'A-' || (1000 + o) AS order_no, line, line * 10 AS place, lpad((line * 5)::VARCHAR, 4, '0') AS item,
        'eve.ray' || o || '@b.org' AS mail, CASE WHEN line = 1 THEN 'Eve Ray' || o END AS buyer,
        CASE WHEN line = 1 THEN ['card', 'cash', 'bill'][1 + o % 3] END AS paid_by,
        CASE WHEN line = 1 THEN DATE '2024-01-01' + (o // 3)::INT END AS paid_on,
        CASE WHEN line = 1 AND o % 4 = 0 THEN 'SUMMER' || o % 2 END AS code,
        1 + (random() * 4)::INT AS pieces
    FROM range(400) o(o), LATERAL range(1, 2 + o % 3) l(line)
    ORDER BY o, line
"""
MEANINGS = {"buyer": "person_name", "mail": "email"}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.3)")
        connection.execute("SET threads = 1")
        yield connection


def lines(con: duckdb.DuckDBPyConnection, query: str, key: tuple[str, ...] = ()) -> Project:
    table = add_table(con, "lines", query, key=key, meanings=MEANINGS, personal=tuple(MEANINGS))
    (found,) = relate(con, [table]).tables
    return project(found)


def test_the_lines_of_an_order_are_made_as_in_the_source(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source = lines(con, LINES)
    rules = {str(rule.value) for rule in source.table("lines").rules}
    known = {"buyer once per order_no", "code once per order_no", "order_no → mail"}
    assert known <= rules
    facts = profile(con, source)
    group = facts.table("lines").group
    assert group is not None and (group.column, group.sizes) == (
        "order_no",
        ((1, 1, 134), (2, 2, 133), (3, 3, 133)),
    )
    assert [(each.name, each.start, each.step, each.digits) for each in group.counted] == [
        ("line", 1, 1, 0),
        ("place", 10, 10, 0),
        ("item", 5, 5, 4),
    ]
    text = draft(source, facts).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    assert {str(rule) for _, rule in kept_rules(source, text)} >= known
    assert set(Recipe.read(text).fields()["lines"]["order_no"]) == {"Synth.group"}

    rows = made(text, tmp_path / "whole", 500)
    orders = [list(each) for _, each in groupby(rows, key=lambda row: row["order_no"])]
    assert len({each[0]["order_no"] for each in orders}) == len(orders) > 200
    for order in orders[:-1]:
        first, *rest = order
        assert [row["item"] for row in order] == ["0005", "0010", "0015"][: len(order)]
        assert [int(row["place"]) for row in order] == [10 * (1 + at) for at in range(len(order))]
        assert (
            first["paid_by"]
            and first["paid_on"]
            and first["buyer"].split()[1].lower() in first["mail"].lower()
        )
        assert {row["mail"] for row in order} == {first["mail"]}
        assert not any(row["paid_by"] or row["paid_on"] or row["buyer"] or row["code"] for row in rest)
    assert 0.15 < sum(bool(each[0]["code"]) for each in orders) / len(orders) < 0.35
    assert made(text, tmp_path / "few", 60) == [
        row | few for row, few in zip(rows, made(text, tmp_path / "again", 60), strict=False)
    ]


def test_a_key_of_a_group_and_what_counts_its_rows(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    source = lines(con, LINES, key=("order_no", "line"))
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    fields = Recipe.read(text).fields()["lines"]
    assert fields["line"] == {"Synth.position": {"within": "order_no"}}
    rows = [(row["order_no"], row["line"]) for row in made(text, tmp_path, 400)]
    assert len(set(rows)) == 400


def test_no_key_that_another_table_refers_to_is_a_group(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = "SELECT 1981 + i // 2 AS year, ['summer', 'winter'][1 + i % 2] AS season, i % 5 AS x FROM range(80) r(i)"
    seasons = add_table(con, "seasons", query, key=("year", "season"))
    query = (
        "SELECT i AS id, 1981 + i // 20 AS year, ['summer', 'winter'][1 + i // 10 % 2] AS season"
        " FROM range(800) r(i)"
    )
    counts = add_table(con, "counts", query, key=("id",))
    ends = ("year", "season")
    source = project(seasons, counts, links=(link("counts", ends, "seasons", ends),))
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    generate(text, tmp_path, counts={"seasons": 80, "counts": 800}, seed=3, today=date(2026, 1, 1))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'A-' || i // 2 % 300 AS order_no, i % 7 AS pieces FROM range(1200) r(i)",
        (
            "SELECT ['Bonn', 'Ulm', 'Kiel'][1 + i // 200] || ['', ' Ost', ' West', ' Nord', ' Mitte'][1 + i // 40 % 5]"
            " || ['', ' I', ' II'][1 + i // 10 % 3] AS city, i % 2 AS a FROM range(1200) r(i)"
        ),
    ],
    ids=["what comes again later", "a list sorted by places"],
)
def test_what_is_no_group(con: duckdb.DuckDBPyConnection, query: str) -> None:
    source = lines(con, query)
    assert "Synth.group" not in draft(source, profile(con, source)).text


def made(text: str, folder: Path, rows: int) -> list[dict[str, str]]:
    generate(text, folder, counts={"lines": rows}, seed=3, today=date(2026, 1, 1))
    with next(folder.rglob("lines*.csv")).open() as file:
        return list(csv.DictReader(file))


def test_what_stands_in_order_is_made_in_order(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Newest rows first, as banks have it; the payments of orders one after the other, as shops do."""
    query = f"SELECT DATE '2024-12-01' - (row_number() OVER () // 9)::INT AS booked, * FROM ({LINES})"
    source = lines(con, query)
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    rows = made(text, tmp_path, 300)
    assert len({row["booked"] for row in rows}) > 30
    assert [row["booked"] for row in rows] == sorted((row["booked"] for row in rows), reverse=True)
    paid = [row["paid_on"] for row in rows if row["paid_on"]]
    assert len(set(paid)) > 30 and paid == sorted(paid)
