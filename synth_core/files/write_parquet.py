"""Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pyarrow as pa

from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.model.project import Column
from synth_core.model.types import Field, Kind

ROW_GROUP = 65_536
"""Rows a row group, the last one aside: always as many, so that batches don't show in the bytes."""


class ParquetFormat:
    """One Parquet file with row groups of equal size."""

    replaced = 0

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        # Slow to load, and needed for few files.
        import pyarrow.parquet as pq

        for column in columns:
            _check(column.field, column.name)
        self._schema = arrow_schema(column.field for column in columns)
        self._writer = pq.ParquetWriter(stream, self._schema)
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        start = 0
        while self._rows + batch.num_rows - start >= ROW_GROUP:
            count = ROW_GROUP - self._rows
            self._waiting.append(batch.slice(start, count))
            start += count
            self._flush()
        if start < batch.num_rows:
            self._waiting.append(batch.slice(start))
            self._rows += batch.num_rows - start

    def finish(self) -> None:
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._waiting).cast(self._schema).combine_chunks()
        self._writer.write_table(table, row_group_size=ROW_GROUP)
        self._waiting, self._rows = [], 0


def _check(field: Field, path: str) -> None:
    if field.type.kind is Kind.INTERVAL:
        raise TargetError(
            f"column {path!r} is an INTERVAL, which a Parquet file can't hold.", hint="Write NDJSON instead."
        )
    for inner in field.type.fields:
        _check(inner, f"{path}.{inner.name}")
