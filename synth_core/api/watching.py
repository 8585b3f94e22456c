"""How far a run is, table by table, as a page shows it again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime

from synth_core.api.ground import runs_in
from synth_core.api.running import state
from synth_core.execution.audit import AuditRow, Status, read_events
from synth_core.execution.state import ENDED, FileReceipt, Manifest, State
from synth_core.execution.told import Line, Told, read_told
from synth_core.model.base import Frozen
from synth_core.model.links import console_link
from synth_core.model.places import is_warehouse
from synth_core.stages.verify import Check


class TableStatus(Frozen):
    """One table of a run."""

    table: str
    state: State
    rows: int
    """Made so far."""
    wanted: int
    per_second: float | None = None
    """Rows made a second, lately."""
    seconds_left: float | None = None
    """Until all its rows are made; None where nobody can tell."""
    checks: tuple[Check, ...] = ()
    file: FileReceipt | None = None
    """Once the run has ended."""
    link: str = ""
    """A page on which the published table is looked at, and `file_link` one of its file; empty where there is none."""
    file_link: str = ""


class RunStatus(Frozen):
    """A run as it stands."""

    run_id: str
    project: str
    version: int | None
    state: State
    target: str
    """Empty while it goes on."""
    tables: tuple[TableStatus, ...]
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    message: str = ""
    """Why it ended as it did."""
    notes: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    """Its log, oldest first."""

    @property
    def is_going(self) -> bool:
        """It has not ended."""
        return self.state not in ENDED

    @property
    def rows(self) -> int:
        """Made so far, in all tables."""
        return sum(each.rows for each in self.tables)

    @property
    def wanted(self) -> int:
        """To make, in all tables."""
        return sum(each.wanted for each in self.tables)

    @property
    def per_second(self) -> float | None:
        """Rows made a second, in all tables."""
        known = [each.per_second for each in self.tables if each.per_second]
        return sum(known) if known else None

    @property
    def seconds_left(self) -> float | None:
        """Until all rows are made; None where nobody can tell. Loading takes its own time."""
        return (self.wanted - self.rows) / self.per_second if self.per_second else None

    @property
    def seconds(self) -> float:
        """That it has taken so far."""
        return ((self.ended_at or datetime.now(UTC)) - self.started_at).total_seconds()


def run_progress(run_id: str, *, home: Path | None = None) -> RunStatus:
    """How far a run is, wherever it goes on. While it does, two small objects of the store are read; files, and who
    did what, are added once it has ended. Raises ProjectError when there is no such run."""
    runs, manifest = runs_in(home), state(run_id, home=home)
    told, target = read_told(runs, run_id), ""
    if told is None or not told.wanted or manifest.state in ENDED:
        plan = runs.plan(run_id).plan
        target = plan.project.target.uri
    if told is None or not told.wanted:
        told = Told(at=manifest.started_at, wanted=plan.counts, lines=told.lines if told else ())
    lines, files = told.lines, {}
    if manifest.state in ENDED:
        receipts = runs.receipts(run_id).values()
        files = {file.table: file for receipt in receipts for file in receipt.files}
        events = _events(read_events(runs.store, run_id))
        lines = tuple(sorted((*lines, *events), key=lambda line: line.at))
    return RunStatus(
        run_id=run_id,
        project=manifest.project,
        version=manifest.version,
        state=manifest.state,
        target=target,
        tables=tuple(_table(name, manifest, told, files.get(name), target) for name in manifest.tables),
        started_at=manifest.started_at,
        ended_at=manifest.ended_at,
        message=manifest.message,
        notes=manifest.notes,
        lines=lines,
    )


def _table(name: str, manifest: Manifest, told: Told, file: FileReceipt | None, target: str) -> TableStatus:
    wanted = told.wanted.get(name, 0)
    rows = file.rows if file else told.rows.get(name, 0)
    speed = told.per_second.get(name) if manifest.state is State.GENERATING else None
    return TableStatus(
        table=name,
        state=_state(name, manifest, told, rows >= wanted),
        rows=rows,
        wanted=wanted,
        per_second=speed,
        seconds_left=(wanted - rows) / speed if speed else None,
        checks=tuple(check for check in manifest.checks if check.table == name),
        file=file,
        link=console_link(target, name) if manifest.state is State.PUBLISHED and is_warehouse(target) else "",
        file_link=console_link(file.path) if file else "",
    )


def _state(name: str, manifest: Manifest, told: Told, is_made: bool) -> State:
    """The manifest says of all tables what the run is at; which of them it is at, the run has told."""
    now, order = manifest.tables[name], list(manifest.tables)
    if now is State.GENERATING:
        return State.GENERATED if is_made else State.GENERATING if name in told.rows else State.PENDING
    if now is State.LOADING and told.table in order:
        place = order.index(name) - order.index(told.table)
        return State.LOADED if place < 0 else State.LOADING if place == 0 else State.GENERATED
    return now


def _events(rows: Sequence[AuditRow]) -> Iterator[Line]:
    """Who began it and how its tables ended; why it failed is the same for all of them."""
    told: set[tuple[str, datetime]] = set()
    for row in rows:
        if row.status is Status.IN_PROGRESS:
            text = f"begun by {row.user}, approved by {row.approver}"
        else:
            text = f"{row.status.lower()}: {row.error_message}" if row.error_message else row.status.lower()
        if (text, row.insert_timestamp) not in told:
            told.add((text, row.insert_timestamp))
            yield Line(at=row.insert_timestamp, text=text)
