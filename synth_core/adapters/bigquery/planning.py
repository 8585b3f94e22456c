"""The cheapest sufficient way to read rows of a table, found by calls that cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from synth_core.adapters.bigquery.access import (
    Path,
    has_policy_tags,
    leaves,
    refused_columns,
    select_list,
    visible_columns,
)
from synth_core.adapters.bigquery.catalogue import declared_schema, get_table
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.filters import needed_filters, newest
from synth_core.adapters.bigquery.jobs import RETRY, dry_run
from synth_core.adapters.bigquery.schema import has_rows
from synth_core.adapters.google.errors import FINAL_REASONS, reason_of, translated
from synth_core.errors import SourceError
from synth_core.model.cost import price_text, size_text
from synth_core.model.warehouse import TableSchema

LISTED_BYTES = 256 * 2**20
"""A table up to this size is listed whole."""
SAMPLED_BYTES = 2**30
"""Blocks are sampled of tables above this size; smaller ones are hardly more than one block."""
CELLS = 10_000_000
"""Rows times columns of a sample."""
FEWEST = 10_000
"""Rows of a sample however wide the table is."""
ROLE = "roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project that is billed"


@dataclass(frozen=True)
class Reading:
    """How a table is read."""

    schema: TableSchema
    location: str
    hidden: frozenset[Path]
    """Columns and fields that the caller may not read."""
    filters: tuple[str, ...]
    """Conditions that every query of the table must have; every row meets them."""
    sql: str
    """Empty: by the free listing."""
    bytes: int
    limit: int
    """Rows that are read at most."""
    is_sample: bool
    """Not all rows that the caller may see are asked for."""
    blocks: bool = False
    """By TABLESAMPLE."""
    how: str = ""


def plan_reading(connection: Connection, table: str, rows: int, *, blocks: bool = True) -> Reading:
    """Find out how to read about so many rows. Without `blocks`, not by TABLESAMPLE. What does not fit the limit is
    narrowed to the newest partitions; it may still be more than that."""
    resource = get_table(connection, table)
    schema = declared_schema(connection, resource)
    if not schema.fields:
        raise SourceError(
            f"{connection.uri}, table {schema.name} has no columns.",
            hint=f"Name the others: {connection.uri}.TABLE,…",
        )
    wanted = max(1, min(rows, max(FEWEST, CELLS // max(1, len(list(leaves(schema.fields)))))))
    location = str(resource.get("location") or connection.location)
    with translated(SourceError, f"{connection.uri}, table {schema.name} can't be read", role=ROLE):
        if not has_policy_tags(schema.fields) and _is_listed(connection, resource, schema, wanted):
            return Reading(
                schema=schema,
                location=location,
                hidden=frozenset(),
                filters=tuple(needed_filters(resource, schema, "")[:1]),
                sql="",
                bytes=0,
                limit=wanted,
                is_sample=False,
                how="all rows by the free listing",
            )
        return _Query(connection, resource, schema, location, wanted, blocks).plan()


def _is_listed(connection: Connection, resource: dict[str, Any], schema: TableSchema, wanted: int) -> bool:
    """All rows can be had by `tabledata.list`, which is free. It is refused where rows are restricted."""
    few = (schema.rows or 0) <= wanted and (schema.bytes or 0) <= LISTED_BYTES
    return has_rows(resource) and few and may_be_listed(connection, schema)


def may_be_listed(connection: Connection, schema: TableSchema) -> bool:
    """The free listing is not refused, as it is where rows are restricted; asked about the first column."""
    first = schema.fields[:1]
    try:
        list(_listing(connection, schema.name, [field.name for field in first], most=1))
    except (exceptions.Forbidden, exceptions.BadRequest):
        return False
    return True


def _listing(connection: Connection, table: str, names: Sequence[str], *, most: int) -> Any:
    selected = [bigquery.SchemaField(name, "STRING") for name in names]
    return connection.client.list_rows(
        connection.table(table), selected_fields=selected, max_results=most, retry=RETRY
    ).pages


def check_limit(connection: Connection, reading: Reading) -> None:
    """Raise SourceError, which names bytes, price and limit, where reading so would be more than the limit."""
    limits = connection.limits
    billed = limits.billed(reading.bytes)
    if billed > limits.max_bytes_billed:
        raise SourceError(
            f"{connection.uri}, table {reading.schema.name}: reading {reading.how} takes {size_text(billed)} "
            f"({price_text(limits.dollars(billed))}), more than the limit of "
            f"{size_text(limits.max_bytes_billed)}; nothing was read.",
            hint="Raise `max_bytes_billed`, or read a view or a copy with fewer columns or rows instead.",
        )


class _Query:
    """Looks for a query that may be run, by dry runs."""

    def __init__(
        self,
        connection: Connection,
        resource: dict[str, Any],
        schema: TableSchema,
        location: str,
        wanted: int,
        blocks: bool,
    ) -> None:
        self._connection = connection
        self._resource = resource
        self._schema = schema
        self._location = location
        self._wanted = wanted
        self._hidden: frozenset[Path] = frozenset()
        self._filters: tuple[str, ...] = ()
        total = schema.rows or 0
        self._share = min(1.0, 1.1 * wanted / total) if total > wanted else 1.0
        large = has_rows(resource) and (schema.bytes or 0) > SAMPLED_BYTES
        self._blocks = blocks and large and self._share < 1.0

    def plan(self) -> Reading:
        """The query that reads what may be read."""
        tried: list[str] = []
        self._filters = tuple(needed_filters(self._resource, self._schema, "")[:1])
        while True:
            try:
                bytes = self._ask(self._sql())
                break
            except exceptions.Forbidden as error:
                refused = refused_columns(error, self._schema.fields)
                # A service that refuses a field which is not asked for wants the whole column left out.
                more = refused - self._hidden or frozenset((path[0],) for path in refused) - self._hidden
                if (
                    reason_of(error) in FINAL_REASONS
                    or not more
                    or not visible_columns(self._schema.fields, self._hidden | more)
                ):
                    raise
                self._hidden |= more
            except exceptions.BadRequest as error:
                tried += self._filters
                options = needed_filters(self._resource, self._schema, str(error))
                left = [option for option in options if option not in tried]
                if left:
                    self._filters = tuple(left[:1])
                elif self._blocks:
                    # A service that does not know TABLESAMPLE.
                    self._blocks, tried = False, []
                else:
                    raise
        narrowed = ""
        if self._connection.limits.exceeded(bytes):
            narrowed, bytes = self._narrowed(bytes)
        is_sample = bool(narrowed) or self._blocks or self._share < 1.0 or self._schema.rows is None
        return Reading(
            schema=self._schema,
            location=self._location,
            hidden=self._hidden,
            filters=self._filters,
            sql=self._sql(narrowed),
            bytes=bytes,
            limit=self._wanted,
            is_sample=is_sample,
            blocks=self._blocks,
            how=self._how(is_sample, narrowed),
        )

    def _ask(self, sql: str) -> int:
        return dry_run(self._connection.client, sql, location=self._location, purpose="sample").bytes

    def _narrowed(self, bytes: int) -> tuple[str, int]:
        """A filter for the newest partitions that fit the limit, and what they take."""
        for condition in newest(self._connection, self._resource, self._schema):
            found = self._ask(self._sql(condition))
            if not self._connection.limits.exceeded(found):
                return condition, found
        return "", bytes

    def _sql(self, narrowed: str = "") -> str:
        columns = ", ".join(select_list(self._schema.fields, self._hidden))
        source = self._connection.name_of(self._schema.name)
        conditions = [narrowed] if narrowed else list(self._filters)
        if self._blocks:
            # Blocks are read whole; three times the rows that are wanted make up for uneven ones.
            percent = min(100.0, max(0.001, 300.0 * self._wanted / max(1, self._schema.rows or 1)))
            source += f" TABLESAMPLE SYSTEM ({percent:.3f} PERCENT)"
            conditions.append(f"RAND() < {max(1 / 3, self._share):.6f}")
        elif self._share < 1.0 and not narrowed:
            conditions.append(f"RAND() < {self._share:.9f}")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = " ORDER BY RAND()" if self._schema.rows is None else ""
        return f"SELECT {columns} FROM {source}{where}{order} LIMIT {self._wanted}"

    def _how(self, is_sample: bool, narrowed: str) -> str:
        if not is_sample:
            return "all rows by one query"
        what = f"a sample of {self._wanted:,} rows"
        if self._schema.rows is None:
            what = f"up to {self._wanted:,} rows"
        return what + (" of the newest partitions" if narrowed else "")
