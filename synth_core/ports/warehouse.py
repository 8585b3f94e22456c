"""A database of typed tables: source and target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from synth_core.model.base import Frozen
from synth_core.model.cost import Cost
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding
from synth_core.model.measured import Question, TableFacts
from synth_core.model.project import Column, LoadMode, SourceKind
from synth_core.model.warehouse import TableSchema

if TYPE_CHECKING:
    import pyarrow as pa


class LoadFiles(Frozen):
    """Finished files of one table, and what a reader must be told to read them."""

    paths: tuple[str, ...]
    kind: SourceKind
    dialect: Dialect | None = None
    columns: tuple[Column, ...]
    """Name, type, mode and text format of each column, in the files' order."""


class Sample(Frozen):
    """Rows of a source's table on this machine."""

    paths: tuple[Path, ...]
    """Parquet files, nested types kept; all have the same columns."""
    rows: int
    """In the files."""
    is_whole: bool
    """They are all rows that the caller may see."""
    table_rows: int | None = None
    """Rows of the table; None where only counting would tell."""
    hidden: tuple[str, ...] = ()
    """Columns, and fields of nested ones by their paths (`a.b`), that the caller may not read: they were not asked for.
    Hidden columns are not in the files, hidden fields are NULL there."""
    findings: tuple[Finding, ...] = ()


class Publication(Frozen):
    """Moves one checked staging table into its target."""

    staging: str
    target: TableSchema
    mode: LoadMode


class Warehouse(Protocol):
    """A database of typed tables. Table arguments are bare names in the adapter's own dataset or schema;
    a staging name is what `create_staging` returned."""

    uri: str
    speech: Literal["duckdb", "bigquery"]
    """Whose SQL `query` takes, where the two have other words for the same."""

    def tables(self) -> list[str]:
        """Bare names of all tables and views, sorted."""
        ...

    def schema(self, table: str) -> TableSchema:
        """The table as declared. Raises SourceError when there is no such table."""
        ...

    def estimate(self, table: str, rows: int) -> Cost:
        """What `sample` of so many rows and `measure` of all columns will cost; costs nothing itself."""
        ...

    def sample(self, table: str, folder: Path, rows: int) -> Sample:
        """Write about so many of the table's rows to Parquet files in the folder, in the cheapest way that does: all of
        them where that is cheap, and where there are no more. Raises SourceError, before anything is billed, where it
        would read more than the limit."""
        ...

    def measure(self, table: str, question: Question) -> TableFacts:
        """Facts of all rows of the table, by one query. Columns that the caller may not read are left out.

        Raises UnsupportedError where the warehouse can't count at all; what it can't tell besides is missing in the
        answer."""
        ...

    def query(self, sql: str) -> pa.Table:
        """Run one SELECT. Table names in it come from `name_of`."""
        ...

    def name_of(self, table: str) -> str:
        """The quoted, fully qualified name of a table or staging table for use in SQL."""
        ...

    def all_rows(self, table: str) -> str:
        """What stands behind FROM for all rows of a table: its name or, where the table may only be read with a
        filter on its partitions, a subquery that has one."""
        ...

    def quote(self, name: str) -> str:
        """A column name, quoted for SQL."""
        ...

    def create_staging(self, run_id: str, schema: TableSchema) -> str:
        """Make an empty staging table (types and modes, no keys) and return its name; empties it if it is
        already there."""
        ...

    def load(self, staging: str, files: LoadFiles) -> int:
        """Append the files' rows to the staging table, by name; the number of rows loaded.

        Raises TargetError naming file, line and column where a value can't be read as its type.
        """
        ...

    def check_targets(self, publications: Sequence[Publication], *, files_location: str = "") -> None:
        """Raise TargetError when an existing target could not take these publications; changes nothing. The staging
        tables need not be there yet. `files_location` is where the bucket of the finished files is; a warehouse that
        can't load from there says so."""
        ...

    def was_published(self, job_id: str) -> str:
        """The warehouse's own id of the job that put the rows into their targets: `publish` was done, even if nobody
        heard of it; empty where it was not. Waits for one that is still at work."""
        ...

    def published_part(self, job_id: str, tables: Sequence[str]) -> set[str]:
        """Which of these targets hold the job's rows already. Some of them only where tables had to be published one
        after the other and that was broken off: `publish` with the same id then does the others."""
        ...

    def publish(self, publications: Sequence[Publication], *, job_id: str) -> str:
        """Move all staging tables into their targets in one transaction: all of them or none. A job id that was
        published before does nothing: what was asked for is there already. Returns the warehouse's own id of the job.

        Missing targets are created with the schema's types, modes, descriptions and keys. An existing target
        must have the same columns and types (order apart), else TargetError; it keeps rows when appending,
        and its own keys. The staging tables are gone afterwards: publishing them again is a TargetError.
        """
        ...

    def drop_staging(self, run_id: str) -> None:
        """Remove every staging table of the run."""
        ...

    def append_rows(self, table: TableSchema, rows: Sequence[dict[str, Any]], *, dataset: str) -> None:
        """Append a few rows (audit) to a table in another dataset or schema, both created when missing; an existing
        table that lacks columns is extended; one that lacks a REQUIRED column is somebody else's: TargetError. Rows
        whose primary key (as `table` has it) is there already are left out, so that appending again changes
        nothing. On BigQuery the dataset may be another project's: `project.dataset`. A column that is there with
        another type gets what that type can hold."""
        ...

    def check_extract(self, files_location: str) -> None:
        """Raise SourceError where tables can't be extracted to a bucket there, because it is too far away."""
        ...

    def extract(
        self, table: str, prefix: str, *, kind: SourceKind, dialect: Dialect | None = None
    ) -> list[str]:
        """Write all rows of a table or view as files `prefix/part-…` and return their addresses, in order: Parquet, or
        delimited with the dialect's delimiter, header row or none, and compression. BigQuery writes to
        `gs://bucket/prefix`, DuckDB to a folder. Raises SourceError where the table, or TargetError where the place,
        does not allow it."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
