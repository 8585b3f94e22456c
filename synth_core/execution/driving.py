"""Who drives a run holds a lock on a file of its folder, so two processes never drive the same run.

A worker needs this and nothing else that is known of runs: it starts in half the time without the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from synth_core.errors import ProjectError
from synth_core.execution.folders import driver_lock
from synth_core.execution.locks import held, nobody_holds


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
