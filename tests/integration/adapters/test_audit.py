"""The audit: events in a store, their copy in a warehouse."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.adapters.folder import FolderStore
from synth_core.errors import ProjectError, UsageError
from synth_core.execution.audit import (
    AUDIT_TABLE,
    AuditRow,
    Status,
    audit_place,
    end_row,
    mirror,
    read_audit,
    read_events,
    record,
    start_row,
)
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.plan import ApprovedPlan, Plan
from synth_core.model.project import Column, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Mode

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGINAL = (
    "batch_id gcs_bucket_name input_gcs_path header_gcs_path user_requested_table_count table_name column_names "
    "column_header_flag delimiter custom_header schema num_records_generated status error_message insert_timestamp"
)
ADDED = (
    "run_id user approver recipe_hash seed engine model_id prompt_versions tokens target_table output_path "
    "load_job_id duration_seconds"
)


@pytest.fixture
def approved() -> ApprovedPlan:
    column = Column(
        name="Order, ID",
        type=Inferred(value=BigQueryType.model_validate("NUMERIC(10, 2)")),
        mode=Inferred(value=Mode.REQUIRED),
        meaning=Inferred(value="unknown"),
        personal=Inferred(value=False),
    )
    source = TableSource(
        kind=SourceKind.DELIMITED, uri="in", files=("/in/orders 1.csv",), full_name="/in/orders 1.csv"
    )
    table = Table(
        name="orders 1/é",
        source=source,
        rows=5,
        wanted=5,
        dialect=Inferred(value=Dialect(delimiter="|", header_rows=0, banner=("HEADER 7", ""))),
        columns=(column,),
    )
    project = Project(name="p", source="in", tables=(table,), target=Target(uri="duckdb:t.duckdb"))
    plan = Plan(
        project=project, recipe="- object: x\n", counts={table.name: 7}, seed=42, today=date(2026, 1, 1)
    )
    return ApprovedPlan(plan=plan, approved_by="Ann", approved_at=NOW, fingerprint=plan.fingerprint)


def start(approved: ApprovedPlan, run_id: str = "run 1", now: datetime = NOW) -> AuditRow:
    return start_row(
        approved,
        "orders 1/é",
        run_id=run_id,
        batch_id="b",
        user="Bob",
        now=now,
        engine="interpreter",
        model_id="rules",
        prompt_versions={"draft": "3"},
        tokens=12,
    )


def test_the_table_has_the_columns_of_the_pipeline_we_replace() -> None:
    names = [field.name for field in AUDIT_TABLE.fields]
    assert names[:15] == ORIGINAL.split()
    assert set(names) == {*ORIGINAL.split(), *ADDED.split(), "event_id"}
    required = {field.name for field in AUDIT_TABLE.fields if field.mode is Mode.REQUIRED}
    assert required == {"batch_id", "table_name", "status", "insert_timestamp"}
    assert set(names) == {field.alias or name for name, field in AuditRow.model_fields.items()}


def test_a_start_says_what_was_approved(approved: ApprovedPlan) -> None:
    row = start(approved)
    assert (row.status, row.table_name, row.user_requested_table_count) == (
        Status.IN_PROGRESS,
        "orders 1/é",
        7,
    )
    assert (row.approver, row.user, row.seed, row.batch_id, row.run_id) == ("Ann", "Bob", 42, "b", "run 1")
    assert (row.delimiter, row.column_header_flag, row.custom_header) == ("|", False, "HEADER 7\n")
    assert row.input_gcs_path == "/in/orders 1.csv"
    assert row.column_names == '"Order, ID"'
    assert row.num_records_generated == 0
    assert row.recipe_hash == hashlib.sha256(b"- object: x\n").hexdigest()
    (field,) = json.loads(row.json_schema or "")
    assert (field["name"], field["type"], field["mode"]) == ("Order, ID", "NUMERIC", "REQUIRED")


def test_an_end_keeps_the_start_and_adds_how_it_went(approved: ApprovedPlan) -> None:
    first = start(approved)
    last = end_row(
        first, Status.FAILED, now=NOW + timedelta(seconds=2.5), rows=3, error_message="no", output_path="/out"
    )
    assert (last.status, last.num_records_generated, last.error_message) == (Status.FAILED, 3, "no")
    assert (last.duration_seconds, last.insert_timestamp) == (2.5, NOW + timedelta(seconds=2.5))
    assert (last.seed, last.approver, last.output_path, last.event_id) == (42, "Ann", "/out", "")
    with pytest.raises(ValueError, match="end"):
        end_row(first, Status.IN_PROGRESS, now=NOW)


def test_events_are_read_back_oldest_first(approved: ApprovedPlan, tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    later = record(store, start(approved, "run 2", NOW + timedelta(minutes=1)))
    first = record(store, start(approved))
    last = record(store, end_row(first, Status.COMPLETED, now=NOW + timedelta(hours=1), rows=7))
    store.put("runs/run 1/manifest.json", b"{}")
    assert list(store.list("runs/run 1/events/")) == [
        "runs/run 1/events/000001-orders_1_é-in_progress.json",
        "runs/run 1/events/000002-orders_1_é-completed.json",
    ]
    assert read_events(store, "run 1") == [first, last]
    assert read_audit(store) == [first, later, last]
    assert record(store, first).event_id == "run 1/000003-orders_1_é-in_progress"


def test_an_event_is_never_written_over(approved: ApprovedPlan, tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first = record(store, start(approved))
    second = record(store, start(approved))
    store.delete("runs/run 1/events/000001-orders_1_é-in_progress.json")
    third = record(store, start(approved))
    assert len({first.event_id, second.event_id, third.event_id}) == 3
    assert [row.event_id for row in read_events(store, "run 1")] == [second.event_id, third.event_id]


def test_the_mirror_adds_only_what_is_missing(approved: ApprovedPlan, tmp_path: Path) -> None:
    store, path = FolderStore(tmp_path / "store"), tmp_path / "t.duckdb"
    # A table as the pipeline we replace left it: fewer columns, rows of its own.
    with duckdb.connect(path) as connection:
        connection.execute(
            "CREATE SCHEMA synth_audit; CREATE TABLE synth_audit.audit"
            "(batch_id VARCHAR, table_name VARCHAR, status VARCHAR, insert_timestamp TIMESTAMPTZ)"
        )
        connection.execute("INSERT INTO synth_audit.audit VALUES ('old', 't', 'In Progress', NULL)")
    warehouse = DuckDBWarehouse(path)
    place = audit_place(f"duckdb:{path}")
    assert place is not None
    first = record(store, start(approved))
    mirror(store, "run 1", warehouse, place)
    mirror(store, "run 1", warehouse, place)
    record(store, end_row(first, Status.CANCELLED, now=NOW + timedelta(seconds=1)))
    mirror(store, "run 1", warehouse, place)
    warehouse.close()
    with duckdb.connect(path) as connection:
        rows = connection.execute(
            "SELECT batch_id, status, seed, prompt_versions->>'draft', insert_timestamp, duration_seconds, "
            'custom_header, "schema" IS NULL FROM synth_audit.audit ORDER BY insert_timestamp NULLS FIRST'
        ).fetchall()
    assert rows == [
        ("old", "In Progress", None, None, None, None, None, True),
        ("b", "In Progress", 42, "3", NOW, None, "HEADER 7\n", False),
        ("b", "Cancelled", 42, "3", NOW + timedelta(seconds=1), 1.0, "HEADER 7\n", False),
    ]


@pytest.mark.parametrize(
    ("target", "setting", "place"),
    [
        ("out", "", None),
        ("gs://bucket/out", "", None),
        ("duckdb:t.duckdb", "", "duckdb:t.duckdb#synth_audit.audit"),
        ("duckdb:t.duckdb", "log.made", "duckdb:t.duckdb#log.made"),
        ("bigquery:p.shop", "", "bigquery:p.synth_audit#audit"),
        ("bigquery:p.shop", "log.made", "bigquery:p.log#made"),
        ("bigquery:p.shop", "other-p.log.audit_log", "bigquery:other-p.log#audit_log"),
        ("gs://bucket/out", "example.com:p.log.audit", "bigquery:example.com:p.log#audit"),
    ],
)
def test_where_the_copy_goes(target: str, setting: str, place: str | None) -> None:
    found = audit_place(target, setting)
    assert (found.address if found else None) == place


@pytest.mark.parametrize(
    ("target", "setting"), [("out", "log.audit"), ("duckdb:t", "audit"), ("duckdb:t", "a.b.c d")]
)
def test_an_audit_table_that_is_none_is_refused(target: str, setting: str) -> None:
    with pytest.raises(UsageError, match=r"audit_table.*project\.dataset\.table"):
        audit_place(target, setting)


def test_a_broken_event_is_named(approved: ApprovedPlan, tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    record(store, start(approved))
    (name,) = store.list()
    data = json.loads(store.get(name)[0])
    store.put(name, json.dumps(data | {"status": "Done"}).encode())
    with pytest.raises(ProjectError, match=r"000001-orders_1_é-in_progress\.json.*status"):
        read_audit(store)
