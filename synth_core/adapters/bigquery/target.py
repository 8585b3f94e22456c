"""The target side of the port: everything that writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.adapters.bigquery.append import append_rows
from synth_core.adapters.bigquery.catalogue import get_table
from synth_core.adapters.bigquery.check import check_targets
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.extract import check_extract, extract
from synth_core.adapters.bigquery.load import load_files
from synth_core.adapters.bigquery.names import quote
from synth_core.adapters.bigquery.partitions import filter_of_all
from synth_core.adapters.bigquery.publish import publish, published_part, was_published
from synth_core.adapters.bigquery.schema import requires_filter, schema_from_api
from synth_core.adapters.bigquery.staging import create_staging, drop_staging, is_staging
from synth_core.errors import TargetError
from synth_core.model.dialect import Dialect
from synth_core.model.project import SourceKind
from synth_core.model.warehouse import TableSchema
from synth_core.ports import LoadFiles, Publication


class TargetSide:
    """The methods of `Warehouse` that write; `BigQueryWarehouse` adds those that read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all_rows(self, table: str) -> str:
        """See `Warehouse.all_rows`."""
        connection = self._connection
        name = connection.name_of(table)
        resource = {} if is_staging(table) else get_table(connection, table)
        if not requires_filter(resource):
            return name
        schema = schema_from_api(resource)
        condition = filter_of_all(schema.partitioning, schema.fields)
        columns = ", ".join(quote(field.name) for field in schema.fields)
        return f"(SELECT {columns} FROM {name} WHERE {condition})"

    def create_staging(self, run_id: str, schema: TableSchema) -> str:
        """See `Warehouse.create_staging`."""
        return create_staging(self._writable(), run_id, schema)

    def load(self, staging: str, files: LoadFiles) -> int:
        """See `Warehouse.load`: all files or, when one of them can't be loaded, none. Paths may be `gs://` URIs."""
        return load_files(self._writable(), staging, files)

    def check_targets(self, publications: Sequence[Publication], *, files_location: str = "") -> None:
        """See `Warehouse.check_targets`."""
        check_targets(self._writable(), publications, files_location)

    def was_published(self, job_id: str) -> str:
        """See `Warehouse.was_published`."""
        return was_published(self._writable(), job_id)

    def published_part(self, job_id: str, tables: Sequence[str]) -> set[str]:
        """See `Warehouse.published_part`."""
        return published_part(self._writable(), job_id, tables)

    def publish(self, publications: Sequence[Publication], *, job_id: str) -> str:
        """See `Warehouse.publish`: one transaction of one script. More than 100 tables, or a stand-in that knows no
        scripts, are published table by table; that is logged."""
        return publish(self._writable(), publications, job_id)

    def drop_staging(self, run_id: str) -> None:
        """See `Warehouse.drop_staging`."""
        drop_staging(self._writable(), run_id)

    def append_rows(self, table: TableSchema, rows: Sequence[dict[str, Any]], *, dataset: str) -> None:
        """See `Warehouse.append_rows`; `dataset` or `project.dataset`."""
        append_rows(self._writable(), table, rows, dataset)

    def check_extract(self, files_location: str) -> None:
        """See `Warehouse.check_extract`."""
        check_extract(self._connection, files_location)

    def extract(
        self, table: str, prefix: str, *, kind: SourceKind, dialect: Dialect | None = None
    ) -> list[str]:
        """See `Warehouse.extract`."""
        return extract(self._connection, table, prefix, kind, dialect)

    def _writable(self) -> Connection:
        if self._connection.read_only:
            raise TargetError(
                f"{self._connection.uri} is open for reading only.", hint="Open it as a target."
            )
        return self._connection
