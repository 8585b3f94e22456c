"""The whole job from BigQuery to BigQuery, over loopback: metadata as the source's, rows exact, links whole, audit
complete; and once more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cloud_shop import ROWS, in_bigquery, run_once
from servers.bigquery import BigQueryServer
from servers.storage import StorageServer

import synth_core
from synth_core.errors import SourceError, SynthError
from synth_core.execution.audit import AUDIT_TABLE

TARGET = ("dst-project", "made")
SAME = ("schema", "timePartitioning", "clustering", "requirePartitionFilter")


def metadata(resource: dict[str, Any]) -> dict[str, Any]:
    """What of a table's metadata must be the same in source and target."""
    kept = {name: resource.get(name) for name in SAME}
    kept["description"] = resource.get("description", "").partition("Synthetic, batch")[0].strip()
    kept["labels"] = {
        name: value
        for name, value in resource.get("labels", {}).items()
        if name != "synthetic" and not name.startswith("synth-")
    }
    keys = resource.get("tableConstraints", {})
    kept["keys"] = (
        keys.get("primaryKey"),
        [(key["referencedTable"]["tableId"], key["columnReferences"]) for key in keys.get("foreignKeys", ())],
    )
    return kept


def check_rows(server: BigQueryServer, batches: int, run_id: str) -> None:
    """Exactly the rows of so many batches: keys unique, links whole, nothing left of staging."""
    assert server.table_names(*TARGET) == sorted(ROWS)
    rows = {table: server.rows(*TARGET, table) for table in ROWS}
    assert {table: len(found) for table, found in rows.items()} == {
        table: batches * count for table, count in ROWS.items()
    }
    ids = Counter(row["id"] for row in rows["customer"])
    assert max(ids.values()) == 1
    assert max(Counter(row["no"] for row in rows["orders"]).values()) == 1
    for child in ("orders", "visit"):
        assert {row["customer"] for row in rows[child]} <= ids.keys()
    assert any(row["lines"] and row["lines"][0]["article"] for row in rows["orders"])
    for table in ROWS:
        resource = server.table(*TARGET, table)
        assert f"Synthetic, batch {run_id}" in resource["description"]
        assert resource["labels"]["synthetic"] == "true"


def check_audit(server: BigQueryServer, place: tuple[str, str, str]) -> None:
    """The table holds each event of the store, and each start has its end."""
    events = synth_core.audit()
    rows = {row["event_id"]: row for row in server.rows(*place) if row["event_id"]}
    assert rows.keys() == {event.event_id for event in events}
    assert Counter(row["status"] for row in rows.values()) == Counter(event.status.value for event in events)
    open_starts: Counter[tuple[str, str]] = Counter()
    for event in events:
        open_starts[event.run_id, event.table_name] += 1 if event.status == "In Progress" else -1
    assert not +open_starts


def check_jobs(server: BigQueryServer, kinds: set[str]) -> None:
    """Each job can be found in a bill, and each that may be billed has a limit."""
    jobs = [
        call.json["configuration"] for call in server.requests if call.json and "configuration" in call.json
    ]
    assert {kind for job in jobs for kind in job} & {"query", "extract", "load", "copy"} == kinds
    for job in jobs:
        assert job["labels"]["synth-studio"] == "true" and job["labels"]["synth-purpose"], job
        if "query" in job and not job.get("dryRun"):
            assert int(job["query"]["maximumBytesBilled"]) > 0, job


def test_bigquery_to_bigquery_by_a_bucket(
    cloud_home: Path, bigquery_server: BigQueryServer, storage_server: StorageServer
) -> None:
    source, bucket = in_bigquery(bigquery_server), storage_server.bucket("made-here", "EU")
    synth_core.init("p", source, "bigquery:dst-project.made", files=f"{bucket}/run", stage=True)
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p", by="ana")
    before = len(bigquery_server.requests)
    run = run_once("p")
    assert run.state == "published" and not run.notes
    check_rows(bigquery_server, 1, run.run_id)
    for table in ROWS:
        there = bigquery_server.table(*TARGET, table)
        assert metadata(there) == metadata(bigquery_server.table("src-project", "shop", table))
    assert bigquery_server.dataset(*TARGET)["location"] == "EU"
    place = f"{bucket}/run/output/{run.run_id}"
    assert storage_server.list(bucket) == sorted(f"{place}/{table}/{table}.parquet" for table in ROWS)
    calls = bigquery_server.requests[before:]
    staged = [str(call.json) for call in calls if call.method == "POST" and "extract" in str(call.json)]
    assert sum(f"run/staging/{run.run_id}/" in call for call in staged) == len(ROWS)
    loads = [call for call in calls if "/upload/" in call.path]
    assert loads == [], "objects are loaded from where they lie"

    ends = [
        row for row in bigquery_server.rows("dst-project", "synth_audit", "audit") if row["duration_seconds"]
    ]
    for end in ends:
        table = end["table_name"]
        assert (end["status"], end["num_records_generated"], end["approver"]) == (
            "Completed",
            ROWS[table],
            "ana",
        )
        assert end["input_gcs_path"] == f"{bucket}/run/staging/{run.run_id}/{table}/*"
        assert (end["gcs_bucket_name"], end["output_path"]) == ("made-here", f"{place}/{table}")
        assert end["target_table"] == f"dst-project.made.{table}"
        assert [job.id for job in bigquery_server.jobs(f"^{end['load_job_id']}$")] == [end["load_job_id"]]

    synth_core.approve("p", by="ana")
    again = run_once("p")
    check_rows(bigquery_server, 2, again.run_id)
    check_audit(bigquery_server, ("dst-project", "synth_audit", "audit"))
    check_jobs(bigquery_server, {"query", "extract", "load"})


def test_csv_without_a_bucket_into_a_table_and_an_audit_of_the_original_kind(
    cloud_home: Path, bigquery_server: BigQueryServer, tmp_path: Path
) -> None:
    source = in_bigquery(bigquery_server)
    original = [
        {
            "name": name.name,
            "type": {"BOOL": "BOOLEAN", "INT64": "INTEGER"}.get(str(name.type), str(name.type)),
        }
        for name in AUDIT_TABLE.fields[:15]
    ]
    bigquery_server.load_table(
        "log-project", "logs", "audit_log", original, [{"batch_id": "old", "status": "Completed"}]
    )
    (tmp_path / "synth.toml").write_text(
        'audit_table = "log-project.logs.audit_log"\nexport_format = "csv"\nexport_delimiter = "|"\n'
    )
    synth_core.init("p", source, "bigquery:dst-project.made", tables=("customer", "visit"))
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p", by="ana")
    run = run_once("p")
    files = {file["table"]: file for file in synth_core.api.outcome(run.run_id)["files"]}
    header, *lines = Path(files["visit"]["path"]).read_text().splitlines()
    assert (header, len(lines)) == ("customer|seconds|at", ROWS["visit"])
    assert files["visit"]["path"].startswith(str(cloud_home / "output" / run.run_id))
    assert [len(bigquery_server.rows(*TARGET, table)) for table in ("customer", "visit")] == [40, 60]
    assert any("/upload/" in call.path for call in bigquery_server.requests)
    check_audit(bigquery_server, ("log-project", "logs", "audit_log"))
    kept = [
        row for row in bigquery_server.rows("log-project", "logs", "audit_log") if row["batch_id"] == "old"
    ]
    assert len(kept) == 1
    ends = [
        row for row in bigquery_server.rows("log-project", "logs", "audit_log") if row["duration_seconds"]
    ]
    assert {(row["delimiter"], row["column_header_flag"]) for row in ends} == {("|", True)}
    assert not bigquery_server.exists("dst-project", "synth_audit", "audit")


def test_a_bucket_elsewhere_is_said_before_anything_is_made(
    cloud_home: Path, bigquery_server: BigQueryServer, storage_server: StorageServer
) -> None:
    source, bucket = in_bigquery(bigquery_server), storage_server.bucket("far-away", "ASIA-EAST1")
    synth_core.init("p", source, "bigquery:dst-project.made", tables=("visit",), files=bucket, stage=True)
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p", by="ana")
    try:
        run_once("p")
    except synth_core.errors.TargetError as error:
        assert "ASIA-EAST1" in str(error) and "EU" in str(error)
    else:
        raise AssertionError("it must fail")
    assert storage_server.list(bucket) == []
    check_audit(bigquery_server, ("dst-project", "synth_audit", "audit"))
    assert [row["status"] for row in bigquery_server.rows("dst-project", "synth_audit", "audit")] == [
        "In Progress",
        "Failed",
    ]


def test_a_bucket_far_from_the_source_is_said_before_anything_is_staged(
    cloud_home: Path, bigquery_server: BigQueryServer, storage_server: StorageServer
) -> None:
    source, bucket = in_bigquery(bigquery_server), storage_server.bucket("beside-target", "US-CENTRAL1")
    bigquery_server.create_dataset("dst-project", "made", location="us-central1")
    synth_core.init("p", source, "bigquery:dst-project.made", tables=("visit",), files=bucket, stage=True)
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p", by="ana")
    before = len(bigquery_server.requests)
    with pytest.raises(SourceError, match=r"src-project.shop is in EU, and the bucket .* US-CENTRAL1"):
        run_once("p")
    assert not any("'extract':" in str(call.json) for call in bigquery_server.requests[before:])
    check_audit(bigquery_server, ("dst-project", "synth_audit", "audit"))
    assert [event.status.value for event in synth_core.audit()] == ["In Progress", "Failed"]


def test_a_run_that_can_open_nothing_is_audited(
    cloud_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials: the run has begun, and its failure is known."""
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    (tmp_path / "t.csv").write_text("id,city\n1,Bern\n2,Oslo\n")
    synth_core.init("p", str(tmp_path / "t.csv"), "gs://made-here/out")
    synth_core.infer("p")
    synth_core.draft("p")
    synth_core.approve("p", by="ana")
    with pytest.raises(SynthError, match="no Google credentials"):
        run_once("p")
    [run] = synth_core.runs()
    assert run.state == "failed" and "no Google credentials" in run.message
    assert [event.status.value for event in synth_core.audit()] == ["In Progress", "Failed"]
