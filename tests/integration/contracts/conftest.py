"""One parameter an adapter: a contract test runs against each of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import synth_core
from synth_core.adapters.bigquery import BigQueryWarehouse
from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.adapters.local_processes import LocalProcesses
from synth_core.ports import ObjectStore, RunBackend, Task, Warehouse

ROOT = Path(synth_core.__file__).parents[1]


@dataclass(frozen=True)
class Opener:
    """Python that makes `adapter`; other processes open the same place with it."""

    code: str

    def open(self) -> ObjectStore:
        names: dict[str, ObjectStore] = {}
        exec(self.code, names)
        return names["adapter"]

    def start(self, script: str) -> subprocess.Popen[str]:
        """Run a script that finds the adapter in a process of its own."""
        command = [sys.executable, "-c", self.code + script]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def together(self, script: str) -> list[str]:
        """Start four processes that say "ready" and wait, let them go at once, and return what each printed."""
        processes = [self.start(script) for _ in range(4)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        printed = [process.communicate(timeout=60)[0] for process in processes]
        assert [process.returncode for process in processes] == [0] * 4
        return printed


@pytest.fixture(params=["folder", "bucket"])
def store_opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    if request.param == "bucket":
        request.getfixturevalue("storage_server").bucket("our-projects")
        return Opener(
            "from synth_core.adapters.gcs import BucketStore\n"
            "from synth_core.adapters.google.clients import storage_client\n"
            "adapter = BucketStore(storage_client(), 'our-projects', 'a/store')\n"
        )
    return Opener(
        "from pathlib import Path\n"
        "from synth_core.adapters.folder import FolderStore\n"
        f"adapter = FolderStore(Path({str(tmp_path / 'store')!r}))\n"
    )


@pytest.fixture
def store(store_opener: Opener) -> ObjectStore:
    return store_opener.open()


@pytest.fixture
def address_of(store_opener: Opener, tmp_path: Path) -> Callable[[str], str]:
    """The address of a blob."""
    is_bucket = "BucketStore" in store_opener.code
    return lambda name: f"gs://our-projects/a/store/{name}" if is_bucket else str(tmp_path / "store" / name)


@pytest.fixture(params=["duckdb", "bigquery"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    opened: Warehouse
    if request.param == "duckdb":
        opened = DuckDBWarehouse(tmp_path / 'it\'s a "target".duckdb')
    else:
        request.getfixturevalue("bigquery_server").create_project("made-up")
        opened = BigQueryWarehouse("made-up", "main", location="EU")
    yield opened
    opened.close()


Scripts = Callable[[str, Task], list[str]]


@pytest.fixture(params=["local"])
def make_backend(request: pytest.FixtureRequest) -> Iterator[Callable[[Scripts, int], RunBackend]]:
    """Makes a backend whose workers are the scripts given, so many at once."""
    assert request.param == "local"
    made: list[RunBackend] = []

    def make(command: Scripts, workers: int) -> RunBackend:
        made.append(LocalProcesses(workers, command=command))
        return made[-1]

    yield make
    for backend in made:
        backend.cancel()
