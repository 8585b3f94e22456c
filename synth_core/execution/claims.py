"""Who drives a run or a job whose state lies in a bucket, where other machines see it, too.

A lock on a local file (`locks`) tells the processes of one home from each other. Machines that share a bucket tell each
other by an object: whoever drives writes the time there, again and again. A run whose time is old is dead: the next one
who looks at it says so, and it can be resumed anywhere. In the home that it was driven from, where the lock's file
holds the claim's token, the lock tells at once.
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from synth_core.errors import ConflictError, ProjectError, SynthError
from synth_core.execution.folders import driver_lock
from synth_core.execution.state import RunStore, name
from synth_core.ports import ObjectStore

BEAT = 30.0
"""Seconds between two signs of life."""
DEAD_AFTER = timedelta(minutes=5)
"""Clocks of two machines differ, and a busy service may take a while."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seat:
    """What one process at a time may drive."""

    store: ObjectStore
    claim: str
    """Name of the object that says who does."""
    lock: Path
    """The home's lock."""
    what: str
    """For people: `Run 2026…`."""
    is_shared: bool
    """Other machines see the store, too."""
    hint: str = ""
    """How it is stopped."""


def seat_of(home: Path, runs: RunStore, run_id: str) -> Seat:
    """That of a run."""
    return Seat(
        store=runs.store,
        claim=name(run_id, "driver.json"),
        lock=driver_lock(home, run_id),
        what=f"Run {run_id}",
        is_shared=runs.is_shared,
        hint="`synth cancel` stops it.",
    )


@contextmanager
def claimed(seat: Seat) -> Iterator[None]:
    """Be the one machine that drives, as long as the block lasts; the home's lock is held already. Raises ProjectError
    when another one does."""
    if not seat.is_shared:
        yield
        return
    claim = _Claim(seat)
    claim.take()
    stop = threading.Event()
    beating = threading.Thread(target=_beat, args=(claim, stop), daemon=True, name=f"claim {seat.claim}")
    beating.start()
    try:
        yield
    finally:
        stop.set()
        beating.join()
        claim.give_up()


def is_claimed(seat: Seat, now: datetime) -> bool:
    """Another machine or home drives: its last sign of life is not old. Of this home that is known by the lock, which
    nobody holds."""
    return seat.is_shared and _Claim(seat).holder(now) != ""


class _Claim:
    """The object that says who drives."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._store, self._name, self._lock = seat.store, seat.claim, seat.lock
        self._token = ""
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
            stop = f"{self._seat.hint} " if self._seat.hint else ""
            raise ProjectError(
                f"{self._seat.what} is still going on at {holder}.",
                hint=f"{stop}If its process is gone, wait five minutes: then it counts as dead.",
            )
        self._token = uuid.uuid4().hex
        self._lock.write_text(self._token)
        try:
            self.beat()
        except ConflictError:
            raise ProjectError(f"{self._seat.what} was just taken up by somebody else.") from None

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
        """Say that nobody drives; if that does not get through, it is known in five minutes."""
        try:
            self._store.delete(self._name, if_generation=self._generation)
        except SynthError as error:
            log.warning("the claim on %s could not be removed: %s", self._seat.what, error)


def _beat(claim: _Claim, stop: threading.Event) -> None:
    while not stop.wait(BEAT):
        try:
            claim.beat()
        except ConflictError:
            # We were silent for too long. What two drivers of a run make is the same, under the same names.
            log.warning("another machine has taken up the run or job")
            return
        except SynthError as error:
            log.warning("no sign of life could be given: %s", error)
