"""Parts of composite keys: what they are made of."""

from __future__ import annotations

import duckdb
import pytest
import yaml
from typed_tables import add_table, project

from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

MOMENT = "TIMESTAMP '2024-01-01' + to_seconds(i * 7919)"


def parts(at: str, code: str, rows: int = 210, personal: tuple[str, ...] = ()) -> dict[str, object]:
    """Of the key (at, code) in the draft."""
    with duckdb.connect() as con:
        query = f"SELECT {at} AS at, {code} AS code FROM range({rows}) r(i)"
        source = project(add_table(con, "t", query, key=("at", "code"), personal=personal))
        text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level == "error"]
    return yaml.safe_load(text)[-1]["fields"]["__key"]["Synth.combination"]["parts"]


@pytest.mark.parametrize("code", ["'QX-' || i % 7", "1000003 * (i % 7)"])
def test_frequent_values_are_parts_where_another_part_makes_room(code: str) -> None:
    values = {f"QX-{i}" if "QX" in code else str(1000003 * i) for i in range(7)}
    assert set(parts(MOMENT, code)["code"]["values"]) == values
    other = "'R' || i" if "QX" in code else "i"
    rare = f"CASE WHEN i % 20 = 0 THEN {other} ELSE {code} END"
    assert set(parts(MOMENT, rare)["code"]["values"]) == values, "those that k rows have"


def test_without_room_parts_are_made_by_shape() -> None:
    """Thirty days by seven codes are all that there are, and later rows would run on."""
    day = "DATE '2024-01-01' + (i // 7)::INT"
    assert parts(day, "'QX-' || i % 7")["code"] != {"shape": "QX-9"}
    assert "shape" in parts(day, "CASE WHEN i < 14 THEN 'R' || i ELSE 'QX-' || i % 7 END")["code"]


def test_numbers_side_by_side_and_personal_ones_stay_what_they_are() -> None:
    year = "CASE WHEN i % 30 = 0 THEN 2000 + i // 30 ELSE 2010 + i % 7 END"
    assert set(parts(MOMENT, year)["code"]) == {"first", "last"}
    assert "values" not in parts(MOMENT, "'QX-' || i % 7", personal=("code",))["code"]


def test_keys_that_may_be_years_begin_in_their_decade() -> None:
    assert begins("1950 + i", 74) == 1950
    assert begins("10248 + i", 800) == 10000
    assert begins("1950 + i", 900) == 1000, "no calendar has so many years"


def begins(number: str, rows: int) -> int:
    """Where the draft begins to number the rows."""
    with duckdb.connect() as con:
        source = project(
            add_table(con, "t", f"SELECT {number} AS year FROM range({rows}) r(i)", key=("year",))
        )
        text = draft(source, profile(con, source)).text
    return yaml.safe_load(text)[-1]["fields"]["year"]["Synth.sequence"]["start"]
