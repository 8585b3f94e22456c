"""Reviewing a project over Cloud Storage: the beginning of an object as another dialect would split it, and whether its
objects are still the same. Neither fetches more than it must."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from servers.storage import StorageServer

from synth_core import api
from synth_core.model.dialect import Dialect

ROWS = "".join(f"{n};Bern {n}\n" for n in range(60_000))
HEAD = 256 << 10


@pytest.fixture
def project(storage_server: StorageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project over two objects: one of 750 kB, one that is packed."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    bucket = storage_server.bucket("raw-data")
    storage_server.put(f"{bucket}/shop/towns.csv", f"id;town\n{ROWS}".encode())
    storage_server.put(
        f"{bucket}/shop/packed.csv.gz", gzip.compress(f"no,word\n{ROWS.replace(';', ',')}".encode())
    )
    api.begin("p", f"{bucket}/shop", str(tmp_path / "out"))
    return "p"


def sent(server: StorageServer, since: int) -> int:
    """Bytes that downloads got from then on."""
    media = (each for each in server.requests[since:] if each.query.get("alt") == "media")
    return sum(int(each.notes["sent"]) for each in media)


def test_only_the_beginning_is_fetched(storage_server: StorageServer, project: str) -> None:
    before = len(storage_server.requests)
    found = api.reread(project, "towns")
    assert found.names == ("id", "town") and found.rows[1] == ("1", "Bern 1")
    assert (found.looked_at, found.uneven) == (1000, 0)
    assert 0 < sent(storage_server, before) <= HEAD
    other = api.reread(project, "towns", Dialect(delimiter=","))
    assert other.names == ("id;town",)
    assert api.reread(project, "packed").names == ("no", "word")


def test_objects_that_were_written_again(storage_server: StorageServer, project: str) -> None:
    assert api.source_changes(project) == ()
    storage_server.put("gs://raw-data/shop/towns.csv", f"id;place\n{ROWS}".encode())
    storage_server.put("gs://raw-data/shop/more.csv", b"a,b\n1,2\n")
    before = len(storage_server.requests)
    found = {(each.table, each.what): each.message for each in api.source_changes(project)}
    assert found["towns", "schema"] == "place is new; town is gone."
    assert set(found) == {("towns", "schema"), ("towns", "rows"), ("more", "new")}
    assert sent(storage_server, before) <= HEAD


def test_what_a_person_says_of_an_object_is_how_it_is_read(
    storage_server: StorageServer, project: str
) -> None:
    api.edit(project, ["towns.dialect.header_rows=0", "towns.dialect.banner=1"])
    stored, _ = api.infer(project)
    table = stored.project.table("towns")
    assert table.dialect is not None and table.dialect.value.banner == ("id;town",)
    assert (len(table.columns), table.rows) == (2, 60_000)
