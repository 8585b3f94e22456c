"""Jobs as real processes: they outlive whoever started them, one of a kind goes on, each ends with a word."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from processes import ROOT, ended, eventually, start
from servers.storage import StorageServer
from small_shop import ROWS, Synth, assert_target_holds, database, done, files_below, statuses

from synth_core import api
from synth_core.errors import ProjectError, SynthError, UsageError
from synth_core.jobs.record import Job

HOLD = "orders=200000"
"""So many rows take longer than a test looks."""


def over(name: str, kind: str) -> Job:
    """The job when it has ended."""

    def look() -> Job | None:
        found = api.job(name, kind)
        return found if found and not found.is_going else None

    found: Job = eventually(look)
    return found


def running(name: str, kind: str) -> Job:
    """The job as soon as its process is at work."""
    found: Job = eventually(lambda: (job := api.job(name, kind)) and job.state == "running" and job)
    return found


def run_of(name: str, kind: str = "run") -> str:
    """The run that the job drives, as soon as its record names it."""
    found: str = eventually(lambda: (job := api.job(name, kind)) and job.run_id)
    return found


def gone(pid: int) -> bool:
    """No process of that number works: it ended, or only its parent has not noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_whole_way_by_jobs(synth: Synth, home: Path, target: Path) -> None:
    assert api.job("p", "infer") is None and api.jobs() == []
    inferred = api.start_job("p", "infer", {"note": "again"})
    assert (inferred.state, inferred.user) == ("starting", api.job("p", "infer").user)  # type: ignore[union-attr]
    ready = over("p", "infer")
    assert ready.state == "done" and ready.told >= 3 and "measuring" in ready.lines
    assert ready.result["version"] == api.open("p").version
    api.start_job("p", "draft")
    assert over("p", "draft").state == "done"
    api.start_job("p", "preview", {"rows": 5})
    assert over("p", "preview").state == "done"
    approved = api.approve("p", by="ana")
    api.start_job("p", "run")
    ran = over("p", "run")
    assert ran.state == "done" and ran.result == {"run_id": ran.run_id, "state": "published"}
    assert_target_holds(target)
    assert {each.kind for each in api.jobs("p")} == {"infer", "draft", "preview", "run"}
    assert {row.approver for row in api.audit()} == {approved.approved_by}


def test_a_job_acts_as_whoever_started_it(home: Path) -> None:
    from synth_core.settings import acting

    with acting("ana@acme.com"):
        api.start_job("p", "draft", {"note": "for Ana"})
    assert over("p", "draft").user == "ana@acme.com"
    assert api.versions("p")[0].version.author == "ana@acme.com"


def test_nothing_of_the_environment_is_in_a_record(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_TEST_SECRET", "hunter2hunter2")
    api.start_job("p", "draft")
    over("p", "draft")
    written = files_below(home / "p" / "jobs")
    assert "draft.json" in written
    assert not [name for name, data in written.items() if b"hunter2" in data or b"SYNTH_HOME" in data]


@pytest.mark.parametrize(
    ("kind", "arguments", "said"),
    [
        ("dance", {}, "no kind of job"),
        ("infer", {"rows": 3}, "no such argument"),
        ("preview", {"rows": 0}, "rows"),
        ("resume", {}, "run_id"),
        ("run", {"home": "/"}, "no such argument"),
    ],
)
def test_arguments_are_checked_before_anything_starts(
    home: Path, kind: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        api.start_job("p", kind, arguments)
    assert api.jobs() == []


def test_a_failed_job_says_why_and_what_to_do(home: Path) -> None:
    with (home / "p" / "recipe.yml").open("a") as recipe:
        recipe.write("- object: orders\n  fields:\n    no: {fake: Emial}\n")
    api.start_job("p", "preview")
    failed = over("p", "preview")
    assert failed.state == "failed" and failed.error and failed.error.findings
    with pytest.raises(SynthError) as told:
        api.preview("p")
    assert str(told.value).startswith(failed.error.message)
    assert api.kept_preview("p") is None


def test_started_twice_at_once_it_is_one(home: Path) -> None:
    """Two servers and threads of each, as after a double click, while the run goes on."""
    # So many rows that it has not ended when the last process, slow to load, comes.
    api.approve("p", counts={"orders": 500_000})
    code = "from synth_core import api; print(api.start_job('p', 'run').id)"
    others = [start(home, "-c", code) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        ids = {job.id for job in pool.map(lambda _: api.start_job("p", "run"), range(4))}
    ids |= {done(ended(other)).out.strip() for other in others}
    made = run_of("p")
    api.cancel_job("p", "run")
    assert ids == {over("p", "run").id}
    assert [run.run_id for run in api.runs()] == [made]


def test_a_second_click_starts_nothing_after_the_end_of_the_first(home: Path) -> None:
    first = api.start_job("p", "draft", after="")
    over("p", "draft")
    assert api.start_job("p", "draft", after="").id == first.id
    assert api.start_job("p", "draft", after=first.id).id != first.id
    over("p", "draft")


def test_other_arguments_are_another_job(home: Path) -> None:
    api.approve("p", counts={"orders": 200_000})
    api.start_job("p", "run")
    with pytest.raises(ProjectError, match="another run is going on"):
        api.start_job("p", "run", {"audit_table": "a.b.c"})
    api.cancel_job("p", "run")
    over("p", "run")


@pytest.mark.parametrize("known", [True, False])
def test_a_cancelled_run_ends_as_cancelled_and_resumes(
    synth: Synth, home: Path, target: Path, known: bool
) -> None:
    done(synth("approve", "p", "--count", HOLD))
    api.start_job("p", "run")
    if known:
        run_of("p")
    api.cancel_job("p", "run")
    stopped = over("p", "run")
    assert (stopped.state, stopped.error) == ("cancelled", None) and stopped.cancelled_by
    eventually(lambda: gone(stopped.pid))
    if stopped.run_id:
        assert api.state(stopped.run_id).state in ("cancelled", "interrupted")
    with pytest.raises(ProjectError, match="ended already"):
        api.cancel_job("p", "run")
    assert not target.exists() or synth("runs", "--json").data[0]["state"] == "cancelled"


def test_a_resumed_run_is_whole(synth: Synth, home: Path, target: Path) -> None:
    done(synth("approve", "p"))
    api.start_job("p", "run")
    run_id = run_of("p")
    api.cancel_job("p", "run")
    if over("p", "run").state == "cancelled":
        assert api.state(run_id).state == "cancelled"
        api.start_job("p", "resume", {"run_id": run_id})
        assert over("p", "resume").state == "done"
    assert_target_holds(target)


def test_a_run_of_another_project_is_not_resumed(synth: Synth, home: Path, tmp_path: Path) -> None:
    api.init("q", database(tmp_path / "q.duckdb"), str(tmp_path / "qout"))
    api.approve("p")
    run_id = api.run("p").run_id
    with pytest.raises(ProjectError, match="none of q"):
        api.start_job("q", "resume", {"run_id": run_id})


def test_other_work_is_broken_off(home: Path) -> None:
    api.start_job("p", "preview", {"rows": 10_000})
    job = running("p", "preview")
    api.cancel_job("p", "preview")
    stopped = over("p", "preview")
    assert (stopped.state, stopped.error) == ("cancelled", None)
    eventually(lambda: gone(job.pid))
    assert api.kept_preview("p") is None


def test_a_job_whose_process_is_killed_is_interrupted(synth: Synth, home: Path, target: Path) -> None:
    done(synth("approve", "p", "--count", HOLD))
    api.start_job("p", "run")
    run_id = run_of("p")
    eventually(lambda: api.run_progress(run_id).rows)
    job = running("p", "run")
    os.kill(job.pid, signal.SIGKILL)
    dead = over("p", "run")
    assert dead.state == "interrupted" and dead.error and "Resume" in dead.error.hint
    assert api.state(run_id).state == "interrupted"
    assert statuses(done(synth("audit", "--json")).data, run_id) == {
        t: ["In Progress", "Interrupted"] for t in ROWS
    }
    # The next one can start at once.
    api.start_job("p", "resume", {"run_id": run_id})
    assert run_of("p", "resume") == run_id
    api.cancel_job("p", "resume")
    assert over("p", "resume").state == "cancelled"


def test_a_job_goes_on_when_whoever_started_it_is_gone(home: Path, target: Path) -> None:
    """The whole process group of a server is killed, as a container's or a terminal's is."""
    api.approve("p", counts={"orders": 5_000})
    code = "from synth_core import api; api.start_job('p', 'run'); print('started', flush=True); input()"
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdout and server.stdout.readline() == b"started\n"
    os.killpg(server.pid, signal.SIGKILL)
    server.communicate()
    ran = over("p", "run")
    assert ran.state == "done" and api.state(ran.run_id).state == "published"


def test_another_instance_sees_and_cancels_it(
    tmp_path: Path, storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two homes share a bucket: the second one reads the first one's progress, and its word ends the job."""
    monkeypatch.setenv("SYNTH_STORE", f"{storage_server.bucket('team')}/synth")
    here, there = tmp_path / "here", tmp_path / "there"
    source = database(tmp_path / "source.duckdb")
    api.init("p", source, str(tmp_path / "out"), home=here)
    api.infer("p", home=here)
    api.draft("p", home=here)
    api.approve("p", counts={"orders": 200_000}, home=here)
    api.start_job("p", "run", home=here)
    run_id = eventually(lambda: (job := api.job("p", "run", home=there)) and job.run_id)
    assert api.start_job("p", "run", home=there).run_id == run_id
    eventually(lambda: api.run_progress(run_id, home=there).rows)
    status = api.run_progress(run_id, home=there)
    assert status.is_going and status.wanted == 200_000 + ROWS["customer"] + ROWS["passport"]
    assert any("making" in line.text for line in status.lines)
    api.cancel_job("p", "run", home=there)
    eventually(lambda: not api.job("p", "run", home=there).is_going)  # type: ignore[union-attr]
    assert api.job("p", "run", home=there).state == "cancelled"  # type: ignore[union-attr]
    assert api.state(run_id, home=there).state == "cancelled"
    # The driver lets go of its place right after it has said how it ended.
    eventually(
        lambda: not any("driver.json" in name for name in storage_server.list("gs://team/synth/p/jobs/"))
    )


def test_a_broken_record_says_what_to_do(home: Path) -> None:
    path = home / "p" / "jobs" / "draft.json"
    path.parent.mkdir()
    path.write_text("{}")
    with pytest.raises(ProjectError, match=r"p/jobs/draft\.json can't be read"):
        api.job("p", "draft")


def test_the_command_line_says_the_same(synth: Synth, home: Path) -> None:
    assert "Nothing was done" in done(synth("jobs")).out
    started = done(synth("draft", "p", "--background", "--json")).data
    assert started["kind"] == "draft" and started["state"] == "starting"
    over("p", "draft")
    [listed] = done(synth("jobs", "p", "--json")).data
    assert (listed["id"], listed["state"]) == (started["id"], "done")
    assert "draft" in done(synth("jobs")).out
    assert synth("jobs", "p", "--cancel", "draft").code == 1
    assert synth("jobs", "--cancel", "draft").code == 2
    assert json.loads((home / "p" / "jobs" / "draft.json").read_text())["id"] == started["id"]
