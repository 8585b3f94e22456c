"""Finished files that BigQuery can't read exactly as they are, read back and written as plain NDJSON.

What is loaded are the rows as our own reader finds them in the finished file, by its dialect and formats. NDJSON with
numbers in quotes is the one format in which BigQuery takes all of its types without losing anything.
"""

from __future__ import annotations

from pathlib import Path

from synth_core.adapters.bigquery.fetch import local_copies
from synth_core.adapters.duckdb import DuckDBWarehouse
from synth_core.files.scratch import ScratchFolder
from synth_core.files.write_ndjson import NdjsonFormat
from synth_core.model.project import columns_of
from synth_core.model.types import Field
from synth_core.model.warehouse import TableSchema
from synth_core.ports import LoadFiles


def write_plain(files: LoadFiles, fields: tuple[Field, ...], path: Path) -> int:
    """Write the files' rows into one NDJSON file with the fields of the staging table; the number of rows.

    Raises TargetError naming file, row and column where a value can't be read as its type.
    """
    with ScratchFolder("load") as folder, local_copies(files) as local:
        warehouse = DuckDBWarehouse(folder / "rows.duckdb")
        try:
            staging = warehouse.create_staging("load", TableSchema(name="rows", fields=fields))
            rows = warehouse.load(staging, local)
            with path.open("wb") as stream:
                lines = NdjsonFormat(stream, columns_of(fields), quoted=True)
                for batch in warehouse.batches(staging, fields):
                    lines.write(batch)
        finally:
            warehouse.close()
    return rows
