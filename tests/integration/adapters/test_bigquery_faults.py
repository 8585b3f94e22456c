"""A run into BigQuery in which any one call goes wrong: never a lost, a doubled or a half-published row."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.storage import StorageServer
from warehouse_kit import (
    ANN,
    BOB,
    PEOPLE,
    REQUIRED,
    described,
    field,
    link,
    parquet,
    rows_of,
    stage,
    table,
)

from synth_core.adapters.bigquery import BigQueryWarehouse
from synth_core.adapters.bigquery.create import create_target
from synth_core.errors import SynthError, TargetError, TransientError
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind
from synth_core.ports import LoadFiles, Publication

PROJECT = "made-up"
ORDERS = table(
    "orders",
    field("id", "INT64", REQUIRED),
    field("customer", "INT64"),
    primary_key=("id",),
    foreign_keys=(link("customer", "people", "id"),),
)
AUDIT = table("audit", field("event_id", "STRING"), field("rows", "INT64"), primary_key=("event_id",))
EVENTS = [{"event_id": "start"}, {"event_id": "end", "rows": 2}]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients try again at once."""
    sleep = time.sleep
    monkeypatch.setattr("time.sleep", lambda seconds: sleep(min(seconds, 0.001)))


@pytest.fixture
def server(bigquery_server: BigQueryServer) -> BigQueryServer:
    bigquery_server.create_project(PROJECT)
    return bigquery_server


class Run:
    """A run of two tables, one of which is there and keeps its row; as the driver does it."""

    def __init__(self, server: BigQueryServer, folder: Path, dataset: str, mode: Any = "append") -> None:
        self.server, self.dataset, self.mode = server, dataset, mode
        server.create_dataset(PROJECT, dataset, "EU")
        schema = [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}, {"name": "name", "type": "STRING"}]
        keys = {"primaryKey": {"columns": ["id"]}}
        server.load_table(PROJECT, dataset, "people", schema, [BOB], tableConstraints=keys)
        self.people = folder / "people.csv"
        self.people.write_text("id,name\n1,Ann\n")
        self.orders = parquet(folder / "orders.parquet", ORDERS, [{"id": 5, "customer": 1}])

    def once(self) -> None:
        """From its start or from where it was broken off."""
        warehouse = BigQueryWarehouse(PROJECT, self.dataset, location="EU")
        people = LoadFiles(
            paths=(str(self.people),),
            kind=SourceKind.DELIMITED,
            dialect=Dialect(),
            columns=described(PEOPLE.fields),
        )
        try:
            warehouse.append_rows(AUDIT, EVENTS[:1], dataset=f"audit_{self.dataset}")
            if not warehouse.was_published("run-1"):
                publications = []
                for schema, files in ((ORDERS, self.orders), (PEOPLE, people)):
                    staging = warehouse.create_staging("run-1", schema)
                    assert warehouse.load(staging, files) == 1
                    assert len(rows_of(warehouse, staging)) == 1
                    publications.append(Publication(staging=staging, target=schema, mode=self.mode))
                warehouse.publish(publications, job_id="run-1")
            warehouse.drop_staging("run-1")
            warehouse.append_rows(AUDIT, EVENTS, dataset=f"audit_{self.dataset}")
        finally:
            warehouse.close()

    def is_untouched(self) -> bool:
        """Nothing was published."""
        there = self.server.rows(PROJECT, self.dataset, "people")
        orders = self.server.exists(PROJECT, self.dataset, "orders")
        return there == [BOB] and not (orders and self.server.rows(PROJECT, self.dataset, "orders"))

    def check(self, *, is_disturbed: bool = False) -> None:
        """All of it is there, once. What a table says of its batch may be lacking where that very call failed."""
        people = self.server.rows(PROJECT, self.dataset, "people")
        assert people == ([BOB, ANN] if self.mode == "append" else [ANN])
        assert self.server.rows(PROJECT, self.dataset, "orders") == [{"id": 5, "customer": 1}]
        assert self.server.table_names(PROJECT, self.dataset) == ["orders", "people"]
        events = self.server.rows(PROJECT, f"audit_{self.dataset}", "audit")
        assert sorted(row["event_id"] for row in events) == ["end", "start"]
        for name in ("orders", "people"):
            about = self.server.table(PROJECT, self.dataset, name).get("description", "")
            assert is_disturbed or about.endswith("Synthetic, batch run-1")
        keys = self.server.table(PROJECT, self.dataset, "orders")["tableConstraints"]
        assert keys["primaryKey"] == {"columns": ["id"]}
        assert is_disturbed or len(keys["foreignKeys"]) == 1


def calls_of_a_run(server: BigQueryServer, folder: Path) -> int:
    """How many calls an undisturbed run makes."""
    server.faults.clear()
    run = Run(server, folder, "undisturbed")
    run.once()
    run.check()
    return len(server.requests)


LOST: list[dict[str, Any]] = [{"lose_reply": True}]
REFUSED: list[dict[str, Any]] = [
    {"status": 401, "reason": "authError"},
    {"status": 404, "reason": "notFound"},
    {"status": 409, "reason": "duplicate"},
    {"status": 412, "reason": "conditionNotMet"},
    {"status": 429, "reason": "rateLimitExceeded"},
    {"status": 500, "reason": "internalError"},
    {"status": 503, "reason": "backendError"},
    {"status": 403, "reason": "quotaExceeded"},
]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("faults", [LOST, REFUSED], ids=["lost", "refused"])
def test_any_call_may_go_wrong(
    server: BigQueryServer, tmp_path: Path, faults: list[dict[str, Any]], part: int
) -> None:
    """Each call of a run in turn; of the refusals each call meets another one."""
    for number in range(part, calls_of_a_run(server, tmp_path), 3):
        fault = faults[number % len(faults)]
        run = Run(server, tmp_path, f"data_{number}", "replace" if number % 2 else "append")
        server.faults.clear()
        server.faults.add(Fault(skip=number, **fault))
        try:
            run.once()
        except SynthError:
            assert run.is_untouched() or BigQueryWarehouse(PROJECT, run.dataset).was_published("run-1"), (
                number
            )
            server.faults.clear()
            run.once()
        run.check(is_disturbed=True)


BROKEN_JOBS: list[dict[str, Any]] = [
    {"act": {"job": {"reason": "internalError", "message": "injected"}}},
    {"act": {"job": {"reason": "invalid", "message": "injected"}}},
    {"status": 403, "reason": "accessDenied"},
]


@pytest.mark.parametrize("fault", [*LOST, *REFUSED, *BROKEN_JOBS], ids=str)
def test_an_extraction_is_done_or_can_be_done_again(
    server: BigQueryServer, storage_server: StorageServer, fault: dict[str, Any]
) -> None:
    """At each of its calls: the files are whole or it is said, and none has a row twice."""
    bucket = storage_server.bucket("staged-here", "EU")
    server.create_dataset(PROJECT, "src", "EU")
    server.load_table(
        PROJECT, "src", "people", [{"name": "id", "type": "INTEGER"}], [{"id": n} for n in range(3)]
    )

    def extracted() -> list[bytes]:
        source = BigQueryWarehouse(PROJECT, "src", read_only=True)
        try:
            uris = source.extract("people", f"{bucket}/people", kind=SourceKind.DELIMITED)
        finally:
            source.close()
        assert storage_server.list(bucket) == sorted(uris)
        return [storage_server.get(uri) for uri in uris]

    server.faults.clear()
    expected = extracted()
    calls = len(server.requests)
    for number in range(calls):
        server.faults.clear()
        server.faults.add(Fault(skip=number, **fault))
        try:
            assert extracted() == expected
        except SynthError as error:
            assert "people" in str(error) or "src" in str(error)
            server.faults.clear()
            assert extracted() == expected
    assert calls >= 3 and not server.billed_queries()


def test_a_lost_reply_stops_no_run(server: BigQueryServer, tmp_path: Path) -> None:
    """The one fault that must not even be seen: each job's and each table's beginning."""
    run = Run(server, tmp_path, "data")
    for path in (r"/jobs\?", "upload_id", r"/tables\?", "/datasets\\?"):
        server.faults.add(Fault(method="POST|PUT", path=path, lose_reply=True, times=2))
    run.once()
    run.check()


def test_a_job_that_fails_for_the_moment_is_done_under_another_id(
    server: BigQueryServer, tmp_path: Path
) -> None:
    run = Run(server, tmp_path, "data")
    server.faults.add(
        Fault(
            method="POST|PUT",
            path=r"/jobs",
            times=3,
            where=lambda request: '"load"' in str(request.body) or "upload_id" in request.query,
            act={"job": {"reason": "backendError", "message": "try again"}},
        )
    )
    server.faults.add(
        Fault(
            method="POST",
            path=r"/jobs",
            where=lambda request: b"BEGIN TRANSACTION" in request.body,
            act={"job": {"reason": "internalError", "message": "try again"}},
        )
    )
    run.once()
    run.check()
    assert any(job.id.endswith("_2") and not job.problem for job in server.jobs("synth_publish_"))


def test_used_up_quota_is_final_and_says_what_to_do(server: BigQueryServer, tmp_path: Path) -> None:
    run = Run(server, tmp_path, "data")
    server.faults.add(
        Fault(
            method="POST",
            path=r"/jobs",
            times=99,
            status=403,
            reason="quotaExceeded",
            message="Quota exceeded: too many table updates",
            where=lambda request: b"BEGIN TRANSACTION" in request.body,
        )
    )
    with pytest.raises(TargetError, match=r"too many table updates\. .*Quotas") as caught:
        run.once()
    assert not isinstance(caught.value, TransientError)
    assert len([each for each in server.requests if b"BEGIN TRANSACTION" in each.body]) == 1
    assert run.is_untouched()
    assert "orders" not in server.table_names(PROJECT, "data")
    server.faults.clear()
    run.once()
    run.check()


def test_foreign_keys_that_may_not_be_declared_are_told_and_nothing_is_published(
    server: BigQueryServer, tmp_path: Path
) -> None:
    run = Run(server, tmp_path, "data")
    server.faults.add(Fault(method="PATCH", path=r"/orders", status=403, reason="accessDenied"))
    with pytest.raises(TargetError, match=r"table orders can't be given its foreign keys: .*dataEditor"):
        run.once()
    assert run.is_untouched()
    run.once()
    run.check()


def test_rows_that_the_target_refuses_publish_nothing(server: BigQueryServer, tmp_path: Path) -> None:
    schema = [{"name": "id", "type": "INTEGER", "mode": "REQUIRED"}]
    server.load_table(PROJECT, "data", "ids", schema, [{"id": 1}])
    loose = table("ids", field("id", "INT64"))
    warehouse = BigQueryWarehouse(PROJECT, "data")
    publications = [
        Publication(staging=stage(warehouse, tmp_path / name, each, rows, "run"), target=each, mode="append")
        for name, each, rows in (("p", PEOPLE, [ANN]), ("i", loose, [{"id": 2}, {"id": None}]))
    ]
    with pytest.raises(TargetError, match="nothing was published"):
        warehouse.publish(publications, job_id="run-1")
    assert warehouse.tables() == ["ids"]
    assert server.rows(PROJECT, "data", "ids") == [{"id": 1}]
    assert not warehouse.was_published("run-1")
    warehouse.close()


def test_a_late_job_of_a_killed_run_fills_nothing_twice(server: BigQueryServer, tmp_path: Path) -> None:
    """The staging table is made anew, and what is loaded into it is loaded, whatever was done to the first one."""
    for _ in range(2):
        warehouse = BigQueryWarehouse(PROJECT, "data", location="EU")
        staging = stage(warehouse, tmp_path / "p", PEOPLE, [ANN], "run")
        assert rows_of(warehouse, staging) == [ANN]
        warehouse.close()


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_table_that_a_killed_run_had_made_is_finished(
    server: BigQueryServer, tmp_path: Path, mode: Any
) -> None:
    run = Run(server, tmp_path, "data", mode)
    warehouse = BigQueryWarehouse(PROJECT, "data")
    create_target(warehouse._connection, ORDERS, "run-1")
    # A lost reply of the same call.
    create_target(warehouse._connection, ORDERS, "run-1")
    with pytest.raises(TargetError, match="orders"):
        create_target(warehouse._connection, ORDERS, "run-2")
    warehouse.close()
    run.once()
    run.check()


# --- where there are no transactions ---


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_without_scripts_tables_are_published_one_by_one(
    server: BigQueryServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: Any
) -> None:
    server.behaviour.scripts = False
    run = Run(server, tmp_path, "data", mode)
    run.once()
    run.check()
    run.once()
    run.check()
    assert "published table by table" in caplog.text


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_what_was_broken_off_among_the_tables_goes_on_with_the_others(
    server: BigQueryServer, tmp_path: Path, mode: Any
) -> None:
    server.behaviour.scripts = False
    run = Run(server, tmp_path, "data", mode)
    server.faults.add(
        Fault(
            method="POST",
            path="/jobs",
            times=99,
            status=403,
            reason="quotaExceeded",
            where=lambda request: b'"query": "INSERT INTO `made-up`.`data`.`people`' in request.body,
        )
    )
    with pytest.raises(TargetError):
        run.once()
    warehouse = BigQueryWarehouse(PROJECT, "data")
    assert not warehouse.was_published("run-1")
    # The names as the run has them, in its order.
    assert warehouse.published_part("run-1", ["orders", "people"]) == {"orders"}
    server.faults.clear()
    run.once()
    run.check()
    assert warehouse.published_part("run-1", ["orders", "people"]) == {"orders", "people"}
    warehouse.close()


def test_more_tables_than_a_transaction_takes(
    server: BigQueryServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synth_core.adapters.bigquery.publish.MAX_TABLES", 1)
    server.behaviour.transaction_tables = 1
    run = Run(server, tmp_path, "data", "replace")
    run.once()
    run.check()
    assert "2 tables are more than one transaction takes" in caplog.text


def test_the_label_tells_when_the_job_is_forgotten(server: BigQueryServer, tmp_path: Path) -> None:
    run = Run(server, tmp_path, "data")
    run.once()
    server.state.jobs.all.clear()
    warehouse = BigQueryWarehouse(PROJECT, "data")
    assert warehouse.was_published("run-1")
    assert not warehouse.was_published("run-2")
    warehouse.close()
