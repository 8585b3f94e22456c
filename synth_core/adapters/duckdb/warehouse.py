"""The port `Warehouse` on a DuckDB file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from synth_core.adapters.duckdb.catalogue import Keys, Place, Relation, columns, find, relations
from synth_core.adapters.duckdb.connection import open_file, translated
from synth_core.adapters.duckdb.create import check_schema, create_table
from synth_core.adapters.duckdb.keys import all_keys
from synth_core.adapters.duckdb.load import load_files
from synth_core.adapters.duckdb.measure import measure
from synth_core.adapters.duckdb.names import (
    STAGING,
    qualified,
    quote_all,
    split_staging,
    staging_name,
    staging_prefix,
)
from synth_core.adapters.duckdb.plan import check_targets
from synth_core.adapters.duckdb.publish import is_done, publish, transaction
from synth_core.adapters.duckdb.rows import append_rows
from synth_core.errors import SourceError, TargetError
from synth_core.files.arrow import arrow_schema, conform
from synth_core.files.duck import duckdb_type, field_from_duckdb
from synth_core.files.nesting import renested
from synth_core.files.sql import literal, quote
from synth_core.files.write import open_writer
from synth_core.model.cost import Cost
from synth_core.model.dialect import Dialect
from synth_core.model.measured import Question, TableFacts
from synth_core.model.names import fold
from synth_core.model.places import is_remote
from synth_core.model.project import SourceKind, columns_of
from synth_core.model.types import Field
from synth_core.model.warehouse import TableSchema
from synth_core.ports import LoadFiles, Publication, Sample

BATCH = 65_536
"""Rows that are in memory at a time."""
ENDINGS = {SourceKind.DELIMITED: "csv", SourceKind.PARQUET: "parquet", SourceKind.NDJSON: "ndjson"}
ROW_GROUP = 100_000
"""Rows in one row group of an exported Parquet file: what a reader holds in memory at a time."""


class DuckDBWarehouse:
    """Tables of one schema in a DuckDB file. A file that is not there is made, unless it is only to be read.

    DuckDB lets one process write to a file at a time, or several read. Raises SourceError (read only) or
    TargetError when the file can't be opened.
    """

    def __init__(self, path: Path, *, schema: str = "main", read_only: bool = False) -> None:
        self.uri = f"duckdb:{path}"
        self.speech: Literal["duckdb", "bigquery"] = "duckdb"
        self._path = path.absolute()
        self._read_only = read_only
        self._error = SourceError if read_only else TargetError
        connection = open_file(self._path, read_only=read_only)
        catalog = connection.execute("SELECT current_database()").fetchall()[0][0]
        self._place = Place(connection, catalog, schema)

    def tables(self) -> list[str]:
        """See `Warehouse.tables`."""
        with translated(self._error, f"{self._path} can't be read"):
            return [relation.name for relation in relations(self._place)]

    def schema(self, table: str) -> TableSchema:
        """See `Warehouse.schema`; the name may be spelled in another case. Keys are those that DuckDB keeps
        and those that we recorded. Counting a view's rows runs it."""
        relation = self._find(table)
        name = relation.name
        with translated(self._error, f"{self._path}, table {name} can't be read"):
            fields = tuple(
                field_from_duckdb(column.name, column.type, column.is_nullable, column.comment)
                for column in columns(self._place, name)
            )
            keys = Keys() if relation.is_view else all_keys(self._place, name)
            ((rows,),) = self._place.execute(f"SELECT count(*) FROM {self._place.name(name)}")
        return TableSchema(
            name=name,
            full_name=f"{self._path}.{self._place.schema}.{name}",
            fields=fields,
            primary_key=keys.primary,
            unique=keys.unique,
            foreign_keys=keys.foreign,
            description=relation.comment,
            rows=rows,
        )

    def estimate(self, table: str, rows: int) -> Cost:
        """See `Warehouse.estimate`: nothing."""
        name = self._find(table).name
        return Cost(table=name, bytes=0, dollars=0.0, queries=0, how="all rows, which costs nothing")

    def sample(self, table: str, folder: Path, rows: int) -> Sample:
        """See `Warehouse.sample`: always all rows, in one file, columns cast to the types that `schema` tells."""
        schema = self.schema(table)
        place = self._place
        read = place.connection.sql(f"SELECT * FROM {place.name(schema.name)}")
        types = dict(zip(read.columns, read.types, strict=True))
        values = ", ".join(_exported(field, types[field.name]) for field in schema.fields)
        readable = re.sub(r"[^A-Za-z0-9_-]+", "_", schema.name)[:40]
        path = folder / f"{readable}-{hashlib.sha256(schema.name.encode()).hexdigest()[:8]}.parquet"
        with translated(self._error, f"{self._path}, table {schema.name} can't be exported to {path}"):
            place.execute(
                f"COPY (SELECT {values} FROM {place.name(schema.name)}) TO {literal(str(path))} "
                f"(FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP})"
            )
        assert schema.rows is not None
        return Sample(paths=(path,), rows=schema.rows, is_whole=True, table_rows=schema.rows)

    def measure(self, table: str, question: Question) -> TableFacts:
        """See `Warehouse.measure`: all of it exact."""
        schema = self.schema(table)
        with translated(self._error, f"{self._path}, table {schema.name} can't be measured"):
            return measure(self._place, schema, question)

    def query(self, sql: str) -> pa.Table:
        """See `Warehouse.query`."""
        connection = self._place.connection
        with translated(self._error, f"{self._path} can't be queried"):
            statements = connection.extract_statements(sql)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise self._error(f"This is not one SELECT: {sql}", hint="Ask one question at a time.")
            return connection.sql(sql).to_arrow_table()

    def name_of(self, table: str) -> str:
        """See `Warehouse.name_of`."""
        staging = split_staging(table)
        return self._place.other(STAGING).name(staging) if staging else self._place.name(table)

    def all_rows(self, table: str) -> str:
        """See `Warehouse.all_rows`."""
        return self.name_of(table)

    def quote(self, name: str) -> str:
        """See `Warehouse.quote`."""
        return quote(name)

    def batches(self, table: str, fields: Sequence[Field]) -> Iterator[pa.RecordBatch]:
        """The rows of a table or staging table in Arrow's types for the fields, so many at a time."""
        names = quote_all(field.name for field in fields)
        with translated(self._error, f"{self._path} can't be read"):
            reader = self._place.connection.sql(f"SELECT {names} FROM {self.name_of(table)}").to_arrow_reader(
                BATCH
            )
            for batch in reader:
                arrays = [conform(values, field) for values, field in zip(batch.columns, fields, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=arrow_schema(fields))

    def create_staging(self, run_id: str, schema: TableSchema) -> str:
        """See `Warehouse.create_staging`. Raises TargetError where DuckDB can't hold such a table."""
        check_schema(schema)
        name = staging_name(run_id, self._place.schema, fold(schema.name))
        inner = split_staging(name)
        assert inner
        staging = self._place.other(STAGING)
        with self._writing(f"table {schema.name} can't be staged"), transaction(staging):
            staging.create()
            staging.execute(f"DROP TABLE IF EXISTS {staging.name(inner)}")
            # For people who look into the file.
            about = schema.model_copy(update={"description": f"Run {run_id}: rows for {schema.name}"})
            create_table(staging, inner, about, Keys())
        return name

    def load(self, staging: str, files: LoadFiles) -> int:
        """See `Warehouse.load`: all files or, when one of them can't be loaded, none."""
        inner = split_staging(staging)
        place = self._place.other(STAGING)
        if inner is None or find(place, inner) is None:
            raise TargetError(f"There is no staging table {staging}.", hint="Make it first.")
        with self._writing(f"{', '.join(files.paths)} can't be loaded"), transaction(place):
            return load_files(place, inner, files)

    def check_targets(self, publications: Sequence[Publication], *, files_location: str = "") -> None:
        """See `Warehouse.check_targets`. Files from anywhere can be loaded."""
        with self._writing("the target can't be checked"):
            check_targets(self._place, publications)

    def was_published(self, job_id: str) -> str:
        """See `Warehouse.was_published`; the job is known by the id that it was given."""
        return job_id if is_done(self._place, job_id) else ""

    def published_part(self, job_id: str, tables: Sequence[str]) -> set[str]:
        """See `Warehouse.published_part`: all or none."""
        return set(tables) if self.was_published(job_id) else set()

    def publish(self, publications: Sequence[Publication], *, job_id: str) -> str:
        """See `Warehouse.publish`.

        A key that DuckDB can't hold (`keys.py` says which) is left out, logged and recorded for `schema`.
        Staging tables are used up: another job with them is refused.
        """
        with self._writing("nothing was published"):
            publish(self._place, publications, job_id)
        return job_id

    def drop_staging(self, run_id: str) -> None:
        """See `Warehouse.drop_staging`."""
        staging = self._place.other(STAGING)
        with self._writing("staging tables can't be dropped"), transaction(staging):
            for relation in relations(staging):
                if relation.name.startswith(staging_prefix(run_id)):
                    staging.execute(f"DROP TABLE {staging.name(relation.name)}")
            if not relations(staging):
                staging.execute(f"DROP SCHEMA IF EXISTS {qualified(staging.catalog, staging.schema)}")

    def append_rows(self, table: TableSchema, rows: Sequence[dict[str, Any]], *, dataset: str) -> None:
        """See `Warehouse.append_rows`."""
        place = self._place.other(dataset)
        with self._writing(f"rows can't be appended to {dataset}.{table.name}"), transaction(place):
            append_rows(place, table, rows)

    def check_extract(self, files_location: str) -> None:
        """See `Warehouse.check_extract`: a file of this machine is beside every bucket."""

    def extract(
        self, table: str, prefix: str, *, kind: SourceKind, dialect: Dialect | None = None
    ) -> list[str]:
        """See `Warehouse.extract`: one file in the folder `prefix`, which is made."""
        if is_remote(prefix):
            raise TargetError(f"DuckDB can't write to {prefix}.", hint="Extract to a folder.")
        schema = self.schema(table)
        columns = columns_of(schema.fields)
        name = f"part-000000000000.{ENDINGS[kind]}{'.gz' if dialect and dialect.compression else ''}"
        path = Path(prefix).absolute() / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TargetError(
                f"{path.parent} can't be made: {error.strerror or error}.", hint="Name another folder."
            ) from error
        with open_writer(path, kind, columns, dialect) as writer:
            for batch in self.batches(schema.name, schema.fields):
                writer.write(batch)
        return [str(path)]

    def close(self) -> None:
        """See `Warehouse.close`."""
        self._place.connection.close()

    def _find(self, table: str) -> Relation:
        with translated(self._error, f"{self._path} can't be read"):
            found = find(self._place, table)
        if found is None:
            raise SourceError(
                f"{self._path} has no table {table}.",
                hint=f"It has: {', '.join(self.tables()) or 'none at all'}.",
            )
        return found

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        if self._read_only:
            raise TargetError(f"{self._path}: {what}.", hint="It is open for reading only.")
        with translated(TargetError, f"{self._path}: {what}"):
            yield


def _exported(field: Field, type: DuckDBPyType) -> str:
    """SQL: Parquet has no ENUM or HUGEINT, BigQuery no MAP; these go as the types that stand for them."""
    name = quote(field.name)
    return f"CAST({renested(name, type)} AS {duckdb_type(field)}) AS {name}"
