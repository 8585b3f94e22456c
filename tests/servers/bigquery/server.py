"""The server, and what tests ask of it."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import pyarrow as pa
from servers.bigquery import copying, destination, extract, listing, load, query, resources
from servers.bigquery.catalogue import REGIONS, Json, RowPolicy, Table
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem
from servers.bigquery.routes import dispatch
from servers.bigquery.state import Behaviour, Call, State
from servers.bigquery.store import refused
from servers.bigquery.types import Field, arrow_schema, repeated
from servers.faults import Fault, Request
from servers.loopback import Loopback, Reply


class BigQueryServer(Loopback):
    """BigQuery's REST interface on 127.0.0.1. Files are read and written at `STORAGE_EMULATOR_HOST`."""

    def __init__(
        self, locations: tuple[str, ...] = REGIONS, *, port: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        self.state = State(tuple(locations), clock)
        self.state.jobs.runners = {
            "query": query.run,
            "load": load.run,
            "extract": extract.run,
            "copy": copying.run,
        }
        self.state.jobs.locate = query.locate
        super().__init__(port)

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves where a test wants it to behave otherwise."""
        return self.state.behaviour

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """Act, and answer."""
        try:
            return dispatch(self.state, Call(request, fault, {}))
        except Problem as problem:
            return self.refusal(problem)
        except duckdb.Error as error:
            return self.refusal(refused(error))
        except Exception as error:
            # A mistake of this server. Without an answer the client would ask again for ten minutes.
            traceback.print_exc()
            return self.refusal(Problem("invalid", f"The stand-in failed: {type(error).__name__}: {error}"))

    def close(self) -> None:
        """Stop listening, and forget all."""
        super().close()
        self.state.store.close()

    def refusal(self, problem: Problem) -> Reply:
        """An error."""
        reply = self.error(problem.status, problem.reason, problem.message)
        if problem.location:
            reply.json["error"]["errors"][0]["location"] = problem.location
        return reply

    def create_project(self, project: str, name: str = "") -> None:
        """Make a project."""
        number = 100_000_000_000 + len(self.state.catalogue.projects)
        self.state.catalogue.projects[project] = {"name": name or project, "number": number}

    def create_dataset(self, project: str, dataset: str, location: str = "US", **metadata: Any) -> None:
        """Make a dataset; the project is made where there is none."""
        if project not in self.state.catalogue.projects:
            self.create_project(project)
        given = metadata | {"datasetReference": {"datasetId": dataset}, "location": location}
        with self.state.store.lock:
            self.state.catalogue.add_dataset(project, dataset, resources.dataset(self.state.catalogue, given))

    def load_table(
        self,
        project: str,
        dataset: str,
        table: str,
        schema: list[Field],
        rows: Iterable[Json] | pa.Table = (),
        **metadata: Any,
    ) -> None:
        """Make a table with rows, and its dataset where there is none.

        `schema` is a list of fields of the REST interface; rows are dicts of Python values, or Arrow.
        `metadata` are further parts of the resource (`timePartitioning=…`, `description=…`).
        """
        if (project, dataset) not in self.state.catalogue.datasets:
            self.create_dataset(project, dataset)
        key = (project, dataset, table)
        given = metadata | {"tableReference": destination.reference(key), "schema": {"fields": schema}}
        with self.state.store.atomic():
            made = listing.create(self.state, key, resources.table(given))
            wanted = arrow_schema([item | _loose(item) for item in made.fields])
            data = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), schema=wanted)
            self.state.store.append(made.physical, made.fields, destination.arranged(data, made.fields))

    def kept(self, project: str, dataset: str, table: str) -> Table:
        """The table, as the server keeps it."""
        return self.state.catalogue.table((project, dataset, table))

    def exists(self, project: str, dataset: str, table: str) -> bool:
        """There is such a table."""
        with self.state.store.lock:
            return self.state.catalogue.find((project, dataset, table)) is not None

    def table_names(self, project: str, dataset: str) -> list[str]:
        """The tables of a dataset."""
        with self.state.store.lock:
            keys = [key for key in list(self.state.catalogue.tables) if key[:2] == (project, dataset)]
            return sorted(key[2] for key in keys if self.state.catalogue.find(key))

    def arrow(self, project: str, dataset: str, table: str) -> pa.Table:
        """The rows of a table, in the order of arrival."""
        with self.state.store.lock:
            kept = self.kept(project, dataset, table)
            return self.state.store.arrow(kept.physical, kept.fields)

    def rows(self, project: str, dataset: str, table: str) -> list[Json]:
        """The same as dicts of Python values."""
        return list(self.arrow(project, dataset, table).to_pylist())

    def table(self, project: str, dataset: str, table: str) -> Json:
        """The table's resource."""
        with self.state.store.lock:
            return resources.table_resource(self.state.catalogue, self.kept(project, dataset, table))

    def dataset(self, project: str, dataset: str) -> Json:
        """The dataset's resource."""
        found = self.state.catalogue.dataset(project, dataset)
        return resources.dataset_resource(project, dataset, found)

    def deny_column(self, project: str, dataset: str, table: str, column: str) -> None:
        """The caller may not read that column; of a nested one, `column` is its path."""
        self.kept(project, dataset, table).denied.add(column)

    def add_row_access_policy(
        self, project: str, dataset: str, table: str, name: str, predicate: str, *, granted: bool = True
    ) -> None:
        """Queries see only rows for which the predicate (GoogleSQL) holds; none where no policy grants any."""
        self.kept(project, dataset, table).policies.append(RowPolicy(name, predicate, granted))

    def mask_column(
        self, project: str, dataset: str, table: str, column: str, expression: str = "NULL"
    ) -> None:
        """The caller sees this instead of the values of that column (GoogleSQL, of the column)."""
        self.kept(project, dataset, table).masked[column.lower()] = expression

    def forbid(self, *permissions: str, on: str = ".*") -> None:
        """The caller has not these permissions (`bigquery.jobs.create`); `on` is a regular expression of where
        (`p`, `p:d`, `p:d.t`)."""
        self.state.forbidden += [(permission, on) for permission in permissions]

    def jobs(self, pattern: str = "") -> list[Job]:
        """The jobs, oldest first, whose id has the pattern; without those of single statements of scripts."""
        found = sorted(self.state.jobs.all.values(), key=lambda job: job.number)
        return [job for job in found if not job.parent and re.search(pattern, job.id)]

    def billed_queries(self) -> list[Job]:
        """The query jobs that billed something."""
        return [job for job in self.jobs() if job.billed]


def _loose(field: Field) -> Field:
    return {} if repeated(field) else {"mode": "NULLABLE"}
