"""The store on Cloud Storage beyond the contract: what happens when replies get lost, and who is told what."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.faults import Fault, Request
from servers.storage import StorageServer

from synth_core.adapters.gcs import BucketFiles, BucketStore, bucket
from synth_core.adapters.google.clients import storage_client
from synth_core.errors import ConflictError, ProjectError, SourceError, TargetError, TransientError

LARGE = bytes(range(256)) * 90_000
"""Over two parts of an upload."""
PIECES = LARGE[: 5 << 20]
"""The same, where it is written piece by piece."""


@pytest.fixture
def store(storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch) -> BucketStore:
    """With short pauses between tries."""
    quick = bucket.RETRY.with_delay(initial=0.01, maximum=0.02).with_timeout(3)
    monkeypatch.setattr(bucket, "RETRY", quick)
    storage_server.bucket("store")
    return BucketStore(storage_client(), "store", "a b/ü")


def uploads(server: StorageServer) -> list[tuple[str, int]]:
    return [(each.method, each.status) for each in server.requests if each.path.startswith("/upload")]


# --- lost replies, and other writers ---


def put(store: BucketStore, name: str, path: Path) -> int:
    return store.put(name, b"new")


def create(store: BucketStore, name: str, path: Path) -> int:
    store.delete(name)
    return store.put(name, b"new", if_generation=0)


def replace(store: BucketStore, name: str, path: Path) -> int:
    return store.put(name, b"new", if_generation=store.stat(name).generation)


def put_large(store: BucketStore, name: str, path: Path) -> int:
    path.write_bytes(LARGE)
    return store.put_file(name, path)


def put_pieces(store: BucketStore, name: str, path: Path) -> int:
    upload = store.begin(name)
    for start in range(0, len(PIECES), 999_999):
        upload.write(PIECES[start : start + 999_999])
    return upload.commit()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lost", "429", "500", "503"])
@pytest.mark.parametrize("write", [put, create, replace, put_large, put_pieces])
def test_whatever_call_of_a_write_fails_it_is_done_once(
    store: BucketStore,
    storage_server: StorageServer,
    tmp_path: Path,
    write: Callable[[BucketStore, str, Path], int],
    kind: str,
) -> None:
    """The client asks again; being told that the condition does not hold any more, it knows its own work."""
    expected = {put_large: LARGE, put_pieces: PIECES}.get(write, b"new")
    for at in range(12):
        name = f"blob {at}"
        store.put(name, b"old")
        storage_server.faults.clear()
        broken = {"lose_reply": True} if kind == "lost" else {"status": int(kind)}
        fault = storage_server.faults.add(Fault(skip=at, **broken))  # type: ignore[arg-type]
        generation = write(store, name, tmp_path / "file")
        if not fault.seen:
            break
        assert store.get(name) == (expected, generation)
    assert at >= 2


def test_somebody_elses_equal_content_is_no_work_of_ours(
    store: BucketStore, storage_server: StorageServer
) -> None:
    """The reply to nothing got lost: two that create the same must not both believe that they did."""
    other = BucketStore(storage_client(), "store", "a b/ü")
    other.put("blob", b"same", if_generation=0)
    with pytest.raises(ConflictError, match="expected generation 0"):
        store.put("blob", b"same", if_generation=0)
    hold, is_here = threading.Event(), threading.Event()

    def arrives(request: Request) -> bool:
        is_here.set()
        return True

    storage_server.faults.add(Fault(method="POST", path="/upload", hold=hold, where=arrives))
    errors: list[Exception] = []

    def write() -> None:
        try:
            store.put("late", b"same", if_generation=0)
        except ConflictError as error:
            errors.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    assert is_here.wait(30)
    other.put("late", b"same", if_generation=0)
    hold.set()
    thread.join()
    assert len(errors) == 1


def test_a_deletion_whose_reply_is_lost_is_done(store: BucketStore, storage_server: StorageServer) -> None:
    for at in range(6):
        generation = store.put(f"blob {at}", b"1")
        storage_server.faults.add(Fault(skip=at % 3, lose_reply=True))
        store.delete(f"blob {at}", if_generation=generation if at < 3 else None)
        storage_server.faults.clear()
        assert list(store.list()) == []


def test_a_deletion_never_hits_what_came_in_between(
    store: BucketStore, storage_server: StorageServer
) -> None:
    """Also without a condition of its own it removes what was there when it began, or what replaced that at once."""
    generation = store.put("blob", b"1")
    storage_server.put("gs://store/a b/ü/blob", b"2")
    with pytest.raises(ConflictError):
        store.delete("blob", if_generation=generation)
    assert store.get("blob")[0] == b"2"


def test_a_write_without_a_condition_begins_anew_when_others_write(
    store: BucketStore, storage_server: StorageServer
) -> None:
    store.put("blob", b"1")
    storage_server.faults.add(Fault(method="POST", path="/upload", status=412, reason="conditionNotMet"))
    assert store.put("blob", b"2") and store.get("blob")[0] == b"2"
    storage_server.faults.add(
        Fault(method="POST", path="/upload", status=412, reason="conditionNotMet", times=99)
    )
    with pytest.raises(TransientError, match="written by others all the time"):
        store.put("blob", b"3")


def test_what_others_write_while_pieces_go_up_is_not_lost(
    store: BucketStore, storage_server: StorageServer
) -> None:
    store.put("blob", b"old")
    upload = store.begin("blob")
    upload.write(PIECES)
    theirs = store.put("blob", b"theirs")
    with pytest.raises(TransientError, match="blob was changed while it was written"):
        upload.commit()
    assert store.get("blob") == (b"theirs", theirs)


def test_pieces_that_may_not_be_written(store: BucketStore, storage_server: StorageServer) -> None:
    upload = store.begin("blob")
    storage_server.forbid("storage.objects.create")
    with pytest.raises(ProjectError, match="objectAdmin"):
        upload.write(PIECES)
    upload.discard()


def test_every_write_has_a_condition(
    store: BucketStore, storage_server: StorageServer, tmp_path: Path
) -> None:
    for write in (put, create, replace, put_large, put_pieces):
        store.put("blob", b"old")
        write(store, "blob", tmp_path / "file")
    store.delete("blob")
    begun = [each for each in storage_server.requests if each.method in ("POST", "DELETE")]
    assert begun and all("ifGenerationMatch" in each.query for each in begun)


# --- large ones ---


def test_a_large_file_goes_in_parts_and_with_its_checksum(
    store: BucketStore, storage_server: StorageServer, tmp_path: Path
) -> None:
    put_large(store, "blob", tmp_path / "file")
    assert storage_server.get("gs://store/a b/ü/blob") == LARGE
    parts = [len(each.body) for each in storage_server.requests if each.method == "PUT"]
    assert parts == [8 << 20, 8 << 20, len(LARGE) - (16 << 20)]
    [begun] = [each for each in storage_server.requests if each.query.get("uploadType") == "resumable"][:1]
    assert begun.json["crc32c"]


def test_a_part_that_arrives_damaged_is_refused(
    store: BucketStore, storage_server: StorageServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(LARGE)
    monkeypatch.setattr(bucket, "_checksum", lambda stream: "AAAAAA==")
    with pytest.raises(ProjectError, match="CRC32C"):
        store.put_file("blob", tmp_path / "file")
    assert list(store.list()) == []


def test_a_stream_reads_by_ranges_and_one_generation(
    store: BucketStore, storage_server: StorageServer
) -> None:
    store.put("blob", LARGE)
    with store.open("blob") as stream:
        assert stream.read(10) == LARGE[:10]
        stream.seek(20_000_000)
        assert stream.read(10) == LARGE[20_000_000:20_000_010]
        fetched = [end - start + 1 for start, end in storage_server.downloads() if end is not None]
        assert len(fetched) == 2 and max(fetched) <= 1 << 20
        storage_server.put("gs://store/a b/ü/blob", b"other")
        with pytest.raises(FileNotFoundError):
            stream.seek(0)
            stream.read(2_000_000)


def test_what_is_stored_compressed_comes_as_it_is_stored(
    store: BucketStore, storage_server: StorageServer
) -> None:
    packed = gzip.compress(b"a,b\n1,2\n" * 5000, mtime=0)
    storage_server.put("gs://store/a b/ü/x.csv", packed, metadata={"contentEncoding": "gzip"})
    assert store.get("x.csv")[0] == packed
    with store.open("x.csv") as stream:
        assert stream.read(5) == packed[:5] and stream.read() == packed[5:]
    assert store.stat("x.csv").size == len(packed)


def test_a_damaged_download_is_no_content(store: BucketStore, storage_server: StorageServer) -> None:
    store.put("blob", b"0123456789")
    storage_server.faults.add(Fault(path="alt=media", spoil=lambda data: b"x" + data[1:], times=9))
    with pytest.raises(TransientError, match="arrived damaged"):
        store.get("blob")
    storage_server.faults.clear()
    storage_server.faults.add(Fault(path="alt=media", spoil=lambda data: data[:4], times=99))
    with (
        pytest.raises(TransientError, match="of 10 bytes from 0 on only 4 came"),
        store.open("blob") as stream,
    ):
        stream.read(10)


# --- lists and names ---


def test_a_list_has_pages(
    store: BucketStore, storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "PAGE", 3)
    names = [f"{number:02}/ä b" for number in range(8)]
    for name in reversed(names):
        store.put(name, b"")
    storage_server.faults.clear()
    assert list(store.list()) == names
    assert len(storage_server.requests) == 3


def test_a_list_passes_over_what_is_no_blob(store: BucketStore, storage_server: StorageServer) -> None:
    for name in ("folder/", "a//b", "../up", ".synth-lock", "x/./y", "fine"):
        storage_server.put(f"gs://store/a b/ü/{name}", b"")
    storage_server.put("gs://store/a b/üx", b"")
    assert list(store.list()) == ["fine"]


@pytest.mark.parametrize("name", ["line\nend", "line\rend", "x" * 1020])
def test_names_that_cloud_storage_does_not_take(store: BucketStore, name: str) -> None:
    with pytest.raises(ProjectError, match="can't name an object"):
        store.put(name, b"")


# --- who is told what ---


def test_no_such_bucket(storage_server: StorageServer) -> None:
    store = BucketStore(storage_client(), "nowhere", error_class=TargetError)
    for act in (lambda: store.put("x", b"", if_generation=0), lambda: list(store.list())):
        with pytest.raises(TargetError, match="There is no bucket gs://nowhere"):
            act()


@pytest.mark.parametrize(
    ("permission", "act", "says"),
    [
        (
            "storage.objects.create",
            lambda store: store.put("blob", b"2"),
            "written: .*roles/storage.objectAdmin",
        ),
        ("storage.objects.get", lambda store: store.get("blob"), "read: .*roles/storage.objectViewer"),
        ("storage.objects.list", lambda store: list(store.list()), "listed: .*roles/storage.objectViewer"),
        (
            "storage.objects.delete",
            lambda store: store.delete("blob"),
            "removed: .*roles/storage.objectAdmin",
        ),
    ],
)
def test_a_missing_permission_is_named_with_its_role(
    store: BucketStore,
    storage_server: StorageServer,
    permission: str,
    act: Callable[[BucketStore], object],
    says: str,
) -> None:
    store.put("blob", b"1")
    storage_server.forbid(permission)
    with pytest.raises(
        ProjectError, match=f"gs://store/a b/ü/(blob)? can't be {says}.* on gs://store"
    ) as error:
        act(store)
    assert permission in error.value.message and "http" not in error.value.message


def test_a_service_that_stays_busy_is_worth_another_try(
    store: BucketStore, storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "RETRY", bucket.RETRY.with_timeout(0.1))
    for status in (429, 503):
        storage_server.faults.add(Fault(status=status, times=999, reason="rateLimitExceeded"))
        with pytest.raises(TransientError, match="try again"):
            store.put("blob", b"1", if_generation=0)
        storage_server.faults.clear()


def test_files_of_a_bucket_are_only_read(storage_server: StorageServer) -> None:
    storage_server.bucket("store")
    for name in ("x//y/../z.csv", "a/b.csv", "a/c/d.csv", "a/"):
        storage_server.put(f"gs://store/{name}", b"1,2\n")
    files = BucketFiles(storage_client(), "store")
    assert [each.name for each in files.list("a/", deep=False)] == ["a/", "a/b.csv", "a/c/"]
    assert [each.name for each in files.list()] == ["a/", "a/b.csv", "a/c/d.csv", "x//y/../z.csv"]
    file = files.stat("x//y/../z.csv")
    assert files.open(file).read() == b"1,2\n"
    with pytest.raises(FileNotFoundError):
        files.stat("z.csv")
    storage_server.put("gs://store/x//y/../z.csv", b"3")
    with pytest.raises(SourceError, match="changed or removed while it was read"):
        files.open(file).read()


# --- the stand-in itself ---


def test_locations_and_permissions_are_told(storage_server: StorageServer) -> None:
    storage_server.bucket("store", "europe-west3")
    found = storage_client().get_bucket("store")
    assert found.location == "EUROPE-WEST3"
    asked = ["storage.objects.get", "storage.objects.create"]
    assert found.test_iam_permissions(asked) == asked
    storage_server.forbid("storage.objects.create")
    assert found.test_iam_permissions(asked) == asked[:1]


def test_the_stand_in_dies_with_the_tests(tmp_path: Path) -> None:
    """Also when they are killed."""
    code = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from servers.storage import StorageServer\n"
        "server = StorageServer()\n"
        "print(server._backend.port, flush=True)\n"
        "sys.stdin.read()\n"
    )
    tests = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", code, tests], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert re.fullmatch(r"\d+", port) and _servers(port)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for _ in range(500):
        if not _servers(port):
            break
        threading.Event().wait(0.01)
    assert not _servers(port)


def _servers(port: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if port.encode() in command and os.fsencode("fake-gcs-server") in command[0].rpartition(b"/")[2][:15]:
            found.append(place.parent.name)
    return found
