"""How a warehouse's table is declared: read from a source, created as a target."""

from __future__ import annotations

from synth_core.model.base import Frozen
from synth_core.model.types import Field


class ForeignKey(Frozen):
    """A declared foreign key; `ref_table` is a bare name in the same dataset, unless the full name is given."""

    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    ref_full_name: str = ""
    """`project.dataset.table` of a table in another dataset."""


class TableSchema(Frozen):
    """A table as declared. `rows` and `bytes` are None where the warehouse does not know them for free."""

    name: str
    full_name: str = ""
    """Unique among all sources, `database.schema.table`; empty for one that is to be created."""
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    description: str = ""
    partitioning: str = ""
    """What stands behind PARTITION BY: `order_date`, `TIMESTAMP_TRUNC(at, HOUR)`, `_PARTITIONDATE`,
    `RANGE_BUCKET(id, GENERATE_ARRAY(0, 100, 10))`."""
    require_partition_filter: bool = False
    """A query of it must name partitions."""
    clustering: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    rows: int | None = None
    bytes: int | None = None
