"""The target side of the port: everything that writes."""

from __future__ import annotations

from synth_core.adapters.bigquery.connection import Connection


class TargetSide:
    """The methods of `Warehouse` that write; `BigQueryWarehouse` adds those that read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
