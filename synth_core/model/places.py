"""Where tables and files are: the addresses that a SOURCE or a TARGET is written as."""

from __future__ import annotations

import re
import shlex
from enum import StrEnum
from pathlib import Path

from synth_core.errors import UsageError
from synth_core.model.base import Frozen

_BIGQUERY = re.compile(
    r"(?P<project>(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9_-]+)\.(?P<dataset>\w+)(?:\.(?P<tables>[^.]+))?"
)
_PROJECT = re.compile(r"bigquery:(?P<project>(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9_-]+)")
_PROJECT_ID = re.compile(r"[a-z][a-z0-9]{0,28}(?:-[a-z0-9]+)+")
"""Of a project as it is mostly called: with a hyphen, unlike files."""
_BUCKET = re.compile(r"gs://(?P<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:/(?P<name>.*))?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
FORMS = "`bigquery:PROJECT.DATASET`, `gs://BUCKET/PREFIX`, `duckdb:PATH` or a folder"


class PlaceKind(StrEnum):
    """What an address leads to."""

    BIGQUERY = "bigquery"
    DUCKDB = "duckdb"
    BUCKET = "gs"
    FOLDER = "folder"


class Place(Frozen):
    """A parsed address. `str()` gives it back without the selection of tables."""

    kind: PlaceKind
    path: str = ""
    """DuckDB: the file; folder: the folder, file or pattern, as written."""
    project: str = ""
    dataset: str = ""
    bucket: str = ""
    name: str = ""
    """Bucket: prefix, object name or pattern within it, without a slash at its beginning or end."""
    tables: tuple[str, ...] = ()
    """Warehouse: only these."""

    @property
    def is_warehouse(self) -> bool:
        """It holds tables, not files."""
        return self.kind in (PlaceKind.BIGQUERY, PlaceKind.DUCKDB)

    @property
    def is_cloud(self) -> bool:
        """It is not on this machine."""
        return self.kind in (PlaceKind.BIGQUERY, PlaceKind.BUCKET)

    def __str__(self) -> str:
        if self.kind is PlaceKind.BIGQUERY:
            return f"bigquery:{self.project}.{self.dataset}"
        if self.kind is PlaceKind.DUCKDB:
            return f"duckdb:{self.path}"
        if self.kind is PlaceKind.BUCKET:
            return f"gs://{self.bucket}/{self.name}".rstrip("/")
        return self.path

    def with_tables(self) -> str:
        """The address with its selection: `bigquery:project.dataset#t1,t2`."""
        return f"{self}#{','.join(self.tables)}" if self.tables else str(self)


def parse_place(uri: str) -> Place:
    """What an address says, without asking whether it is there. Raises UsageError for one that can't be read.

    A BigQuery selection may be written `bigquery:project.dataset.t1,t2` or with `#`, as DuckDB's.
    """
    if uri.startswith("bigquery:"):
        return _bigquery(uri)
    if uri.startswith("duckdb:"):
        path, _, tables = uri.removeprefix("duckdb:").partition("#")
        if not path:
            raise UsageError(f"{uri!r} names no file.", hint="Write `duckdb:PATH`.")
        return Place(kind=PlaceKind.DUCKDB, path=path, tables=_tables(tables))
    if uri.startswith("gs:"):
        found = _BUCKET.fullmatch(uri)
        if not found:
            raise UsageError(
                f"{uri!r} names no bucket.", hint="Write `gs://BUCKET/PREFIX`; buckets have small letters."
            )
        return Place(kind=PlaceKind.BUCKET, bucket=found["bucket"], name=(found["name"] or "").strip("/"))
    return Place(kind=PlaceKind.FOLDER, path=uri)


def spoken(uri: str) -> str:
    """An address as a person writes it: tables of BigQuery after a dot, as in `bigquery:project.dataset.t1,t2`."""
    address, sign, tables = uri.partition("#")
    return f"{address}.{tables}" if sign and uri.startswith("bigquery:") else uri


def spoken_sources(joined: str) -> str:
    """Several of them in one text, as a shell takes them."""
    return shlex.join(map(spoken, shlex.split(joined)))


def table_name(target: str, table: str) -> str:
    """The full name of a target's table: BigQuery's own (`project.dataset.table`), else its address."""
    if target.startswith("bigquery:"):
        return f"{target.removeprefix('bigquery:')}.{table}"
    return f"{target}#{table}"


def project_of(uri: str) -> str:
    """The project of `bigquery:PROJECT`, which names no dataset; empty for every other address."""
    found = _PROJECT.fullmatch(uri)
    return found["project"] if found else ""


def is_warehouse(uri: str) -> bool:
    """The address names a warehouse's tables, not files."""
    return uri.startswith(("duckdb:", "bigquery:"))


def is_bucket(uri: str) -> bool:
    """The address is in Cloud Storage."""
    return uri.startswith("gs:")


def is_remote(uri: str) -> bool:
    """The address is not on this machine."""
    return uri.startswith(("gs:", "bigquery:"))


def lacks_prefix(text: str) -> bool:
    """It is written like a dataset or table of BigQuery, by whose prefix it would be one; `sales.csv` is not."""
    found = _BIGQUERY.fullmatch(text)
    return found is not None and _PROJECT_ID.fullmatch(found["project"].rpartition(":")[2]) is not None


def shown(uri: str) -> str:
    """An address for a message: one that holds line ends or other control characters is quoted."""
    return uri if uri.isprintable() else repr(uri)


def absolute(uri: str) -> str:
    """The address as it holds from any folder; a selection of tables stays. Raises UsageError for one that can't be
    read, or that is of a kind that we don't know."""
    place = parse_place(uri)
    if place.kind is PlaceKind.DUCKDB:
        place = place.model_copy(update={"path": _absolute(place.path)})
    if place.kind is not PlaceKind.FOLDER:
        return place.with_tables()
    if not uri or (_SCHEME.match(uri) and not Path(uri).exists()):
        raise UsageError(
            f"{uri!r} is no place that can be reached.",
            hint=f"Write {FORMS}" + (f"; a folder of that name is `./{uri}`." if uri else "."),
        )
    return _absolute(uri)


def _bigquery(uri: str) -> Place:
    rest, sign, selected = uri.removeprefix("bigquery:").partition("#")
    found = _BIGQUERY.fullmatch(rest)
    if not found or (sign and found["tables"]):
        raise UsageError(
            f"{uri!r} names no dataset.",
            hint="Write `bigquery:PROJECT.DATASET` or `bigquery:PROJECT.DATASET.TABLE,…`; "
            "`synth sources bigquery:PROJECT` lists the datasets.",
        )
    return Place(
        kind=PlaceKind.BIGQUERY,
        project=found["project"],
        dataset=found["dataset"],
        tables=_tables(selected or found["tables"] or ""),
    )


def _tables(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())
