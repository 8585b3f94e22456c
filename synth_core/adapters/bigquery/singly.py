"""Publishing table by table, where one transaction is not to be had: for more tables than one may change, and where a
stand-in knows no scripts. Each table has a job of its own with an id of its own; where it is broken off, the same
publication goes on with those that are left."""

from __future__ import annotations

from collections.abc import Sequence

from google.cloud.bigquery.job import QueryJob

from synth_core.adapters.bigquery.connection import LEAST_BILLED, Connection
from synth_core.adapters.bigquery.jobs import RETRY, job_id, query_config, run_job, was_done
from synth_core.adapters.bigquery.moves import Move, script


def run_statement(connection: Connection, sql: str, id: str, moves: Sequence[Move]) -> QueryJob:
    """Do a statement or script that reads only the staging tables of these moves, once for ever. It is no question that
    the user's limit is about, so what it must read is never too much; but no more than that is billed."""
    least = sum(2 * max(move.bytes, LEAST_BILLED) for move in moves)
    client, location = connection.client, connection.location

    def start(id: str) -> QueryJob:
        config = query_config("publish", max(connection.limits.max_bytes_billed, least))
        return client.query(
            sql, job_config=config, job_id=id, location=location or None, retry=RETRY, job_retry=None
        )

    return run_job(client, start, id, location=location)


def move_singly(
    connection: Connection, moves: Sequence[Move], publication: str, *, has_scripts: bool
) -> None:
    """Move the tables in order. Raises Google's errors."""
    for move in moves:
        id = _move_id(connection, publication, move.target)
        if was_done(connection.client, id, location=connection.location):
            # Before it is emptied: what is in it are our rows.
            continue
        if not move.empties:
            run_statement(connection, move.insert(connection), id, [move])
        elif has_scripts:
            run_statement(connection, script(connection, [move]), id, [move])
        else:
            emptied = job_id("empty", connection.uri, publication, move.target)
            run_statement(connection, move.delete(connection), emptied, [move])
            run_statement(connection, move.insert(connection), id, [move])
    run_statement(connection, "SELECT 1 AS published", done_id(connection, publication), [])


def done_id(connection: Connection, publication: str) -> str:
    """The id of the job that says that all tables were moved."""
    return job_id("published", connection.uri, publication)


def done_tables(connection: Connection, publication: str, tables: Sequence[str]) -> set[str]:
    """Those of the tables, in the order in which they are moved, that were moved."""
    done: set[str] = set()
    for table in tables:
        id = _move_id(connection, publication, table)
        if not was_done(connection.client, id, location=connection.location):
            break
        done.add(table)
    return done


def _move_id(connection: Connection, publication: str, table: str) -> str:
    return job_id("move", connection.uri, publication, table)
