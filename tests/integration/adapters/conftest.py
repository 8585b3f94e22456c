"""A BigQuery to write to, for the tests of what is written."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from servers.bigquery import BigQueryServer

from synth_core.adapters.bigquery import BigQueryWarehouse


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients try again at once."""
    sleep = time.sleep
    monkeypatch.setattr("time.sleep", lambda seconds: sleep(min(seconds, 0.001)))


@pytest.fixture
def server(bigquery_server: BigQueryServer) -> BigQueryServer:
    """A BigQuery with the project `made-up`."""
    bigquery_server.create_project("made-up")
    return bigquery_server


@pytest.fixture
def warehouse(server: BigQueryServer) -> Iterator[BigQueryWarehouse]:
    """A dataset of that project, as a target; it is not made yet."""
    opened = BigQueryWarehouse("made-up", "main", location="EU")
    yield opened
    opened.close()
