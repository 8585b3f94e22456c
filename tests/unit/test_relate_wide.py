"""Tables of very many columns."""

from __future__ import annotations

import duckdb
from typed_tables import add_table
from yardstick import timed

from synth_core.stages.relate import relate
from synth_core.stages.relate.stats import measure


def test_different_values_of_many_columns_are_counted_in_little_memory() -> None:
    """DuckDB keeps some megabytes for each column whose different values one query counts."""
    columns = 160
    with duckdb.connect(config={"threads": 1}) as con:
        cells = ", ".join(f"row + {n} AS c{n}" for n in range(columns))
        table = add_table(con, "t", f"SELECT {cells} FROM range(20) AS r(row)")
        con.execute("SET memory_limit = '100MB'; SET temp_directory = ''")
        found = measure(con, [table])["t"]
    assert {stats.distinct for stats in found.values()} == {20} and len(found) == columns


def test_the_order_of_many_dates_is_one_question() -> None:
    """Asked pair by pair, three thousand of them took a quarter of a minute."""
    with duckdb.connect(config={"threads": 1}) as con:
        day = "DATE '2024-01-01' + CAST(10 * {0} + 37 * row % 97 + row * {0} % 9 AS INT) AS d{0}"
        cells = ", ".join(day.format(n) for n in range(80))
        table = add_table(con, "t", f"SELECT {cells} FROM range(30) AS r(row)")
        with timed() as took:
            (related,) = relate(con, [table]).tables
        assert took.seconds < 6
    assert any(rule.value.kind == "ordered" and len(rule.value.columns) > 5 for rule in related.rules)


def test_of_a_single_row_many_dates_are_soon_known_to_be_in_no_order() -> None:
    """Pair by pair they are in one: fourteen thousand pairs took over a minute."""
    with duckdb.connect(config={"threads": 1}) as con:
        cells = ", ".join(f"DATE '2024-01-01' + {n} AS d{n}" for n in range(120))
        table = add_table(con, "t", f"SELECT {cells}")
        with timed() as took:
            (related,) = relate(con, [table]).tables
        assert took.seconds < 4
    assert not related.rules
