"""What one server is: its rows, its catalogue, its jobs, and how it behaves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from servers.bigquery.catalogue import REGIONS, Catalogue, Key
from servers.bigquery.jobs import Jobs
from servers.bigquery.problems import Problem, denied
from servers.bigquery.sql.functions import install
from servers.bigquery.store import Store
from servers.faults import Fault, Request


@dataclass
class Behaviour:
    """What a test can set; each default is what BigQuery does."""

    polls: int = 0
    """So many answers of a job say RUNNING before one says DONE."""
    page_bytes: int = 10_000_000
    """A page of rows ends where it has so many bytes."""
    scripts: bool = True
    """Off: scripts and transactions are refused, as by a smaller stand-in."""
    sizes_of_dry_runs: bool = True
    """Off: a dry run says 0 bytes, as another stand-in does."""
    block_rows: int = 100_000
    """Rows of a block: TABLESAMPLE takes whole blocks, of a table with one block all."""
    samples: bool = True
    """Off: TABLESAMPLE finds no row, as in another stand-in."""
    file_bytes: int = 1_000_000_000
    """An extract puts so many bytes into one file."""
    partitions: int = 4000
    """So many partitions one job may write to."""
    transaction_tables: int = 100
    """So many tables a transaction may change."""


@dataclass
class State:
    """The whole server, without HTTP."""

    locations: tuple[str, ...] = REGIONS
    clock: Callable[[], float] = time.time
    behaviour: Behaviour = field(default_factory=Behaviour)
    forbidden: list[tuple[str, str]] = field(default_factory=list)
    """Permissions that the caller has not, each with a pattern of where (`p`, `p:d`, `p:d.t`)."""
    user: str = "tester@example.com"

    def __post_init__(self) -> None:
        self.store = Store()
        self.catalogue = Catalogue(self.store, self.locations, lambda: self.clock())
        self.jobs = Jobs(self)
        self.requests: dict[str, Any] = {}
        """Jobs by the request id of jobs.query."""
        self.uploads: dict[str, Any] = {}
        """Uploads in pieces, by their id."""
        self.plans: dict[str, Any] = {}
        """The outcome of the last dry run, by all on which it depends."""
        install(self.store.con)

    def holds(self, permission: str, project: str, dataset: str = "", table: str = "") -> bool:
        """The caller has that permission there."""
        place = project + (f":{dataset}" if dataset else "") + (f".{table}" if table else "")
        return not any(
            permission == name and re.fullmatch(pattern, place) for name, pattern in self.forbidden
        )

    def need(self, permission: str, project: str, dataset: str = "", table: str = "") -> None:
        """Refuse where the caller has not that permission."""
        if self.holds(permission, project, dataset, table):
            return
        if table:
            raise denied(
                f"Table {project}:{dataset}.{table}",
                f"Permission {permission} denied on table {project}:{dataset}.{table} (or it may not exist).",
            )
        if dataset:
            raise denied(
                f"Dataset {project}:{dataset}",
                f"Permission {permission} denied on dataset {project}:{dataset} (or it may not exist).",
            )
        raise denied(
            f"Project {project}", f"User does not have {permission} permission in project {project}."
        )

    def need_on(self, permission: str, key: Key) -> None:
        """The same, for a table."""
        self.need(permission, *key)


@dataclass
class Call:
    """One request to one method of the interface."""

    request: Request
    fault: Fault | None
    at: dict[str, str]
    """Parts of the path: project, dataset, table, job, method, upload."""

    @property
    def project(self) -> str:
        """The project of the path."""
        return self.at["project"]

    @property
    def key(self) -> Key:
        """The table of the path."""
        return self.at["project"], self.at["dataset"], self.at["table"]

    @property
    def query(self) -> dict[str, str]:
        """Parameters of the URL."""
        return self.request.query

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that came."""
        if not isinstance(self.request.json, dict):
            raise Problem("invalid", "Request body is missing or is not a JSON object")
        return self.request.json

    def page(self, standard: int) -> tuple[int, int]:
        """Where to begin and how many items, of `pageToken` and `maxResults`."""
        token = self.query.get("pageToken", "")
        if token and not token.startswith("page-"):
            raise Problem("invalid", f"Invalid page token: {token}")
        start = int(token.removeprefix("page-") or 0) if token else 0
        return start, int(self.query.get("maxResults") or standard)
