"""Finished files in a bucket: they go up while they are made."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from servers.storage import StorageServer
from small_shop import edit

import synth_core
from synth_core.engine.interpreter import Done, Job, Rows
from synth_core.engine.shards import pieces_of
from synth_core.errors import GenerationError
from synth_core.execution.creation import create_run
from synth_core.execution.driving import driving
from synth_core.execution.state import RunStore
from synth_core.execution.worker import work
from synth_core.files.arrow import arrow_schema
from synth_core.model.plan import ApprovedPlan
from synth_core.projects import Projects
from synth_core.wiring import open_store

ROWS, BATCHES = 100_000, 5


@pytest.fixture
def place(home: Path, storage_server: StorageServer, tmp_path: Path) -> str:
    """The project `p` writes into a bucket, and has a run `r1` of which nothing is made yet."""
    bucket = storage_server.bucket("made-here")
    edit(home / "p" / "project.yaml", f"uri: {tmp_path / 'out'}", f"uri: {bucket}/shop")
    synth_core.approve("p", by="ana")
    create_run(RunStore(open_store(home)), approved(home), "r1", now=datetime.now(UTC))
    return f"{bucket}/shop"


def approved(home: Path) -> ApprovedPlan:
    plan = Projects(open_store(home), author="ana", clock=lambda: datetime.now(UTC)).load("p").approved
    assert plan is not None
    return plan


def piece_of(home: Path, table: str) -> str:
    [piece] = [piece for piece, tables in pieces_of(approved(home).plan).items() if table in tables]
    return piece


def orders(home: Path) -> Iterator[Rows]:
    """Rows that nothing can pack."""
    schema = arrow_schema(approved(home).plan.project.table("orders").fields)
    noise = random.Random(1)
    for _ in range(BATCHES):
        numbers = [pa.array([noise.getrandbits(62) for _ in range(ROWS)]) for _ in range(2)]
        days = pa.array([date(2024, 1, 1)] * ROWS)
        yield Rows("orders", pa.record_batch([*numbers, days], schema=schema))


def sent(server: StorageServer) -> int:
    return sum(len(each.body) for each in server.requests if each.path.startswith("/upload"))


def test_nothing_of_a_file_is_on_this_machine_while_it_is_made(
    home: Path, place: str, storage_server: StorageServer
) -> None:
    """On Cloud Run files are memory. Nobody sees a file before its last part is there."""
    seen: list[int] = []

    def make(jobs: Sequence[Job], *, place: Path) -> Iterator[Rows | Done]:
        for rows in orders(home):
            yield rows
            seen.append(sent(storage_server))
            assert storage_server.list("gs://made-here") == []
            large = [path for path in home.rglob("*") if path.is_file() and path.stat().st_size > 500_000]
            assert large == []
        yield Done(0)

    piece = piece_of(home, "orders")
    with driving(home, "r1"):
        work(str(home), "r1", piece, make=make)
    assert len(seen) == BATCHES and seen[-1] > 2 << 20, "what is made was sent before the end"
    [file] = RunStore(open_store(home)).receipts("r1")[piece].files
    data = storage_server.get(file.path)
    assert (file.rows, file.bytes) == (ROWS * BATCHES, len(data))
    assert hashlib.sha256(data).hexdigest() == file.sha256
    assert file.generation == int(storage_server.metadata(file.path)["generation"])


def test_a_file_that_was_not_made_to_its_end_never_appears(
    home: Path, place: str, storage_server: StorageServer
) -> None:
    def make(jobs: Sequence[Job], *, place: Path) -> Iterator[Rows | Done]:
        yield from orders(home)
        raise GenerationError("the recipe failed")

    with driving(home, "r1"), pytest.raises(GenerationError):
        work(str(home), "r1", piece_of(home, "orders"), make=make)
    assert sent(storage_server) > 2 << 20
    assert storage_server.list("gs://made-here") == []
    assert RunStore(open_store(home)).receipts("r1") == {}
