"""What a run has told so far, in the store: `runs/<run_id>/progress.json`. So whoever looks at a run sees how far it
is, on whatever machine it goes on."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, ValidationError

from synth_core.errors import SynthError
from synth_core.execution.progress import RunProgress
from synth_core.execution.state import RunStore, name
from synth_core.model.base import Frozen
from synth_core.stages.verify import Check, failed

EVERY = 0.5
"""Seconds between two writes; Cloud Storage takes one write a second of an object."""
EVERY_SHARED = 2.0
WINDOW = 10.0
"""Seconds over which rows a second are measured."""
MOST_LINES = 300
log = logging.getLogger(__name__)


class Line(Frozen):
    """A line of a run's log."""

    at: AwareDatetime
    text: str


class Told(Frozen):
    """How far a run is."""

    at: AwareDatetime
    """When this was so."""
    wanted: Mapping[str, int] = {}
    """Rows to make, by table."""
    rows: Mapping[str, int] = {}
    """Rows made so far; tables that have not begun are not in it."""
    per_second: Mapping[str, float] = {}
    """Rows made a second, by table, lately."""
    table: str = ""
    """Which is staged or loaded right now: tables come one after the other, in the project's order."""
    lines: tuple[Line, ...] = ()


def read_told(runs: RunStore, run_id: str) -> Told | None:
    """What the run has told; None where it told nothing. A hint only: what can't be read is nothing."""
    try:
        return Told.model_validate_json(runs.store.get(name(run_id, "progress.json"))[0])
    except (FileNotFoundError, ValidationError):
        return None


class Telling:
    """A `RunProgress` that writes down what it hears, and passes it on. A run does not fail because that fails."""

    def __init__(self, runs: RunStore, run_id: str, wanted: Mapping[str, int], to: RunProgress) -> None:
        self._runs, self._run_id, self._to = runs, run_id, to
        before = read_told(runs, run_id)
        self._told = Told(at=datetime.now(UTC), wanted=wanted, lines=before.lines if before else ())
        self._written = 0.0
        self._seen: deque[tuple[float, Mapping[str, int]]] = deque()

    def staging(self, table: str) -> None:
        """See `RunProgress`."""
        self._say(f"copying the input of {table}", table=table)
        self._to.staging(table)

    def generating(self, wanted: Mapping[str, int]) -> None:
        """See `RunProgress`."""
        self._say(f"making {sum(wanted.values()):,} rows in {len(wanted)} tables", wanted=wanted, table="")
        self._to.generating(wanted)

    def rows(self, done: Mapping[str, int]) -> None:
        """See `RunProgress`."""
        now = time.monotonic()
        if not self._seen or now - self._seen[-1][0] >= EVERY:
            self._seen.append((now, dict(done)))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        seconds = now - then
        speed = {
            table: (rows - before.get(table, 0)) / seconds
            for table, rows in done.items()
            if seconds >= EVERY and rows > before.get(table, 0)
        }
        self._change(rows=dict(done), per_second=speed)
        self._to.rows(done)

    def generated(self, rows: Mapping[str, int]) -> None:
        """See `RunProgress`."""
        self._say(f"made {sum(rows.values()):,} rows", rows=dict(rows), per_second={}, at_once=True)
        self._to.generated(rows)

    def loading(self, table: str) -> None:
        """See `RunProgress`."""
        self._say(f"loading {table}", table=table)
        self._to.loading(table)

    def checked(self, checks: Sequence[Check]) -> None:
        """See `RunProgress`."""
        bad = failed(checks)
        how = f", {len(bad)} do not hold" if bad else ", all hold"
        self._say(f"{len(checks)} checks done{how}", table="", at_once=True)
        self._to.checked(checks)

    def _say(self, text: str, *, at_once: bool = False, **changes: object) -> None:
        line = Line(at=datetime.now(UTC), text=text)
        self._change(at_once=at_once, lines=(*self._told.lines, line)[-MOST_LINES:], **changes)

    def _change(self, *, at_once: bool = False, **changes: object) -> None:
        self._told = self._told.model_copy(update={**changes, "at": datetime.now(UTC)})
        now = time.monotonic()
        if not at_once and now - self._written < (EVERY_SHARED if self._runs.is_shared else EVERY):
            return
        self._written = now
        try:
            self._runs.store.put(name(self._run_id, "progress.json"), self._told.model_dump_json().encode())
        except SynthError as error:
            log.warning("how far run %s is could not be written: %s", self._run_id, error)
