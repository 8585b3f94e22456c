"""Jobs: their ids, states, results, and how they are answered."""

from __future__ import annotations

import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from servers.bigquery.catalogue import Json
from servers.bigquery.problems import Problem, duplicate, invalid, not_found
from servers.bigquery.types import Field

if TYPE_CHECKING:
    from servers.bigquery.state import State

KINDS = ("query", "load", "extract", "copy")


@dataclass
class Job:
    """One job."""

    project: str
    id: str
    location: str
    configuration: Json
    number: int = 0
    created: int = 0
    ended: int = 0
    statistics: Json = field(default_factory=dict)
    errors: list[Json] = field(default_factory=list)
    """What went wrong without stopping it."""
    problem: Problem | None = None
    polls: int = 0
    """So many answers still say RUNNING."""
    fields: list[Field] = field(default_factory=list)
    physical: str = ""
    """Where a query's rows are."""
    affected: int | None = None
    parent: str = ""
    upload: bytes | None = None

    @property
    def kind(self) -> str:
        """query, load, extract or copy."""
        return next(kind for kind in KINDS if kind in self.configuration)

    @property
    def name(self) -> str:
        """As messages write it."""
        return f"{self.project}:{self.location}.{self.id}"

    @property
    def billed(self) -> int:
        """Bytes billed."""
        return int(self.statistics.get("query", {}).get("totalBytesBilled", 0))


class Jobs:
    """All jobs of a server."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.all: dict[tuple[str, str], Job] = {}
        self.runners: dict[str, Callable[[State, Job], None]] = {}
        """What does a job, by its kind."""
        self.locate: Callable[[State, Job], str] = lambda state, job: "US"
        """Where a query runs that names no location."""
        self._lock = threading.Lock()

    def reserve(self, project: str, reference: Json, configuration: Json) -> Job:
        """A job with its id taken; the id of a job that failed stays taken."""
        self.state.catalogue.project(project)
        self.state.need("bigquery.jobs.create", project)
        kinds = [kind for kind in KINDS if kind in configuration]
        if len(kinds) != 1:
            raise Problem(
                "required", "Job configuration must contain exactly one job-specific configuration object"
            )
        ident = str(reference.get("jobId") or f"job_{uuid.uuid4().hex}")
        if len(ident) > 1024 or not all(char.isalnum() or char in "_-" for char in ident):
            raise invalid(f'Invalid job ID "{ident}": only letters, digits, _ and -')
        job = Job(project, ident, "", configuration, created=self.state.catalogue.now())
        with self.state.store.lock:
            job.location = self._location(job, str(reference.get("location") or ""))
        dry = bool(configuration.get("dryRun"))
        with self._lock:
            if not dry:
                self.refuse_known(project, ident)
                self.all[project, ident] = job
            job.number = len(self.all)
        return job

    def refuse_known(self, project: str, ident: str) -> None:
        """Refuse an id that is taken."""
        if (project, ident) in self.all:
            raise duplicate(f"Job {self.all[project, ident].name}")

    def _location(self, job: Job, given: str) -> str:
        """Where the job runs; its datasets are there too, or aren't found."""
        catalogue = self.state.catalogue
        if given:
            given = catalogue.place(given)
        config = job.configuration[job.kind]
        if job.kind == "query":
            return given or self.locate(self.state, job)
        if job.kind == "copy":
            named = [config["destinationTable"], *(config.get("sourceTables") or [config["sourceTable"]])]
        else:
            named = [config["destinationTable" if job.kind == "load" else "sourceTable"]]
        first = named[0]
        dataset = catalogue.dataset(first.get("projectId", job.project), first["datasetId"], given)
        return given or dataset.location

    def start(self, job: Job, forced: Json | None = None) -> None:
        """Run the job to its end. `forced` is the failure that a test has ordered."""
        job.polls = self.state.behaviour.polls
        with self.state.store.lock:
            try:
                if forced:
                    raise Problem(
                        str(forced.get("reason", "backendError")), str(forced.get("message", "injected"))
                    )
                self.runners[job.kind](self.state, job)
            except Problem as problem:
                job.problem = problem
            except Exception as error:
                traceback.print_exc()
                job.problem = invalid(f"The stand-in failed: {type(error).__name__}: {error}")
            job.ended = max(self.state.catalogue.now(), job.created)
        if job.configuration.get("dryRun") and job.problem:
            raise job.problem

    def child(self, parent: Job, text: str) -> Job:
        """A job for one statement of a script."""
        number = sum(1 for job in list(self.all.values()) if job.parent == parent.id)
        ident = f"script_job_{uuid.uuid4().hex}_{number}"
        config = {"query": {"query": text, "useLegacySql": False}}
        made = Job(parent.project, ident, parent.location, config, parent=parent.id)
        made.created = made.ended = self.state.catalogue.now()
        made.number = len(self.all)
        self.all[made.project, made.id] = made
        return made

    def get(self, project: str, ident: str, location: str = "") -> Job:
        """The job. Without a location only those in the US and the EU are found."""
        self.state.catalogue.project(project)
        self.state.need("bigquery.jobs.get", project)
        job = self.all.get((project, ident))
        there = job is not None and (
            location.lower() == job.location.lower() if location else job.location in ("US", "EU")
        )
        if job is None or not there:
            raise not_found(f"Job {project}:{location + '.' if location else ''}{ident}")
        return job

    def resource(self, job: Job, *, running: bool = False) -> Json:
        """The job as it is answered."""
        status: Json = {"state": "RUNNING" if running else "DONE"}
        statistics: Json = {"creationTime": str(job.created), "startTime": str(job.created)}
        if not running:
            statistics |= job.statistics | {"endTime": str(job.ended), "finalExecutionDurationMs": "1"}
            if job.problem:
                status["errorResult"] = job.problem.error()
                status["errors"] = [job.problem.error(), *job.problem.more]
            elif job.errors:
                status["errors"] = job.errors
        if job.parent:
            statistics["parentJobId"] = job.parent
        dry = bool(job.configuration.get("dryRun"))
        reference = {"projectId": job.project, "jobId": job.id, "location": job.location}
        if dry:
            del reference["jobId"]
        return {
            "kind": "bigquery#job",
            "etag": f"job-{job.number}-{status['state']}",
            "id": job.name,
            "selfLink": f"https://bigquery.googleapis.com/bigquery/v2/projects/{job.project}/jobs/{job.id}"
            f"?location={job.location}",
            "user_email": self.state.user,
            "configuration": _shown(job),
            "jobReference": reference,
            "statistics": statistics,
            "status": status,
        }

    def poll(self, job: Job) -> bool:
        """The job is said to be running once more."""
        with self._lock:
            if job.polls > 0:
                job.polls -= 1
                return True
            return False


def _shown(job: Job) -> Json:
    shown: Any = {**job.configuration, "jobType": job.kind.upper()}
    return dict(shown)
