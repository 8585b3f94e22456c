"""The server by hand."""

from __future__ import annotations

import argparse
import threading

from servers.bigquery import BigQueryServer

parser = argparse.ArgumentParser(prog="python -m servers.bigquery", description="BigQuery for tests")
parser.add_argument("--port", type=int, default=9050)
parser.add_argument("--project", action="append", default=[], help="a project that is there, several times")
arguments = parser.parse_args()
server = BigQueryServer(port=arguments.port)
for project in arguments.project or ["test"]:
    server.create_project(project)
print(f"export BIGQUERY_EMULATOR_HOST={server.url}", flush=True)
try:
    threading.Event().wait()
except KeyboardInterrupt:
    server.close()
