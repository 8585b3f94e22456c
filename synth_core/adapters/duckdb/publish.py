"""Moves staging tables into their targets, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import duckdb

from synth_core.adapters.duckdb.catalogue import Place, columns, declared_keys, find
from synth_core.adapters.duckdb.connection import translated
from synth_core.adapters.duckdb.create import create_table
from synth_core.adapters.duckdb.insert import insert_rows
from synth_core.adapters.duckdb.keys import in_order, record_keys
from synth_core.adapters.duckdb.names import META, STAGING
from synth_core.adapters.duckdb.plan import Move, look_up, plan_new_tables
from synth_core.adapters.duckdb.rebuild import empty_tables
from synth_core.errors import TargetError
from synth_core.ports import Publication

JOBS = "jobs"
"""The table in `synth_meta` of what was published."""


def publish(place: Place, publications: Sequence[Publication], job_id: str) -> None:
    """Move all staging tables into their targets, or none. Nothing happens when the job was published before:
    the same transaction that moves the rows keeps its id.

    Raises TargetError where an existing target has another schema or its constraints refuse the rows.
    """
    if is_done(place, job_id):
        return
    moves = look_up(place, publications)
    new_tables = plan_new_tables(place, moves)
    with translated(TargetError, "Nothing was published"), transaction(place):
        place.create()
        set_aside = empty_tables(place, [move.target for move in moves if move.exists and move.replaces])
        for table in new_tables:
            create_table(place, table.move.target, table.move.schema, table.keys)
            record_keys(place, table.move.target, table.left_out)
        _fill(place, {move.target: move for move in moves}, set_aside)
        _keep_job(place, job_id)


def is_done(place: Place, job_id: str) -> bool:
    """The job was published."""
    meta = place.other(META)
    if find(meta, JOBS) is None:
        return False
    return bool(place.execute(f"SELECT 1 FROM {meta.name(JOBS)} WHERE job_id = ?", [job_id]))


def _keep_job(place: Place, job_id: str) -> None:
    meta = place.other(META)
    meta.create()
    place.execute(
        f"CREATE TABLE IF NOT EXISTS {meta.name(JOBS)}(job_id VARCHAR NOT NULL, published_at TIMESTAMPTZ)"
    )
    place.execute(f"INSERT INTO {meta.name(JOBS)} VALUES (?, now())", [job_id])


def _fill(place: Place, moves: dict[str, Move], set_aside: dict[str, str]) -> None:
    """Insert what was set aside and what is new, the tables that others refer to first."""
    tables = dict.fromkeys((*moves, *set_aside))
    order, _ = in_order(
        {table: [key.ref_table for key in declared_keys(place, table).foreign] for table in tables}
    )
    staging = place.other(STAGING)
    for table in order:
        sources = [set_aside[table]] if table in set_aside else []
        if table in moves:
            sources.append(moves[table].staging)
        for source in sources:
            names = [column.name for column in columns(staging, source)]
            with translated(TargetError, f"Nothing was published. Table {table} can't take the rows"):
                insert_rows(place, table, source, names)
            place.execute(f"DROP TABLE {staging.name(source)}")


@contextmanager
def transaction(place: Place) -> Iterator[None]:
    """All statements or none."""
    place.connection.begin()
    try:
        yield
    except BaseException:
        # After some errors DuckDB has already rolled back.
        with suppress(duckdb.Error):
            place.connection.rollback()
        raise
    place.connection.commit()
