"""Tables of so few rows that no value of theirs may be told."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml
from typed_tables import add_table, project

from synth_core.model.findings import Level
from synth_core.stages.draft import draft
from synth_core.stages.generate import generate
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

PLANS = """SELECT i AS no, [55, 550, 1096, 4821, 5482, 26768][i + 1] AS price, 1981 + i * 7 AS since,
    [0.05, 0.2, 0.1, 0.07, 0.15, 0.3][i + 1] AS off, -3 - i AS below, i + 1 AS rank,
    i * 3.5 - 8 AS shift, -30 + i * 9 AS lat
    FROM range(6) r(i)"""


def drafted(query: str, **more: Any) -> dict[str, Any]:
    with duckdb.connect() as con:
        source = project(add_table(con, "t", query, key=("no",), **more))
        return yaml.safe_load(draft(source, profile(con, source)).text)[-1]["fields"]


def test_numbers_of_few_rows_lie_between_round_ones() -> None:
    made = drafted(PLANS, meanings={"lat": "latitude"})
    ends = {name: each["Synth.quantiles"]["values"] for name, each in made.items() if name != "no"}
    assert ends == {
        "price": [10, 100, 1000, 10000, 100000],
        "since": [1900, 2100],
        "off": [0, 1],
        "below": [-10, 0],
        "rank": [1, 10],
        "shift": [-10, 10],
        "lat": [-60, 75],
    }
    assert made["off"]["Synth.quantiles"]["decimals"] == 2


def test_nothing_is_told_of_one_row_or_of_a_person() -> None:
    usual = {"Synth.quantiles": {"values": [0, 100]}}
    assert drafted("SELECT 1 AS no, 26768 AS price")["price"] == usual
    assert drafted(PLANS, personal=("price",))["price"] == usual


def test_names_that_come_once_do_so_in_what_is_made(tmp_path: Path) -> None:
    letters = "translate(substr(md5(i::VARCHAR), 1, 4 + (i % 5)::INT), '0123456789', 'ghijklmnop')"
    word = f"chr((65 + i % 26)::INT) || {letters}"
    query = f"""SELECT i AS no, {word} AS name, CASE WHEN i % 3 > 0 THEN {word} || ' ' || {word} END AS other,
        {word.replace("i::VARCHAR", "(i % 200)::VARCHAR").replace("i % 26", "2")} AS again FROM range(400) r(i)"""
    with duckdb.connect() as con:
        source = project(add_table(con, "t", query, key=("no",)))
        text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    generate(text, tmp_path, counts={"t": 400}, seed=3, today=date(2026, 1, 1))
    with next(tmp_path.rglob("t*.csv")).open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["name"] for row in rows}) == 400
    others = [row["other"] for row in rows if row["other"]]
    assert len(set(others)) == len(others) > 200
    assert all(row["name"].istitle() and row["name"].isalpha() for row in rows if " " not in row["name"])
    assert "Synth.words" in str(yaml.safe_load(text)[-1]["fields"]["again"])
