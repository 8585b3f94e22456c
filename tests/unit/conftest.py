"""A DuckDB for a test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import duckdb
import pytest

_NUMBERS = count()


@pytest.fixture(scope="session")
def _instance() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def con(_instance: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with an empty database of its own, in an instance that tests share: making one takes longer than
    most of them. What is set for a whole instance is set for all of them."""
    with _instance.cursor() as connection:
        name = f"own{next(_NUMBERS)}"
        connection.execute(f"ATTACH ':memory:' AS {name}; USE {name}")
        yield connection
        connection.execute(f"USE memory; DETACH {name}")
