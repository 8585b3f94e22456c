"""That a text is one SELECT and nothing else."""

from __future__ import annotations

import re

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.jobs import RETRY, query_config

_SELECT = re.compile(r"\s*\(*\s*(SELECT|WITH)\b", re.IGNORECASE)


def check_select(connection: Connection, sql: str) -> None:
    """Raise the connection's error for anything but one SELECT, before it is done. Raises Google's errors, too."""
    is_one = _SELECT.match(sql) is not None
    if is_one and ";" in sql.strip().rstrip(";"):
        # In a text or name, or between two statements: who runs it knows.
        config = query_config("query", None, dry_run=True)
        location = connection.location or None
        job = connection.client.query(sql, job_config=config, location=location, retry=RETRY, job_retry=None)
        is_one = job.statement_type == "SELECT"
    if not is_one:
        raise connection.error(f"This is not one SELECT: {sql}", hint="Ask one question at a time.")
