"""Tells a run that goes on from one whose process is gone.

Whoever drives a run holds a lock on a file of its folder. The system lets go of it when the process ends, however it
ends; so no process id can be taken for another's, and two processes never drive the same run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from synth_core.errors import ProjectError
from synth_core.execution import audit
from synth_core.execution.claims import is_claimed
from synth_core.execution.folders import driver_lock, working_folder
from synth_core.execution.staging import Staging
from synth_core.execution.state import ENDED, Manifest, RunStore

GLANCE = 0.01
"""Seconds between two tries while somebody only looks at a run."""


@contextmanager
def driving(home: Path, run_id: str) -> Iterator[None]:
    """Be the one who drives the run. Raises ProjectError when another process does."""
    path = driver_lock(home, run_id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise ProjectError(
            f"{path} can't be written: {error.strerror or error}.", hint="Check the folder's rights."
        ) from error
    with file:
        while not _lock(file.fileno(), fcntl.LOCK_EX):
            with nobody_drives(home, run_id) as free:
                if not free:
                    raise ProjectError(f"Run {run_id} is still going on.", hint="`synth cancel` stops it.")
            time.sleep(GLANCE)
        yield


@contextmanager
def nobody_drives(home: Path, run_id: str) -> Iterator[bool]:
    """Whether the run has no driver; if so, it gets none before the block ends."""
    try:
        handle = os.open(driver_lock(home, run_id), os.O_RDONLY)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def close_if_dead(home: Path, runs: RunStore, run_id: str) -> Manifest:
    """The run's state; when its process died, the run and its audit end as interrupted first, and its working files and
    staged input go. Nobody else could do that: the process had no time to."""
    manifest = runs.manifest(run_id)
    if manifest.state in ENDED:
        return manifest
    with nobody_drives(home, run_id) as free:
        now = datetime.now(UTC)
        if free and not is_claimed(home, runs, run_id, now) and runs.interrupt(run_id, now):
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


def _lock(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
