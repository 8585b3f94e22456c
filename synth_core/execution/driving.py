"""Who drives a run holds a lock on a file of its folder. The system lets go of it when the process ends, however it
ends; so no process id can be taken for another's, and two processes never drive the same run.

A worker needs this and nothing else that is known of runs: it starts in half the time without the rest.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_core.errors import ProjectError
from synth_core.execution.folders import driver_lock

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


def _lock(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
