"""A small run of exactly the engine, seed and shaping of the full run, and what the full run will take."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from synth_core.engine.interpreter import Rows, run_jobs
from synth_core.engine.shards import job_of, pieces_of
from synth_core.files.arrow import arrow_schema
from synth_core.files.scratch import ScratchFolder
from synth_core.files.shape import file_name, output_kind
from synth_core.files.write import open_writer
from synth_core.model.base import Frozen
from synth_core.model.plan import Fewer, Plan
from synth_core.model.project import Table

SECONDS_A_CELL = 25e-6
"""What a cell usually takes, where the preview could not measure it."""


class Estimate(Frozen):
    """What a full run takes, measured on a small one of the same plan."""

    rows: int
    seconds: float
    """Of one process; two processes take about half of it."""
    bytes: int
    """Of the finished files."""


@dataclass(frozen=True)
class Preview:
    """Rows as they will load, by table, and an estimate of the full run."""

    tables: Mapping[str, pa.Table]
    estimate: Estimate
    fewer: tuple[Fewer, ...] = ()
    """Tables of which the full run makes fewer rows than their source has."""


def preview(plan: Plan, rows: int) -> Preview:
    """At most `rows` rows of each table. Raises PlanError or GenerationError like the full run."""
    small = plan.model_copy(
        update={"counts": {table: min(rows, count) for table, count in plan.counts.items()}}
    )
    tables = {table.name: table for table in plan.project.tables}
    made: dict[str, list[pa.RecordBatch]] = {name: [] for name in tables}
    seconds: dict[str, float] = {}
    pieces = list(pieces_of(small).values())
    started = time.perf_counter()
    for event in run_jobs([job_of(small, piece) for piece in pieces]):
        if isinstance(event, Rows):
            if event.table in made:
                made[event.table].append(event.batch)
        else:
            now = time.perf_counter()
            seconds.update({name: (now - started) / len(pieces[event.job]) for name in pieces[event.job]})
            started = now
    result = {
        name: pa.Table.from_batches(parts, schema=arrow_schema(tables[name].fields))
        for name, parts in made.items()
    }
    return Preview(tables=result, estimate=_estimate(plan, result, seconds))


def _estimate(plan: Plan, made: Mapping[str, pa.Table], seconds: Mapping[str, float]) -> Estimate:
    # The first table's time holds the start of the interpreter, which does not grow with the rows.
    start = max(seconds.values(), default=0.0)
    total_seconds, total_bytes = start, 0
    with ScratchFolder("estimate") as folder:
        for name, rows in made.items():
            if not rows.num_rows:
                continue
            factor = plan.counts[name] / rows.num_rows
            usual = rows.num_rows * rows.num_columns * SECONDS_A_CELL
            total_seconds += (usual if seconds.get(name) == start else seconds.get(name, usual)) * factor
            total_bytes += int(_size(plan.project.table(name), rows, folder) * factor)
    return Estimate(rows=sum(plan.counts.values()), seconds=total_seconds, bytes=total_bytes)


def _size(table: Table, rows: pa.Table, folder: Path) -> int:
    dialect = table.dialect.value if table.dialect else None
    writer = open_writer(folder / file_name(table), output_kind(table), table.columns, dialect)
    for batch in _batches(rows):
        writer.write(batch)
    return int(writer.close().bytes)


def _batches(rows: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from rows.to_batches()
