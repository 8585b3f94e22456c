"""The DuckDB file itself: opening, locks, crashes, full disks."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import synth_core
from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.errors import SourceError, TargetError
from synth_core.model.types import BigQueryType, Field
from synth_core.model.warehouse import TableSchema

ROOT = Path(synth_core.__file__).parents[1]
NUMBERS = TableSchema(name="numbers", fields=(Field(name="n", type=BigQueryType.model_validate("INT64")),))


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_new_file_and_its_folder_are_made(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "it's new.duckdb"
    warehouse = DuckDBWarehouse(path)
    assert warehouse.uri == f"duckdb:{path}"
    warehouse.close()
    assert path.is_file()


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file .*missing\.duckdb"):
        DuckDBWarehouse(tmp_path / "missing.duckdb", read_only=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"D", b"id,name\n1,Ann\n" * 100])
def test_another_kind_of_file_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.duckdb"
    path.write_bytes(content)
    with pytest.raises(TargetError, match=r"other\.duckdb is not a DuckDB file"):
        DuckDBWarehouse(path)
    with pytest.raises(SourceError, match=r"other\.duckdb is not a DuckDB file"):
        DuckDBWarehouse(path, read_only=True)
    assert path.read_bytes() == content


def test_an_sqlite_file_starts_no_download(tmp_path: Path) -> None:
    path = tmp_path / "lite.db"
    with sqlite3.connect(path) as lite:
        lite.execute("CREATE TABLE t(a)")
    with pytest.raises(SourceError, match="is not a DuckDB file"):
        DuckDBWarehouse(path, read_only=True)


def test_a_broken_file_and_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "broken.duckdb"
    DuckDBWarehouse(path).close()
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TargetError, match=r"broken\.duckdb"):
        DuckDBWarehouse(path)
    with pytest.raises(TargetError, match="is a folder"):
        DuckDBWarehouse(tmp_path)
    with pytest.raises(TargetError, match="below"):
        DuckDBWarehouse(path / "below.duckdb")


def test_the_holder_of_a_lock_is_named(tmp_path: Path) -> None:
    path = tmp_path / "held 'x'.duckdb"
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('ready', flush=True); sys.stdin.readline()"
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "ready\n"
        for read_only, kind in ((True, SourceError), (False, TargetError)):
            with pytest.raises(kind, match=rf"held 'x'\.duckdb open.*PID {holder.pid}.*Close it"):
                DuckDBWarehouse(path, read_only=read_only)
        holder.communicate("\n")


def test_several_may_read_and_none_of_them_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE numbers AS SELECT 1 AS n")
    readers = [DuckDBWarehouse(path, read_only=True) for _ in range(2)]
    code = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('FROM numbers').fetchall())"
    assert run_python(code, str(path)).stdout == "[(1,)]\n"
    for act in (
        lambda: readers[0].create_staging("run", NUMBERS),
        lambda: readers[0].publish([], job_id="1"),
        lambda: readers[0].drop_staging("run"),
        lambda: readers[0].append_rows(NUMBERS, [], dataset="x"),
    ):
        with pytest.raises(TargetError, match="reading only"):
            act()
    for reader in readers:
        reader.close()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.errors import TargetError
from synth_core.model.types import BigQueryType, Field
from synth_core.model.warehouse import TableSchema
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind
from synth_core.ports import LoadFiles, Publication
import pyarrow as pa, pyarrow.parquet as pq
import random
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = Path(sys.argv[1])
field = Field(name="n", type=BigQueryType.model_validate("INT64"))
column = Column(name="n", type=Inferred(value=field.type), mode=Inferred(value=field.mode),
                meaning=Inferred(value="unknown"), personal=Inferred(value=False))
pq.write_table(pa.table({"n": [random.getrandbits(62) for _ in range(400_000)]}), folder / "n.parquet")
warehouse = DuckDBWarehouse(folder / "t.duckdb")
schema = TableSchema(name="numbers", fields=(field,))
staging = warehouse.create_staging("run", schema)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
try:
    warehouse.load(staging, LoadFiles(paths=(str(folder / "n.parquet"),), kind=SourceKind.PARQUET, columns=(column,)))
    warehouse.publish([Publication(staging=staging, target=schema, mode="append")], job_id="1")
    print("no error")
except TargetError as error:
    print("TargetError", error)
"""


def test_no_space_left_is_an_error_of_the_target(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    done = run_python(FULL_DISK, str(tmp_path))
    assert done.stdout.startswith("TargetError"), done
    assert "Free some space" in done.stdout
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        assert connection.sql("FROM kept").fetchall() == [(1,)]
        assert connection.sql(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'"
        ).fetchall() == [("kept",)]


CRASH = """
import os, sys
from dataclasses import replace
from pathlib import Path
from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.model.types import BigQueryType, Field, Mode
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import Publication

path, last = Path(sys.argv[1]), int(sys.argv[2])
number = BigQueryType.model_validate("INT64")
parent = TableSchema(name="parent", primary_key=("id",), fields=(Field(name="id", type=number, mode=Mode.REQUIRED),))
child = TableSchema(name="child", fields=(Field(name="parent", type=number),),
                    foreign_keys=(ForeignKey(columns=("parent",), ref_table="parent", ref_columns=("id",)),))
warehouse = DuckDBWarehouse(path)
publications = []
for schema in (child, parent):
    staging = warehouse.create_staging("run", schema)
    warehouse._place.execute(f"INSERT INTO {warehouse.name_of(staging)} FROM range(1000, 41000)")
    publications.append(Publication(staging=staging, target=schema, mode="replace"))
calls = 0

class Mortal:
    # DuckDB's own connection; the process dies instead of making the last call (0: instead of a commit).

    def __init__(self, connection):
        self.connection = connection

    def __getattr__(self, name):
        global calls
        if name in ("execute", "begin", "commit"):
            calls += 1
            if calls == last or (last == 0 and name == "commit"):
                os.kill(os.getpid(), 9)
        return getattr(self.connection, name)

warehouse._place = replace(warehouse._place, connection=Mortal(warehouse._place.connection))
warehouse.publish(publications, job_id="1")
print(calls, flush=True)
if last < 0:
    os.kill(os.getpid(), 9)
"""

OLD, NEW = [(3, 1, 3)], [(40000, 1000, 40999)]


def parents_and_children(path: Path) -> list[list[tuple[int, int, int]]]:
    with duckdb.connect(path) as connection:
        return [
            connection.sql(f"SELECT count(*), min({column}), max({column}) FROM {table}").fetchall()
            for table, column in (("parent", "id"), ("child", "parent"))
        ]


def test_a_kill_leaves_the_old_tables_or_the_new_ones(tmp_path: Path) -> None:
    """Killed before any statement of publishing, before its commit, and right after it."""
    original = tmp_path / "original.duckdb"
    with duckdb.connect(original) as connection:
        connection.execute("CREATE TABLE parent AS SELECT range AS id FROM range(1, 4)")
        connection.execute("ALTER TABLE parent ADD PRIMARY KEY (id)")
        connection.execute("CREATE TABLE child(parent BIGINT REFERENCES parent(id))")
        connection.execute("INSERT INTO child FROM range(1, 4)")

    def start(last: int) -> tuple[Path, subprocess.Popen[str]]:
        path = tmp_path / f"{last}.duckdb"
        path.write_bytes(original.read_bytes())
        command = [sys.executable, "-c", CRASH, str(path), str(last)]
        return path, subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    path, process = start(-1)
    total = int(process.communicate(timeout=60)[0])
    assert (process.returncode, total > 20) == (-9, True)
    assert parents_and_children(path) == [NEW, NEW]
    for last in (0, total // 4, total // 2, total * 3 // 4, total):
        path, process = start(last)
        process.communicate(timeout=60)
        assert process.returncode == -9
        assert parents_and_children(path) == [OLD, OLD]


def test_an_interrupted_query_is_an_interrupt(tmp_path: Path) -> None:
    """DuckDB makes a RuntimeError of it, which would pass for a fault of ours."""
    warehouse = DuckDBWarehouse(tmp_path / "w.duckdb")
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            warehouse.query(
                "SELECT count(*) FROM range(20000000) a JOIN range(3) b ON hash(a.range + b.range) = 1"
            )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert warehouse.query("SELECT 1 AS one").to_pylist() == [{"one": 1}]
    warehouse.close()
