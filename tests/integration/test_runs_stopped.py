"""Runs that are cancelled, interrupted or killed: the target is as it was, and a resumed run is whole."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from processes import ended, eventually, start
from small_shop import (
    ROWS,
    Synth,
    assert_target_holds,
    done,
    files_below,
    mirrored,
    statuses,
    tables,
)

from synth_core.execution.driving import driving, nobody_drives
from synth_core.execution.progress import rows_so_far


def manifest(home: Path, run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "runs" / run_id / "manifest.json").read_text())
    return found


def generating(home: Path) -> str | None:
    """The id of the run that makes rows right now."""
    for path in (home / "runs").glob("*/manifest.json"):
        if json.loads(path.read_text())["state"] == "generating":
            return path.parent.name
    return None


@pytest.mark.parametrize("how", ["cancel", pytest.param("interrupt", marks=pytest.mark.slow), "terminate"])
def test_a_stopped_run_leaves_the_target_alone_and_resumes(
    synth: Synth, home: Path, target: Path, how: str
) -> None:
    done(synth("approve", "p"))
    temporary = target.parent / "temporary"
    temporary.mkdir()
    process = start(home, "-m", "synth_core", "run", "p", "--json", TMPDIR=str(temporary))
    run_id = eventually(lambda: generating(home))
    eventually(lambda: list((home / "runs" / run_id / "work").glob("*/child-*")))
    if how == "cancel":
        assert done(synth("cancel", run_id, "--json")).data == {"run_id": run_id, "cancel": "asked for"}
    else:
        process.send_signal(signal.SIGINT if how == "interrupt" else signal.SIGTERM)
    said = ended(process)
    state, status, code = {
        "cancel": ("cancelled", "Cancelled", 1),
        "interrupt": ("interrupted", "Interrupted", 130),
        "terminate": ("interrupted", "Interrupted", 143),
    }[how]
    assert (said.code, said.out) == (code, "")
    assert state in said.err and f"`synth resume {run_id}`" in said.err and "Traceback" not in said.err
    assert manifest(home, run_id)["state"] == state
    assert tables(target) == []
    assert mirrored(target, run_id) == {table: ["In Progress", status] for table in ROWS}
    assert not (target.parent / "files").exists(), "it stopped while rows were made, not after that"
    assert not (home / "runs" / run_id / "work").exists()
    assert list(temporary.iterdir()) == []
    refused = synth("cancel", run_id)
    assert refused.code == 1 and state in refused.err and "synth resume" in refused.err

    assert done(synth("resume", run_id, "--json")).data["state"] == "published"
    assert_target_holds(target)
    assert mirrored(target, run_id) == {
        table: ["In Progress", status, "In Progress", "Completed"] for table in ROWS
    }
    before = files_below(home / "runs")
    for options in ([], ["--json"]):
        again = done(synth("resume", run_id, *options))
        assert again.err == f"synth: run {run_id} is published already, so nothing was done.\n"
    assert again.data["state"] == "published"
    assert files_below(home / "runs") == before
    assert_target_holds(target)


KILLED = """
import os, signal, sys
from synth_core import api
from synth_core.adapters.duckdb import publish, warehouse
from synth_core.execution.progress import Silent

moment = sys.argv[1]
real = publish.publish


def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)


class Listener(Silent):
    pass


if moment == "in the transaction":
    publish._keep_job = die
elif moment == "published":
    warehouse.publish = lambda *arguments: (real(*arguments), die())
else:
    setattr(Listener, moment, die)
api.run("p", progress=Listener())
"""


@pytest.mark.parametrize(
    "moment",
    [
        "generating",
        pytest.param("rows", marks=pytest.mark.slow),
        pytest.param("generated", marks=pytest.mark.slow),
        pytest.param("loading", marks=pytest.mark.slow),
        pytest.param("checked", marks=pytest.mark.slow),
        "in the transaction",
        "published",
    ],
)
def test_a_killed_run_resumes_to_exactly_the_right_rows(
    synth: Synth, home: Path, target: Path, moment: str
) -> None:
    done(synth("approve", "p"))
    process = start(home, "-c", KILLED, moment)
    assert ended(process).code == -signal.SIGKILL
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "interrupted"
    assert not (home / "runs" / run["run_id"] / "work").exists()
    assert tables(target) == ([] if moment != "published" else sorted(ROWS))
    rows = done(synth("audit", "--json")).data
    assert statuses(rows, run["run_id"]) == {table: ["In Progress", "Interrupted"] for table in ROWS}

    done(synth("resume", run["run_id"]))
    assert_target_holds(target)
    rows = done(synth("audit", "--json")).data
    expected = {table: ["In Progress", "Interrupted", "In Progress", "Completed"] for table in ROWS}
    assert statuses(rows, run["run_id"]) == mirrored(target, run["run_id"]) == expected
    assert [run["state"] for run in done(synth("runs", "--json")).data] == ["published"]
    made = files_below(target.parent / "files" / "output" / run["run_id"])
    assert sorted(made) == [f"{table}/{table}.parquet" for table in sorted(ROWS)]
    assert not (home / "runs" / run["run_id"] / "work").exists()


@pytest.mark.slow
def test_workers_of_a_killed_driver_do_no_harm(synth: Synth, home: Path, tmp_path: Path) -> None:
    done(synth("approve", "p", "--count", "orders=30000"))
    process = start(home, "-m", "synth_core", "run", "p")
    run_id = eventually(lambda: generating(home))
    eventually(lambda: rows_so_far(home, run_id).get("orders"))
    process.kill()
    process.communicate()
    made = done(synth("resume", run_id, "--json")).data
    assert made["state"] == "published"
    for file in made["files"]:
        assert hashlib.sha256(Path(file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_a_run_that_goes_on_can_not_be_resumed(synth: Synth, home: Path, target: Path) -> None:
    done(synth("approve", "p", "--rows", 10))
    process = start(home, "-m", "synth_core", "run", "p")
    run_id = eventually(lambda: generating(home))
    said = synth("resume", run_id)
    assert (said.code, said.out) == (1, "")
    assert "still going on" in said.err
    assert done(ended(process)).code == 0


def killed(synth: Synth, home: Path) -> str:
    """A run whose driver was killed."""
    done(synth("approve", "p", "--rows", 10))
    assert ended(start(home, "-c", KILLED, "generating")).code == -signal.SIGKILL
    [path] = (home / "runs").iterdir()
    return path.name


def test_a_process_that_got_the_same_number_is_not_taken_for_the_driver(
    synth: Synth, home: Path, target: Path
) -> None:
    run_id = killed(synth, home)
    path = home / "runs" / run_id / "manifest.json"
    path.write_text(json.dumps(manifest(home, run_id) | {"pid": os.getpid()}))
    assert done(synth("resume", run_id, "--json")).data["state"] == "published"


def test_a_run_has_one_driver(
    synth: Synth, home: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = killed(synth, home)
    with driving(home, run_id):
        # The other one has not written anything yet.
        said = synth("resume", run_id)
        assert (said.code, said.out) == (1, "") and "still going on" in said.err
        assert [run["state"] for run in done(synth("runs", "--json")).data] == ["generating"]

    with ExitStack() as stack:
        assert stack.enter_context(nobody_drives(home, run_id))
        assert stack.enter_context(nobody_drives(home, run_id)), "any number may look"
        tries = []
        monkeypatch.setattr("synth_core.execution.locks.time.sleep", lambda _: tries.append(stack.close()))
        with driving(home, run_id), nobody_drives(home, run_id) as free:
            assert tries and not free
    assert [run["state"] for run in done(synth("runs", "--json")).data] == ["interrupted"]


def test_a_worker_without_a_driver_makes_nothing(synth: Synth, home: Path, target: Path) -> None:
    run_id = killed(synth, home)
    before = files_below(home)
    worker = ("-m", "synth_core.execution.worker", "--home", str(home), "--run", run_id, "--task", "0000")
    said = ended(start(home, *worker))
    assert said.code == 1 and "driver is gone" in said.err
    assert files_below(home) == before


def test_runs_that_are_not_there(synth: Synth, home: Path) -> None:
    for command in (["cancel"], ["resume"], ["audit", "sync"]):
        for run_id in ("20200101-000000-000-00000000", "../../p", "", "a/b"):
            said = synth(*command, run_id)
            if command == ["audit", "sync"] and not run_id:
                continue
            assert (said.code, said.out) == (1, "")
            assert f"There is no run {run_id!r}" in said.err
