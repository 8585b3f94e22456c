"""Runs at a glance, for a grid."""

from __future__ import annotations

from datetime import UTC, datetime

from synth_core.execution.state import Manifest
from synth_core.model.base import Frozen

_STAMP = len("20261123-204501")


class RunRow(Frozen):
    """What a list of runs says of one."""

    run_id: str
    project: str
    version: int | None
    started_at: datetime
    started_by: str
    approved_by: str
    tables: int
    rows: int | None
    """That were made; None while it goes on, and where it made none."""
    state: str
    seconds: float | None
    """From start to end; None while it goes on."""
    target: str
    message: str


class RunFilter(Frozen):
    """Which runs are meant; what is empty does not count."""

    project: str = ""
    state: str = ""
    by: str = ""
    """Who started or approved it; a part of the name will do, case does not count."""
    since: datetime | None = None
    until: datetime | None = None
    """Started before that."""

    def may_take(self, run_id: str) -> bool:
        """By the run's id alone, which begins with when it started: no other run needs to be read."""
        stamp = run_id[:_STAMP]
        return (self.since is None or stamp >= _stamp(self.since)) and (
            self.until is None or stamp <= _stamp(self.until)
        )

    def takes(self, manifest: Manifest) -> bool:
        """The run is meant."""
        who = self.by.casefold()
        return (
            (not self.project or manifest.project == self.project)
            and (not self.state or manifest.state.value == self.state)
            and (not who or who in manifest.started_by.casefold() or who in manifest.approved_by.casefold())
            and (self.since is None or manifest.started_at >= self.since)
            and (self.until is None or manifest.started_at < self.until)
        )


def row_of(manifest: Manifest) -> RunRow:
    """A run as a row."""
    ended = manifest.ended_at
    return RunRow(
        run_id=manifest.run_id,
        project=manifest.project,
        version=manifest.version,
        started_at=manifest.started_at,
        started_by=manifest.started_by,
        approved_by=manifest.approved_by,
        tables=len(manifest.tables),
        rows=manifest.rows,
        state=manifest.state.value,
        seconds=(ended - manifest.started_at).total_seconds() if ended else None,
        target=manifest.target,
        message=manifest.message,
    )


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d-%H%M%S}"
