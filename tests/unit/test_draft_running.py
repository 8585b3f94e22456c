"""Lines of an order are numbered as in the source, also where their number is no part of the key."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from typed_tables import add_table, link, project

from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.profile import profile

LINES = """
    SELECT row_number() OVER () AS id, o AS "order", n AS line, n - 1 AS place,
        n + (o = 7)::BIGINT * (n > 1)::BIGINT AS gap, 1 + (o * 7 + n) % 3 AS quantity,
        CASE WHEN n > 1 THEN n END AS some
    FROM range(1, 61) a(o), range(1, 6) b(n) WHERE n <= 1 + o % 5
"""


@pytest.fixture
def made() -> dict[str, Any]:
    with duckdb.connect() as con:
        orders = add_table(con, "orders", "SELECT o AS id FROM range(1, 61) r(o)", key=("id",))
        lines = add_table(con, "lines", LINES, key=("id",))
        source = project(orders, lines, links=(link("lines", ("order",), "orders", ("id",)),))
        return Recipe.read(draft(source, profile(con, source)).text).fields()["lines"]


def test_numbers_that_run_on_within_each_parent_do(made: dict[str, Any]) -> None:
    assert made["line"] == {"Synth.position": {"within": "order"}}
    assert made["place"] == {"Synth.position": {"within": "order", "start": 0}}


def test_lines_in_steps_of_ten_within_the_parent_of_a_key_do() -> None:
    with duckdb.connect() as con:
        orders = add_table(con, "orders", "SELECT o AS id FROM range(1, 61) r(o)", key=("id",))
        query = 'SELECT "order", 10 * line AS line, quantity FROM (' + LINES + ") ORDER BY 1, 2"
        lines = add_table(con, "lines", query, key=("order", "line"))
        source = project(orders, lines, links=(link("lines", ("order",), "orders", ("id",)),))
        fields = Recipe.read(draft(source, profile(con, source)).text).fields()["lines"]
    assert fields["line"] == {"Synth.position": {"within": "order", "start": 10, "step": 10}}


def test_others_do_not(made: dict[str, Any]) -> None:
    # 1 of 60 orders has a gap.
    assert all("Synth.position" not in str(made[name]) for name in ("gap", "quantity", "some"))
