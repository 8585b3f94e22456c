"""Jobs and runs of pages are real processes: tests wait for their ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from synth_core import api
from synth_core.jobs.record import Job

PATIENCE = 90.0
Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None]) -> Found:
    """The first answer; looks again and again."""
    deadline = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen"
        # A look costs some of what is awaited: both want the same cores.
        time.sleep(0.05)
    return found


def ended_job(name: str, kind: str) -> Job:
    """The job when it has ended."""

    def look() -> Job | None:
        found = api.job(name, kind)
        return found if found and not found.is_going else None

    return eventually(look)
