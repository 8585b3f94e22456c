"""Starts jobs, each as a process of its own: own session, no input, nothing of it ends with whoever started it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from synth_core.errors import ConflictError, ProjectError
from synth_core.execution.locks import GLANCE, held
from synth_core.jobs.record import Failure, Job, JobKind, JobState
from synth_core.jobs.store import JobStore
from synth_core.starting import code_of

_START = code_of("synth_core.jobs.__main__")

PATIENCE = 20.0
"""Seconds that the end of an earlier job, or the start of one by somebody else, may take."""


def start(
    jobs: JobStore,
    project: str,
    kind: JobKind,
    arguments: Mapping[str, JsonValue],
    *,
    user: str,
    after: str | None = None,
) -> Job:
    """Start a job, or take the one that goes on: of two that start the same at once, one starts it and both get it.

    `after` is the id of the latest job of that kind as whoever starts one saw it (empty: none): when another one has
    been there since, that one is given back, however it ended. Raises ProjectError where a job of that kind goes on
    with other arguments.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with held(jobs.lock(project, kind)) as lock:
            latest = jobs.read(project, kind)[0] if lock is None else jobs.get(project, kind)
            if latest is not None and after is not None and latest.id != after:
                return latest
            if latest is not None and latest.is_going:
                return _same(latest, arguments)
            if lock is not None:
                return _start(jobs, project, kind, arguments, user, lock)
        # Somebody is about to write that a job starts, or one is about to let go that has ended.
        if time.monotonic() > deadline:
            raise ProjectError(f"{project}: the {kind} before is still ending.", hint="Try again.")
        time.sleep(GLANCE)


def _start(
    jobs: JobStore, project: str, kind: JobKind, arguments: Mapping[str, JsonValue], user: str, lock: int
) -> Job:
    """Whoever calls holds the lock, and nothing goes on."""
    generation = jobs.read(project, kind)[1]
    job = Job(
        id=uuid.uuid4().hex,
        project=project,
        kind=kind,
        arguments=arguments,
        user=user,
        state=JobState.STARTING,
        started_at=datetime.now(UTC),
    )
    try:
        generation = jobs.write(job, generation)
    except ConflictError:
        # Another machine was first.
        return _same(jobs.get(project, kind) or job, arguments)
    jobs.lock(project, kind).write_text(job.id)
    try:
        _spawn(jobs, job, lock)
    except OSError as error:
        failure = Failure(message=f"No process can be started: {error.strerror or error}.")
        ended = {"state": JobState.FAILED, "error": failure, "ended_at": datetime.now(UTC)}
        jobs.write(job.model_copy(update=ended), generation)
        raise ProjectError(failure.message, hint="Look whether the machine has memory left.") from error
    return job


def _same(job: Job, arguments: Mapping[str, JsonValue]) -> Job:
    """The job that goes on, if it is the one that was asked for."""
    if dict(job.arguments) == dict(arguments):
        return job
    raise ProjectError(
        f"{job.project}: another {job.kind} is going on, started by {job.user}.",
        hint="Wait for its end, or cancel it.",
    )


def _spawn(jobs: JobStore, job: Job, lock: int) -> None:
    """The child inherits the lock, so that there is no moment in which nobody holds it."""
    command = [sys.executable, "-P", "-c", _START]
    options = ["--home", str(jobs.home), "--lock", str(lock)]
    with jobs.messages(job.project, job.kind).open("wb") as messages:
        process = subprocess.Popen(
            [*command, *options, "--user", job.user, job.project, job.kind, job.id],
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
            pass_fds=[lock],
        )
    # Its end is to be noticed while whoever started it lives: otherwise it would stay as a zombie.
    threading.Thread(target=process.wait, daemon=True, name=f"job {job.id}").start()
