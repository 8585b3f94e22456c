"""The example shop is what its script makes, and as messy as it says."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"
SHOP = EXAMPLES / "shop"


def content(path: Path) -> bytes:
    """The file's bytes, or what is compressed in it: zlib versions compress differently."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def column(
    name: str, number: int, *, delimiter: str = ",", skip: int = 1, encoding: str = "utf-8"
) -> list[str]:
    text = content(SHOP / name).decode(encoding)
    rows = list(csv.reader(text.splitlines()[skip:], delimiter=delimiter))
    assert 300 <= len(rows) <= 3000
    assert len({len(row) for row in rows}) == 1
    return [row[number] for row in rows]


def test_the_script_makes_these_bytes(tmp_path: Path) -> None:
    script = [sys.executable, "-B", str(EXAMPLES / "make_shop.py"), str(tmp_path)]
    subprocess.run(script, check=True, timeout=60)
    made = {path.name: content(path) for path in tmp_path.iterdir()}
    there = {path.name: content(path) for path in SHOP.iterdir()}
    assert made.keys() == there.keys()
    assert [name for name in made if made[name] != there[name]] == []
    assert sum(path.stat().st_size for path in SHOP.iterdir()) < 1_000_000


def test_keys_are_unique_and_links_lead_to_rows() -> None:
    customers = column("customers.csv", 0, delimiter="|", skip=0)
    products = column("products.csv", 0, delimiter=";")
    suppliers = column("suppliers.csv", 0, encoding="latin-1")
    employees = column("employees.dat", 0, delimiter="^")
    orders = column("orders.txt", 0, skip=3)
    of_line = column("order_lines.tsv", 0, delimiter="\t")
    lines = list(zip(of_line, column("order_lines.tsv", 1, delimiter="\t"), strict=True))
    pairs = [column("product_suppliers.csv", number) for number in (0, 1)]
    events = column("events.csv.gz", 0)
    reviews = [json.loads(line) for line in content(SHOP / "reviews.ndjson").splitlines()]

    for keys in (
        customers,
        products,
        suppliers,
        employees,
        orders,
        lines,
        list(zip(*pairs, strict=True)),
        events,
    ):
        assert len(set(keys)) == len(keys)
    assert set(column("orders.txt", 1, skip=3)) <= set(customers)
    assert set(of_line) == set(orders)
    assert set(column("order_lines.tsv", 2, delimiter="\t")) <= set(products)
    assert set(pairs[0]) == set(products)
    assert set(pairs[1]) <= set(suppliers)
    assert {review["product_id"] for review in reviews} <= set(products)
    assert {str(review["customer_id"]) for review in reviews} <= set(customers)
    # nullable ones
    for links, keys in (
        (column("employees.dat", 6, delimiter="^"), employees),
        (column("orders.txt", 2, skip=3), employees),
        (column("events.csv.gz", 3), customers),
        (column("events.csv.gz", 5), products),
    ):
        assert "" in links
        assert set(links) - {""} <= set(keys)


def test_dates_of_an_order_never_decrease() -> None:
    dates = [column("orders.txt", number, skip=3) for number in (5, 6, 7)]
    assert all(ordered <= (shipped or "9") for ordered, shipped, _ in zip(*dates, strict=True))
    assert all((shipped or "9") <= (delivered or "9") for _, shipped, delivered in zip(*dates, strict=True))
    assert {"", *dates[1]} == set(dates[1])


def test_the_mess_is_there() -> None:
    assert not content(SHOP / "customers.csv").startswith(b"c")
    assert any(postal.startswith("0") for postal in column("customers.csv", 6, delimiter="|", skip=0))
    assert content(SHOP / "products.csv").splitlines()[0].split(b";")[3] == b"Unit Price"
    assert all("," in price for price in column("products.csv", 3, delimiter=";"))
    assert content(SHOP / "orders.txt").splitlines()[0].startswith(b"HEADER ")
    assert content(SHOP / "orders.txt").splitlines()[1] == b""
    assert "Ærøskøbing".encode("latin-1") in content(SHOP / "suppliers.csv")
    assert content(SHOP / "suppliers.csv").count(b"\r\n") == 301
    assert content(SHOP / "product_suppliers.csv").startswith(b'"product_id",')
    assert any(stamp.endswith("Z") for stamp in column("events.csv.gz", 1))
