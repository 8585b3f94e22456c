from __future__ import annotations

from typed_tables import add_table

from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.stages.relate import relate


def _rules(con, query: str, **options) -> list[tuple[str, ...]]:
    (table,) = relate(con, [add_table(con, "t", query)], **options).tables
    return [rule.value.columns for rule in table.rules if rule.value.kind == "ordered"]


DAY = "DATE '2024-01-01' + (i * 7 % 300)::INT"


def test_a_chain_is_one_rule(con) -> None:
    query = f"SELECT {DAY} + 9 + (i % 4)::INT AS c, {DAY} AS a, {DAY} + (i % 5)::INT AS b FROM range(60) r(i)"
    assert _rules(con, query) == [("a", "b", "c")]


def test_a_few_rows_may_break_a_rule_and_more_may_not(con) -> None:
    later = "CASE WHEN i < {} THEN -3 ELSE (i % 5)::INT END"
    query = f"SELECT {DAY} AS a, {DAY} + {later} AS b FROM range(1000) r(i)"
    (table,) = relate(con, [add_table(con, "t", query.format(5))]).tables
    assert table.rules[0].value == Rule(kind="ordered", columns=("a", "b"))
    assert table.rules[0].exceptions == 0.005
    assert "except in 5 of 1,000 rows" in table.rules[0].evidence
    con.execute("DROP TABLE t")
    assert _rules(con, query.format(6)) == []


def test_a_constant_gap_is_no_rule(con) -> None:
    assert _rules(con, f"SELECT {DAY} AS a, {DAY} AS b FROM range(60) r(i)") == []


def test_columns_whose_ranges_do_not_meet_need_no_rule(con) -> None:
    query = f"SELECT {DAY} AS a, DATE '2030-01-01' + (i % 9)::INT AS b FROM range(60) r(i)"
    assert _rules(con, query) == []


def test_few_rows_are_enough_only_where_names_say_it(con) -> None:
    query = "SELECT {0} AS {1}, {0} + (1 + i % 5)::INT AS {2} FROM range(8) r(i)"
    assert _rules(con, query.format(DAY, "start_date", "end_date")) == [("start_date", "end_date")]
    con.execute("DROP TABLE t")
    assert _rules(con, query.format(DAY, "start_date", "end_date"), hide_names=True) == []
    con.execute("DROP TABLE t")
    assert _rules(con, query.format(DAY, "x", "y")) == []


def test_chains_that_are_in_no_order_are_tied_where_two_of_their_columns_are(con) -> None:
    query = f"""SELECT {DAY} AS ordered, {DAY} + 1 + (i % 9)::INT AS shipped, {DAY} + 4 + (i % 3)::INT AS required,
                       {DAY} + 12 + (i % 5)::INT AS closed, {DAY} - 4 + (i % 5)::INT AS asked FROM range(60) r(i)"""
    assert _rules(con, query) == [
        ("asked", "ordered", "required"),
        ("shipped", "closed"),
        ("ordered", "shipped"),
    ]


def test_types_are_not_mixed(con) -> None:
    query = f"""SELECT {DAY} AS a, ({DAY} + (i % 5)::INT)::TIMESTAMP AS b,
                       ({DAY} + 6 + (i % 4)::INT)::TIMESTAMP AS c FROM range(60) r(i)"""
    assert _rules(con, query) == [("b", "c")]


def test_what_holds_in_the_first_rows_only_is_no_rule(con) -> None:
    query = f"""SELECT {DAY} AS a, {DAY} + CASE WHEN i < 25000 THEN (i % 5)::INT ELSE -1 END AS b
                FROM range(30000) r(i)"""
    assert _rules(con, query) == []


def test_without_dates_there_is_none(con) -> None:
    table: Table = relate(con, [add_table(con, "t", "SELECT 1::BIGINT AS a")]).tables[0]
    assert table.rules == ()


def test_a_mean_stands_between_the_least_and_the_most(con) -> None:
    # Most of the least are below most of the means by chance alone: the names say that it is none.
    query = """SELECT low AS {}, low + to_mean AS {}, low + to_mean + to_most AS {} FROM (
                   SELECT 100 + (hash(i) % 5900)::INT AS low, (hash(i + 1000) % 6000)::INT AS to_mean,
                          (hash(i + 2000) % 4000)::INT AS to_most FROM range(600) r(i))"""
    named = query.format("min_guests", "avg_guests", "max_guests")
    assert _rules(con, named) == [("min_guests", "avg_guests", "max_guests")]
    con.execute("DROP TABLE t")
    assert _rules(con, query.format("a", "b", "c")) == [("b", "c")]
