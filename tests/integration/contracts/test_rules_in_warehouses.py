"""Every warehouse counts the rows that keep a rule, and those that break it, in the same way."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from warehouse_kit import field, fill, table

from synth_core.model.measured import Question
from synth_core.model.rule import Part, Rule, RuleKind
from synth_core.ports import Warehouse

ROWS = 40
SALES = table(
    "sales",
    *(field(name, "INT64") for name in ("id", "n", "low", "high", "nights", "minutes", "family")),
    *(
        field(name, "NUMERIC")
        for name in ("price", "off", "net", "tax", "total", "left", "amount", "less", "dear", "mills", "due")
    ),
    *(field(name, "FLOAT64") for name in ("rate", "copy")),
    *(field(name, "DATE") for name in ("opened", "closed", "day")),
    *(field(name, "TIMESTAMP") for name in ("began", "ended")),
    *(field(name, "STRING") for name in ("name", "size", "a", "b")),
    *(
        field(f"part {part}", "STRING" if "name" in part or "and" in part else "INT64")
        for part in get_args(Part)[1:]
    ),
)
MADE = {
    "year": lambda d: d.year,
    "quarter": lambda d: (d.month + 2) // 3,
    "month": lambda d: d.month,
    "week": lambda d: d.isocalendar().week,
    "day": lambda d: d.day,
    "day of year": lambda d: d.timetuple().tm_yday,
    "hour": lambda d: d.hour,
    "minute": lambda d: d.minute,
    "weekday": lambda d: d.isoweekday(),
    "weekday from 0": lambda d: d.weekday(),
    "weekday from Sunday": lambda d: d.isoweekday() % 7 + 1,
    "weekday from Sunday 0": lambda d: d.isoweekday() % 7,
    "month name": lambda d: d.strftime("%B"),
    "short month name": lambda d: d.strftime("%b"),
    "weekday name": lambda d: d.strftime("%A"),
    "short weekday name": lambda d: d.strftime("%a"),
    "year and month": lambda d: d.strftime("%Y-%m"),
    "year and quarter": lambda d: f"{d.year}-Q{(d.month + 2) // 3}",
    "quarter and year": lambda d: f"Q{(d.month + 2) // 3} {d.year}",
    "short month and year": lambda d: d.strftime("%b %Y"),
    "month and year": lambda d: d.strftime("%B %Y"),
}


def sale(i: int) -> dict[str, Any]:
    """Row 3 breaks nothing, as what it would break is null; row 5 breaks every rule."""
    wrong, price, net, tax = int(i == 5), Decimal(i) / 4 + 1, Decimal(i + 10), Decimal(i) / 8
    began = datetime.datetime(2023, 12, 25, 22, 7, tzinfo=datetime.UTC) + datetime.timedelta(hours=31 * i)
    opened, n, off = datetime.date(2024, 2, 20) + datetime.timedelta(days=i), i % 7 + 1, Decimal(i % 3) / 10
    row: dict[str, Any] = {
        "id": i,
        "n": n,
        "low": i - 100 * wrong + 200 * wrong,
        "high": i + n,
        "nights": n + wrong,
        "minutes": 90 + i + wrong,
        "family": n % 2 + wrong,
        "price": price,
        "off": off,
        "net": net,
        "tax": tax,
        "total": net + tax + wrong,
        "left": net - tax + wrong,
        "amount": round(n * price, 2) + wrong,
        "less": round(n * price * (1 - off), 2) + wrong,
        "dear": round(price * (1 + n / Decimal(100)), 4) + wrong,
        "mills": price * 1000 + wrong,
        "due": net + tax - price - n + wrong,
        "rate": round(float(tax / net), 4) + wrong,
        "copy": float(net) + wrong,
        "opened": opened,
        "closed": opened + datetime.timedelta(days=n),
        "day": began.date() + datetime.timedelta(days=wrong),
        "began": began,
        "ended": began + datetime.timedelta(minutes=90 + i),
        "name": f"n{n}",
        "size": "SML"[i % 3],
        "a": None if i % 4 == 0 else "x",
        "b": None if (i % 4 == 0) != bool(wrong) else "y",
    }
    for part, make in MADE.items():
        value = make(began)
        row[f"part {part}"] = value if not wrong else value + "?" if isinstance(value, str) else value + 1
    if i == 3:
        row |= dict.fromkeys(
            (
                *("low", "nights", "minutes", "family", "total", "left", "amount", "less", "rate", "copy"),
                *("dear", "mills", "due"),
            )
        )
        row |= {f"part {part}": None for part in MADE}
    return row


RULES = [
    Rule(kind="ordered", columns=("low", "high")),
    Rule(kind="ordered", columns=("low", "net")),
    Rule(kind="equal", target="copy", columns=("net",)),
    Rule(kind="sum", target="total", columns=("net", "tax"), decimals=3),
    Rule(kind="difference", target="left", columns=("net", "tax"), decimals=3),
    Rule(kind="difference", target="nights", columns=("closed", "opened"), unit="days", decimals=0),
    Rule(kind="difference", target="minutes", columns=("ended", "began"), unit="minutes", decimals=0),
    Rule(kind="product", target="amount", columns=("n", "price"), decimals=2),
    Rule(kind="product", target="less", columns=("n", "price"), discount="off", decimals=2),
    Rule(kind="product", target="dear", columns=("price",), surcharge="n", percent=True, decimals=4),
    Rule(kind="product", target="mills", columns=("price",), factor=1000.0, decimals=2),
    Rule(kind="sum", target="due", columns=("net", "tax"), less=("price", "n"), decimals=3),
    Rule(kind="ratio", target="rate", columns=("tax", "net"), decimals=4),
    Rule(kind="depends", target="family", columns=("name",)),
    Rule(kind="depends", target="family", columns=("name", "size")),
    *(Rule(kind="part", target=f"part {part}", columns=("began",), part=part) for part in MADE),  # type: ignore[arg-type]
]


def test_all_kinds_are_there() -> None:
    assert {rule.kind for rule in RULES} | {"joint nulls", "filled", "once"} == set(get_args(RuleKind))
    assert {*MADE, "date"} == set(get_args(Part))


@pytest.fixture
def shop(warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    fill(warehouse, tmp_path, "append", (SALES, [sale(number) for number in range(ROWS)]))
    return warehouse


def test_rules_are_counted_exactly(shop: Warehouse) -> None:
    facts = shop.measure("sales", Question(rules=tuple(RULES)))
    counted = {str(each.rule): (each.rows, each.broken) for each in facts.rules}
    assert counted == {str(rule): (ROWS - 1, 1) for rule in RULES}
    assert facts.lacking == "" and facts.rows == ROWS


def test_dates_and_nulls(shop: Warehouse) -> None:
    day = Rule(kind="part", target="day", columns=("began",), part="date")
    nulls = Rule(kind="joint nulls", columns=("a", "b"))
    counted = [(each.rows, each.broken) for each in shop.measure("sales", Question(rules=(day, nulls))).rules]
    assert counted == [(ROWS, 1), (ROWS, 1)]


def test_where_a_column_is_empty(warehouse: Warehouse, tmp_path: Path) -> None:
    """Of 24 rows with `x` one has what only `y` goes with; nothing is said of rows without a letter."""
    parcels = table("parcels", field("id", "INT64"), field("letter", "STRING"), field("sent", "DATE"))
    letters = ["x"] * 24 + ["y"] * 10 + [None] * 3
    day = datetime.date(2024, 5, 1)
    rows = [
        {"id": i, "letter": letter, "sent": day if letter == "y" or i in (3, 35) else None}
        for i, letter in enumerate(letters)
    ]
    fill(warehouse, tmp_path, "append", (parcels, rows))
    rule = Rule(kind="filled", target="sent", columns=("letter",))
    (counted,) = warehouse.measure("parcels", Question(rules=(rule,))).rules
    assert (counted.rows, counted.broken) == (34, 1)


def test_what_is_there_once(warehouse: Warehouse, tmp_path: Path) -> None:
    """Of five that have it, two are of one order."""
    lines = table("lines", field("id", "INT64"), field("order", "STRING"), field("paid", "DATE"))
    day = datetime.date(2024, 5, 1)
    orders = [
        ("a", day),
        ("a", None),
        ("b", day),
        ("b", day),
        ("c", None),
        ("d", day),
        (None, day),
        (None, day),
    ]
    rows = [{"id": i, "order": order, "paid": paid} for i, (order, paid) in enumerate(orders)]
    fill(warehouse, tmp_path, "append", (lines, rows))
    rule = Rule(kind="once", target="paid", columns=("order",))
    (counted,) = warehouse.measure("lines", Question(rules=(rule,))).rules
    assert (counted.rows, counted.broken) == (4, 1)


def test_a_rule_of_columns_that_are_not_there_is_left_out(shop: Warehouse) -> None:
    gone = Rule(kind="ordered", columns=("low", "gone"))
    assert shop.measure("sales", Question(rules=(gone,))).rules == ()
