"""In a job's process: keeps the record up to date, and hears when somebody wants it to stop."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from synth_core.errors import ConflictError, SynthError
from synth_core.jobs.record import MOST_LINES, Job, JobState
from synth_core.jobs.store import JobStore
from synth_core.settings import masked

LOOK = 0.3
"""Seconds between two writes, and two looks whether to stop; Cloud Storage takes one write a second of an object."""
LOOK_SHARED = 2.0
AGAIN = 2.0
"""Seconds until somebody who does not stop is asked again."""
log = logging.getLogger(__name__)


class Reporter:
    """Reports what one job does. `told` and `run` may be called from any thread."""

    def __init__(
        self, jobs: JobStore, job: Job, generation: int, *, stop_run: Callable[[str, str], None]
    ) -> None:
        self._jobs, self._generation = jobs, generation
        self._written = job
        self._lines: list[str] = list(job.lines)
        self._changes: dict[str, Any] = {}
        self._told = job.told
        self._is_lost = False
        self._lock = threading.RLock()
        self._asked = -AGAIN
        self._ending = threading.Event()
        self._stop_run = stop_run
        self.cancelled_by = ""

    def __enter__(self) -> Reporter:
        self.deaf()
        self._change(state=JobState.RUNNING, pid=os.getpid(), host=socket.gethostname())
        self._write()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="reporter")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        self._thread.join()

    def listen(self) -> None:
        """From here on a signal breaks off what is done."""
        signal.signal(signal.SIGTERM, _interrupt)

    def deaf(self) -> None:
        """From here on none does; one that was sent by the store is sent again."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def told(self, line: str) -> None:
        """A line for people."""
        with self._lock:
            self._told += 1
            self._lines = [*self._lines, masked(line)][-MOST_LINES:]
            self._change(lines=tuple(self._lines), told=self._told)

    def run(self, run_id: str) -> None:
        """The job drives this run."""
        with self._lock:
            self._change(run_id=run_id)
            self._write()
        self._look()

    def end(self, state: JobState, **changes: Any) -> None:
        """The last word."""
        if state is JobState.CANCELLED:
            # The run may have heard of it before this did.
            self.is_cancelled()
        with self._lock:
            self._change(state=state, ended_at=datetime.now(UTC), cancelled_by=self.cancelled_by, **changes)
            self._write()

    def is_cancelled(self) -> bool:
        """Somebody wanted it to stop; looks once more."""
        with suppress(SynthError):
            self.cancelled_by = self.cancelled_by or self._jobs.cancelled_by(self._written)
        return bool(self.cancelled_by)

    def _change(self, **changes: Any) -> None:
        self._changes |= changes

    def _watch(self) -> None:
        while not self._ending.wait(LOOK_SHARED if self._jobs.is_shared else LOOK):
            try:
                with self._lock:
                    self._write()
                self._look()
            except SynthError as error:
                log.warning("the job's progress could not be written: %s", error)

    def _look(self) -> None:
        """When somebody wants it to stop: its run ends by itself, any other work is broken off. Said again while it
        goes on: a run that begins forgets what was asked of it before."""
        now = time.monotonic()
        if now - self._asked < AGAIN or not self.is_cancelled():
            return
        self._asked = now
        if run_id := self._changes.get("run_id") or self._written.run_id:
            self._stop_run(run_id, self.cancelled_by)
        else:
            os.kill(os.getpid(), signal.SIGTERM)

    def _write(self) -> None:
        while self._changes and not self._is_lost:
            changed = self._written.model_copy(update=self._changes)
            try:
                self._generation = self._jobs.write(changed, self._generation)
            except ConflictError:
                # Somebody took this process for dead. It is not; but a job that was started since has the record.
                found, self._generation = self._jobs.read(changed.project, changed.kind)
                self._is_lost = found is None or found.id != changed.id
                continue
            self._written, self._changes = changed, {}


def _interrupt(number: int, frame: object) -> None:
    """Break off what is done."""
    raise KeyboardInterrupt
