"""The records of jobs in the store, and what tells a job that goes on from one whose process is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError
from synth_core.execution.claims import DEAD_AFTER, Seat, is_claimed
from synth_core.execution.locks import nobody_holds
from synth_core.jobs.record import Failure, Job, JobKind, JobState
from synth_core.model.complaints import explain
from synth_core.ports import ObjectStore
from synth_core.settings import masked

_MESSAGES = 4000
"""Bytes of what a process that is gone wrote last."""


@dataclass(frozen=True)
class JobStore:
    """Reads and writes the jobs of a home."""

    home: Path
    store: ObjectStore
    is_shared: bool
    """Other machines see the store, too."""

    def read(self, project: str, kind: JobKind) -> tuple[Job | None, int]:
        """The record as it is, and its generation; 0 where there is none. Raises ProjectError for one that can't be
        read."""
        where = _name(project, kind)
        try:
            data, generation = self.store.get(where)
        except FileNotFoundError:
            return None, 0
        try:
            return Job.model_validate_json(data), generation
        except ValidationError as error:
            raise ProjectError(f"{where} can't be read: {explain(error)}.", hint="Remove it.") from None

    def write(self, job: Job, generation: int) -> int:
        """Write the record over that generation. Raises ConflictError when another is there."""
        data = job.model_dump_json(indent=1).encode()
        return self.store.put(_name(job.project, job.kind), data, if_generation=generation)

    def get(self, project: str, kind: JobKind) -> Job | None:
        """The latest job of that kind. One whose process is gone ends here: nobody else could say so."""
        job, generation = self.read(project, kind)
        if job is None or not job.is_going:
            return job
        with nobody_holds(self.lock(project, kind)) as free:
            if not free or self._lives_elsewhere(job):
                return job
            # It may have ended between the two looks.
            job, generation = self.read(project, kind)
            if job is None or not job.is_going:
                return job
            with suppress(ConflictError):
                # Somebody else has said so, or started another one.
                self.write(self._dead(job), generation)
        return self.read(project, kind)[0]

    def list(self, project: str) -> list[Job]:
        """The jobs of a project, newest first."""
        found = [self.get(project, kind) for kind in JobKind]
        return sorted((job for job in found if job), key=lambda job: job.started_at, reverse=True)

    def projects(self) -> Iterator[str]:
        """The projects in which there were jobs."""
        kinds = {f"jobs/{kind}.json" for kind in JobKind}
        names = (name.partition("/") for name in self.store.list())
        yield from dict.fromkeys(project for project, _, file in names if file in kinds)

    def cancel(self, job: Job, by: str) -> None:
        """Ask it to stop."""
        data = json.dumps({"id": job.id, "by": by, "at": datetime.now(UTC).isoformat()})
        self.store.put(_name(job.project, job.kind, "cancel"), data.encode())

    def cancelled_by(self, job: Job) -> str:
        """Who has asked it to stop; empty: nobody."""
        try:
            data, _ = self.store.get(_name(job.project, job.kind, "cancel"))
            mark = json.loads(data)
            return str(mark["by"]) or "somebody" if mark["id"] == job.id else ""
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return ""

    def lock(self, project: str, kind: JobKind) -> Path:
        """The home's lock on a kind of job. The store passes over files of that name."""
        return self.home / project / "jobs" / f".synth-{kind}"

    def messages(self, project: str, kind: JobKind) -> Path:
        """What the process writes to standard output and error, for people who look for a fault."""
        return self.home / project / "jobs" / f".synth-{kind}.log"

    def seat(self, project: str, kind: JobKind) -> Seat:
        """Who does that kind of job."""
        return Seat(
            store=self.store,
            claim=_name(project, kind, "driver.json"),
            lock=self.lock(project, kind),
            what=f"The job {kind} of {project}",
            is_shared=self.is_shared,
            hint=f"`synth jobs --cancel {kind} {project}` stops it.",
        )

    def _lives_elsewhere(self, job: Job) -> bool:
        """On another machine, or in another home, it goes on."""
        if not self.is_shared:
            return False
        now = datetime.now(UTC)
        if is_claimed(self.seat(job.project, job.kind), now):
            return True
        # Its process has not claimed it yet; of this home that is known by the lock.
        is_ours = self.lock(job.project, job.kind).exists() and self._started_here(job)
        return job.state is JobState.STARTING and not is_ours and now - job.started_at < DEAD_AFTER

    def _started_here(self, job: Job) -> bool:
        return self.lock(job.project, job.kind).read_text() == job.id

    def _dead(self, job: Job) -> Job:
        by = self.cancelled_by(job)
        ended = {"ended_at": datetime.now(UTC), "cancelled_by": by}
        if by:
            return job.model_copy(update={"state": JobState.CANCELLED, **ended})
        error = Failure(
            message="Its process ended before it was done.",
            hint="Start it again." if job.kind is not JobKind.RUN else "Resume the run.",
            details=self._last_messages(job),
        )
        return job.model_copy(update={"state": JobState.INTERRUPTED, "error": error, **ended})

    def _last_messages(self, job: Job) -> str:
        """Empty where it ran on another machine."""
        try:
            with self.messages(job.project, job.kind).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - _MESSAGES))
                return masked(file.read().decode(errors="replace")).strip()
        except OSError:
            return ""


def _name(project: str, kind: JobKind, what: str = "json") -> str:
    return f"{project}/jobs/{kind}.{what}"
