"""Rules between columns: what is found, and what is not taken for one."""

from __future__ import annotations

import duckdb
import pytest
from typed_tables import add_table

from synth_core.model.inferred import Inferred
from synth_core.model.measured import RuleFacts, TableFacts
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.stages.relate import relate


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.3)")
        connection.execute("SET threads = 1")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def table_of(con, query: str, **options) -> Table:
    (table,) = relate(con, [add_table(con, "t", query)], **options).tables
    return table


def rules(con, query: str, **options) -> list[str]:
    return [str(rule.value) for rule in table_of(con, query, **options).rules]


def rule(con, query: str) -> Inferred[Rule]:
    (found,) = table_of(con, query).rules
    return found


MONEY = "round(1 + random() * 90, 2)::DECIMAL(9, 2)"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            f"SELECT *, a + b + c AS total FROM (SELECT {MONEY} a, {MONEY} b, {MONEY} c FROM range(500))",
            ["total = a + b + c"],
        ),
        (
            f"SELECT *, price - cost AS margin FROM (SELECT {MONEY} price, {MONEY} cost FROM range(500))",
            ["margin = price - cost"],
        ),
        (
            (
                "SELECT *, quantity * price AS amount FROM"
                f" (SELECT 1 + (random() * 9)::INT quantity, {MONEY} price FROM range(500))"
            ),
            ["amount = quantity × price"],
        ),
        (
            (
                "SELECT *, round(n * p * (1 - d), 2)::DECIMAL(9, 2) AS line FROM"
                f" (SELECT 1 + (random() * 9)::INT n, {MONEY} p,"
                " ((random() * 4)::INT / 10)::DECIMAL(3, 1) d FROM range(500))"
            ),
            ["line = n × p × (1 - d)"],
        ),
        (
            (
                "SELECT *, round(hits / tries, 4)::DECIMAL(9, 4) AS rate FROM"
                " (SELECT (random() * 400)::BIGINT hits, 500 + (random() * 900)::BIGINT tries FROM range(500))"
            ),
            ["rate = hits / tries"],
        ),
        (
            (
                "SELECT *, q1 + q2 + q3 + q4 AS year FROM"
                f" (SELECT {MONEY} q1, {MONEY} q2, {MONEY} q3, {MONEY} q4 FROM range(500))"
            ),
            ["year = q1 + q2 + q3 + q4"],
        ),
        (
            (
                "SELECT d AS sold_on, year(d) AS y, quarter(d) AS q, dayofweek(d) AS w, monthname(d) AS name,"
                " 'Q' || quarter(d) || ' ' || year(d) AS period"
                " FROM (SELECT DATE '2021-03-01' + (random() * 900)::INT d FROM range(400))"
            ),
            [
                "y = year of sold_on",
                "q = quarter of sold_on",
                "w = weekday from Sunday 0 of sold_on",
                "name = month name of sold_on",
                "period = quarter and year of sold_on",
            ],
        ),
        (
            (
                "SELECT m AS at, m::DATE AS day, hour(m) AS h FROM"
                " (SELECT TIMESTAMP '2024-01-01' + to_seconds((random() * 9e6)::INT) m FROM range(400))"
            ),
            ["day = date of at", "h = hour of at"],
        ),
        (
            (
                "SELECT a, a + n AS b, n AS nights FROM"
                " (SELECT DATE '2021-03-01' + (random() * 900)::INT a, 1 + (random() * 13)::INT n FROM range(400))"
            ),
            ["a ≤ b", "nights = b - a in days"],
        ),
        (
            (
                "SELECT m AS a, m + to_seconds(s) AS b, round(s / 60, 1)::DECIMAL(9, 1) AS took FROM (SELECT TIMESTAMP"
                " '2024-01-01' + to_seconds((random() * 9e6)::INT) m, (random() * 9000)::INT s FROM range(400))"
            ),
            ["a ≤ b", "took = b - a in minutes"],
        ),
        (
            "SELECT low, low + (random() * 9)::INT AS high FROM (SELECT (random() * 50)::BIGINT low FROM range(400))",
            ["low ≤ high"],
        ),
        (
            (
                f"SELECT *, round(n * p * (1 - d / 100), 2)::DECIMAL(9, 2) AS line FROM (SELECT {MONEY} p,"
                " 1 + (random() * 9)::INT n, 5 * (random() * 6)::INT d FROM range(500))"
            ),
            ["line = p × n × (1 - d / 100)"],
        ),
        (
            (
                f"SELECT *, round(net * (1 + tax), 2)::DECIMAL(9, 2) AS gross FROM (SELECT {MONEY} net,"
                " ([0, 7, 19][1 + (random() * 2)::INT] / 100)::DECIMAL(3, 2) tax FROM range(500))"
            ),
            ["gross = net × (1 + tax)"],
        ),
        (
            (
                "SELECT *, net + tax AS gross FROM (SELECT *, round(net * rate / 100, 2)::DECIMAL(9, 2) tax FROM"
                f" (SELECT {MONEY} net, [0, 7, 19][1 + (random() * 2)::INT] rate FROM range(500)))"
            ),
            ["gross = net + tax", "tax = net × rate / 100"],
        ),
        (
            (
                "SELECT *, net + tax AS gross FROM (SELECT *, round(net * 0.19, 2)::DECIMAL(9, 2) tax FROM"
                f" (SELECT {MONEY} net FROM range(500)))"
            ),
            ["gross = net + tax", "tax = net × 0.19"],
        ),
        (
            (
                "SELECT *, round(100 * part / whole, 1)::DECIMAL(9, 1) AS pct FROM"
                " (SELECT (random() * 400)::BIGINT part, 500 + (random() * 900)::BIGINT whole FROM range(500))"
            ),
            ["pct = part / whole × 100"],
        ),
        (
            f"SELECT *, gross - off + tax AS net FROM (SELECT {MONEY} gross, {MONEY} off, {MONEY} tax FROM range(500))",
            ["net = gross + tax - off"],
        ),
        (
            (
                "SELECT *, opening + paid_in - paid_out - fees AS closing FROM"
                f" (SELECT {MONEY} opening, {MONEY} paid_in, {MONEY} paid_out, {MONEY} fees FROM range(500))"
            ),
            ["closing = opening + paid_in - paid_out - fees"],
        ),
        (
            (
                "SELECT *, revenue - cost - fees AS profit FROM"
                f" (SELECT {MONEY} revenue, {MONEY} cost, {MONEY} fees FROM range(500))"
            ),
            ["profit = revenue - cost - fees"],
        ),
        (f"SELECT a, a AS b FROM (SELECT {MONEY} a FROM range(400))", ["b = a"]),
        (
            (
                "SELECT CASE WHEN g THEN random() END AS a, CASE WHEN g THEN 'x' || random() END AS b,"
                " CASE WHEN random() < 0.4 THEN random() END AS c FROM (SELECT random() < 0.6 AS g FROM range(400))"
            ),
            ["a, b null together"],
        ),
    ],
)
def test_each_kind_is_found(con, query: str, expected: list[str]) -> None:
    assert rules(con, query) == expected


def test_dependencies_are_direct_and_named_once(con) -> None:
    """zip → country follows from the others; names and codes of the same things need one rule."""
    query = (
        "SELECT 1000 + z AS zip, 'city' || z // 4 AS city, 'land' || z // 20 AS country, z // 20 AS code"
        " FROM (SELECT (random() * 99)::INT z FROM range(3000))"
    )
    table = table_of(con, query)
    assert [str(each.value) for each in table.rules] == ["country → code", "zip → city", "city → country"]
    assert table.rules[0].evidence == (
        "rows with the same country have the same code, and the other way round: all 3,000 rows"
    )


def test_two_columns_together_determine_a_third(con) -> None:
    query = (
        "SELECT 'n' || n AS name, 's' || s AS size, (n * 17 + s * 31) % 23 + 0.5 AS price, n % 3 AS family"
        " FROM (SELECT (random() * 30)::INT n, (random() * 3)::INT s FROM range(4000))"
    )
    assert rules(con, query) == ["name → family", "name, size → price"]


@pytest.mark.parametrize(
    ("query", "few", "many"),
    [
        (
            "SELECT 'c' || c AS city, 'k' || c % 5 AS country FROM (SELECT (random() * 20)::INT c FROM range({}))",
            55,
            120,
        ),
        ("SELECT one, one AS two FROM (SELECT random()::FLOAT AS one FROM range({}))", 200, 400),
    ],
    ids=["a dependency", "a copy"],
)
def test_few_rows_do_not_make_a_rule_sure(con, query: str, few: int, many: int) -> None:
    """They agree by chance, or are those without the exceptions."""
    for rows, is_sure in ((few, False), (many, True)):
        con.execute("DROP TABLE IF EXISTS t")
        found = rule(con, query.format(rows))
        assert (found.confidence >= 0.9) == is_sure


def test_of_what_is_computed_few_rows_are_enough(con) -> None:
    query = f"SELECT *, a + b AS total FROM (SELECT {MONEY} a, {MONEY} b FROM range(40))"
    assert rule(con, query).confidence > 0.93


def test_exceptions_are_counted_and_told(con) -> None:
    query = (
        "SELECT quantity, price, quantity * price + (i % 250 = 7)::INT AS amount FROM"
        f" (SELECT i, 1 + (random() * 9)::INT quantity, {MONEY} price FROM range(1000) r(i))"
    )
    found = rule(con, query)
    assert found.evidence == "in 996 of 1,000 rows amount = quantity × price; 4 rows do not"
    assert found.exceptions == 0.004 and 0.95 < found.confidence < 0.98


def test_more_than_a_few_exceptions_are_no_rule(con) -> None:
    query = (
        "SELECT quantity, price, quantity * price + (i % 100 = 7)::INT AS amount FROM"
        f" (SELECT i, 1 + (random() * 9)::INT quantity, {MONEY} price FROM range(1000) r(i))"
    )
    assert rules(con, query) == []


@pytest.mark.parametrize(
    "query",
    [
        # small numbers, one of which is now and then the sum of two others
        "SELECT "
        + ", ".join(f"(random() * {k})::BIGINT AS v{k}" for k in range(1, 10))
        + " FROM range(3000)",
        # texts of all sizes
        "SELECT "
        + ", ".join(f"'t' || (random() * random() * {4 * k})::INT AS t{k}" for k in range(1, 10))
        + " FROM range(3000)",
        # a key, a constant, a flag that is nearly always the same
        "SELECT i AS id, 7 AS seven, i % 900 = 5 AS rare, 'x' || (i * 7919 % 1500) AS code FROM range(2000) r(i)",
        # one of several
        (
            "SELECT (g = 0)::BIGINT AS is_a, (g = 1)::BIGINT AS is_b, (g = 2)::BIGINT AS is_c FROM"
            " (SELECT (random() * 2)::INT g FROM range(2000))"
        ),
        # an order that comes of the numbers' size
        "SELECT (random() * 10)::BIGINT AS a, 9 + (random() * 900)::BIGINT AS b FROM range(2000)",
        # a sum whose second part is lost when it is rounded
        (
            "SELECT a, round(random() * 0.03, 2)::DECIMAL(9, 2) AS little, round(a)::BIGINT AS b"
            " FROM (SELECT round(random() * 90, 1)::DECIMAL(9, 1) a FROM range(1000))"
        ),
        # percents that are none of anything
        (
            f"SELECT {MONEY} AS a, {MONEY} AS b, 5 * (random() * 9)::INT AS p, (random() * 100)::BIGINT AS q,"
            " round(random(), 2)::DECIMAL(3, 2) AS s FROM range(3000)"
        ),
        # one number that grows with another
        "SELECT i * 3 + (random() * 9)::BIGINT AS a, i * 6 - 3000 + (random() * 9)::BIGINT AS b FROM range(2000) r(i)",
        # few rows
        "SELECT i % 5 AS a, 'x' || i % 5 AS b, i % 5 + 1 AS c FROM range(12) r(i)",
    ],
)
def test_chance_is_no_rule(con, query: str) -> None:
    assert rules(con, query) == []


def test_numbers_too_long_for_a_float_are_no_hindrance(con) -> None:
    made = f"(SELECT 9007199254740993 + 7 * i AS id, {MONEY} price, {MONEY} cost FROM range(300) r(i))"
    assert rules(con, f"SELECT *, price - cost AS margin FROM {made}") == ["margin = price - cost"]


def test_rules_are_found_without_names(con) -> None:
    query = f"SELECT *, a - b AS c FROM (SELECT {MONEY} a, {MONEY} b FROM range(500))"
    assert rules(con, query, hide_names=True) == ["c = a - b"]


def test_each_relation_is_told_once_and_none_in_a_circle(con) -> None:
    query = (
        "SELECT *, net + tax AS total, net + tax - paid AS balance FROM"
        f" (SELECT {MONEY} net, {MONEY} tax, {MONEY} paid FROM range(500))"
    )
    assert sorted(rules(con, query)) == ["balance = total - paid", "total = net + tax"]


def test_what_was_counted_on_all_rows_comes_before_the_sample(con) -> None:
    query = f"SELECT *, a + b AS total FROM (SELECT {MONEY} a, {MONEY} b FROM range(500))"
    table = add_table(con, "t", query).model_copy(update={"rows": 9000})
    (found,) = relate(con, [table]).tables[0].rules
    assert found.evidence == "total = a + b in all 500 rows of a sample; the table has 9,000"
    counted = RuleFacts(rule=found.value, rows=9000, broken=9)
    (whole,) = relate(con, [table], facts={"t": TableFacts(rows=9000, rules=(counted,))}).tables[0].rules
    assert whole.evidence == "in 8,991 of 9,000 rows total = a + b; 9 rows do not"
    assert whole.exceptions == 0.001
    wrong = counted.model_copy(update={"broken": 90})
    assert relate(con, [table], facts={"t": TableFacts(rows=9000, rules=(wrong,))}).tables[0].rules == ()


def test_an_order_that_all_rows_do_not_keep_goes(con) -> None:
    query = "SELECT low, low + (random() * 9)::BIGINT AS high FROM (SELECT (random() * 50)::BIGINT low FROM range(400))"
    table = add_table(con, "t", query).model_copy(update={"rows": 9000})
    order = Rule(kind="ordered", columns=("low", "high"))
    for broken, left in ((9, ["low ≤ high"]), (90, [])):
        facts = TableFacts(rows=9000, rules=(RuleFacts(rule=order, rows=9000, broken=broken),))
        found = relate(con, [table], facts={"t": facts}).tables[0].rules
        assert [str(each.value) for each in found] == left


def test_what_nearly_says_it_is_not_told_beside_what_says_it(con) -> None:
    query = (
        "SELECT d AS sent, d + (random() * 2)::INT AS got, CASE WHEN d < DATE '2024-03-01'"
        " THEN 'F' ELSE 'O' END AS state"
        " FROM (SELECT DATE '2023-01-01' + (random() * 700)::INT d FROM range(6000))"
    )
    assert rules(con, query) == ["sent ≤ got", "sent → state"]
