"""Dates of which too few are known lie where other dates do."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.profile import profile

FEW = "CASE WHEN i < 4 THEN TIMESTAMP '2001-05-05 10:00:00' END AS few"
DAY = "DATE '2017-03-01' + (i % 300)::INT"


@pytest.fixture
def con() -> Any:
    with duckdb.connect() as connection:
        yield connection


def ends(con: duckdb.DuckDBPyConnection, *queries: str, personal: tuple[str, ...] = ()) -> list[str]:
    """The first and the last value that the draft makes of t.few."""
    tables = [add_table(con, f"{'tuv'[i]}", query, personal=personal) for i, query in enumerate(queries)]
    source = project(*tables)
    made = Recipe.read(draft(source, profile(con, source)).text).fields()["t"]["few"]
    return [str(end)[:10] for end in made["Synth.nullable"]["value"]["Synth.quantiles"]["values"]]


def test_of_the_same_table_first(con: duckdb.DuckDBPyConnection) -> None:
    queries = (
        f"SELECT {DAY} AS at, {FEW} FROM range(600) r(i)",
        "SELECT DATE '1990-01-01' AS at FROM range(50)",
    )
    assert ends(con, *queries) == ["2017-03-03", "2017-12-23"]


def test_else_of_all_tables(con: duckdb.DuckDBPyConnection) -> None:
    queries = f"SELECT i, {FEW} FROM range(600) r(i)", f"SELECT {DAY} AS at FROM range(600) r(i)"
    assert ends(con, *queries) == ["2017-03-03", "2017-12-23"]


def test_nothing_is_taken_from_the_few_themselves_and_nothing_for_personal_ones(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert ends(con, f"SELECT i, {FEW} FROM range(600) r(i)") == ["2024-01-01", "2024-12-31"]
    con.execute("DROP TABLE t")
    query = f"SELECT {DAY} AS at, {FEW} FROM range(600) r(i)"
    assert ends(con, query, personal=("few",)) == ["2024-01-01", "2024-12-31"]
