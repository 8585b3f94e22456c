"""BigQuery: audit rows into tables of others, tables as files in a bucket, queries behind a partition filter."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.storage import StorageServer
from warehouse_kit import ANN, BOB, PEOPLE, REPEATED, UTC, field, fill, parquet, rows_of, table

from synth_core.adapters.bigquery import BigQueryWarehouse
from synth_core.adapters.bigquery.connection import LEAST_BILLED, Limits
from synth_core.errors import SourceError, SynthError, TargetError
from synth_core.execution.audit_rows import AUDIT_TABLE
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind

pytestmark = pytest.mark.usefixtures("no_pauses")

PROJECT = "made-up"
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=UTC)


# --- audit rows ---

ORIGINAL = {
    "batch_id": "STRING",
    "gcs_bucket_name": "STRING",
    "input_gcs_path": "STRING",
    "header_gcs_path": "STRING",
    "user_requested_table_count": "STRING",
    "table_name": "STRING",
    "column_names": "STRING",
    "column_header_flag": "STRING",
    "delimiter": "STRING",
    "custom_header": "STRING",
    "schema": "JSON",
    "num_records_generated": "INTEGER",
    "status": "STRING",
    "error_message": "STRING",
    "insert_timestamp": "DATETIME",
}
EVENT = {
    "event_id": "run-1/000001-t-completed",
    "batch_id": "run-1",
    "table_name": "t",
    "status": "Completed",
    "insert_timestamp": NOON,
    "user_requested_table_count": 7,
    "column_header_flag": True,
    "schema": '[{"name": "id"}]',
    "num_records_generated": 7,
    "prompt_versions": '{"a": "1"}',
    "duration_seconds": 1.5,
}


NEEDED = [
    *({"name": name, "type": "STRING"} for name in ("batch_id", "table_name", "status")),
    {"name": "insert_timestamp", "type": "TIMESTAMP"},
]
"""Without these it is no audit table."""


def test_an_audit_table_of_the_original_is_extended_and_not_broken(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    required = {"batch_id", "header_gcs_path"}
    schema = [
        {
            "name": name,
            "type": kind,
            "mode": "REQUIRED" if name in required else "NULLABLE",
            "description": "theirs",
        }
        for name, kind in ORIGINAL.items()
    ]
    schema.append({"name": "their_own", "type": "STRING", "mode": "REQUIRED"})
    old = {
        "batch_id": "old",
        "header_gcs_path": "gs://x",
        "their_own": "y",
        "insert_timestamp": NOON.replace(tzinfo=None),
    }
    server.load_table("elsewhere", "logs", "audit", schema, [old], description="Theirs")
    for _ in range(2):
        warehouse.append_rows(AUDIT_TABLE, [EVENT], dataset="elsewhere.logs")
    before, row = server.rows("elsewhere", "logs", "audit")
    assert before.items() >= old.items()
    assert before["event_id"] is None
    assert row["user_requested_table_count"] == "7"
    assert row["column_header_flag"] == "true"
    assert json.loads(row["schema"]) == [{"name": "id"}]
    assert row["insert_timestamp"] == NOON.replace(tzinfo=None)
    assert (row["num_records_generated"], row["duration_seconds"], row["their_own"]) == (7, 1.5, None)
    found = server.table("elsewhere", "logs", "audit")
    modes = {each["name"]: each["mode"] for each in found["schema"]["fields"]}
    assert list(modes)[: len(schema)] == [each["name"] for each in schema]
    assert (modes["batch_id"], modes["their_own"], modes["event_id"]) == ("REQUIRED", "NULLABLE", "NULLABLE")
    assert found["schema"]["fields"][0]["description"] == "theirs"
    assert found["description"] == "Theirs"


def test_a_column_that_can_not_hold_it_stays_empty_and_that_is_said(
    server: BigQueryServer, warehouse: BigQueryWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    odd = [
        {"name": "status", "type": "INTEGER", "mode": "REQUIRED"},
        {"name": "column_names", "type": "STRING", "mode": "REPEATED"},
        *(each for each in NEEDED if each["name"] != "status"),
    ]
    server.load_table(PROJECT, "logs", "audit", odd)
    warehouse.append_rows(AUDIT_TABLE, [EVENT], dataset="logs")
    (row,) = server.rows(PROJECT, "logs", "audit")
    assert (row["status"], row["column_names"], row["batch_id"]) == (None, [], "run-1")
    assert "they stay empty: column_names, status" in caplog.text
    odd = [{"name": "event_id", "type": "INTEGER"}, {"name": "status", "type": "STRING"}, *odd[2:]]
    server.load_table(PROJECT, "other", "audit", odd)
    with pytest.raises(TargetError, match="column event_id has another type"):
        warehouse.append_rows(AUDIT_TABLE, [EVENT], dataset="other")


def test_a_deleted_audit_row_comes_back(
    server: BigQueryServer, warehouse: BigQueryWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synth_core.adapters.bigquery.append.BYTES", 15_000)
    monkeypatch.setattr("synth_core.adapters.bigquery.append.ROWS", 4)
    rows = [EVENT | {"event_id": str(number)} for number in range(10)]
    rows += [EVENT | {"event_id": str(number), "error_message": "x" * 9_000} for number in (10, 11)]
    warehouse.append_rows(AUDIT_TABLE, rows, dataset="logs")
    client = warehouse._connection.client
    client.query_and_wait("DELETE FROM logs.audit WHERE event_id = '7'")
    warehouse.append_rows(AUDIT_TABLE, rows, dataset="logs")
    found = [row["event_id"] for row in server.rows(PROJECT, "logs", "audit")]
    assert sorted(found, key=int) == [str(number) for number in range(12)]
    texts = [str(job.configuration) for job in server.jobs("synth_audit_")]
    assert not any(text.count("x" * 9_000) > 1 for text in texts)
    assert len(texts) == 2 * 4
    assert server.dataset(PROJECT, "logs")["location"] == "EU"


def test_two_who_extend_an_audit_table_at_once_lose_nothing(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    server.load_table(PROJECT, "logs", "audit", NEEDED)
    wider = table("audit", *AUDIT_TABLE.fields, field("more", "STRING"), primary_key=("event_id",))
    waits = threading.Event()
    server.faults.add(Fault(method="PATCH", path="/tables/audit", hold=waits))
    other = BigQueryWarehouse(PROJECT, "main", location="EU")
    slow = threading.Thread(
        target=other.append_rows, args=(wider, [EVENT | {"more": "x"}]), kwargs={"dataset": "logs"}
    )
    slow.start()
    while not any(request.method == "PATCH" for request in server.requests):
        time.sleep(0.01)
    warehouse.append_rows(AUDIT_TABLE, [EVENT | {"event_id": "2"}], dataset="logs")
    waits.set()
    slow.join(30)
    other.close()
    assert {row["event_id"]: row["more"] for row in server.rows(PROJECT, "logs", "audit")} == {
        "2": None,
        EVENT["event_id"]: "x",
    }


def test_an_audit_table_behind_a_partition_filter(
    server: BigQueryServer, warehouse: BigQueryWarehouse
) -> None:
    schema = [{"name": "event_id", "type": "STRING"}, *NEEDED]
    layout = {"type": "DAY", "field": "insert_timestamp"}
    server.load_table(PROJECT, "logs", "audit", schema, timePartitioning=layout, requirePartitionFilter=True)
    for _ in range(2):
        warehouse.append_rows(AUDIT_TABLE, [EVENT], dataset="logs")
    assert [row["batch_id"] for row in server.rows(PROJECT, "logs", "audit")] == ["run-1"]


# --- a partition filter ---


def test_a_table_behind_a_partition_filter_is_read_whole(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    guarded = table(
        "guarded",
        field("id", "INT64"),
        field("day", "DATE"),
        partitioning="day",
        require_partition_filter=True,
    )
    rows = [{"id": 1, "day": datetime.date(2026, 1, 2)}, {"id": 2, "day": None}]
    fill(warehouse, tmp_path, "append", (guarded, rows))
    counted = warehouse.query(f"SELECT count(*) AS n, max(id) AS v FROM {warehouse.all_rows('guarded')} AS t")
    assert counted.to_pylist() == [{"n": 2, "v": 2}]
    assert warehouse.all_rows("_synth_x_y") == warehouse.name_of("_synth_x_y")
    fill(warehouse, tmp_path, "replace", (guarded, rows[:1]))
    assert warehouse.query(f"SELECT id FROM {warehouse.all_rows('guarded')} AS t").to_pylist() == [{"id": 1}]


# --- files ---


@pytest.fixture
def bucket(storage_server: StorageServer) -> str:
    return storage_server.bucket("staged-here", "EU")


def test_a_table_is_extracted_in_a_dialect(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    storage_server: StorageServer,
    bucket: str,
    tmp_path: Path,
) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN, BOB]))
    chosen = Dialect(delimiter="|", header_rows=0, compression="gzip")
    uris = warehouse.extract(
        "people", f"{bucket}/staging/run-1/people/", kind=SourceKind.DELIMITED, dialect=chosen
    )
    assert uris == storage_server.list(f"{bucket}/staging/run-1/people/")
    assert uris[0].startswith(f"{bucket}/staging/run-1/people/part-")
    assert uris[0].endswith(".csv.gz")
    assert gzip.decompress(storage_server.get(uris[0])) == b"1|Ann\n2|\n"
    (plain,) = warehouse.extract("people", f"{bucket}/plain", kind=SourceKind.DELIMITED)
    assert storage_server.get(plain) == b"id,name\n1,Ann\n2,\n"
    (job, _) = (job.configuration for job in server.jobs("synth_extract_"))
    assert job["labels"]["synth-purpose"] == "extract"


def test_nested_tables_are_extracted_as_parquet_and_views_through_a_query(
    server: BigQueryServer,
    warehouse: BigQueryWarehouse,
    storage_server: StorageServer,
    bucket: str,
    tmp_path: Path,
) -> None:
    nested = table("nested", field("id", "INT64"), field("tags", "STRING", REPEATED))
    rows = [{"id": 1, "tags": ["a", "b"]}]
    fill(warehouse, tmp_path, "append", (nested, rows), (PEOPLE, [ANN]))
    with pytest.raises(SourceError, match="column tags is nested"):
        warehouse.extract("nested", f"{bucket}/n", kind=SourceKind.DELIMITED)
    (uri,) = warehouse.extract("nested", f"{bucket}/n", kind=SourceKind.PARQUET)
    assert pyarrow.parquet.read_table(io.BytesIO(storage_server.get(uri))).to_pylist() == rows
    warehouse._connection.client.query_and_wait("CREATE VIEW main.seen AS SELECT name FROM main.people")
    (uri,) = warehouse.extract("seen", f"{bucket}/v", kind=SourceKind.DELIMITED)
    assert storage_server.get(uri) == b"name\nAnn\n"
    (query,) = (job for job in server.jobs("synth_extract_") if "query" in job.configuration)
    assert query.configuration["query"]["query"] == "SELECT `name` FROM `made-up`.`main`.`seen`"
    assert int(query.configuration["query"]["maximumBytesBilled"]) > 0


def test_of_a_table_seen_in_part_that_part_is_extracted(
    server: BigQueryServer, storage_server: StorageServer, bucket: str
) -> None:
    """An extract job takes all of a table or nothing: what the caller may not see is not asked for."""
    tag = "projects/p/locations/eu/taxonomies/1/policyTags/2"
    fields: list[dict[str, Any]] = [
        {"name": "id", "type": "INTEGER"},
        {"name": "pay", "type": "INTEGER", "policyTags": {"names": [tag]}},
        {"name": "city", "type": "STRING"},
        {"name": "day", "type": "DATE"},
    ]
    rows = [
        {"id": n, "pay": 9000 + n, "city": ("Bern", "Oslo")[n % 2], "day": datetime.date(2024, 1, 1)}
        for n in range(4)
    ]
    layout: dict[str, Any] = {
        "timePartitioning": {"type": "DAY", "field": "day"},
        "requirePartitionFilter": True,
    }
    for name, columns in {"staff": "id pay city day", "some": "id city", "days": "id city day"}.items():
        kept = [each for each in fields if each["name"] in columns.split()]
        some = [{each["name"]: row[each["name"]] for each in kept} for row in rows]
        server.load_table(PROJECT, "src", name, kept, some, **(layout if name == "days" else {}))
    server.deny_column(PROJECT, "src", "staff", "pay")
    for name in ("some", "days"):
        server.add_row_access_policy(PROJECT, "src", name, "bern", "city = 'Bern'")
    source = BigQueryWarehouse(PROJECT, "src", read_only=True)
    seen = {}
    for name in ("staff", "some", "days"):
        (uri,) = source.extract(name, f"{bucket}/{name}", kind=SourceKind.DELIMITED)
        head, *lines = storage_server.get(uri).decode().splitlines()
        seen[name] = (head, sorted(lines))
    source.close()
    assert seen == {
        "staff": ("id,city,day", [f"{n},{('Bern', 'Oslo')[n % 2]},2024-01-01" for n in range(4)]),
        "some": ("id,city", ["0,Bern", "2,Bern"]),
        "days": ("id,city,day", ["0,Bern,2024-01-01", "2,Bern,2024-01-01"]),
    }
    asked = [
        job.configuration["query"] for job in server.jobs("synth_extract_") if "query" in job.configuration
    ]
    assert len(asked) == 3 and all(int(each["maximumBytesBilled"]) > 0 for each in asked)
    assert not any("pay" in each["query"] for each in asked)


def test_extraction_that_may_not_be_done_is_billed_nothing(
    server: BigQueryServer, warehouse: BigQueryWarehouse, bucket: str, tmp_path: Path
) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    server.forbid("bigquery.tables.export")
    before = len(server.billed_queries())
    with pytest.raises(SynthError, match=r"can't be extracted"):
        warehouse.extract("people", f"{bucket}/x", kind=SourceKind.DELIMITED)
    assert len(server.billed_queries()) == before


def test_what_no_extract_job_can_do(warehouse: BigQueryWarehouse, bucket: str, tmp_path: Path) -> None:
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    with pytest.raises(TargetError, match="can't extract people in that dialect"):
        warehouse.extract("people", f"{bucket}/x", kind=SourceKind.DELIMITED, dialect=Dialect(quoting="all"))
    with pytest.raises(TargetError, match="to Cloud Storage only"):
        warehouse.extract("people", str(tmp_path), kind=SourceKind.PARQUET)
    with pytest.raises(SourceError, match="no table nobody"):
        warehouse.extract("nobody", f"{bucket}/x", kind=SourceKind.PARQUET)


def test_a_limit_for_questions_stops_no_publication(server: BigQueryServer, tmp_path: Path) -> None:
    """What it reads we have written ourselves; it has a limit of its own."""
    warehouse = BigQueryWarehouse(PROJECT, "main", location="EU", limits=Limits(max_bytes_billed=1))
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    warehouse.close()
    assert server.rows(PROJECT, "main", "people") == [ANN]
    (job,) = server.jobs("synth_publish_")
    assert int(job.configuration["query"]["maximumBytesBilled"]) == 2 * LEAST_BILLED


def test_a_source_is_not_written(server: BigQueryServer) -> None:
    source = BigQueryWarehouse(PROJECT, "main", read_only=True)
    with pytest.raises(TargetError, match="open for reading only"):
        source.create_staging("run", PEOPLE)
    source.close()


# --- a driver that was killed ---


def test_a_job_of_a_killed_run_is_waited_for(
    server: BigQueryServer, warehouse: BigQueryWarehouse, tmp_path: Path
) -> None:
    """Whoever resumes asks about a publication that still runs, and about a load whose table is to be made anew."""
    server.behaviour.polls = 3
    fill(warehouse, tmp_path, "append", (PEOPLE, [ANN]))
    assert rows_of(warehouse, "people") == [ANN]
    (job,) = server.jobs("synth_publish_")
    job.polls = 3
    assert warehouse.was_published(str(job_of(server)))
    staging = warehouse.create_staging("run", PEOPLE)
    warehouse.load(staging, parquet(tmp_path / "p", PEOPLE, [ANN]))
    (*_, load) = server.jobs("synth_load_")
    load.polls = 3
    assert warehouse.create_staging("run", PEOPLE) == staging
    assert any(request.path.endswith(f"/jobs/{load.id}/cancel") for request in server.requests)
    assert rows_of(warehouse, staging) == []


def job_of(server: BigQueryServer) -> str:
    """The publication that the table's description names."""
    return server.table(PROJECT, "main", "people")["description"].rpartition("batch ")[2]
