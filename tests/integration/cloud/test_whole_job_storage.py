"""The whole job from Cloud Storage, to Cloud Storage and to BigQuery, over loopback."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path

from cloud_shop import in_storage, run_once
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer
from test_whole_job_bigquery import check_audit

import synth_core

ROWS = {"customers": 60, "orders": 120, "baskets": 50}


def begun(source: str, target: str, **options: object) -> None:
    synth_core.init("s", source, target, **options)  # type: ignore[arg-type]
    synth_core.infer("s")
    synth_core.draft("s")


def check_files(server: StorageServer, place: str, *, batches: int = 1) -> None:
    """In the dialects of their sources, with links that are whole."""
    customers = server.get(f"{place}/customers/customers.csv").decode("latin-1")
    banner, header, *lines = customers.removesuffix("\r\n").split("\r\n")
    assert (banner, header) == ("HEADER|customers|2024", "customer_id;full_name;city;balance")
    cells = list(csv.reader(lines, delimiter=";"))
    assert len(cells) == 60 and all("," in row[3] for row in cells)
    packed = server.get(f"{place}/orders/orders.dat.gz")
    orders = list(csv.reader(io.StringIO(gzip.decompress(packed).decode()), delimiter="|"))
    assert len(orders) == 120 and {order[1] for order in orders} <= {row[0] for row in cells}
    [baskets] = server.list(f"{place}/baskets/")
    assert baskets.endswith(".ndjson"), "nested tables are written as they came"
    assert isinstance(json.loads(server.get(baskets).splitlines()[0]), dict)


def test_cloud_storage_to_cloud_storage(cloud_home: Path, storage_server: StorageServer) -> None:
    source, target = in_storage(storage_server), storage_server.bucket("made-here", "EU")
    before = {name: storage_server.get(name) for name in storage_server.list(source)}
    begun(source, target, stage=True, keep_staged=True)
    synth_core.approve("s", by="ana")
    runs = [run_once("s")]
    synth_core.approve("s", by="ana", seed=7)
    runs.append(run_once("s"))
    for run in runs:
        assert run.state == "published"
        check_files(storage_server, f"{target}/output/{run.run_id}")
        staged = f"{target}/staging/{run.run_id}"
        assert storage_server.get(f"{staged}/customers/customers.csv") == before[f"{source}/customers.csv"]
        packed = gzip.decompress(storage_server.get(f"{staged}/orders/orders.dat.gz")).decode()
        assert packed.splitlines()[0] == "column_1|column_2|column_3|column_4"
        assert len(packed.splitlines()) == 121
        events = [row for row in synth_core.audit() if row.run_id == run.run_id]
        assert Counter(row.status for row in events) == {"In Progress": 3, "Completed": 3}
        headers = {row.table_name: row.header_gcs_path for row in events}
        assert headers == {"customers": None, "baskets": None, "orders": f"{staged}/orders/*"}
        assert {row.gcs_bucket_name for row in events} == {"made-here"}
    assert {name: storage_server.get(name) for name in storage_server.list(source)} == before


def test_cloud_storage_to_bigquery(
    cloud_home: Path, storage_server: StorageServer, bigquery_server: BigQueryServer
) -> None:
    bigquery_server.create_project("dst-project")
    source, bucket = in_storage(storage_server), storage_server.bucket("made-here", "EU")
    begun(source, "bigquery:dst-project.made", files=bucket, stage=True)
    synth_core.approve("s", by="ana")
    run = run_once("s")
    check_files(storage_server, f"{bucket}/output/{run.run_id}")
    assert storage_server.list(f"{bucket}/staging") == []
    synth_core.approve("s", by="ana")
    run_once("s")
    rows = {table: bigquery_server.rows("dst-project", "made", table) for table in ROWS}
    assert {table: len(found) for table, found in rows.items()} == {
        table: 2 * count for table, count in ROWS.items()
    }
    ids = Counter(row["customer_id"] for row in rows["customers"])
    assert max(ids.values()) == 1
    assert {row["column_2"] for row in rows["orders"]} <= ids.keys()
    assert any(row["items"] for row in rows["baskets"])
    resource = bigquery_server.table("dst-project", "made", "customers")
    assert resource["labels"]["synthetic"] == "true"
    assert resource["tableConstraints"]["primaryKey"] == {"columns": ["customer_id"]}
    check_audit(bigquery_server, ("dst-project", "synth_audit", "audit"))
    assert json.loads(synth_core.audit()[0].json_schema or "[]")
