"""Cloud Storage as it is: conditions on writes, and files as source and target."""

from __future__ import annotations

import pytest

import synth_core
from synth_core import wiring
from synth_core.checkup import State
from synth_core.errors import ConflictError

pytestmark = pytest.mark.live


def test_a_write_under_a_condition_that_does_not_hold_is_refused(bucket: str) -> None:
    store = wiring.open_files(bucket)
    first = store.put("a/b.txt", b"one", if_generation=0)
    with pytest.raises(ConflictError):
        store.put("a/b.txt", b"two", if_generation=0)
    second = store.put("a/b.txt", b"two", if_generation=first)
    assert store.get("a/b.txt") == (b"two", second)
    with pytest.raises(ConflictError):
        store.delete("a/b.txt", if_generation=first)
    assert list(store.list("a/")) == ["a/b.txt"]
    store.delete("a/b.txt")
    assert list(store.list("a/")) == []


def test_nothing_is_missing_for_files(bucket: str) -> None:
    found = synth_core.doctor(source=[f"{bucket}/in"], target=f"{bucket}/out")
    assert [each for each in found if each.state is State.MISSING] == []


def test_files_become_files(bucket: str) -> None:
    rows = "".join(f"{i};Name {i};{'Bern' if i % 2 else 'Oslo'}\r\n" for i in range(1, 61))
    store = wiring.open_files(bucket)
    store.put("in/customers.csv", f"id;name;city\r\n{rows}".encode())
    synth_core.init("files", f"{bucket}/in", f"{bucket}/out")
    synth_core.infer("files")
    synth_core.draft("files")
    synth_core.approve("files", by="live test")
    assert synth_core.run("files").state.value == "published"
    names = list(store.list("out/"))
    assert names
    made = b"".join(store.get(name)[0] for name in names if name.endswith(".csv"))
    assert made.startswith(b"id;name;city\r\n")
    assert made.count(b"\r\n") == 61
