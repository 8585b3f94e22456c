"""A DuckDB file as warehouse."""

from synth_core.adapters.duckdb.warehouse import DuckDBWarehouse

__all__ = ["DuckDBWarehouse"]
