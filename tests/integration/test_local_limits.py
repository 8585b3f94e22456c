"""What a run may take of the machine that it runs on: checked before it begins, watched while it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import ROWS, Synth, done

import synth_core
from synth_core import api
from synth_core.api.ground import runs_in
from synth_core.errors import PlanError, TargetError
from synth_core.execution.room import Watch, taken
from synth_core.settings import load
from synth_core.settings.hosting import HOSTED_BYTES, HOSTED_ROWS, LocalLimits, limits_of


def approved(**options: object) -> None:
    synth_core.approve("p", by="ana", **options)  # type: ignore[arg-type]


@pytest.mark.usefixtures("in_this_process")
def test_a_run_with_too_many_rows_is_refused_before_it_begins(
    home: Path, synth: Synth, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved()
    monkeypatch.setenv("SYNTH_LOCAL_ROWS", str(sum(ROWS.values()) - 1))
    refused = synth("run", "p")
    assert refused.code == 1
    assert "260 rows are more than the 259 that one run may make on this machine" in refused.err
    assert "environment SYNTH_LOCAL_ROWS" in refused.err
    assert "fewer rows" in refused.err and "`synth run` on a machine of your own" in " ".join(
        refused.err.split()
    )
    assert api.why_not_here("p") in " ".join(refused.err.split())
    assert synth_core.runs() == [] and synth_core.audit() == []
    monkeypatch.setenv("SYNTH_LOCAL_ROWS", str(sum(ROWS.values())))
    assert api.why_not_here("p") == ""
    done(synth("run", "p"))


@pytest.mark.usefixtures("in_this_process")
def test_a_run_whose_files_are_too_large_is_refused_before_it_begins(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    approved(scale=10)
    monkeypatch.setenv("SYNTH_LOCAL_BYTES", "20000")
    with pytest.raises(
        PlanError, match=r"p: its files take about 0\.\d MiB of this machine, and 0\.0 MiB is"
    ):
        synth_core.run("p")
    assert synth_core.runs() == [] and not (tmp_path / "out").exists()
    # What lies there from earlier runs counts.
    (tmp_path / "out" / "output" / "old").mkdir(parents=True)
    (tmp_path / "out" / "output" / "old" / "file").write_bytes(b"x" * 5_000_000)
    monkeypatch.setenv("SYNTH_LOCAL_BYTES", "5000000")
    with pytest.raises(PlanError, match=r"beside 4\.8 MiB that are there already"):
        synth_core.run("p")
    monkeypatch.setenv("SYNTH_LOCAL_BYTES", "9000000")
    synth_core.run("p")


@pytest.mark.usefixtures("in_this_process")
def test_a_run_that_began_elsewhere_is_not_gone_on_with_here(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved()
    run = synth_core.run("p")
    monkeypatch.setenv("SYNTH_LOCAL_ROWS", "10")
    assert synth_core.resume(run.run_id).state == "published", "nothing is to be made any more"
    runs_in(None).update(run.run_id, state="interrupted")
    with pytest.raises(PlanError, match=f"Run {run.run_id}: 260 rows are more than the 10"):
        synth_core.resume(run.run_id)


def test_on_cloud_run_there_are_limits_without_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    laptop, hosted = {"SYNTH_LOCAL_ROWS": "7"}, {"K_SERVICE": "synth"}
    assert limits_of(load(environment={}), {}) == LocalLimits(0, 0, "default", "default")
    found = limits_of(load(environment={}), hosted)
    assert (found.rows, found.bytes) == (HOSTED_ROWS, HOSTED_BYTES)
    assert found.rows_from == "default on Cloud Run"
    found = limits_of(load(environment=laptop), hosted)
    assert (found.rows, found.rows_from) == (7, "environment SYNTH_LOCAL_ROWS")


def test_files_that_grow_over_the_limit_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / "a" / "mine").mkdir(parents=True)
    (tmp_path / "a" / "mine" / "part").write_bytes(b"x" * 10)
    (tmp_path / "a" / "other").write_bytes(b"x" * 3)
    # A link leads elsewhere.
    (tmp_path / "a" / "root").symlink_to("/")
    assert taken([tmp_path / "a", tmp_path / "none"]) == 13
    assert taken([tmp_path / "a"], besides="mine") == 3
    Watch([tmp_path / "a"], LocalLimits(0, 13, "", "here")).check()
    Watch([tmp_path / "a"], LocalLimits(0, 0, "", "")).check()
    with pytest.raises(TargetError, match=r"`local_bytes`, here"):
        Watch([tmp_path / "a"], LocalLimits(0, 12, "", "here")).check()


def test_a_run_is_stopped_while_it_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An estimate may be too low, or others may be at work."""
    approved()

    def somebody_fills_the_folder(run_id: str) -> None:
        (tmp_path / "out" / "output" / "old").mkdir(parents=True)
        (tmp_path / "out" / "output" / "old" / "file").write_bytes(b"x" * 40_000_000)

    monkeypatch.setenv("SYNTH_LOCAL_BYTES", "30000000")
    with pytest.raises(TargetError, match="is the most"):
        api.run("p", started=somebody_fills_the_folder)
    [run] = synth_core.runs()
    assert run.state == "failed" and "resume the run" in run.message
