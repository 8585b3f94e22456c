"""A table for queries to ask, and what asks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from google.cloud import bigquery

ITEM = {"name": "sku", "type": "STRING"}, {"name": "n", "type": "INT64"}
SHOP = [
    {"name": "id", "type": "INT64", "mode": "REQUIRED"},
    {"name": "city", "type": "STRING"},
    {"name": "price", "type": "NUMERIC"},
    {"name": "day", "type": "DATE"},
    {"name": "at", "type": "TIMESTAMP"},
    {"name": "items", "type": "STRUCT", "mode": "REPEATED", "fields": [*ITEM]},
]
ROWS = [
    {
        "id": number,
        "city": ["Bern", "Genf", None][number % 3],
        "price": number,
        "day": dt.date(2024, 1, 1 + number),
        "at": dt.datetime(2024, 1, 1 + number, 12, tzinfo=dt.UTC),
        "items": [{"sku": f"s{at}", "n": at} for at in range(number % 3)],
    }
    for number in range(6)
]


def asking(client: bigquery.Client) -> Callable[..., Any]:
    """What asks this client."""

    def ask(sql: str, *parameters: Any, **options: Any) -> Any:
        config = bigquery.QueryJobConfig(query_parameters=list(parameters), **options)
        rows = [row.values() for row in client.query_and_wait(sql, job_config=config, job_retry=None)]
        return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

    return ask
