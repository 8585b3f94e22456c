"""Fixtures that lead the real clients to the stand-ins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.bigquery import BigQueryServer
from servers.loopback import serving
from servers.storage import StorageServer
from servers.vertex import VertexServer


@pytest.fixture(scope="session")
def _storage_process() -> Iterator[StorageServer]:
    with serving(StorageServer()) as server:
        assert isinstance(server, StorageServer)
        yield server


@pytest.fixture
def storage_server(
    _storage_process: StorageServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StorageServer]:
    """An empty Cloud Storage; clients made during the test go there."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", _storage_process.url)
    yield _storage_process
    _storage_process.reset()


@pytest.fixture
def bigquery_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BigQueryServer]:
    """A BigQuery of one's own, to which `BIGQUERY_EMULATOR_HOST` leads."""
    server = BigQueryServer()
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def vertex_server() -> Iterator[VertexServer]:
    """Vertex AI on this machine; a test says by `script` how it answers."""
    server = VertexServer()
    yield server
    server.close()
