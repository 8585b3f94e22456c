"""Runs whose finished files and staged input lie in Cloud Storage."""

from __future__ import annotations

import gzip
import hashlib
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from processes import ended, start
from servers.faults import Fault
from servers.storage import StorageServer
from small_shop import ROWS, Synth, assert_target_holds, database, done, edit, files_below, folder

import synth_core
from synth_core.errors import PlanError, TargetError
from synth_core.execution.progress import Silent
from synth_core.execution.staging import Staging
from synth_core.execution.state import RunStore
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Mode
from synth_core.wiring import open_store

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def bucket(storage_server: StorageServer) -> str:
    """A bucket for what is made."""
    return storage_server.bucket("made-here")


@pytest.fixture
def in_bucket(home: Path, bucket: str, tmp_path: Path) -> str:
    """The project `p` writes into the bucket."""
    edit(home / "p" / "project.yaml", f"uri: {tmp_path / 'out'}", f"uri: {bucket}/shop")
    return f"{bucket}/shop"


def approved(name: str = "p", **options: Any) -> None:
    synth_core.approve(name, by="ana", **options)


def ends(run_id: str) -> dict[str, Any]:
    """By table: the last event of a run."""
    return {row.table_name: row for row in synth_core.audit() if row.run_id == run_id}


def test_files_are_the_result_of_a_bucket_target(
    synth: Synth, home: Path, in_bucket: str, storage_server: StorageServer
) -> None:
    approved()
    made = done(synth("run", "p", "--json")).data
    place = f"{in_bucket}/output/{made['run_id']}"
    assert (made["target"], made["output"]) == (in_bucket, place)
    assert {file["table"]: file["rows"] for file in made["files"]} == ROWS
    assert storage_server.list(in_bucket) == sorted(f"{place}/{table}/{table}.parquet" for table in ROWS)
    for file in made["files"]:
        data = storage_server.get(file["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["bytes"], file["sha256"])
        assert file["generation"] == int(storage_server.metadata(file["path"])["generation"])
    for table, end in ends(made["run_id"]).items():
        assert (end.status, end.output_path, end.gcs_bucket_name) == (
            "Completed",
            f"{place}/{table}",
            "made-here",
        )
    assert f"Files:   {place}" in done(synth("resume", made["run_id"])).out
    assert not (home / "output").exists()


@pytest.mark.slow
def test_a_duckdb_file_loads_what_lies_in_the_bucket(
    home: Path, target: Path, bucket: str, storage_server: StorageServer, tmp_path: Path
) -> None:
    edit(home / "p" / "project.yaml", f"files: {tmp_path / 'files'}", f"files: {bucket}")
    approved()
    run = synth_core.run("p")
    assert_target_holds(target)
    assert len(storage_server.list(f"{bucket}/output/{run.run_id}")) == 3
    assert storage_server.downloads(f"output/{run.run_id}/orders/orders.parquet")
    assert not (tmp_path / "files").exists()


def test_only_files_that_are_not_as_they_were_written_are_made_again(
    home: Path, in_bucket: str, storage_server: StorageServer
) -> None:
    approved()
    recipe_breaks = Fault(method="GET", path=r"orders\.parquet.*alt=media", times=9, status=403)
    storage_server.faults.add(recipe_breaks)
    with pytest.raises(TargetError, match="objectViewer"):
        synth_core.run("p")
    [run] = synth_core.runs()
    place = f"{in_bucket}/output/{run.run_id}"
    before = {name: int(storage_server.metadata(name)["generation"]) for name in storage_server.list(place)}
    assert len(before) == 3, "whole files stay when a run fails"
    storage_server.faults.clear()
    replaced, gone = f"{place}/orders/orders.parquet", f"{place}/passport/passport.parquet"
    storage_server.put(replaced, b"somebody else's")
    storage_server.delete(gone)
    assert synth_core.resume(run.run_id).state == "published"
    after = {name: int(storage_server.metadata(name)["generation"]) for name in storage_server.list(place)}
    assert after.keys() == before.keys()
    assert after[f"{place}/customer/customer.parquet"] == before[f"{place}/customer/customer.parquet"]
    receipts = RunStore(open_store(home)).receipts(run.run_id).values()
    files = {file.path: file for receipt in receipts for file in receipt.files}
    assert {name: file.generation for name, file in files.items()} == after
    for name, file in files.items():
        assert hashlib.sha256(storage_server.get(name)).hexdigest() == file.sha256


def test_a_bucket_that_is_not_there_is_said_before_anything_is_made(
    synth: Synth, home: Path, tmp_path: Path, storage_server: StorageServer
) -> None:
    edit(home / "p" / "project.yaml", f"uri: {tmp_path / 'out'}", "uri: gs://nowhere")
    approved()
    said = synth("run", "p")
    assert said.code == 1 and "no bucket gs://nowhere" in said.err and "synth resume" in said.err
    [run] = synth_core.runs()
    assert run.state == "failed"
    assert {table: row.status for table, row in ends(run.run_id).items()} == dict.fromkeys(ROWS, "Failed")
    assert not any("/o" in request.path for request in storage_server.requests)


@pytest.mark.slow
def test_a_service_that_stays_busy_fails_the_run_with_a_way_on(
    synth: Synth, home: Path, in_bucket: str, storage_server: StorageServer
) -> None:
    approved()
    storage_server.faults.add(Fault(method="GET", path=r"/b/made-here(\?|$)", times=1000, status=429))
    said = synth("run", "p")
    assert said.code == 1
    [run] = synth_core.runs()
    assert f"`synth resume {run.run_id}` goes on with the run" in run.message
    assert run.message == next(iter(ends(run.run_id).values())).error_message
    storage_server.faults.clear()
    assert synth_core.resume(run.run_id).state == "published"


@pytest.mark.slow
def test_an_upload_that_is_refused_can_be_done_later(
    synth: Synth, home: Path, in_bucket: str, storage_server: StorageServer
) -> None:
    approved()
    storage_server.faults.add(Fault(method="POST", path="/upload/", times=9, status=403))
    said = synth("run", "p")
    assert said.code == 1 and "objectAdmin" in said.err and "synth resume" in said.err
    [run] = synth_core.runs()
    said = synth("resume", run.run_id)
    assert said.code == 1 and f"`synth resume {run.run_id}` goes on" in said.err
    storage_server.faults.clear()
    done(synth("resume", run.run_id))
    assert len(storage_server.list(in_bucket)) == len(ROWS)


# --- staged input ---


def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, source: str, **options: Any) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    synth_core.init("s", source, target, stage=True, **options)
    synth_core.infer("s")
    synth_core.draft("s")
    approved("s", rows=20)


def headerless(file: str, banner: tuple[str, ...], encoding: str, target: str) -> Project:
    """A project over one file that has no header."""
    columns = tuple(
        Column(
            name=name,
            type=Inferred(value=BigQueryType.model_validate(kind)),
            mode=Inferred(value=Mode.NULLABLE),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
        )
        for name, kind in (("id", "INT64"), ("name", "STRING"), ("score", "FLOAT64"))
    )
    dialect = Dialect(
        delimiter=";",
        header_rows=0,
        banner=banner,
        encoding=encoding,
        compression="gzip" if file.endswith(".gz") else "",
    )
    table = Table(
        name="people",
        source=TableSource(kind=SourceKind.DELIMITED, uri=file, files=(file,), full_name=file),
        rows=2,
        wanted=2,
        dialect=Inferred(value=dialect),
        columns=columns,
    )
    return Project(name="s", source=file, tables=(table,), target=Target(uri=target, stage=True))


def test_staged_input_has_headers_and_goes_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str, storage_server: StorageServer
) -> None:
    source = folder(tmp_path / "shop")
    staged(tmp_path, monkeypatch, bucket, str(source), keep_staged=True)
    run = synth_core.run("s")
    place = f"{bucket}/staging/{run.run_id}"
    assert storage_server.list(place) == [
        f"{place}/customers/customers.csv",
        f"{place}/order_lines/order_lines.tsv",
        f"{place}/orders/orders.dat.gz",
    ]
    for name in ("customers/customers.csv", "order_lines/order_lines.tsv"):
        assert storage_server.get(f"{place}/{name}") == (source / name.split("/")[1]).read_bytes()
    text = gzip.decompress(storage_server.get(f"{place}/orders/orders.dat.gz")).decode()
    header, *rows = text.splitlines()
    assert header == "column_1|column_2|column_3|column_4"
    assert rows == gzip.decompress((source / "orders.dat.gz").read_bytes()).decode().splitlines()
    paths = {table: (row.input_gcs_path, row.header_gcs_path) for table, row in ends(run.run_id).items()}
    assert paths == {
        "customers": (f"{place}/customers/*", None),
        "order_lines": (f"{place}/order_lines/*", None),
        "orders": (f"{place}/orders/*", f"{place}/orders/*"),
    }


KILLED = """
import os, signal
from synth_core import api
from synth_core.execution.progress import Silent

class Listener(Silent):
    def generating(self, wanted):
        os.kill(os.getpid(), signal.SIGKILL)

api.run("s", progress=Listener())
"""


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("published", marks=pytest.mark.slow),
        "failed",
        pytest.param("killed", marks=pytest.mark.slow),
    ],
)
def test_staged_input_is_removed_however_the_run_ends(
    synth: Synth,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bucket: str,
    storage_server: StorageServer,
    how: str,
) -> None:
    staged(tmp_path, monkeypatch, bucket, str(folder(tmp_path / "shop")))
    if how == "killed":
        assert ended(start(tmp_path / "home", "-c", KILLED)).code == -signal.SIGKILL
        assert len(storage_server.list(f"{bucket}/staging")) == 3
        assert done(synth("runs", "--json")).data[0]["state"] == "interrupted"
    elif how == "failed":
        storage_server.faults.add(Fault(method="GET", path=r"output.*alt=media", times=9, status=403))
        with pytest.raises(TargetError):
            synth_core.run("s")
    else:
        synth_core.run("s")
    assert any("staging" in request.path for request in storage_server.requests)
    assert storage_server.list(f"{bucket}/staging") == []


@pytest.mark.slow
def test_what_can_not_be_removed_is_said(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str, storage_server: StorageServer
) -> None:
    staged(tmp_path, monkeypatch, bucket, database(tmp_path / "a.duckdb"))
    storage_server.faults.add(Fault(method="DELETE", path="staging.*passport", times=9, status=403))
    said = done(synth("run", "s"))
    [left] = storage_server.list(f"{bucket}/staging")
    [run] = synth_core.runs()
    [note] = run.notes
    assert left in note and "holds rows of the source" in note
    assert note in said.out


@pytest.mark.parametrize(
    ("name", "banner", "encoding", "joined"),
    [
        ("plain.csv", (), "utf-8", True),
        ("packed.csv.gz", (), "utf-8", True),
        ("wide.csv", (), "utf-16-le", True),
        ("marked.csv", (), "utf-8-sig", False),
        ("wide-marked.csv", (), "utf-16", False),
        ("banner.csv.gz", ("HEADER of 2024", ""), "latin-1", False),
    ],
)
def test_a_header_is_put_on_objects_without_downloading_them_where_that_can_be(
    tmp_path: Path,
    bucket: str,
    storage_server: StorageServer,
    name: str,
    banner: tuple[str, ...],
    encoding: str,
    joined: bool,
) -> None:
    storage_server.bucket("raw-data")
    lines = [*banner, "1;Änn;2.5", "2;Bob;3.5"]
    data = "\n".join(lines).encode(encoding)
    packed = gzip.compress(data) if name.endswith(".gz") else data
    storage_server.put(f"gs://raw-data/in/{name}", packed)
    project = headerless(f"gs://raw-data/in/{name}", banner, encoding, bucket)
    (tmp_path / "scratch").mkdir()
    Staging(tmp_path, project, "20260101-1").stage(
        project.tables[0], lambda uri: pytest.fail(uri), tmp_path / "scratch"
    )
    [made] = storage_server.list(f"{bucket}/staging")
    assert made == f"{bucket}/staging/20260101-1/people/{name}"
    found = storage_server.get(made)
    text = gzip.decompress(found) if name.endswith(".gz") else found
    assert text == "\n".join([*banner, "id;name;score", *lines[len(banner) :]]).encode(encoding)
    assert bool(storage_server.downloads(f"in/{name}")) is not joined
    assert storage_server.get(f"gs://raw-data/in/{name}") == packed
    assert list((tmp_path / "scratch").iterdir()) == []


def test_files_of_equal_names_are_all_staged(
    tmp_path: Path, bucket: str, storage_server: StorageServer
) -> None:
    storage_server.bucket("raw-data")
    names = ["a/x.csv", "b/x.csv", "c/0001-x.csv", "c/0000-x.csv"]
    for name in names:
        storage_server.put(f"gs://raw-data/{name}", f"1;{name};2.5".encode())
    files = tuple(f"gs://raw-data/{name}" for name in names)
    project = headerless(files[0], (), "utf-8", bucket)
    source = project.tables[0].source.model_copy(update={"files": files})
    (tmp_path / "scratch").mkdir()
    Staging(tmp_path, project, "20260101-1").stage(
        project.tables[0].model_copy(update={"source": source}),
        lambda uri: pytest.fail(uri),
        tmp_path / "scratch",
    )
    made = [storage_server.get(each).decode() for each in storage_server.list(f"{bucket}/staging")]
    assert sorted(made) == sorted(f"id;name;score\n1;{name};2.5" for name in names)


def test_bigquery_can_not_be_staged_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    with pytest.raises(PlanError, match="Cloud Storage only"):
        synth_core.init("s", "bigquery:p.d", str(tmp_path / "out"), stage=True)


@pytest.mark.slow
def test_a_staged_folder_goes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    staged(tmp_path, monkeypatch, str(out), str(folder(tmp_path / "shop")))
    seen: list[str] = []

    class Listener(Silent):
        def generating(self, wanted: Mapping[str, int]) -> None:
            seen.extend(files_below(out))

    run = synth_core.run("s", progress=Listener())
    assert f"staging/{run.run_id}/orders/orders.dat.gz" in seen
    assert sorted(each.name for each in out.iterdir()) == ["output"]
