"""What is known of a job: `<project>/jobs/<kind>.json` in the store. The page and the command line only read it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, JsonValue

from synth_core.errors import RecipeError, SynthError
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding
from synth_core.settings import masked

MOST_LINES = 200
"""The last ones are kept."""
MOST_FINDINGS = 100


class JobKind(StrEnum):
    """What a job does. One of each kind goes on in a project at a time."""

    INFER = "infer"
    ASK = "ask"
    DRAFT = "draft"
    REDRAFT = "redraft"
    PREVIEW = "preview"
    RUN = "run"
    RESUME = "resume"


class JobState(StrEnum):
    """How far it is."""

    STARTING = "starting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """Its process ended before it was done."""


GOING = frozenset({JobState.STARTING, JobState.RUNNING})


class Failure(Frozen):
    """Why a job failed, in words."""

    message: str
    hint: str = ""
    details: str = ""
    """The technical text, for whoever looks for a fault in this program."""
    findings: tuple[Finding, ...] = ()
    """What the linter has found, where that is why."""


class Job(Frozen):
    """One job: the latest of its kind in a project."""

    id: str
    project: str
    kind: JobKind
    arguments: Mapping[str, JsonValue] = {}
    user: str
    """Who started it; it acts in that person's name."""
    state: JobState
    started_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    host: str = ""
    pid: int = 0
    """For people who look for the process; whether it lives is told by its lock and claim."""
    lines: tuple[str, ...] = ()
    """What it told last."""
    told: int = 0
    """Lines that it has told so far."""
    run_id: str = ""
    """The run that it drives, as soon as there is one."""
    cancelled_by: str = ""
    result: Mapping[str, JsonValue] = {}
    """Small: what lies elsewhere is named."""
    error: Failure | None = None

    @property
    def is_going(self) -> bool:
        """It has not ended."""
        return self.state in GOING


def failure_of(error: BaseException, details: str = "") -> Failure:
    """Why an error ended a job. Passwords in addresses are not shown."""
    if not isinstance(error, SynthError):
        message = f"This went wrong inside synth: {type(error).__name__}: {error}."
        return Failure(message=masked(message), hint="Please report it.", details=masked(details))
    findings = error.findings[:MOST_FINDINGS] if isinstance(error, RecipeError) else ()
    notes: list[Any] = getattr(error, "__notes__", [])
    return Failure(
        message=masked(error.message),
        hint=masked(" ".join([error.hint, *map(str, notes)]).strip()),
        findings=findings,
    )
