"""BigQuery for tests: its REST interface on DuckDB, over loopback, spoken to by Google's own client.

    from servers.bigquery import BigQueryServer

    server = BigQueryServer()
    server.load_table("p", "d", "t", [{"name": "a", "type": "INT64"}], [{"a": 1}])
    BIGQUERY_EMULATOR_HOST = server.url

By hand, from `tests/`: `python -m servers.bigquery --port 9050 --project p`.
"""

from servers.bigquery.catalogue import Json, Table
from servers.bigquery.jobs import Job
from servers.bigquery.server import BigQueryServer
from servers.bigquery.state import Behaviour

__all__ = ["Behaviour", "BigQueryServer", "Job", "Json", "Table"]
