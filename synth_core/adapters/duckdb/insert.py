"""Rows from one table into another, by name."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.adapters.duckdb.catalogue import Place, declared_keys
from synth_core.adapters.duckdb.names import STAGING, quote_all
from synth_core.errors import TargetError
from synth_core.files.sql import quote
from synth_core.model.names import fold
from synth_core.model.warehouse import ForeignKey


def insert_rows(place: Place, target: str, source: str, names: Sequence[str]) -> None:
    """Append all rows of the source table (in the staging schema) to the target; `names` are its columns.

    Rows that refer to others of the same table go after those: DuckDB checks each row of a statement against
    what was there before it. The source's rows are used up then.
    """
    own = [key for key in declared_keys(place, target).foreign if fold(key.ref_table) == fold(target)]
    origin = place.other(STAGING).name(source)
    insert = f"INSERT INTO {place.name(target)} ({quote_all(names)}) SELECT {quote_all(names)} FROM {origin}"
    if not own:
        place.execute(insert)
        return
    ready = place.other(STAGING).name("ready")
    condition = " AND ".join(_is_ready(place, target, key) for key in own)
    while _has_rows(place, origin):
        place.execute(
            f"CREATE OR REPLACE TABLE {ready} AS "
            f"SELECT source.rowid AS r FROM {origin} AS source WHERE {condition}"
        )
        if not _has_rows(place, ready):
            raise TargetError(
                f"Table {target} refers to itself, and some rows refer to none, themselves or in a circle.",
                hint="DuckDB can't hold such rows with a declared foreign key; drop the table by hand.",
            )
        chosen = f"WHERE rowid IN (SELECT r FROM {ready})"
        place.execute(f"{insert} {chosen}")
        place.execute(f"DELETE FROM {origin} {chosen}")
    place.execute(f"DROP TABLE IF EXISTS {ready}")


def _is_ready(place: Place, target: str, key: ForeignKey) -> str:
    """SQL: what the row refers to is in the target, or it refers to nothing."""
    nulls = " OR ".join(f"source.{quote(name)} IS NULL" for name in key.columns)
    equal = " AND ".join(
        f"parent.{quote(ref)} = source.{quote(name)}"
        for name, ref in zip(key.columns, key.ref_columns, strict=True)
    )
    return f"({nulls} OR EXISTS (SELECT 1 FROM {place.name(target)} AS parent WHERE {equal}))"


def _has_rows(place: Place, table: str) -> bool:
    return bool(place.execute(f"SELECT 1 FROM {table} LIMIT 1"))
