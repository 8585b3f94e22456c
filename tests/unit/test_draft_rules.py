"""Rules between columns in a drafted recipe: the rows that it makes keep them, and lint knows which ones are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from typed_tables import add_table
from typed_tables import project as project_of

from synth_core.files.sql import literal, quote
from synth_core.model.findings import Level
from synth_core.model.inferred import Inferred
from synth_core.model.project import Project, Table
from synth_core.model.rule import Rule
from synth_core.rule_sql import RuleSql
from synth_core.stages.draft import draft
from synth_core.stages.generate import Format, generate
from synth_core.stages.lint import kept_rules, lint
from synth_core.stages.profile import profile
from synth_core.stages.relate import relate

MONEY = "round(1 + random() * 90, 2)::DECIMAL(12, 2)"
SALES = f"""
    SELECT i AS id, n AS quantity, p AS "unit price", off, round(n * p * (1 - off), 2)::DECIMAL(12, 2) AS amount,
        cost, net, net - cost AS margin, a + b AS total, a, b, sold AS date, sold + days AS paid_on, days,
        year(sold) AS year, monthname(sold) AS month_name, seen, seen::DATE AS day, hour(seen) AS hour,
        state, state AS copy,
        round(hits / tries, 3)::DECIMAL(12, 3) AS rate, hits, tries,
        CASE WHEN g THEN 'x' || (random() * 900)::INT END AS street, CASE WHEN g THEN (random() * 900)::INT END AS no
    FROM (SELECT i, 1 + (random() * 5)::INT n, {MONEY} p, ((random() * 3)::INT / 10)::DECIMAL(3, 1) off,
        {MONEY} cost,
        {MONEY} net, CASE WHEN random() < 0.8 THEN {MONEY} END a, {MONEY} b,
        DATE '2022-01-01' + (random() * 700)::INT sold,
        1 + (random() * 20)::INT AS days, TIMESTAMP '2024-01-01' + to_seconds((random() * 9e6)::INT) seen,
        ['new', 'paid', 'sent'][1 + (random() * 2)::INT] state, (random() * 300)::BIGINT hits,
        (random() * 900)::BIGINT tries, random() < 0.7 g FROM range(1200) r(i))
"""


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.3)")
        connection.execute("SET threads = 1")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="module")
def sales(con) -> Project:
    # Drawn alike, whichever test comes first.
    con.execute("SELECT setseed(0.3)")
    return project_of(relate(con, [add_table(con, "t", SALES, key=("id",))]).tables[0])


@pytest.fixture(scope="module")
def recipe(con, sales: Project) -> str:
    return draft(sales, profile(con, sales)).text


def fields(recipe: str) -> dict[str, object]:
    return yaml.safe_load(recipe)[-1]["fields"]


def test_formulas_read_well(sales: Project, recipe: str) -> None:
    made = fields(recipe)
    assert made["amount"] == (
        "${{ ((quantity | int) * (this['unit price'] | float) * (1 - (off | float))) | round(2) }}"
    )
    assert made["margin"] == "${{ net - cost }}"
    assert made["total"] == "${{ NULL if a is none else a + b }}"
    assert made["year"] == "${{ this['date'].year }}"
    assert made["day"] == "${{ seen.date() }}"
    assert made["copy"] == "${{ state }}"
    assert made["no"]["if"][0] == {"choice": {"when": "${{ street is none }}", "pick": None}}
    assert "computed as in the source: margin = net - cost" in recipe
    assert [each for each in lint(recipe, sales) if each.level is Level.ERROR] == []


def test_the_rows_keep_every_rule_that_the_recipe_is_for(
    con, sales: Project, recipe: str, tmp_path: Path
) -> None:
    table = sales.tables[0]
    kept = kept_rules(sales, recipe)
    assert {str(rule.value) for rule in table.rules if rule.value.kind not in ("ordered", "depends")} == {
        str(rule) for _, rule in kept
    }
    assert {rule.kind for _, rule in kept} == {
        *("sum", "difference", "product", "ratio", "part", "equal", "joint nulls")
    }
    generate(recipe, tmp_path, file_format=Format.PARQUET, counts={"t": 300}, seed=7, today=date(2024, 1, 1))
    types = ", ".join(
        f"CAST({quote(each.name)} AS {_type(each.type.value.kind)}) AS {quote(each.name)}"
        for each in table.columns
    )
    con.execute(f"CREATE OR REPLACE TABLE made AS SELECT {types} FROM {literal(str(tmp_path / 't.parquet'))}")
    kinds = {column.name: column.type.value.kind for column in table.columns}
    for rule in table.rules:
        if rule.value.kind != "depends":
            rows, broken = con.execute(RuleSql(rule.value, kinds, quote, "duckdb").counts("made")).fetchone()
            assert (str(rule.value), broken) == (str(rule.value), 0)
            assert rows > 30
    assert con.execute("SELECT count(*) FROM made WHERE total IS NULL").fetchone()[0] in range(20, 110)


BILLS = f"""
    SELECT n, price, rebate, round(n * price * (1 - rebate / 100), 2)::DECIMAL(12, 2) AS line,
        net, vat, round(net * (1 + vat / 100), 2)::DECIMAL(12, 2) AS gross, round(net * 0.05, 2)::DECIMAL(12, 2) AS fee,
        due, paid, credit, due - paid + credit AS balance,
        round(part * 100 / whole, 1)::DECIMAL(12, 1) AS pct, part, whole, (cost * 100)::BIGINT AS cents, cost
    FROM (SELECT 1 + (random() * 5)::INT n, {MONEY} price, 5 * (random() * 6)::INT rebate, {MONEY} net,
        [0, 7, 19][1 + (random() * 2)::INT] vat, {MONEY} due, {MONEY} paid, {MONEY} credit, {MONEY} cost,
        (random() * 400)::BIGINT part, 500 + (random() * 900)::BIGINT whole FROM range(1200))
"""


def test_percents_common_factors_and_signed_sums_are_computed(con, tmp_path: Path) -> None:
    con.execute("SELECT setseed(0.3)")
    table = relate(con, [add_table(con, "bills", BILLS)]).tables[0]
    found = {str(rule.value): rule.value for rule in table.rules}
    assert set(found) == {
        "line = n × price × (1 - rebate / 100)",
        "gross = net × (1 + vat / 100)",
        "fee = net × 0.05",
        "balance = due + credit - paid",
        "pct = part / whole × 100",
        "cents = cost × 100",
    }
    text = draft(project_of(table), profile(con, project_of(table))).text
    assert fields(text)["gross"] == "${{ (net * (100 + (vat | int)) / 100) | round(2) }}"
    generate(
        text, tmp_path, file_format=Format.PARQUET, counts={"bills": 300}, seed=7, today=date(2024, 1, 1)
    )
    con.execute(f"CREATE OR REPLACE TABLE made AS FROM {literal(str(tmp_path / 'bills.parquet'))}")
    kinds = {column.name: column.type.value.kind for column in table.columns}
    for shown, rule in found.items():
        counts = con.execute(RuleSql(rule, kinds, quote, "duckdb").counts("made")).fetchone()
        assert (shown, *counts) == (shown, 300, 0)


def _type(kind: str) -> str:
    return {"NUMERIC": "DOUBLE", "INT64": "BIGINT", "STRING": "VARCHAR", "DATETIME": "TIMESTAMP"}.get(
        kind, kind
    )


def with_rule(con, query: str, rule: Rule, **more: bool) -> tuple[Project, Table]:
    con.execute("DROP TABLE IF EXISTS u")
    table = add_table(con, "u", query).model_copy(update={"rules": (Inferred[Rule](value=rule),)})
    return project_of(table), table


DEPENDS = Rule(kind="depends", target="b", columns=("a",))


def test_what_another_column_determines_is_looked_up(con, tmp_path: Path) -> None:
    query = "SELECT 'a' || i % 9 AS a, CASE WHEN i % 9 < 8 THEN 10 + i % 9 % 3 END AS b FROM range(180) r(i)"
    found, _ = with_rule(con, query, DEPENDS)
    text = draft(found, profile(con, found)).text
    known = {f"a{i}": str(10 + i % 3) if i < 8 else None for i in range(9)}
    assert fields(text)["b"] == {"Synth.lookup": {"of": "a", "values": known}}
    assert kept_rules(found, text) == {("u", DEPENDS)}
    assert not [each for each in lint(text, found) if each.level is not Level.NOTE]
    rows = made(text, 500, tmp_path)
    assert all(b == known[a] for a, b in rows) and {b for _, b in rows} == {*known.values()}


def test_it_is_looked_up_in_what_is_looked_up_itself(con, tmp_path: Path) -> None:
    query = "SELECT 'c' || i % 3 AS c, 'a' || i % 12 AS a, 'b' || i % 6 AS b FROM range(180) r(i)"
    more = Rule(kind="depends", target="c", columns=("b",))
    found, table = with_rule(con, query, DEPENDS)
    found = project_of(table.model_copy(update={"rules": (Inferred[Rule](value=more), *table.rules)}))
    text = draft(found, profile(con, found)).text
    assert list(fields(text)) == ["a", "b", "c"]
    assert kept_rules(found, text) == {("u", DEPENDS), ("u", more)}
    assert all(
        int(a[1:]) % 6 == int(b[1:]) and int(b[1:]) % 3 == int(c[1:]) for a, b, c in made(text, 300, tmp_path)
    )


def test_where_the_one_is_null_the_other_is_as_it_was(con, tmp_path: Path) -> None:
    query = "SELECT CASE WHEN i % 4 > 0 THEN 'a' || i % 9 END AS a, 'b' || i % 3 AS b FROM range(360) r(i)"
    found, _ = with_rule(con, query, DEPENDS)
    text = draft(found, profile(con, found)).text
    rows = made(text, 600, tmp_path)
    assert all(b is not None and (a is None or int(a[1:]) % 3 == int(b[1:])) for a, b in rows)
    assert 100 < sum(a is None for a, _ in rows) < 200 and kept_rules(found, text) == {("u", DEPENDS)}


def test_chains_that_are_tied_hang_on_one_column(con, tmp_path: Path) -> None:
    day = "DATE '2024-01-01' + (i * 7 % 300)::INT"
    query = f"""SELECT {day} AS ordered, {day} + 1 + (i % 9)::INT AS shipped, {day} + 4 + (i % 3)::INT AS required,
                       {day} + 12 + (i % 5)::INT AS closed, {day} - 4 + (i % 5)::INT AS asked FROM range(60) r(i)"""
    con.execute("DROP TABLE IF EXISTS u")
    (table,) = relate(con, [add_table(con, "u", query)]).tables
    found = project_of(table)
    text = draft(found, profile(con, found)).text
    rows = [dict(zip(fields(text), row, strict=True)) for row in made(text, 400, tmp_path)]
    assert len(table.rules) == 3 and len({row["ordered"] for row in rows}) > 100
    assert all(row["asked"] <= row["ordered"] <= min(row["shipped"], row["required"]) for row in rows)
    assert all(row["shipped"] <= row["closed"] for row in rows)


def test_what_is_there_in_all_rows_hangs_on_nothing_that_is_not(con, tmp_path: Path) -> None:
    """Practice and qualifying are known of few races, the race's day of all."""
    query = """SELECT i, CASE WHEN i % 12 = 0 THEN d - 2 END AS first,
        CASE WHEN i % 12 = 0 THEN d - 1 - (i % 2)::INT END AS second,
        CASE WHEN i % 12 = 0 THEN d - 1 END AS trial, d AS held
        FROM (SELECT i, DATE '1990-01-01' + (i * 9 + random() * 5)::INT AS d FROM range(1200) r(i)) ORDER BY i"""
    con.execute("DROP TABLE IF EXISTS u")
    table = add_table(con, "u", query)
    columns = (("first", "second"), ("trial", "held"), ("first", "trial"))
    rules = tuple(Inferred[Rule](value=Rule(kind="ordered", columns=each)) for each in columns)
    source = project_of(table.model_copy(update={"rules": rules}))
    text = draft(source, profile(con, source)).text
    drafted = fields(text)
    assert "Synth.quantiles" in drafted["held"]
    rows = []
    for row in (dict(zip(drafted, each, strict=True)) for each in made(text, 1200, tmp_path)):
        first, second, trial, held = (row[name] for name in ("first", "second", "trial", "held"))
        assert held
        assert not first or not trial or first <= trial <= held
        assert not first or not second or first <= second
        rows.append(row)
    assert 0.04 < sum(bool(row["first"]) for row in rows) / len(rows) < 0.13


def test_a_whole_number_behind_one_with_a_fraction_is_whole(con, tmp_path: Path) -> None:
    query = "SELECT (i % 50 + 0.25)::DECIMAL(9, 2) AS got, i % 50 + 1 + (i % 7 * 30) AS wanted FROM range(300) r(i)"
    found, _ = with_rule(con, query, Rule(kind="ordered", columns=("got", "wanted")))
    text = draft(found, profile(con, found)).text
    rows = [(float(got), float(wanted)) for got, wanted in made(text, 500, tmp_path)]
    assert all(got <= wanted == int(wanted) for got, wanted in rows) and any(got % 1 for got, _ in rows)


ORDERS = """
    SELECT ['new', 'paid', 'sent', 'done'][1 + i % 4] AS state, i % 4 = 3 AS closed,
        DATE '2024-01-01' + (random() * 300)::INT AS made,
        CASE WHEN i % 4 > 1 THEN DATE '2025-01-01' + (random() * 60)::INT END AS sent,
        CASE WHEN i % 4 > 1 THEN 'T' || (random() * 1e6)::INT END AS parcel,
        CASE WHEN i % 4 = 3 AND random() < 0.7 THEN ['good', 'bad', 'fair'][1 + (random() * 2)::INT] END AS said,
        CASE WHEN random() < 0.5 THEN (random() * 900)::INT END AS free
    FROM range(800) r(i)
"""


def test_where_a_column_is_empty_goes_by_another_one(con, tmp_path: Path) -> None:
    con.execute("SELECT setseed(0.3)")
    con.execute("DROP TABLE IF EXISTS u")
    (table,) = relate(con, [add_table(con, "u", ORDERS)]).tables
    rules = {str(rule.value): rule for rule in table.rules if rule.value.kind == "filled"}
    # Of state and closed the one that leaves fewest nulls open, and of two with the fewer values.
    assert set(rules) == {"sent filled by state", "said filled by closed"}
    assert all(rule.confidence > 0.9 for rule in rules.values())
    found = project_of(table)
    text = draft(found, profile(con, found)).text
    made_so = fields(text)["sent"]["Synth.nullable"]
    assert (made_so["by"], made_so["nulls_of"]) == (
        "state",
        {"done": "0%", "new": "100%", "paid": "100%", "sent": "0%"},
    )
    assert {str(rule) for _, rule in kept_rules(found, text)} >= {*rules, "sent, parcel null together"}
    assert not [each for each in lint(text, found) if each.level is not Level.NOTE]
    rows = made(text, 600, tmp_path)
    assert all((sent is not None) == (state in ("sent", "done")) for state, _, _, sent, *_ in rows)
    assert all((sent is None) == (parcel is None) for _, _, _, sent, parcel, *_ in rows)
    said = [said for _, closed, _, _, _, said, _ in rows if closed == "true"]
    assert 0.6 < sum(each is not None for each in said) / len(said) < 0.8
    assert not any(each for _, closed, _, _, _, each, _ in rows if closed == "false")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'a' || i AS a, 'b' || i % 3 AS b FROM range(180) r(i)",
        "SELECT if(i < 100, 'a' || i % 9, 'x' || i) AS a, if(i < 100, 'u', 'v') AS b FROM range(180) r(i)",
        "SELECT 'a' || i % 9 AS a, 'b' || i // 9 AS b FROM range(81) r(i)",
        "SELECT 'a' || i % 9 AS a, 'b' || CASE WHEN i % 9 < 5 THEN i % 9 ELSE i END AS b FROM range(180) r(i)",
    ],
    ids=[
        "no value repeats",
        "the frequent ones are others",
        "no pair has ten rows",
        "of some nothing is known",
    ],
)
def test_what_is_not_known_well_enough_is_not_looked_up(con, query: str) -> None:
    found, _ = with_rule(con, query, DEPENDS)
    text = draft(found, profile(con, found)).text
    # Where the other column is drawn from more than a list, the same value goes with the same one all the same.
    kept = frozenset({("u", DEPENDS)} if "i // 9" in query else ())
    assert "Synth.lookup" not in text and kept_rules(found, text) == kept
    assert ("Synth.per" in text) == bool(kept)
    assert [each for each in lint(text, found) if each.code == "recipe.rule-known"] == []


@pytest.mark.parametrize("personal", ["a", "b"])
def test_nothing_of_personal_columns_is_looked_up(con, personal: str) -> None:
    """Also where they have become so since the profile was measured."""
    query = "SELECT 'a' || i % 9 AS a, 'b' || i % 3 AS b FROM range(180) r(i)"
    before, table = with_rule(con, query, DEPENDS)
    columns = tuple(
        each.model_copy(update={"personal": Inferred[bool](value=each.name == personal)})
        for each in table.columns
    )
    found = project_of(table.model_copy(update={"columns": columns}))
    for measured in (found, before):
        assert "Synth.lookup" not in draft(found, profile(con, measured)).text
    assert not profile(con, found).pairs


def made(recipe: str, rows: int, place: Path) -> list[tuple[str | None, ...]]:
    """The rows of a recipe with one table, as texts."""
    generate(recipe, place, file_format=Format.PARQUET, counts={"u": rows}, seed=7, today=date(2024, 1, 1))
    return duckdb.sql(f"SELECT COLUMNS(*)::VARCHAR FROM {literal(str(place / 'u.parquet'))}").fetchall()


def test_a_formula_that_a_person_took_out_is_a_note(sales: Project, recipe: str) -> None:
    changed = recipe.replace('margin: "${{ net - cost }}"', "margin: {Synth.quantiles: [1, 9]}")
    (note,) = [each for each in lint(changed, sales) if each.code == "recipe.rule-known"]
    assert note.level is Level.NOTE and note.column == "margin" and "margin = net - cost" in note.message


def test_a_target_that_is_there_more_often_is_computed_where_its_inputs_are(con, tmp_path: Path) -> None:
    rule = Rule(kind="sum", target="c", columns=("a", "b"))
    query = "SELECT CASE WHEN i % 2 = 0 THEN i END AS a, i AS b, 2 * i AS c FROM range(90) r(i)"
    found, table = with_rule(con, query, rule)
    columns = tuple(
        each.model_copy(update={"mode": each.mode.model_copy(update={"value": "REQUIRED"})})
        if each.name == "c"
        else each
        for each in table.columns
    )
    required = project_of(table.model_copy(update={"columns": columns}))
    for each in (found, required):
        text = draft(each, profile(con, each)).text
        assert kept_rules(each, text) == {("u", rule)}
        rows = made(text, 100, tmp_path)
        assert all(int(c) == int(a) + int(b) for a, b, c in rows if a is not None)
        assert 20 < sum(a is None for a, _, _ in rows) < 80 and all(c is not None for _, _, c in rows)


def test_what_is_computed_or_looked_up_is_so_though_it_is_in_order_with_others(con, tmp_path: Path) -> None:
    """An order alone made each from the other and left sums to chance; what only hangs on them is made from them."""
    query = """
        SELECT power, round(power * 1.36)::BIGINT AS hp, base, extra, base + extra AS whole, rate,
            round((base + extra) * rate / 100, 2) AS tax, least(base + extra, paid)::BIGINT AS paid
        FROM (SELECT [55, 66, 74, 81][1 + i % 4]::BIGINT AS power, 1000 + (hash(i) % 4000)::BIGINT AS base,
            (hash(i + 9999) % 700)::BIGINT AS extra, [7, 19][1 + i % 2]::BIGINT AS rate,
            (hash(i + 5555) % 6000)::BIGINT AS paid FROM range(600) r(i))"""
    con.execute("DROP TABLE IF EXISTS u")
    (table,) = relate(con, [add_table(con, "u", query)]).tables
    more = [
        Rule(kind="ordered", columns=("power", "hp")),
        Rule(kind="ordered", columns=("paid", "whole")),
    ]
    assert {str(each.value) for each in table.rules} >= {"whole = base + extra", "power → hp"}
    found = project_of(
        table.model_copy(
            update={
                "rules": (
                    *(Inferred[Rule](value=rule) for rule in more),
                    *(each for each in table.rules if each.value.kind != "ordered"),
                )
            }
        )
    )
    text = draft(found, profile(con, found)).text
    assert not [each for each in lint(text, found) if each.level is not Level.NOTE]
    rows = [dict(zip(fields(text), map(float, row), strict=True)) for row in made(text, 400, tmp_path)]
    assert {(row["power"], row["hp"]) for row in rows} == {(55, 75), (66, 90), (74, 101), (81, 110)}
    assert all(row["whole"] == row["base"] + row["extra"] and row["paid"] <= row["whole"] for row in rows)


def test_what_depends_on_two_columns_too_is_looked_up_by_one(con, tmp_path: Path) -> None:
    """Which column it goes by is read off what is made: the first rule of a target may be another one."""
    query = (
        "SELECT (i % 5)::BIGINT AS a, 10 + (i % 5)::BIGINT AS b, (i % 3)::BIGINT AS c FROM range(300) r(i)"
    )
    found, table = with_rule(con, query, Rule(kind="ordered", columns=("a", "b")))
    more = [Rule(kind="depends", target="b", columns=each) for each in (("a", "c"), ("c",), ("a",))]
    rules = (*table.rules, *(Inferred[Rule](value=rule) for rule in more))
    found = project_of(table.model_copy(update={"rules": rules}))
    text = draft(found, profile(con, found)).text
    assert fields(text)["b"]["Synth.lookup"]["of"] == "a"
    assert all(int(b) == int(a) + 10 for a, b, _ in made(text, 100, tmp_path))


def test_a_moment_is_on_the_day_that_is_there_in_more_rows(con, tmp_path: Path) -> None:
    query = """
        SELECT i AS id, day - 1 - (i % 9)::INT AS begun, day,
            CASE WHEN i % 3 > 0 THEN day + to_minutes(480 + i % 600) END AS back
        FROM (SELECT i, DATE '2024-01-01' + (i * 7 % 300)::INT AS day FROM range(600) r(i))"""
    con.execute("DROP TABLE IF EXISTS u")
    (table,) = relate(con, [add_table(con, "u", query)]).tables
    found = project_of(table)
    text = draft(found, profile(con, found)).text
    assert "day = date of back" in {str(rule) for _, rule in kept_rules(found, text)}
    rows = [dict(zip(fields(text), row, strict=True)) for row in made(text, 400, tmp_path)]
    assert 80 < sum(row["back"] is None for row in rows) < 190
    assert all(row["begun"] < row["day"] for row in rows)
    times = [row["back"] for row in rows if row["back"] is not None]
    assert all(row["back"][:10] == row["day"] for row in rows if row["back"] is not None)
    assert min(each[11:16] for each in times) >= "08:00" and max(each[11:16] for each in times) < "18:00"


STAR = {
    "days": """SELECT (DATE '2023-01-01' + i::INT) AS day_key, DATE '2023-01-01' + i::INT AS full_date,
        strftime(DATE '2023-01-01' + i::INT, '%Y-%m') AS month,
        strftime(DATE '2023-01-01' + i::INT, '%b %Y') AS month_year,
        strftime(DATE '2023-01-01' + i::INT, '%B %Y') AS long_month,
        year(DATE '2023-01-01' + i::INT) || '-Q' || quarter(DATE '2023-01-01' + i::INT) AS quarter,
        isodow(DATE '2023-01-01' + i::INT) AS weekday,
        isodow(DATE '2023-01-01' + i::INT) > 5 AS is_weekend FROM range(730) r(i)""",
    "buyers": "SELECT i + 1 AS buyer_key, 'N' || i AS label FROM range(90) r(i)",
    "lines": """
        SELECT row_number() OVER (ORDER BY o, l) AS line_key, 'SO' || (50000 + o) AS order_number, l AS line,
            DATE '2023-01-01' + (hash(o) % 700)::INT AS order_day_key,
            DATE '2023-01-01' + (hash(o) % 700)::INT + (hash(o * 9 + l) % 6)::INT AS ship_day_key,
            1 + (hash(o + 77) % 90)::BIGINT AS buyer_key, q * p AS gross, off,
            round(q * p * (1 - off), 2)::DECIMAL(12, 2) AS net, round(q * p * c, 2)::DECIMAL(12, 2) AS cost
        FROM (SELECT o, l, 1 + (hash(o * 5 + l) % 8)::INT AS q, (2 + hash(o * 7 + l) % 90)::DECIMAL(9, 2) AS p,
            [0, 0.05, 0.1][1 + (o + l) % 3]::DECIMAL(3, 2) AS off, 0.3 + (hash(o * 3 + l) % 50) / 100 AS c
            FROM range(700) r(o), range(1, 5) s(l) WHERE l <= 1 + o % 4)""",
}


def test_lines_of_a_star_have_one_order_day_and_buyer_each_and_ship_later(tmp_path: Path) -> None:
    """The order is no table of its own, and both days refer to the calendar: drawn apart they broke the order, and
    nothing was published."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        related = relate(con, [add_table(con, name, query) for name, query in STAR.items()])
        found = project_of(*related.tables, links=related.links)
        text = draft(found, profile(con, found)).text
    assert {(link.columns[0], link.ref_table) for link in found.accepted_links} == {
        ("order_day_key", "days"),
        ("ship_day_key", "days"),
        ("buyer_key", "buyers"),
    }
    lines = next(table for table in found.tables if table.name == "lines")
    rules = {str(rule.value) for rule in lines.rules}
    assert {
        "order_day_key ≤ ship_day_key",
        "cost ≤ net",
        "net = gross × (1 - off)",
    } <= rules and "cost ≤ gross" not in rules
    assert not [each for each in lint(text, found) if each.level is not Level.NOTE]
    generate(
        text, tmp_path, file_format=Format.PARQUET, counts={"lines": 900}, seed=7, today=date(2024, 1, 1)
    )
    made = duckdb.sql(f"SELECT * FROM {literal(str(tmp_path / 'lines.parquet'))}").df()
    days = duckdb.sql(f"SELECT * FROM {literal(str(tmp_path / 'days.parquet'))}").df()
    assert (made.order_day_key <= made.ship_day_key).all() and set(made.ship_day_key) <= set(days.day_key)
    assert (made.ship_day_key != made.order_day_key).mean() > 0.5
    orders = made.groupby("order_number")
    assert len(orders) < 700 and (orders[["order_day_key", "buyer_key"]].nunique() == 1).all().all()
    assert made.buyer_key.nunique() > 60
    gross, off, net, cost = (made[name].astype(float) for name in ("gross", "off", "net", "cost"))
    assert ((gross * (1 - off) - net).abs() < 0.006).all() and (cost <= net).all()
    keys = pd.to_datetime(days.day_key)
    assert (days.month == keys.dt.strftime("%Y-%m")).all()
    assert (days.month_year == keys.dt.strftime("%b %Y")).all()
    assert (days.long_month == keys.dt.strftime("%B %Y")).all()
    assert (days.quarter == keys.dt.to_period("Q").astype(str).str.replace("Q", "-Q")).all()
    weekend = days.is_weekend.astype(str).str.lower() == "true"
    assert (weekend == (keys.dt.day_of_week > 4)).all()


def test_texts_that_look_like_numbers_are_not_copied_by_a_formula(con) -> None:
    """A formula's result is read as a value again: '1e3' would become 1000.0."""
    rule = Rule(kind="equal", target="b", columns=("a",))
    found, _ = with_rule(con, "SELECT i || 'e3' AS a, i || 'e3' AS b FROM range(90) r(i)", rule)
    assert "${{" not in str(fields(draft(found, profile(con, found)).text)["b"])


def test_a_type_without_room_is_not_computed(con) -> None:
    rule = Rule(kind="product", target="c", columns=("a", "b"), decimals=0)
    query = "SELECT i AS a, 90 - i AS b, (i * (90 - i))::DECIMAL({}, 0) AS c FROM range(90) r(i)"
    for precision, is_formula in ((4, True), (9, True)):
        found, _ = with_rule(con, query.format(precision), rule)
        assert ("${{" in str(fields(draft(found, profile(con, found)).text)["c"])) == is_formula
    found, table = with_rule(con, query.format(9), rule)
    narrow = add_table(con, "w", "SELECT a, b, least(c, 99)::DECIMAL(2, 0) AS c FROM u")
    narrow = narrow.model_copy(update={"rules": table.rules})
    found = project_of(narrow)
    assert "${{" not in str(fields(draft(found, profile(con, found)).text)["c"])
