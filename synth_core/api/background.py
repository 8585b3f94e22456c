"""Work in processes of their own, that outlive whoever started it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from synth_core.api.configured import settings_for
from synth_core.api.ground import jobs_in, projects_in, runs_in
from synth_core.api.kinds import arguments_of, kind_of
from synth_core.errors import ProjectError
from synth_core.execution.locks import nobody_holds
from synth_core.jobs.record import Job, JobKind
from synth_core.jobs.start import start
from synth_core.projects import check_name


def start_job(
    name: str,
    kind: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    after: str | None = None,
    home: Path | None = None,
) -> Job:
    """Start infer, ask, draft, redraft, preview, run or resume of a project in a process of its own, with arguments of
    the function of that name, and come back at once. It acts in the name of whoever starts it.

    One job of each kind goes on in a project: whoever starts the same again gets it. `after` is the id of the latest
    job of that kind that the caller knows (empty: none); where another was started since, by a second click or
    somewhere else, none is started, and that one is given back. Raises UsageError for arguments that can't be, and
    ProjectError for a project that is not there or where another job of that kind goes on.
    """
    which, settings = kind_of(kind), settings_for(home)
    given = arguments_of(which, arguments or {})
    project = projects_in(home).load(name).project.name
    if which is JobKind.RESUME:
        run_id = str(given["run_id"])
        if runs_in(home).manifest(run_id).project != project:
            raise ProjectError(f"Run {run_id} is none of {project}.", hint="`synth runs` lists them.")
    return start(jobs_in(home), project, which, given, user=settings.user, after=after)


def job(name: str, kind: str, *, home: Path | None = None) -> Job | None:
    """The latest job of that kind in a project; None: there was none. One whose process died ends as interrupted."""
    check_name(name)
    return jobs_in(home).get(name, kind_of(kind))


def jobs(name: str | None = None, *, home: Path | None = None) -> list[Job]:
    """The latest job of each kind, of one project or of all, newest first."""
    store = jobs_in(home)
    if name is not None:
        check_name(name)
        return store.list(name)
    found = [each for project in store.projects() for each in store.list(project)]
    return sorted(found, key=lambda each: each.started_at, reverse=True)


def cancel_job(name: str, kind: str, *, home: Path | None = None) -> Job:
    """Ask a job to stop, wherever it goes on; the job as it is now. What it has saved stays, and a run can be resumed.
    Raises ProjectError when there is none, or when it has ended already."""
    store, found = jobs_in(home), job(name, kind, home=home)
    if found is None or not found.is_going:
        how = "there is none" if found is None else f"it has ended already: {found.state.value}"
        raise ProjectError(f"The job {kind} of {name} can't be cancelled: {how}.")
    if store.cancelled_by(found):
        return found
    store.cancel(found, settings_for(home).user)
    if found.run_id:
        # Its driver ends it as cancelled, at the next place where it can be resumed.
        runs_in(home).cancel(found.run_id, settings_for(home).user)
    elif found.pid and found.host == socket.gethostname():
        # While the lock is held, the number is that of the job's process and of its group.
        with (
            nobody_holds(store.lock(name, found.kind)) as free,
            suppress(ProcessLookupError, PermissionError),
        ):
            if not free:
                os.killpg(found.pid, signal.SIGTERM)
    return found
