"""Where live tests work, and the tables that they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Live:
    """Where the tests may make datasets and objects."""

    project: str
    location: str
    bucket: str
    """`gs://BUCKET/synth_live_…`; empty: tests of files are skipped."""
    model: str


CUSTOMER = """
CREATE TABLE `{name}.customer` (
  id INT64 NOT NULL OPTIONS (description = 'Number of the customer'),
  name STRING, address STRUCT<city STRING, lines ARRAY<STRING>>, PRIMARY KEY (id) NOT ENFORCED
) CLUSTER BY id OPTIONS (description = 'Who buys', labels = [('team', 'sales')])
"""
ORDERS = """
CREATE TABLE `{name}.orders` (
  no INT64 NOT NULL, customer INT64 NOT NULL, day DATE, total NUMERIC, PRIMARY KEY (no) NOT ENFORCED,
  FOREIGN KEY (customer) REFERENCES `{name}.customer` (id) NOT ENFORCED
) PARTITION BY DATE_TRUNC(day, MONTH)
"""
COUNTS = {"customer": 40, "orders": 120}


def customers() -> list[dict[str, Any]]:
    """Rows for `load_table_from_json`."""
    cities = ("Bern", "Oslo", "Lyon")
    return [
        {"id": i, "name": f"Name {i}", "address": {"city": cities[i % 3], "lines": [f"Street {i}"] * (i % 3)}}
        for i in range(1, COUNTS["customer"] + 1)
    ]


def orders() -> list[dict[str, Any]]:
    """Each belongs to a customer."""
    return [
        {"no": 1000 + i, "customer": i % 40 + 1, "day": f"2024-0{1 + i % 6}-1{i % 10}", "total": f"{i}.25"}
        for i in range(COUNTS["orders"])
    ]
