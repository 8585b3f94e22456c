"""One question about many columns, asked as one.

The database takes longer to understand a question with patterns in it than to answer it on a few thousand values, so
it is understood once: the values of all columns stand below each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from synth_core.files.sql import quote

VALUE = "v"
"""A text of any column, in the SQL of a question."""
PLACE = "r"
"""The number of its row."""
_AT_ONCE = 500
"""Columns in one query: rows become longer than memory caches are."""


def of_each(
    con: duckdb.DuckDBPyConnection, raw: str, names: Sequence[str], asked: str, where: str = "true"
) -> Iterator[tuple[Any, ...]]:
    """Names of columns, and of their values that are not NULL what is asked: an aggregate, or a key and an aggregate.
    Columns without such values are left out. `raw` is the quoted name of a base table of text."""
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        values = f"SELECT rowid AS {PLACE}, unnest([{', '.join(map(quote, some))}]) AS {VALUE}"
        numbered = f"{values}, unnest(range({len(some)})) AS place FROM {raw}"
        found = con.execute(
            f"SELECT place, {asked} FROM ({numbered}) WHERE {VALUE} IS NOT NULL AND ({where}) GROUP BY ALL"
        )
        for place, *answers in found.fetchall():
            yield some[place], *answers
