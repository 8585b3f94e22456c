"""The port `Warehouse` on BigQuery."""

from synth_core.adapters.bigquery.warehouse import BigQueryWarehouse

__all__ = ["BigQueryWarehouse"]
