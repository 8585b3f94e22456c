"""A shop in BigQuery and in Cloud Storage: nested, partitioned, clustered, described tables with keys."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backends import InThisProcess
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer

import synth_core
from synth_core.execution.state import Manifest

PROJECT = "src-project"
ROWS = {"customer": 40, "orders": 90, "visit": 60}
CITIES = ("Bern", "Oslo", "Lyon", "Köln")


def field(name: str, type: str, mode: str = "NULLABLE", description: str = "", **more: Any) -> dict[str, Any]:
    """A field of the REST interface."""
    made: dict[str, Any] = {"name": name, "type": type, "mode": mode, **more}
    return made | ({"description": description} if description else {})


def in_bigquery(server: BigQueryServer, dataset: str = "shop", location: str = "EU") -> str:
    """The shop as a dataset; its address."""
    server.create_project(PROJECT)
    server.create_project("dst-project")
    server.create_dataset(PROJECT, dataset, location=location)
    first = date(2024, 1, 1)
    at = datetime(2024, 1, 1, 8, tzinfo=UTC)
    server.load_table(
        PROJECT,
        dataset,
        "customer",
        [
            field("id", "INTEGER", "REQUIRED", "Number of the customer"),
            field("name", "STRING", "NULLABLE", "Given and family name"),
            field("city", "STRING"),
            field("balance", "NUMERIC", precision="12", scale="2"),
        ],
        [
            {
                "id": i,
                "name": f"Ann Miller {i}",
                "city": CITIES[i % 4],
                "balance": Decimal(i * 37) / 100,
            }
            for i in range(1, ROWS["customer"] + 1)
        ],
        description="All customers",
        labels={"team": "sales"},
        clustering={"fields": ["city"]},
        tableConstraints={"primaryKey": {"columns": ["id"]}},
    )
    server.load_table(
        PROJECT,
        dataset,
        "orders",
        [
            field("no", "INTEGER", "REQUIRED"),
            field("customer", "INTEGER", "REQUIRED"),
            field("day", "DATE", "REQUIRED", "Day of the order"),
            field("tags", "STRING", "REPEATED"),
            field(
                "lines",
                "RECORD",
                "REPEATED",
                "What was ordered",
                fields=[field("article", "STRING"), field("quantity", "INTEGER")],
            ),
        ],
        [
            {
                "no": 1000 + i,
                "customer": i % ROWS["customer"] + 1,
                "day": first + timedelta(days=i % 28),
                "tags": ["new", "gift"][: i % 3],
                "lines": [{"article": f"A{n}", "quantity": n + 1} for n in range(i % 3)],
            }
            for i in range(ROWS["orders"])
        ],
        description="Orders with their lines",
        timePartitioning={"type": "DAY", "field": "day"},
        requirePartitionFilter=True,
        clustering={"fields": ["customer"]},
        tableConstraints={
            "primaryKey": {"columns": ["no"]},
            "foreignKeys": [
                {
                    "name": "to_customer",
                    "referencedTable": {"projectId": PROJECT, "datasetId": dataset, "tableId": "customer"},
                    "columnReferences": [{"referencingColumn": "customer", "referencedColumn": "id"}],
                }
            ],
        },
    )
    server.load_table(
        PROJECT,
        dataset,
        "visit",
        [
            field("customer", "INTEGER", "REQUIRED"),
            field("seconds", "INTEGER"),
            field("at", "TIMESTAMP"),
        ],
        [
            {
                "customer": i % ROWS["customer"] + 1,
                "seconds": i * i % 97,
                "at": at + timedelta(minutes=7 * i),
            }
            for i in range(ROWS["visit"])
        ],
        timePartitioning={"type": "MONTH", "field": "at"},
        tableConstraints={
            "foreignKeys": [
                {
                    "name": "visitor",
                    "referencedTable": {"projectId": PROJECT, "datasetId": dataset, "tableId": "customer"},
                    "columnReferences": [{"referencingColumn": "customer", "referencedColumn": "id"}],
                }
            ]
        },
    )
    return f"bigquery:{PROJECT}.{dataset}"


def in_storage(server: StorageServer, bucket: str = "raw-data") -> str:
    """Three tables as files: a banner and decimal commas; no header and gzip; nested lines as NDJSON."""
    place = server.bucket(bucket)
    customers = ["HEADER|customers|2024", "customer_id;full_name;city;balance"]
    customers += [f"{i};Ana Müller {i};{CITIES[i % 4]};{i * 3},{i % 10}5" for i in range(1, 61)]
    server.put(f"{place}/in/customers.csv", ("\r\n".join(customers) + "\r\n").encode("latin-1"))
    orders = [
        f"{5000 + i}|{i % 60 + 1}|2024-0{i % 9 + 1}-1{i % 8}|{'open' if i % 3 else 'done'}"
        for i in range(1, 121)
    ]
    server.put(f"{place}/in/orders.dat.gz", gzip.compress(("\n".join(orders) + "\n").encode()))
    baskets = [
        json.dumps({"basket": i, "items": [{"article": f"A{n}", "n": n + 1} for n in range(i % 3)]})
        for i in range(1, 51)
    ]
    server.put(f"{place}/in/baskets.ndjson", ("\n".join(baskets) + "\n").encode())
    return f"{place}/in"


def run_once(project: str) -> Manifest:
    """Run the approved plan with its worker in this process."""
    return synth_core.run(project, backend=InThisProcess())
