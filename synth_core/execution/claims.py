"""Who drives a run whose state lies in a bucket, where other machines see it, too.

A lock on a local file (`alive`) tells the processes of one home from each other. Machines that share a bucket tell each
other by an object of the run: whoever drives it writes the time there, again and again. A run whose time is old is
dead: the next one who looks at it says so, and it can be resumed anywhere. In the home that it was driven from, where
the lock's file holds the claim's token, the lock tells at once.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from synth_core.errors import ConflictError, ProjectError, SynthError
from synth_core.execution.folders import driver_lock
from synth_core.execution.state import RunStore, name

BEAT = 30.0
"""Seconds between two signs of life."""
DEAD_AFTER = timedelta(minutes=5)
"""Clocks of two machines differ, and a busy service may take a while."""
log = logging.getLogger(__name__)


@contextmanager
def claimed(home: Path, runs: RunStore, run_id: str) -> Iterator[None]:
    """Be the one machine that drives the run, as long as the block lasts; the home's lock is held already. Raises
    ProjectError when another one does."""
    if not runs.is_shared:
        yield
        return
    claim = _Claim(home, runs, run_id)
    claim.take()
    stop = threading.Event()
    beating = threading.Thread(target=_beat, args=(claim, stop), daemon=True, name=f"claim {run_id}")
    beating.start()
    try:
        yield
    finally:
        stop.set()
        beating.join()
        claim.give_up()


def is_claimed(home: Path, runs: RunStore, run_id: str, now: datetime) -> bool:
    """Another machine or home drives the run: its last sign of life is not old. Of this home that is known by the lock,
    which nobody holds."""
    return runs.is_shared and _Claim(home, runs, run_id).holder(now) != ""


class _Claim:
    """The object that says who drives a run."""

    def __init__(self, home: Path, runs: RunStore, run_id: str) -> None:
        self._store, self._run_id = runs.store, run_id
        self._lock = driver_lock(home, run_id)
        self._token = ""
        self._name = name(run_id, "driver.json")
        self._generation = 0

    def holder(self, now: datetime) -> str:
        """The machine that drives it; empty: none, or this home did. Remembers what was found."""
        try:
            data, self._generation = self._store.get(self._name)
        except FileNotFoundError:
            self._generation = 0
            return ""
        try:
            found = json.loads(data)
            at, host = datetime.fromisoformat(found["at"]), str(found["host"])
            is_old = now - at >= DEAD_AFTER or found["token"] == self._token_here()
        except (ValueError, KeyError, TypeError):
            raise ProjectError(
                f"{self._name} can't be read; it was changed after it was written.", hint="Remove it."
            ) from None
        return "" if is_old else host or "another machine"

    def take(self) -> None:
        """Write what was not there, or was old. Raises ProjectError when somebody else drives the run."""
        holder = self.holder(datetime.now(UTC))
        if holder:
            raise ProjectError(
                f"Run {self._run_id} is still going on at {holder}.",
                hint="`synth cancel` stops it. If its process is gone, wait five minutes: then it counts as dead.",
            )
        self._token = uuid.uuid4().hex
        self._lock.write_text(self._token)
        try:
            self.beat()
        except ConflictError:
            raise ProjectError(f"Run {self._run_id} was just taken up by somebody else.") from None

    def beat(self) -> None:
        """Write the time. Raises ConflictError when somebody else holds the claim."""
        now, host = datetime.now(UTC).isoformat(), socket.gethostname()
        data = {"at": now, "host": host, "pid": os.getpid(), "token": self._token}
        self._generation = self._store.put(
            self._name, json.dumps(data).encode(), if_generation=self._generation
        )

    def _token_here(self) -> str:
        try:
            return self._lock.read_text()
        except FileNotFoundError:
            return ""

    def give_up(self) -> None:
        """Say that nobody drives the run; if that does not get through, it is known in five minutes."""
        try:
            self._store.delete(self._name, if_generation=self._generation)
        except SynthError as error:
            log.warning("the claim on run %s could not be removed: %s", self._run_id, error)


def _beat(claim: _Claim, stop: threading.Event) -> None:
    while not stop.wait(BEAT):
        try:
            claim.beat()
        except ConflictError:
            # We were silent for too long. What two drivers of a run make is the same, under the same names.
            log.warning("another machine has taken up the run")
            return
        except SynthError as error:
            log.warning("no sign of life could be given: %s", error)
