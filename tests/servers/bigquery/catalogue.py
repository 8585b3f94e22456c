"""Projects, datasets and tables: their resources, when they changed, and who may see what."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from servers.bigquery.problems import Problem, duplicate, invalid, not_found
from servers.bigquery.store import ARRIVED, Store
from servers.bigquery.types import Field, duck_type, quoted, repeated

Json = dict[str, Any]
Key = tuple[str, str, str]
"""Project, dataset, table."""

REGIONS = ("us-central1", "us-east1", "europe-west1", "europe-west2", "europe-west3", "asia-northeast1")


@dataclass
class RowPolicy:
    """A row access policy; `granted` says whether the caller is on its list."""

    name: str
    predicate: str
    granted: bool = True


@dataclass
class Table:
    """A table, a view or an external table."""

    key: Key
    resource: Json
    """As the service answers it, without what is computed."""
    physical: str = ""
    """The table in DuckDB; nothing for views and external tables."""
    version: int = 1
    created: int = 0
    modified: int = 0
    denied: set[str] = field(default_factory=set)
    """Columns that the caller may not read."""
    masked: dict[str, str] = field(default_factory=dict)
    """Columns that the caller sees masked, in lower case, and what is seen instead."""
    policies: list[RowPolicy] = field(default_factory=list)

    @property
    def fields(self) -> list[Field]:
        """The schema. Resources are replaced, never changed in place: a rollback puts the old one back."""
        return list(self.resource.get("schema", {}).get("fields", []))

    @property
    def kind(self) -> str:
        """TABLE, VIEW, MATERIALIZED_VIEW or EXTERNAL."""
        return str(self.resource["type"])

    @property
    def name(self) -> str:
        """As messages write it: `project:dataset.table`."""
        return f"{self.key[0]}:{self.key[1]}.{self.key[2]}"

    @property
    def arrived(self) -> str:
        """The unit of its partitions, where it is partitioned by time of arrival."""
        parts = self.resource.get("timePartitioning")
        return str(parts.get("type", "DAY")).lower() if parts and not parts.get("field") else ""

    @property
    def partition(self) -> str:
        """The column by which it is partitioned, `_PARTITIONTIME` where that is the time of arrival."""
        ranges = self.resource.get("rangePartitioning")
        if ranges:
            return str(ranges["field"])
        parts = self.resource.get("timePartitioning")
        return str(parts.get("field") or ARRIVED) if parts else ""

    @property
    def etag(self) -> str:
        """Another one after each change."""
        return f"{self.physical or self.kind.lower()}-{self.created}-{self.version}"


@dataclass
class Dataset:
    """A dataset."""

    resource: Json
    version: int = 1
    created: int = 0
    modified: int = 0

    @property
    def location(self) -> str:
        """Its location."""
        return str(self.resource["location"])


class Catalogue:
    """All that exists. Callers hold the store's lock."""

    def __init__(
        self, store: Store, locations: tuple[str, ...], clock: Callable[[], float] = time.time
    ) -> None:
        self.store = store
        self.locations = ("US", "EU", *(place for place in locations if place not in ("US", "EU")))
        self.clock = clock
        self.projects: dict[str, Json] = {}
        self.datasets: dict[tuple[str, str], Dataset] = {}
        self.tables: dict[Key, Table] = {}
        store.on_rollback = self._remember

    def _remember(self) -> Callable[[], None]:
        datasets, tables = dict(self.datasets), dict(self.tables)
        kept = [(item, dict(vars(item))) for item in (*datasets.values(), *tables.values())]

        def undo() -> None:
            self.datasets, self.tables = datasets, tables
            for item, was in kept:
                vars(item).update(was)

        return undo

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)

    def place(self, location: str) -> str:
        """A location as the service writes it; one that isn't is refused."""
        for known in self.locations:
            if known.lower() == location.lower():
                return known
        raise invalid(f"Invalid storage region '{location}'")

    def project(self, project: str) -> Json:
        """The project."""
        if project not in self.projects:
            raise Problem(
                "notFound",
                f"The project {project} has not enabled BigQuery, or does not exist. Not found: Project {project}",
            )
        return self.projects[project]

    def dataset(self, project: str, dataset: str, location: str = "") -> Dataset:
        """The dataset; with a location only where it is there."""
        self.project(project)
        found = self.datasets.get((project, dataset))
        if found is None or (location and found.location.lower() != location.lower()):
            raise not_found(f"Dataset {project}:{dataset}", location)
        return found

    def find(self, key: Key) -> Table | None:
        """The table, if there is one; one that has expired is removed."""
        table = self.tables.get(key)
        until = int(table.resource.get("expirationTime") or 0) if table else 0
        if until and until <= self.now():
            self.remove(key)
            return None
        return table

    def table(self, key: Key, location: str = "") -> Table:
        """The table."""
        self.dataset(key[0], key[1], location)
        table = self.find(key)
        if table is None:
            raise not_found(f"Table {key[0]}:{key[1]}.{key[2]}", location)
        return table

    def add_dataset(self, project: str, dataset: str, resource: Json) -> Dataset:
        """Make a dataset; the resource is normal already."""
        if (project, dataset) in self.datasets:
            raise duplicate(f"Dataset {project}:{dataset}")
        made = Dataset(resource, created=self.now(), modified=self.now())
        self.datasets[project, dataset] = made
        return made

    def add(self, key: Key, resource: Json, *, hidden: bool = False) -> Table:
        """Make an empty table; the resource is normal already. `hidden`: its dataset isn't listed anywhere."""
        if not hidden:
            standard = self.dataset(key[0], key[1]).resource.get("defaultTableExpirationMs")
            if standard and "expirationTime" not in resource:
                resource["expirationTime"] = str(self.now() + int(standard))
        if self.find(key) is not None:
            raise duplicate(f"Table {key[0]}:{key[1]}.{key[2]}")
        table = Table(key, resource, created=self.now(), modified=self.now())
        if table.kind in ("TABLE", "SNAPSHOT"):
            table.physical = self.store.create(table.fields, table.arrived)
        self.tables[key] = table
        return table

    def remove(self, key: Key) -> None:
        """Remove a table and its rows."""
        table = self.tables.pop(key)
        if table.physical:
            self.store.drop(table.physical)

    def fingerprint(self) -> str:
        """Another one after any change of a table, its rows, or of who may see them."""
        return repr(
            [
                (
                    key,
                    table.etag,
                    table.resource.get("view"),
                    sorted(table.denied),
                    table.masked,
                    table.policies,
                )
                for key, table in list(self.tables.items())
                if key[1] != "_results" and self.find(key) is table
            ]
        )

    def touch(self, table: Table) -> None:
        """It has changed."""
        table.version += 1
        table.modified = max(self.now(), table.modified + 1)

    def reshape(self, table: Table, fields: list[Field]) -> None:
        """Give a table another schema; rows are kept, new columns are NULL, columns that are gone are dropped."""
        old = {item["name"].lower() for item in table.fields}
        name = self.store.create(fields, table.arrived)
        kept = [item for item in fields if item["name"].lower() in old]
        columns = [quoted(item["name"]) for item in kept]
        values = [f"CAST({quoted(item['name'])} AS {duck_type(item)})" for item in kept]
        if table.arrived:
            columns.append(ARRIVED)
            values.append(ARRIVED)
        for item in fields:
            if repeated(item) and item not in kept:
                columns.append(quoted(item["name"]))
                values.append("[]")
        if not columns:
            columns, values = [quoted(fields[0]["name"])], ["NULL"]
        self.store.do(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table.physical} ORDER BY rowid"
        )
        self.store.drop(table.physical)
        table.physical = name
        table.resource = table.resource | {"schema": {"fields": fields}}
        self.touch(table)
