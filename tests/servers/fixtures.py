"""The stand-ins as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers.vertex import VertexServer


@pytest.fixture
def vertex_server() -> Iterator[VertexServer]:
    """Vertex AI on this machine; a test says by `script` how it answers."""
    server = VertexServer()
    yield server
    server.close()
