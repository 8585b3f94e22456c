"""What a row has from the row that it refers to: the price of its product, the customer of its order."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from typed_tables import add_table, link, project

from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.draft.draft import table_order
from synth_core.stages.generate import generate
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

PRODUCTS = (
    "SELECT i AS id, 5 + i * 13 % 97 + 0.5 AS price, 1 + i % 3 AS kind, TRUE AS active FROM range(90) r(i)"
)
ORDERS = "SELECT i AS id, i * 7 % 40 AS customer_id FROM range(300) r(i)"
LINES = """SELECT i AS id, o.id AS order_id, p.id AS product_id, o.customer_id, p.price::DECIMAL(9, 2) AS unit_price,
    CASE WHEN i % 4 = 0 THEN p.kind ELSE 2 END AS kind, p.active
    FROM range(900) r(i) JOIN orders o ON o.id = i // 3 JOIN products p ON p.id = i * 11 % 90 ORDER BY i"""


def shop(con: duckdb.DuckDBPyConnection) -> Project:
    customers = add_table(
        con, "customers", "SELECT i AS customer_id FROM range(40) r(i)", key=("customer_id",)
    )
    products = add_table(con, "products", PRODUCTS, key=("id",))
    orders = add_table(con, "orders", ORDERS, key=("id",))
    lines = add_table(con, "lines", LINES, key=("id",))
    ties = [
        ("orders", "customer_id", "customers"),
        ("lines", "order_id", "orders"),
        ("lines", "product_id", "products"),
        ("lines", "customer_id", "customers"),
    ]
    links = tuple(
        link(table, (column,), ref, ("customer_id" if ref == "customers" else "id",))
        for table, column, ref in ties
    )
    return project(customers, products, orders, lines, links=links)


def test_only_what_links_tie_in_a_circle_comes_before_what_it_refers_to() -> None:
    with duckdb.connect() as con:
        tables = [
            add_table(con, name, "SELECT i AS id, i AS a, i AS b FROM range(20) r(i)", key=("id",))
            for name in ("bills", "loans", "staff", "shops")
        ]
        ends = [
            ("bills", "a", "loans"),
            ("loans", "a", "staff"),
            ("staff", "a", "shops"),
            ("shops", "a", "staff"),
        ]
        links = tuple(link(table, (column,), ref, ("id",)) for table, column, ref in ends)
        assert table_order(project(*tables, links=links)) == ["staff", "loans", "shops", "bills"]


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    with next(folder.rglob(f"{table}*.csv")).open() as file:
        return list(csv.DictReader(file))


def test_it_is_taken_from_there(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        source = shop(con)
        facts = profile(con, source)
        text = draft(source, facts).text
    copied = {each.ref_table: each.copied for each in facts.links if each.table == "lines"}
    assert copied == {
        "customers": (),
        "orders": (("customer_id", "customer_id"),),
        "products": (("unit_price", "price"),),
    }, "kinds differ, and that all are active says nothing"
    assert not [each for each in lint(text, source) if each.level is not Level.NOTE]
    fields = Recipe.read(text).fields()["lines"]
    assert fields["unit_price"] == {"Synth.parent": {"link": "product_id", "column": "price"}}
    counts = {"customers": 40, "products": 90, "orders": 300, "lines": 900}
    generate(text, tmp_path, counts=counts, seed=3, today=date(2026, 1, 1))
    prices = {row["id"]: row["price"] for row in rows_of(tmp_path, "products")}
    buyers = {row["id"]: row["customer_id"] for row in rows_of(tmp_path, "orders")}
    lines = rows_of(tmp_path, "lines")
    assert all(float(row["unit_price"]) == float(prices[row["product_id"]]) for row in lines)
    assert all(row["customer_id"] == buyers[row["order_id"]] for row in lines)
