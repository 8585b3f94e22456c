"""Tells a run that goes on from one whose process is gone: whoever drives a run holds a lock on a file of its folder,
so two processes never drive the same run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from synth_core.errors import ProjectError
from synth_core.execution import audit
from synth_core.execution.claims import is_claimed, seat_of
from synth_core.execution.folders import driver_lock, working_folder
from synth_core.execution.locks import held, nobody_holds
from synth_core.execution.staging import Staging
from synth_core.execution.state import ENDED, Manifest, RunStore


@contextmanager
def driving(home: Path, run_id: str) -> Iterator[None]:
    """Be the one who drives the run. Raises ProjectError when another process does."""
    with held(driver_lock(home, run_id)) as handle:
        if handle is None:
            raise ProjectError(f"Run {run_id} is still going on.", hint="`synth cancel` stops it.")
        yield


def nobody_drives(home: Path, run_id: str) -> AbstractContextManager[bool]:
    """Whether the run has no driver; if so, it gets none before the block ends."""
    return nobody_holds(driver_lock(home, run_id))


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
