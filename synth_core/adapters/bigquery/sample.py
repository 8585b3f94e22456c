"""Rows of a table as a Parquet file on this machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet
from google.cloud import bigquery
from google.cloud.bigquery.job import QueryJob

from synth_core.adapters.bigquery.access import visible_columns
from synth_core.adapters.bigquery.cells import empty, rows_to_arrow
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.jobs import RETRY, run_query
from synth_core.adapters.bigquery.planning import ROLE, Reading, check_limit, plan_reading
from synth_core.adapters.google.errors import translated
from synth_core.errors import SourceError
from synth_core.model.findings import Finding, Level
from synth_core.model.types import Field
from synth_core.ports import Sample

Pages = Iterable[list[Mapping[str, Any]]]


def take_sample(connection: Connection, reading: Reading, folder: Path) -> Sample:
    """Read what was planned. A sample of blocks that finds none, as in stand-ins that don't sample, is made up for by a
    query without TABLESAMPLE, under the same limit."""
    check_limit(connection, reading)
    name = reading.schema.name
    path = folder / f"{_readable(name)}.parquet"
    with translated(SourceError, f"{connection.uri}, table {name} can't be read", role=ROLE):
        if not reading.sql:
            fields = reading.schema.fields
            found = _write(path, fields, _listed(connection, reading))
            return Sample(paths=(path,), rows=found, is_whole=True, table_rows=found)
        job, rows = run_query(
            connection.client,
            reading.sql,
            location=reading.location,
            purpose="sample",
            max_bytes=connection.limits.max_bytes_billed,
        )
        count = _write(path, visible_columns(reading.schema.fields, reading.hidden), _pages(rows))
    if reading.blocks and not count:
        path.unlink()
        return take_sample(connection, plan_reading(connection, name, reading.limit, blocks=False), folder)
    # Who reaches the limit may have more rows, unless it is known how many there are.
    is_cut = count >= reading.limit and count != reading.schema.rows
    is_whole = not is_cut and (reading.schema.rows is None or not reading.is_sample)
    return Sample(
        paths=(path,),
        rows=count,
        is_whole=is_whole,
        table_rows=count if is_whole else reading.schema.rows,
        hidden=tuple(sorted(".".join(each) for each in reading.hidden)),
        findings=(*_hidden(reading), *_restricted(job, reading, count if is_whole else None)),
    )


def _listed(connection: Connection, reading: Reading) -> Pages:
    """All rows of the table by `tabledata.list`, naming its columns."""
    schema = reading.schema
    selected = [bigquery.SchemaField(field.name, "STRING") for field in schema.fields]
    rows = connection.client.list_rows(connection.table(schema.name), selected_fields=selected, retry=RETRY)
    return _pages(rows)


def _pages(rows: Any) -> Pages:
    for page in rows.pages:
        yield page.raw_page.get("rows") or []


def _write(path: Path, fields: tuple[Field, ...], pages: Pages) -> int:
    """One Parquet file, row group by page; the number of rows."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with pyarrow.parquet.ParquetWriter(path, empty(fields).schema) as writer:
        for page in pages:
            if page:
                writer.write_batch(rows_to_arrow(fields, page))
                count += len(page)
    return count


def _hidden(reading: Reading) -> list[Finding]:
    return [
        Finding(
            level=Level.WARNING,
            code="source.hidden-column",
            table=reading.schema.name,
            column=".".join(path),
            message="a policy tag keeps you from reading it; it was not asked for, and nothing was measured of it.",
            hint="It is made by its name and type alone. The role roles/datacatalog.categoryFineGrainedReader on its "
            "policy tag lets you read it.",
        )
        for path in sorted(reading.hidden)
    ]


def _restricted(job: QueryJob, reading: Reading, seen: int | None) -> list[Finding]:
    """What the service says of the rows and values that it gave us; `seen` are all rows that the caller may see."""
    # The client has no property for these two, and `to_api_repr` leaves out what the service said.
    statistics = job._properties.get("statistics") or {}
    findings = []
    is_said = bool((statistics.get("rowLevelSecurityStatistics") or {}).get("rowLevelSecurityApplied"))
    if is_said or (seen is not None and seen < (reading.schema.rows or 0)):
        findings.append(
            Finding(
                level=Level.WARNING,
                code="source.rows-restricted",
                table=reading.schema.name,
                message=f"you see {seen:,} of {reading.schema.rows:,} rows: a row access policy hides the others. All "
                "that follows is about those."
                if seen is not None and reading.schema.rows
                else "a row access policy shows you only some of the rows. All that follows is about those.",
            )
        )
    if (statistics.get("dataMaskingStatistics") or {}).get("dataMaskingApplied"):
        findings.append(
            Finding(
                level=Level.WARNING,
                code="source.values-masked",
                table=reading.schema.name,
                message="data masking shows you other values than those that are stored; what was measured of columns "
                "with policy tags is about the masked values.",
            )
        )
    return findings


def _readable(name: str) -> str:
    """A file name for a table of any name."""
    words = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:40]
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
