"""Projects and runs that lie in a bucket: the whole job, edits by hand there, and machines that share it."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from processes import ended, eventually, start
from servers.faults import Fault
from servers.storage import StorageServer
from small_shop import ROWS, Synth, database, done, files_below

import synth_core
from synth_core import api
from synth_core.errors import ConflictError, ProjectError, SynthError
from synth_core.execution import state
from synth_core.execution.claims import DEAD_AFTER, claimed, seat_of
from synth_core.execution.folders import working_folder
from synth_core.execution.progress import Silent
from synth_core.execution.state import RunStore
from synth_core.wiring import open_store

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def at_home(tmp_path: Path, storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, whose store is a bucket."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYNTH_STORE", f"{storage_server.bucket('team-store')}/synth")
    return tmp_path / "home"


@pytest.fixture
def shop(at_home: Path, tmp_path: Path) -> str:
    """A project, inferred and drafted."""
    synth_core.init("shop", database(tmp_path / "source.duckdb"), str(tmp_path / "out"))
    synth_core.infer("shop")
    synth_core.draft("shop")
    return "shop"


def names(server: StorageServer, below: str = "") -> set[str]:
    place = f"gs://team-store/synth/{below}"
    return {name.removeprefix(place).partition("/")[0] for name in server.list(place)}


def test_the_whole_job_leaves_only_working_files_at_home(
    synth: Synth, shop: str, at_home: Path, storage_server: StorageServer, tmp_path: Path
) -> None:
    synth_core.approve(shop, by="ana")
    made = done(synth("run", shop, "--json")).data
    assert {file["table"]: file["rows"] for file in made["files"]} == ROWS
    assert made["project_folder"] == "gs://team-store/synth/shop"
    run = made["run_id"]
    assert names(storage_server) == {"shop", "runs"}
    assert names(storage_server, f"runs/{run}/") >= {"plan.json", "manifest.json", "receipts", "events"}
    assert "driver.json" not in names(storage_server, f"runs/{run}/")
    assert [Path(name).name for name in files_below(at_home)] == [".synth-driver"]
    assert not working_folder(at_home, run).exists()
    assert [each.run_id for each in synth_core.runs()] == [run]
    events = [row.status.value for row in synth_core.audit()]
    assert events.count("In Progress") == events.count("Completed") == 3
    assert len(done(synth("versions", shop, "--json")).data) == len(synth_core.versions(shop)) == 3
    assert len(list((tmp_path / "out").rglob("*.parquet"))) == 3


def test_an_edit_in_the_bucket_becomes_a_version(shop: str, storage_server: StorageServer) -> None:
    """As in a folder: whoever writes the object by hand is neither lost nor overwritten."""
    base = synth_core.open(shop)
    place = "gs://team-store/synth/shop/recipe.yml"
    edited = storage_server.get(place) + b"# by hand\n"
    storage_server.put(place, edited)
    with pytest.raises(ConflictError):
        synth_core.save_recipe(shop, "- object: customer\n", base.version or 0)
    assert storage_server.get(place) == edited
    newest = synth_core.versions(shop)[0].version
    assert (newest.parent, newest.changed) == (base.version, ("recipe.yml",))


@pytest.mark.slow
def test_a_run_that_was_killed_is_known_at_once_at_home(
    shop: str, at_home: Path, storage_server: StorageServer
) -> None:
    synth_core.approve(shop, by="ana", scale=200)
    code = "import synth_core, sys; synth_core.run('shop', started=lambda run_id: print(run_id, flush=True))"
    process = start(at_home, "-c", code)
    assert process.stdout is not None
    run = process.stdout.readline().strip()
    eventually(lambda: api.state(run).state.value == "generating")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert api.state(run).state.value == "interrupted"
    assert synth_core.resume(run).state.value == "published"
    assert f"gs://team-store/synth/runs/{run}/driver.json" not in storage_server.list(
        "gs://team-store/synth/runs"
    )
    ended(process)


def sign(server: StorageServer, run: str, age: timedelta) -> None:
    """Another machine drives the run, and said so then."""
    at = (datetime.now(UTC) - age).isoformat()
    data = json.dumps({"at": at, "host": "other-host", "pid": 1, "token": "its own"})
    server.put(f"gs://team-store/synth/runs/{run}/driver.json", data.encode())


@pytest.mark.slow
def test_a_run_of_another_machine_is_left_alone_while_it_lives(
    shop: str, at_home: Path, storage_server: StorageServer
) -> None:
    synth_core.approve(shop, by="ana")
    run = synth_core.run(shop).run_id
    runs = RunStore(open_store(at_home, "gs://team-store/synth"), is_shared=True)
    runs.update(run, state="generating", ended_at=None)
    sign(storage_server, run, timedelta(minutes=2))
    assert api.state(run).state.value == "generating"
    with pytest.raises(ProjectError, match="still going on at other-host"):
        synth_core.resume(run)
    sign(storage_server, run, DEAD_AFTER)
    assert api.state(run).state.value == "interrupted"
    assert synth_core.resume(run).state.value == "published"


def test_of_two_machines_one_takes_a_run_up(
    shop: str, at_home: Path, tmp_path: Path, storage_server: StorageServer
) -> None:
    runs = RunStore(open_store(at_home, "gs://team-store/synth"), is_shared=True)
    here, there = tmp_path / "here", tmp_path / "there"
    for home in (here, there):
        working_folder(home, "run-1").parent.mkdir(parents=True)
    with (
        claimed(seat_of(here, runs, "run-1")),
        pytest.raises(ProjectError, match="still going on"),
        claimed(seat_of(there, runs, "run-1")),
    ):
        pytest.fail("two drive the run")
    with claimed(seat_of(there, runs, "run-1")):
        pass
    assert names(storage_server, "runs/run-1/") == set()


@pytest.mark.slow
def test_a_request_to_stop_reaches_the_run_through_the_bucket(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopping(Silent):
        def generating(self, wanted: Mapping[str, int]) -> None:
            synth_core.cancel(synth_core.runs()[0].run_id)

    synth_core.approve(shop, by="ana")
    monkeypatch.setattr(state, "ASKING", 0.0)
    with pytest.raises(SynthError, match="cancelled"):
        synth_core.run(shop, progress=Stopping())
    [run] = synth_core.runs()
    assert run.state.value == "cancelled"
    assert synth_core.resume(run.run_id).state.value == "published"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(path="team-store/o", status=403, reason="forbidden", times=99), "roles/storage.object"),
        (
            Fault(path="team-store/o", status=404, reason="notFound", times=99),
            "There is no bucket gs://team-store",
        ),
        (Fault(path="team-store/o", status=401, times=99), "signing in failed"),
    ],
)
def test_a_store_that_can_not_be_reached_says_why(
    at_home: Path, tmp_path: Path, storage_server: StorageServer, fault: Fault, says: str
) -> None:
    source = database(tmp_path / "source.duckdb")
    storage_server.faults.add(fault)
    with pytest.raises(ProjectError, match=says):
        synth_core.init("shop", source, str(tmp_path / "out"))
