"""The stand-ins as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.bigquery import BigQueryServer


@pytest.fixture
def bigquery_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BigQueryServer]:
    """A BigQuery of one's own, to which `BIGQUERY_EMULATOR_HOST` leads."""
    server = BigQueryServer()
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
    try:
        yield server
    finally:
        server.close()
