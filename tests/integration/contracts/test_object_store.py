"""What every object store does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from stores import MANY_CALLS

from synth_core.errors import ConflictError, ProjectError
from synth_core.ports import ObjectStore

BAD_NAMES = ["", "/a", "a//b", "a/", "./a", "a/./b", "../a", "a/../../b", "..", "a\0b", "\ud800"]


def test_a_blob_comes_back_as_it_was(store: ObjectStore) -> None:
    generation = store.put("a/b c/d'é.bin", b"\x00\xffdata")
    assert generation != 0
    assert store.get("a/b c/d'é.bin") == (b"\x00\xffdata", generation)
    with store.open("a/b c/d'é.bin") as stream:
        assert stream.read(3) == b"\x00\xffd"


def test_every_write_gives_another_generation(store: ObjectStore) -> None:
    """Also of equal content: a writer must notice that someone wrote in between (A, B, A)."""
    generations = [store.put("blob", b"same") for _ in range(50)]
    assert len(set(generations)) == 50
    assert store.get("blob")[1] == generations[-1]


def test_generation_0_only_creates(store: ObjectStore) -> None:
    store.put("blob", b"first", if_generation=0)
    with pytest.raises(ConflictError, match="blob"):
        store.put("blob", b"second", if_generation=0)
    assert store.get("blob")[0] == b"first"


def test_a_generation_replaces_exactly_that_one(store: ObjectStore) -> None:
    first = store.put("blob", b"1")
    second = store.put("blob", b"2", if_generation=first)
    assert store.get("blob") == (b"2", second)
    with pytest.raises(ConflictError):
        store.put("blob", b"3", if_generation=first)
    assert store.get("blob") == (b"2", second)
    with pytest.raises(ConflictError):
        store.put("other", b"3", if_generation=second)
    assert list(store.list()) == ["blob"]


def test_what_is_not_there(store: ObjectStore) -> None:
    store.put("folder/blob", b"1")
    for name in ("missing", "folder", "folder/blob/below", "missing/below"):
        with pytest.raises(FileNotFoundError):
            store.get(name)
        with pytest.raises(FileNotFoundError):
            store.open(name)
        store.delete(name)
    assert list(store.list()) == ["folder/blob"]


def test_a_deleted_blob_can_be_created_again(store: ObjectStore) -> None:
    before = store.put("blob", b"1")
    store.delete("blob")
    with pytest.raises(FileNotFoundError):
        store.get("blob")
    with pytest.raises(ConflictError):
        store.put("blob", b"2", if_generation=before)
    assert store.put("blob", b"1", if_generation=0) != before


def test_a_blob_is_read_from_anywhere(store: ObjectStore) -> None:
    data = bytes(range(256)) * 40_000
    generation = store.put("blob", data)
    assert (store.stat("blob").size, store.stat("blob").generation) == (len(data), generation)
    with store.open("blob") as stream:
        assert stream.seek(-300, 2) == len(data) - 300
        assert stream.read(10) == data[-300:-290]
        assert stream.seek(5_000_000) == stream.tell() == 5_000_000
        assert stream.read() == data[5_000_000:]
        assert stream.read(1) == b""
    with pytest.raises(FileNotFoundError):
        store.stat("missing")


def test_exactly_one_generation_is_deleted(store: ObjectStore) -> None:
    first = store.put("blob", b"1")
    second = store.put("blob", b"2")
    with pytest.raises(ConflictError, match="blob"):
        store.delete("blob", if_generation=first)
    assert store.get("blob") == (b"2", second)
    store.delete("blob", if_generation=second)
    assert list(store.list()) == []
    store.delete("blob", if_generation=second)


def test_list_is_sorted_and_cut_by_prefix(store: ObjectStore) -> None:
    assert list(store.list()) == []
    names = ["b", "a/2", "a/10", "a-1", "a/x/y", "ab/c"]
    for name in names:
        store.put(name, b"")
    assert list(store.list()) == sorted(names)
    assert list(store.list("a/")) == ["a/10", "a/2", "a/x/y"]
    assert list(store.list("a/1")) == ["a/10"]
    assert list(store.list("a")) == ["a-1", "a/10", "a/2", "a/x/y", "ab/c"]
    assert list(store.list("none/")) == []


def test_put_file_streams_a_file(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_001)
    before = store.put("blob", b"old")
    generation = store.put_file("blob", source)
    assert generation != before
    assert store.get("blob") == (source.read_bytes(), generation)


@pytest.mark.parametrize("size", [0, 1, 2 << 20, 5 << 20])
def test_a_blob_that_is_written_piece_by_piece(store: ObjectStore, size: int) -> None:
    """Nobody sees it before it is whole, whether or not its end is that of a part; then it replaces what is there."""
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    before = store.put("a/blob", b"old")
    upload = store.begin("a/blob")
    for start in range(0, size, 700_001):
        upload.write(data[start : start + 700_001])
    assert store.get("a/blob") == (b"old", before)
    assert list(store.list()) == ["a/blob"]
    generation = upload.commit()
    assert generation != before
    assert store.get("a/blob") == (data, generation)


def test_a_blob_that_is_given_up(store: ObjectStore) -> None:
    for written in (b"", b"x" * (3 << 20)):
        upload = store.begin("a/blob")
        upload.write(written)
        upload.discard()
    upload = store.begin("a/blob")
    upload.write(b"x" * (3 << 20))
    del upload  # an error nobody thought of
    with pytest.raises(FileNotFoundError):
        store.get("a/blob")
    assert list(store.list()) == []


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_are_none(store: ObjectStore, name: str) -> None:
    acts = [lambda: store.put(name, b""), lambda: store.begin(name), lambda: store.get(name)]
    for act in (*acts, lambda: store.delete(name)):
        with pytest.raises(ProjectError):
            act()


CREATE = """
import sys
from synth_core.errors import ConflictError
print("ready", flush=True)
sys.stdin.readline()
won = []
for number in range(40):
    try:
        adapter.put(f"race/{number}", sys.argv[0].encode() + b"x" * 10_000, if_generation=0)
        won.append(number)
    except ConflictError:
        pass
print(won, flush=True)
"""

COUNT = """
import sys
from synth_core.errors import ConflictError
print("ready", flush=True)
sys.stdin.readline()
for _ in range(25):
    while True:
        data, generation = adapter.get("counter")
        try:
            adapter.put("counter", str(int(data) + 1).encode(), if_generation=generation)
            break
        except ConflictError:
            pass
"""


@MANY_CALLS
def test_of_several_processes_exactly_one_creates(store_opener) -> None:
    winners = [number for line in store_opener.together(CREATE) for number in json.loads(line)]
    assert sorted(winners) == list(range(40))


@MANY_CALLS
def test_no_update_of_several_processes_is_lost(store_opener) -> None:
    store = store_opener.open()
    store.put("counter", b"0")
    store_opener.together(COUNT)
    assert store.get("counter")[0] == b"100"


def test_blobs_are_joined_and_copied(store: ObjectStore, address_of: Callable[[str], str]) -> None:
    for name in ("head", "a b/body"):
        store.put(name, name.encode())
    first = store.join("whole", [address_of("head"), address_of("a b/body")])
    assert store.get("whole") == (b"heada b/body", first)
    second = store.join("whole", [address_of("a b/body")])
    assert store.get("whole") == (b"a b/body", second) and second != first
    with pytest.raises(FileNotFoundError):
        store.join("whole", [address_of("head"), address_of("missing")])
    assert list(store.list()) == ["a b/body", "head", "whole"]
