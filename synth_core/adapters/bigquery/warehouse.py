"""The port `Warehouse` on a dataset of BigQuery."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from synth_core.adapters.bigquery.catalogue import declared_schema, get_table, table_names
from synth_core.adapters.bigquery.connection import Connection, Limits
from synth_core.adapters.bigquery.jobs import read_query
from synth_core.adapters.bigquery.measure import estimate, measure
from synth_core.adapters.bigquery.names import quote
from synth_core.adapters.bigquery.planning import Reading, plan_reading
from synth_core.adapters.bigquery.sample import take_sample
from synth_core.adapters.bigquery.select import check_select
from synth_core.adapters.bigquery.target import TargetSide
from synth_core.adapters.google.errors import translated
from synth_core.model.cost import Cost
from synth_core.model.measured import Question, TableFacts
from synth_core.model.warehouse import TableSchema
from synth_core.ports import Sample

if TYPE_CHECKING:
    import pyarrow as pa


class BigQueryWarehouse(TargetSide):
    """Tables of one dataset. Nothing is asked of the service until a method is called.

    Jobs are billed to `billing_project` (the dataset's own where it is empty) and run where the dataset is; `location`
    is where a dataset that is not there is made. `read_only` is for a source: nothing is written, and errors are
    SourceErrors.
    """

    def __init__(
        self,
        project: str,
        dataset: str,
        *,
        billing_project: str = "",
        location: str = "",
        limits: Limits | None = None,
        read_only: bool = False,
    ) -> None:
        connection = Connection.open(
            project,
            dataset,
            billing_project=billing_project,
            location=location,
            limits=limits,
            read_only=read_only,
        )
        super().__init__(connection)
        self.speech: Literal["duckdb", "bigquery"] = "bigquery"
        self.uri = connection.uri
        self._readings: dict[tuple[str, int], Reading] = {}

    def tables(self) -> list[str]:
        """See `Warehouse.tables`."""
        return table_names(self._connection)

    def schema(self, table: str) -> TableSchema:
        """See `Warehouse.schema`: one call of `tables.get`."""
        return declared_schema(self._connection, get_table(self._connection, table))

    def estimate(self, table: str, rows: int) -> Cost:
        """See `Warehouse.estimate`: by dry runs."""
        return estimate(self._connection, self._reading(table, rows))

    def sample(self, table: str, folder: Path, rows: int) -> Sample:
        """See `Warehouse.sample`."""
        return take_sample(self._connection, self._reading(table, rows), folder)

    def measure(self, table: str, question: Question) -> TableFacts:
        """See `Warehouse.measure`."""
        known = next((found for (name, _), found in self._readings.items() if name == table), None)
        return measure(self._connection, known or self._reading(table, 1), question)

    def _reading(self, table: str, rows: int) -> Reading:
        """How a table is read, found out once."""
        known = self._readings.get((table, rows))
        if known is None:
            known = self._readings[table, rows] = plan_reading(self._connection, table, rows)
        return known

    def query(self, sql: str) -> pa.Table:
        """See `Warehouse.query`; within the limit of bytes."""
        connection = self._connection
        with translated(connection.error, f"{self.uri} can't be queried", role="roles/bigquery.jobUser"):
            check_select(connection, sql)
            rows = read_query(
                connection.client,
                sql,
                location=connection.location,
                purpose="query",
                max_bytes=connection.limits.max_bytes_billed,
            )
            return rows.to_arrow(create_bqstorage_client=False)

    def name_of(self, table: str) -> str:
        """See `Warehouse.name_of`; a staging table stands in the same dataset."""
        return self._connection.name_of(table)

    def quote(self, name: str) -> str:
        """See `Warehouse.quote`."""
        return quote(name)

    def close(self) -> None:
        """See `Warehouse.close`."""
        self._connection.close()
