"""What the folder store adds to the contract: files that people may edit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from synth_core.adapters.folder import FolderStore
from synth_core.errors import ConflictError, ProjectError


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "projects")


def test_a_blob_is_a_plain_file_at_its_path(store: FolderStore, tmp_path: Path) -> None:
    store.put("shop/project.yaml", b"name: shop\n")
    file = tmp_path / "projects" / "shop" / "project.yaml"
    assert file.read_bytes() == b"name: shop\n"
    umask = os.umask(0o022)
    os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~umask
    assert [path.name for path in file.parent.iterdir()] == ["project.yaml"]


def test_an_edit_by_hand_is_another_generation(store: FolderStore, tmp_path: Path) -> None:
    file = tmp_path / "projects" / "project.yaml"
    read = store.put("project.yaml", b"rows: 1\n")
    # In place and at once, with as many bytes: the content's size tells nothing.
    file.write_bytes(b"rows: 2\n")
    assert store.get("project.yaml")[1] != read
    with pytest.raises(ConflictError, match=r"project\.yaml"):
        store.put("project.yaml", b"rows: 3\n", if_generation=read)
    assert file.read_bytes() == b"rows: 2\n"
    data, generation = store.get("project.yaml")
    store.put("project.yaml", data + b"k: 10\n", if_generation=generation)
    assert file.read_bytes() == b"rows: 2\nk: 10\n"


def test_an_edit_during_a_read_does_not_mix(store: FolderStore, tmp_path: Path, monkeypatch) -> None:
    """An editor rewrites the file in place, right after the reader has begun."""
    written = store.put("blob", b"old")
    fstat = os.fstat

    def edit_after_first_look(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        monkeypatch.setattr(os, "fstat", fstat)
        (tmp_path / "projects" / "blob").write_bytes(b"new!")
        return status

    monkeypatch.setattr(os, "fstat", edit_after_first_look)
    data, generation = store.get("blob")
    assert (data, generation != written) == (b"new!", True)
    assert store.put("blob", b"newer", if_generation=generation)


def test_a_file_from_the_future_or_the_distant_past(store: FolderStore, tmp_path: Path) -> None:
    file = tmp_path / "projects" / "blob"
    store.put("blob", b"1")
    for seconds in (4_000_000_000, 0, -5):
        os.utime(file, (seconds, seconds))
        before = store.get("blob")[1]
        assert before > 0
        assert store.put("blob", b"2", if_generation=before) > before


def test_a_failed_write_leaves_the_old_blob_and_no_litter(store: FolderStore, tmp_path: Path) -> None:
    store.put("blob", b"old")
    with pytest.raises(FileNotFoundError):
        store.put_file("blob", tmp_path / "missing")
    with pytest.raises(ConflictError):
        store.put("blob", b"new", if_generation=1)
    assert store.get("blob")[0] == b"old"
    left = {path.name for path in (tmp_path / "projects").iterdir()}
    assert left == {"blob", ".synth-lock"}


def test_its_own_files_are_no_blobs(store: FolderStore, tmp_path: Path) -> None:
    store.put("folder/blob", b"")
    (tmp_path / "projects" / "folder" / ".synth-new-1234").write_bytes(b"half")
    assert list(store.list()) == ["folder/blob"]
    for name in (".synth-lock", "folder/.synth-new-1234"):
        with pytest.raises(ProjectError):
            store.get(name)


@pytest.mark.parametrize("name", ["blob/below", "folder", "x" * 300])
def test_what_the_file_system_refuses(store: FolderStore, name: str) -> None:
    store.put("blob", b"kept")
    store.put("folder/blob", b"kept")
    with pytest.raises(ProjectError, match=name):
        store.put(name, b"new")
    assert store.get("blob")[0] == b"kept"
    assert list(store.list()) == ["blob", "folder/blob"]
