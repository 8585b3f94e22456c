"""Locks between the processes of one machine.

Whoever does something holds a lock on a file. The system lets go of it when the process ends, however it ends; so no
process id can be taken for another's.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_core.errors import ProjectError

GLANCE = 0.01
"""Seconds between two tries while somebody only looks whether the lock is held."""


@contextmanager
def held(path: Path) -> Iterator[int | None]:
    """Hold the lock while the block lasts: the open file that it is on, None where another process holds it. A child
    that gets that file holds the lock until it ends, too."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise ProjectError(
            f"{path} can't be written: {error.strerror or error}.", hint="Check the folder's rights."
        ) from error
    with file:
        while not _lock(file.fileno(), fcntl.LOCK_EX):
            with nobody_holds(path) as free:
                if not free:
                    yield None
                    return
            time.sleep(GLANCE)
        yield file.fileno()


@contextmanager
def nobody_holds(path: Path) -> Iterator[bool]:
    """Whether nobody holds the lock; if so, nobody gets it before the block ends."""
    try:
        handle = os.open(path, os.O_RDONLY)
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
