"""A run into BigQuery by a bucket, with each fault at each of its calls, and gone on with afterwards: never a lost,
doubled or half-published row, and a failure always audited.

A clean run tells which calls there are. All of them are swept with `--slow`, which takes about a quarter of an hour;
otherwise a few. Each call that fails is told by itself.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from backends import InThisProcess
from servers.bigquery import BigQueryServer
from servers.clock import RetryClock
from servers.faults import Fault
from servers.loopback import Loopback
from servers.storage import StorageServer
from small_shop import database

import synth_core
from synth_core import api
from synth_core.engine.interpreter import Done, Job, Report, Rows, run_jobs
from synth_core.errors import SynthError
from synth_core.execution.worker import work
from synth_core.ports import Task

pytestmark = pytest.mark.slow(share=0.1)

SQL = """
    CREATE TABLE parent (id BIGINT PRIMARY KEY, name VARCHAR);
    INSERT INTO parent SELECT i, 'Name ' || i FROM range(1, 21) t(i);
    CREATE TABLE child (no BIGINT PRIMARY KEY, parent BIGINT NOT NULL REFERENCES parent(id));
    INSERT INTO child SELECT i, i % 20 + 1 FROM range(1, 31) t(i);
"""
ROWS = {"parent": 20, "child": 30}
PARTS = 4
"""Of the calls, each a test of its own, so that several processes share them. Without `--slow` one call of each is
hit."""
ALWAYS = 10**6
STATUSES: dict[str, dict[str, Any]] = {
    "401": {"status": 401, "reason": "authError"},
    "403": {"status": 403, "reason": "accessDenied"},
    "404": {"status": 404, "reason": "notFound"},
    "409": {"status": 409, "reason": "duplicate"},
    "412": {"status": 412, "reason": "conditionNotMet"},
    "429": {"status": 429, "reason": "rateLimitExceeded"},
    "500": {"status": 500, "reason": "internalError"},
    "503": {"status": 503, "reason": "backendError"},
    "quota": {"status": 403, "reason": "quotaExceeded"},
    "lost reply": {"lose_reply": True},
    "lost replies": {"lose_reply": True, "times": 3},
    "403 from then on": {"status": 403, "reason": "accessDenied", "times": ALWAYS},
    "503 from then on": {"status": 503, "reason": "backendError", "times": ALWAYS},
    "job fails": {"act": {"job": {"reason": "internalError", "message": "injected"}}},
    "job fails for good": {"act": {"job": {"reason": "invalid", "message": "injected"}}},
}


class WithRows(InThisProcess):
    """Does the tasks with rows that were made before."""

    def __init__(self, rows: Sequence[Rows | Report | Done]) -> None:
        super().__init__()
        self._rows = rows

    def _work(self, home: str, task: Task) -> None:
        work(home, task.run_id, task.id, make=self._make)

    def _make(self, jobs: Sequence[Job], *, place: Path) -> Iterable[Rows | Report | Done]:
        wanted = [set(job.compiled.tables.values()) for job in jobs]
        for tables in wanted:
            yield from (each for each in self._rows if isinstance(each, Rows) and each.table in tables)
            yield next(each for each in self._rows if isinstance(each, Done))


@dataclass
class Prepared:
    """A project that is approved, and its rows."""

    place: Path
    rows: list[Rows | Report | Done]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    place = tmp_path_factory.mktemp("sweep")
    rows: list[Rows | Report | Done] = []

    def recording(jobs: Sequence[Job], *, place: Path) -> Iterator[Rows | Report | Done]:
        for event in run_jobs(jobs, place=place):
            rows.append(event)
            yield event

    class Recording(WithRows):
        def _make(self, jobs: Sequence[Job], *, place: Path) -> Iterable[Rows | Report | Done]:
            return recording(jobs, place=place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(place / "home"))
        source = database(place / "source.duckdb", SQL)
        synth_core.init("p", source, str(place / "out"))
        synth_core.infer("p")
        synth_core.draft("p")
        synth_core.approve("p", by="ana")
        synth_core.run("p", backend=Recording([]))
        shutil.rmtree(place / "home" / "runs")
        path = place / "home" / "p" / "project.yaml"
        text = path.read_text()
        target = f"uri: {place / 'out'}"
        assert text.count(target) == 1
        path.write_text(
            text.replace(target, "uri: bigquery:dst.made\n  files: gs://made-here/run\n  stage: true")
        )
    return Prepared(place, rows)


@dataclass
class Cloud:
    """Both services, and a project that writes there."""

    bigquery: BigQueryServer
    storage: StorageServer
    home: Path
    backend: WithRows

    def server(self, name: str) -> Loopback:
        return self.bigquery if name == "bigquery" else self.storage

    def rows(self) -> dict[str, int]:
        """How many rows each target has."""
        names = self.bigquery.table_names("dst", "made")
        return {
            table: len(self.bigquery.rows("dst", "made", table)) if table in names else 0 for table in ROWS
        }


@contextmanager
def cloud(prepared: Prepared, storage: StorageServer, folder: Path) -> Iterator[Cloud]:
    """An empty cloud, and a fresh copy of the home."""
    storage.reset()
    storage.bucket("made-here", "US")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared.place / "home", folder)
    bigquery = BigQueryServer()
    bigquery.create_project("dst")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_HOME", str(folder))
        patch.setenv("BIGQUERY_EMULATOR_HOST", bigquery.url)
        patch.setenv("STORAGE_EMULATOR_HOST", storage.url)
        RetryClock.set(patch)
        synth_core.approve("p", by="ana")
        for server in (bigquery, storage):
            server.faults.clear()
        try:
            yield Cloud(bigquery, storage, folder, WithRows(prepared.rows))
        finally:
            bigquery.close()
            storage.reset()


def check_audit() -> None:
    """Each start has its end, and the last one says of each table how its run ended."""
    begun: Counter[tuple[str, str]] = Counter()
    ends: dict[tuple[str, str], str] = {}
    for event in synth_core.audit():
        begun[event.run_id, event.table_name] += 1 if event.status == "In Progress" else -1
        ends[event.run_id, event.table_name] = event.status
    assert not +begun and not -begun
    said = {"failed": "Failed", "published": "Completed"}
    assert ends == {(run.run_id, table): said[run.state] for run in synth_core.runs() for table in ROWS}


def check_end(place: Cloud) -> None:
    """The rows of one run, once; nothing is left behind, or it is said; the audit table has all events."""
    assert place.rows() == ROWS
    parents = [row["id"] for row in place.bigquery.rows("dst", "made", "parent")]
    children = place.bigquery.rows("dst", "made", "child")
    assert len(set(parents)) == ROWS["parent"] and len({row["no"] for row in children}) == ROWS["child"]
    assert {row["parent"] for row in children} <= set(parents)
    check_audit()
    runs = synth_core.runs()
    [published] = [run for run in runs if run.state == "published"]
    notes = "\n".join(note for run in runs for note in run.notes)
    left = [name for name in place.bigquery.table_names("dst", "made") if name not in ROWS]
    assert not left or "staging tables" in notes
    staged = place.storage.list("gs://made-here/run/staging")
    assert not staged or "Staged input" in notes
    assert len(place.storage.list(f"gs://made-here/run/output/{published.run_id}")) == len(ROWS)
    api.audit_sync()
    events = Counter(event.event_id for event in synth_core.audit())
    kept = Counter(row["event_id"] for row in place.bigquery.rows("dst", "synth_audit", "audit"))
    assert kept == events


def goes_on(place: Cloud) -> None:
    """What a person does after a failure: resume the run, or begin one if there is none."""
    runs = synth_core.runs()
    if not runs:
        synth_core.run("p", backend=place.backend)
    elif runs[0].state != "published":
        assert runs[0].state == "failed"
        assert synth_core.resume(runs[0].run_id, backend=place.backend).state == "published"


@pytest.fixture(scope="module")
def calls(
    prepared: Prepared, _storage_process: StorageServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """By service: the calls of a clean run, in order."""
    with cloud(prepared, _storage_process, tmp_path_factory.mktemp("clean") / "home") as place:
        synth_core.run("p", backend=place.backend)
        found = {
            name: [f"{call.method} {call.path}" for call in place.server(name).requests]
            for name in ("bigquery", "storage")
        }
        check_end(place)
    assert len(found["bigquery"]) > 30 and len(found["storage"]) > 15
    return found


def hit_by(kind: str, calls: Sequence[str]) -> list[int]:
    """The numbers of the calls that such a fault can hit."""
    return [
        number for number, call in enumerate(calls) if not kind.startswith("job") or call.endswith("/jobs")
    ]


def fault_at(place: Cloud, service: str, kind: str, number: int) -> None:
    """A run with that fault at that call, and what a person does then."""
    server = place.server(service)
    fault = server.faults.add(Fault(skip=number, **STATUSES[kind]))
    said = ""
    try:
        synth_core.run("p", backend=place.backend)
    except SynthError as error:
        said = str(error)
    try:
        assert fault.seen
        if said:
            assert place.rows() in (ROWS, dict.fromkeys(ROWS, 0))
            check_audit()
            for run in synth_core.runs():
                assert run.state == "failed" and run.message
        server.faults.clear()
        goes_on(place)
        check_end(place)
    except (SynthError, AssertionError) as error:
        raise AssertionError(f"the run said {said!r}, then: {error}") from error


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("service", "kind"),
    [
        (service, kind)
        for service in ("bigquery", "storage")
        for kind in STATUSES
        if service == "bigquery" or not kind.startswith("job")
    ],
)
def test_a_fault_at_each_call(
    request: pytest.FixtureRequest,
    subtests: pytest.Subtests,
    prepared: Prepared,
    calls: dict[str, list[str]],
    _storage_process: StorageServer,
    tmp_path: Path,
    service: str,
    kind: str,
    part: int,
) -> None:
    numbers = hit_by(kind, calls[service])[part::PARTS]
    if not request.config.getoption("--slow"):
        numbers = [numbers[list(STATUSES).index(kind) % len(numbers)]]
    for number in numbers:
        with (
            subtests.test(f"{kind} at call {number} of {service}: {calls[service][number]}"),
            cloud(prepared, _storage_process, tmp_path / "home") as place,
        ):
            fault_at(place, service, kind, number)
