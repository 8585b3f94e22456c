"""Numbers, dates and times that lie on a grid: measured, drafted and made so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError
from typed_tables import add_table, project

from synth_core.model.inferred import Inferred
from synth_core.model.rule import Rule
from synth_core.recipe.functions import Offset, Quantiles
from synth_core.recipe.reading import Recipe
from synth_core.recipe.world import TableShape, World, parse_generator
from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

DAY = "DATE '2024-01-01'"
MOMENT = f"{DAY}::TIMESTAMP"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("value", "step"),
    [
        ("(i * i * 100)::DECIMAL(12, 2)", "100"),
        ("i * i * 12", "12"),
        ("(i * i / 4)::DECIMAL(12, 2)", "0.25"),
        ("(i * i + 0.99)::DECIMAL(12, 2)", "1"),
        ("(i * i * 50)::DOUBLE", "50"),
        (f"{MOMENT} + to_minutes(15 * i * i)", "15 minutes"),
        (f"{MOMENT} + to_hours(i * i)", ""),
        (f"({MOMENT} + to_minutes((i * 30) % 1440))::TIME", "30 minutes"),
        (f"{DAY} + 7 * i", "7 days"),
        ("CASE WHEN i = 5 THEN 7 ELSE 100 * i * i END", "100"),
        ("CASE WHEN i % 20 = 5 THEN 7 ELSE 100 * i * i END", ""),
        ("1000 * (i % 9)", ""),
        ("i * i", ""),
        ("(i * i * 2e-9)::DOUBLE", ""),
        ("(i * i * 2e-6)::DECIMAL(18, 6)", "0.000002"),
        ("CASE WHEN i % 2 = 0 THEN 0 ELSE i END", ""),
    ],
)
def test_the_coarsest_grid_of_nearly_all_values_is_found(
    con: duckdb.DuckDBPyConnection, value: str, step: str
) -> None:
    table = add_table(con, "t", f"SELECT {value} AS v FROM (SELECT i::INT AS i FROM range(120) r(i))")
    found = profile(con, project(table)).table("t").column("v")
    assert found.step == step and found.quantiles


def test_drafts_keep_the_grid(con: duckdb.DuckDBPyConnection) -> None:
    """Also of what stands behind another column that lies on none."""
    query = (
        f"SELECT (300.99 + i * i * 100)::DECIMAL(12, 2) AS price, {MOMENT} + to_seconds(i * 4099) AS came,"
        f" date_trunc('day', {MOMENT} + to_seconds(i * 4099)) + to_hours(48 + 6 * (i % 9)) AS went"
        " FROM (SELECT i::INT AS i FROM range(200) r(i))"
    )
    table = add_table(con, "t", query)
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=("came", "went")))
    source = project(table.model_copy(update={"rules": (rule,)}))
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level == "error"]
    fields = Recipe.read(text).fields()["t"]
    rows = made({"price": fields["price"], "came": fields["came"], "went": fields["went"]}, 500)
    assert {price % 100 for price in rows["price"]} == {Decimal("0.99")} and len(set(rows["price"])) > 100
    assert {(went.hour % 6, went.minute, went.second) for went in rows["went"]} == {(0, 0, 0)}
    assert all(came <= went for came, went in zip(rows["came"], rows["went"], strict=True))


def test_keys_are_counted_in_steps(con: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT 110 + 10 * i AS no, {MOMENT} + to_minutes(15 * i::INT) AS at FROM range(100) r(i)"
    numbered, timed = (
        add_table(con, f"by_{key}", f"SELECT * FROM ({query})", key=(key,)) for key in ("no", "at")
    )
    source = project(numbered, timed)
    tables = Recipe.read(draft(source, profile(con, source)).text).fields()
    assert tables["by_no"]["no"] == {"Synth.sequence": {"start": 100, "step": 10}}
    assert tables["by_at"]["at"]["Synth.sequence"]["step"] == "15 minutes"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"values": [1, 5], "step": 10}, "beyond 5"),
        ({"values": [1, 5], "step": 0.5}, "too fine for whole numbers"),
        ({"values": [0.5, 5], "decimals": 1, "step": 0.25}, "too fine for numbers with 1 decimals"),
        ({"values": [1, 5], "step": "1 day"}, "is a number"),
        ({"values": [1, 5], "step": 0}, "more than 0"),
        ({"values": ["2024-01-01", "2024-01-09"], "step": 2}, "like `1 day`"),
        ({"values": ["2024-01-01", "2024-01-09"], "step": "12 hours"}, "whole days"),
        ({"values": ["08:00:00", "12:00:00"], "step": "1 hour", "unit": "hours"}, "no `unit`"),
    ],
)
def test_steps_that_do_not_fit_are_named(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Quantiles.from_arguments(arguments)


@pytest.mark.parametrize(
    ("start", "arguments", "wanted"),
    [
        (7, {"gaps": [0, 30], "step": 10}, {10, 20, 30, 40}),
        (7, {"gaps": [-30, 0], "step": 10, "limits": [-21, 7]}, {-21, -11, -1}),
        (Decimal("7.30"), {"gaps": [0, 2], "step": 0.5, "decimals": 2}, {Decimal(half) / 2 for half in range(15, 20)}),
        (date(2024, 1, 3), {"gaps": [0, 21], "unit": "days", "step": "7 days",
                            "limits": ["2024-01-01", "2024-01-22"]}, {date(2024, 1, d) for d in (8, 15, 22)}),
        (datetime(2024, 1, 3, 10, 7, tzinfo=UTC), {"gaps": [0, 1], "unit": "hours", "step": "30 minutes"},
         {datetime(2024, 1, 3, h, m, tzinfo=UTC) for h, m in ((10, 30), (11, 0))}),
        (datetime(2024, 1, 3, 10, 7), {"gaps": [0, 0], "unit": "hours", "step": "1 hour"},
         {datetime(2024, 1, 3, 11)}),
    ],
)  # fmt: skip
def test_what_stands_behind_another_column_lies_on_the_grid_and_behind_it(
    start: Any, arguments: dict[str, Any], wanted: set[Any]
) -> None:
    offset = {"Synth.offset": {"after": "a", **arguments}}
    assert set(made({"a": start, "b": offset}, 200)["b"]) == wanted


def test_a_step_of_an_offset_must_fit_too() -> None:
    with pytest.raises(ValidationError, match="is a number"):
        Offset.from_arguments({"after": "a", "gaps": [1, 2], "step": "1 day"})


class _Start:
    """Stands for a column with one value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def bind(self, place: Any) -> Any:
        return lambda row: self.value


def made(fields: dict[str, Any], rows: int) -> dict[str, list[Any]]:
    """Rows of a table with these fields."""
    programs = {
        name: parse_generator(each, name) if isinstance(each, dict) else _Start(each)
        for name, each in fields.items()
    }
    world = World(1, date(2024, 1, 1), {"t": TableShape(rows)}, {"t": programs})  # type: ignore[dict-item]
    return {name: [world.value("t", name, row) for row in range(rows)] for name in fields}
