"""Running jobs: ids, labels, limits, and what happens when an id is there already.

A job that must not be done twice gets an id derived from its content (`job_id`). `run_job` then resumes it: an id that
is taken means that somebody, most likely we ourselves, began it before.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import bigquery
from google.cloud.bigquery.job import CopyJob, ExtractJob, LoadJob, QueryJob
from google.cloud.bigquery.retry import DEFAULT_RETRY

from synth_core.adapters.google.clients import LABELS
from synth_core.adapters.google.errors import reason_of
from synth_core.adapters.google.patience import DEFAULT, patient, seconds

Job = TypeVar("Job", QueryJob, LoadJob, CopyJob, ExtractJob)

RETRY: Retry = patient(DEFAULT_RETRY)
"""Of one call: with backoff and jitter; `quotaExceeded` is not tried again."""
ATTEMPTS = 10
"""Ids that one job may use up by failing."""
_PASSING = frozenset(
    {
        "backendError",
        "internalError",
        "jobBackendError",
        "jobInternalError",
        "jobRateLimitExceeded",
        "rateLimitExceeded",
    }
)
"""Why a job fails that may succeed under another id."""
_PAUSES = tuple(pause * seconds() / DEFAULT for pause in (1.0, 4.0))
"""Seconds before such a job is tried again."""
_LOOKING = Retry(
    # Just after an id was refused as taken, the job behind it may not be visible yet.
    predicate=if_exception_type(
        exceptions.NotFound, exceptions.TooManyRequests, exceptions.ServerError, ConnectionError
    ),
    initial=0.2,
    timeout=min(60.0, seconds()),
)


def labels(purpose: str) -> dict[str, str]:
    """The labels of a job: who made it, and what for (small letters, digits, `-` and `_`)."""
    return {**LABELS, "synth-purpose": purpose}


def job_id(kind: str, *content: object) -> str:
    """The id of a job that does this: the same content gives the same id."""
    text = "\x1f".join(map(str, content))
    return f"synth_{kind}_{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def query_config(purpose: str, max_bytes: int | None, **more: Any) -> bigquery.QueryJobConfig:
    """What every query is told: GoogleSQL, labels, and how many bytes may be billed (None only for dry runs)."""
    config = bigquery.QueryJobConfig(use_legacy_sql=False, labels=labels(purpose), **more)
    if max_bytes is not None:
        config.maximum_bytes_billed = max_bytes
    return config


@dataclass(frozen=True)
class DryRun:
    """What a query would do."""

    bytes: int
    """0 also where the service does not say, as some stand-ins do."""
    fields: tuple[str, ...]
    """Columns of the result."""


def dry_run(client: bigquery.Client, sql: str, *, location: str, purpose: str) -> DryRun:
    """Ask what a query would read, for free. Raises Google's errors, also for what the caller may not read."""
    config = query_config(purpose, None, dry_run=True, use_query_cache=False)
    job = client.query(sql, job_config=config, location=location or None, retry=RETRY, job_retry=None)
    names = tuple(field.name for field in job.schema or ())
    return DryRun(bytes=int(job.total_bytes_processed or 0), fields=names)


def run_query(
    client: bigquery.Client, sql: str, *, location: str, purpose: str, max_bytes: int
) -> tuple[QueryJob, bigquery.table.RowIterator]:
    """Run a query that only reads, and wait for it: the job and its rows. A lost reply does not make it run twice."""
    job = client.query(
        sql,
        job_config=query_config(purpose, max_bytes),
        location=location or None,
        job_id_prefix=f"synth_{purpose}_",
        retry=RETRY,
    )
    return job, job.result(retry=RETRY)


def read_query(
    client: bigquery.Client, sql: str, *, location: str, purpose: str, max_bytes: int
) -> bigquery.table.RowIterator:
    """The same; only the rows."""
    return run_query(client, sql, location=location, purpose=purpose, max_bytes=max_bytes)[1]


def begin(
    client: bigquery.Client, start: Callable[[str], Job], id: str, *, location: str
) -> tuple[Job, bool]:
    """Begin a job under an id. Where the id is taken, the job that has it instead; and whether it was begun now."""
    try:
        return start(id), True
    except exceptions.Conflict:
        return get_job(client, id, location=location), False


def get_job(client: bigquery.Client, id: str, *, location: str) -> Any:
    """A job that must be there; waits a little while until it can be seen."""
    return client.get_job(id, project=client.project, location=location or None, retry=_LOOKING)


def find_job(client: bigquery.Client, id: str, *, location: str) -> Any | None:
    """A job, or None where there is none of that id."""
    try:
        return client.get_job(id, project=client.project, location=location or None, retry=RETRY)
    except exceptions.NotFound:
        return None


def run_job(client: bigquery.Client, start: Callable[[str], Job], id: str, *, location: str) -> Job:
    """Do a job exactly once, and wait for it. Raises Google's error where it fails.

    `start` begins it under the id that it is handed (`client.query(…, job_id=id, job_retry=None)`). One of that id that
    is running or done is taken as it is. One that failed before has burnt its id: the next one is tried, `ID_2` and so
    on; and so it is, a few times, for one that fails now because the service has trouble.
    """
    pauses = iter(_PAUSES)
    for attempt in range(1, ATTEMPTS + 1):
        job, is_new = begin(client, start, attempt_id(id, attempt), location=location)
        try:
            return wait(job)
        except exceptions.GoogleAPICallError as error:
            if attempt == ATTEMPTS or not job.error_result:
                raise
            if is_new:
                pause = next(pauses, None)
                if pause is None or reason_of(error) not in _PASSING:
                    raise
                time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def attempt_id(id: str, attempt: int) -> str:
    """The id of the so-manieth attempt at a job."""
    return id if attempt == 1 else f"{id}_{attempt}"


def wait(job: Job) -> Job:
    """Wait until a job is done. Raises Google's error where it fails. Of a query's result nothing is fetched."""
    if settle(job).error_result:
        error = job.exception()
        raise error if isinstance(error, Exception) else exceptions.Unknown(str(job.error_result))
    return job


def settle(job: Job) -> Job:
    """Wait until a job is done, however it ends."""
    pause = 0.1
    while not job.done(retry=RETRY):
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)
    return job


def was_done(client: bigquery.Client, id: str, *, location: str) -> bool:
    """The job that `run_job` does under this id was done, in one of its attempts. Waits for one at work."""
    for attempt in range(1, ATTEMPTS + 1):
        job = find_job(client, attempt_id(id, attempt), location=location)
        if job is None:
            return False
        if not settle(job).error_result:
            return True
    return False
