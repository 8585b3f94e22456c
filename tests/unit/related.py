"""What relate found, as tests compare it, and tables to find it in."""

from __future__ import annotations

import duckdb
from typed_tables import add_table

from synth_core.model.project import Table
from synth_core.stages.relate import Related


def links_of(related: Related, *, accepted: bool = True) -> set[str]:
    """The links, such as `orders(customer_id) → customers(id)`, that were accepted or only proposed."""
    return {str(link) for link in related.links if link.accepted.value is accepted}


def keys_of(related: Related) -> dict[str, tuple[str, ...]]:
    """The primary key of each table; empty where there is none."""
    return {table.name: table.key_columns for table in related.tables}


def add_rows_of(con: duckdb.DuckDBPyConnection, name: str, columns: str, *, rows: int = 40) -> Table:
    """A table of columns in SQL over `i`, the number of the row from 0."""
    return add_table(con, name, f"SELECT {columns} FROM range({rows}) r(i)")
