"""Dates of the end of time, which say that there is no end yet: what is still valid until 9999-12-31."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.files.sql import literal
from synth_core.model.findings import Level
from synth_core.model.inferred import Inferred
from synth_core.model.rule import Rule
from synth_core.stages.draft import draft
from synth_core.stages.generate import Format, generate
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

PRICES = """SELECT i AS no, DATE '2012-01-01' + (i * 7 % 3000)::INT AS since,
    CASE WHEN i % 5 < 2 THEN DATE '9999-12-31'
         ELSE DATE '2012-01-01' + (i * 7 % 3000 + 20 + i % 300)::INT END AS until
    FROM range({}) r(i)"""


def made(tmp_path: Path, rows: int, *, ordered: bool) -> list[tuple[date, date]]:
    with duckdb.connect() as con:
        table = add_table(con, "prices", PRICES.format(rows), key=("no",))
        rule = Inferred[Rule](value=Rule(kind="ordered", columns=("since", "until")))
        source = project(table.model_copy(update={"rules": (rule,) if ordered else ()}))
        text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    generate(
        text, tmp_path, file_format=Format.PARQUET, counts={"prices": 1000}, seed=3, today=date(2026, 1, 1)
    )
    query = f"SELECT since::DATE, until::DATE FROM {literal(str(tmp_path / 'prices.parquet'))}"
    return duckdb.sql(query).fetchall()


@pytest.mark.parametrize("ordered", [True, False])
def test_as_many_as_in_the_source_have_no_end_and_the_others_a_usual_one(
    tmp_path: Path, ordered: bool
) -> None:
    rows = made(tmp_path, 1000, ordered=ordered)
    ends = [until for _, until in rows if until == date(9999, 12, 31)]
    assert 330 < len(ends) < 470
    gone = [(since, until) for since, until in rows if until != date(9999, 12, 31)]
    assert all(date(2012, 1, 1) < until < date(2022, 1, 1) for _, until in gone)
    if ordered:
        assert all(20 <= (until - since).days < 400 for since, until in gone)


def test_a_few_of_them_do_not_move_the_others(tmp_path: Path) -> None:
    rows = made(tmp_path, 16, ordered=True)
    assert all(until.year < 2022 for _, until in rows)
