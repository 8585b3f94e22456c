"""What a job's process does from its start to its end, whatever ends it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping

from pydantic import JsonValue

from synth_core.errors import ProjectError, SynthError
from synth_core.execution.claims import claimed
from synth_core.execution.ending import CancelledError
from synth_core.jobs.record import Failure, Job, JobKind, JobState, failure_of
from synth_core.jobs.reporter import Reporter
from synth_core.jobs.store import JobStore

Do = Callable[[Job, Reporter], Mapping[str, JsonValue]]
log = logging.getLogger(__name__)


def work(
    jobs: JobStore,
    project: str,
    kind: JobKind,
    job_id: str,
    do: Do,
    *,
    stop_run: Callable[[str, str], None],
) -> int:
    """Do the job and write down how it ended; the exit code. Whoever calls holds the home's lock. Raises ProjectError
    where the record is of another job."""
    job, generation = jobs.read(project, kind)
    if job is None or job.id != job_id or not job.is_going:
        raise ProjectError(f"The job {kind} of {project} is not to be done any more.")
    with claimed(jobs.seat(project, kind)), Reporter(jobs, job, generation, stop_run=stop_run) as reporter:
        try:
            reporter.listen()
            result = do(job, reporter)
            reporter.deaf()
        except BaseException as error:
            reporter.deaf()
            state, failure = _ending(error, reporter)
            reporter.end(state, error=failure)
            return 1
        reporter.end(JobState.DONE, result=result)
    return 0


def _ending(error: BaseException, reporter: Reporter) -> tuple[JobState, Failure | None]:
    """How a job that this error stopped has ended. A child that the same signal ended may be the first to say so."""
    if isinstance(error, CancelledError) or reporter.is_cancelled():
        return JobState.CANCELLED, None
    if not isinstance(error, Exception):
        return JobState.INTERRUPTED, Failure(message="It was interrupted.", hint="Start it again.")
    if isinstance(error, SynthError):
        return JobState.FAILED, failure_of(error)
    log.error("a job failed", exc_info=error)
    return JobState.FAILED, failure_of(error, "".join(traceback.format_exception(error)))
