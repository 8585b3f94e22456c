"""Tells a run that goes on from one whose process is gone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from synth_core.execution import audit
from synth_core.execution.claims import is_claimed, seat_of
from synth_core.execution.driving import nobody_drives
from synth_core.execution.folders import working_folder
from synth_core.execution.staging import Staging
from synth_core.execution.state import ENDED, Manifest, RunStore


def close_if_dead(home: Path, runs: RunStore, run_id: str) -> Manifest:
    """The run's state; when its process died, the run and its audit end as interrupted first, and its working files and
    staged input go. Nobody else could do that: the process had no time to."""
    manifest = runs.manifest(run_id)
    if manifest.state in ENDED:
        return manifest
    with nobody_drives(home, run_id) as free:
        now = datetime.now(UTC)
        if free and not is_claimed(seat_of(home, runs, run_id), now) and runs.interrupt(run_id, now):
            audit.close_starts(runs.store, run_id, now=now)
            shutil.rmtree(working_folder(home, run_id), ignore_errors=True)
            _remove_staged(home, runs, run_id)
    return runs.manifest(run_id)


def _remove_staged(home: Path, runs: RunStore, run_id: str) -> None:
    project = runs.plan(run_id).plan.project
    if project.target.stage and not project.target.keep_staged:
        left = Staging(home, project, run_id).remove()
        if left:
            runs.update(run_id, notes=tuple(left))
