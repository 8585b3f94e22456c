"""Moves staging tables into their targets: one script, one transaction, one job with the publication's own id."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from google.api_core import exceptions

from synth_core.adapters.bigquery.catalogue import PAGE, find_table
from synth_core.adapters.bigquery.check import check_existing, check_partitions, check_targets
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.create import BATCH, add_foreign_keys, create_target, is_left_over, mark
from synth_core.adapters.bigquery.jobs import RETRY, job_id, was_done
from synth_core.adapters.bigquery.moves import Move, script
from synth_core.adapters.bigquery.singly import done_id, done_tables, move_singly, run_statement
from synth_core.adapters.bigquery.staging import drop, ensure_dataset, find_staging, label
from synth_core.adapters.google.errors import message_of, translated
from synth_core.errors import TargetError
from synth_core.model.names import fold
from synth_core.model.type_json import fields_from_json
from synth_core.ports import Publication

log = logging.getLogger(__name__)

MAX_TABLES = 100
"""That one transaction may change."""
MAX_SCRIPT = 900_000
"""Characters of one query, a little under BigQuery's megabyte."""
ROLE = "roles/bigquery.jobUser on the project and roles/bigquery.dataEditor on the dataset"
_NO_SCRIPTS = re.compile(
    r"not (yet )?(supported|implemented)|unsupported|unimplemented|multiple statements|(one|single) statement"
    r"|(syntax|parse|parser) error.*\b(BEGIN|TRANSACTION)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How a stand-in says that it knows no scripts. BigQuery itself never does."""


def publish(connection: Connection, publications: Sequence[Publication], publication: str) -> str:
    """See `Warehouse.publish`. `publication` is the id that it is known by for ever."""
    if done := was_published(connection, publication):
        return done
    check_targets(connection, publications, "", rights=False)
    ensure_dataset(connection)
    staged = [_staged(connection, each) for each in publications]
    for each, rows in zip(publications, staged, strict=True):
        check_partitions(connection, each, rows)
    created: list[str] = []
    targets = [each.target.name for each in publications]
    try:
        moves = [
            replace(_prepare(connection, each, publication, created), bytes=int(rows.get("numBytes") or 0))
            for each, rows in zip(publications, staged, strict=True)
        ]
        add_foreign_keys(connection, [each.target for each in publications if each.target.name in created])
        with translated(TargetError, f"{connection.uri}: nothing was published", role=ROLE):
            job = _move(connection, moves, publication)
    except Exception:
        part = published_part(connection, publication, targets)
        if not part.issuperset(targets):
            # Nobody should find empty tables where nothing was published.
            drop(connection, *(name for name in created if name not in part))
            raise
        job = was_published(connection, publication) or _script_id(connection, publication)
        log.info("publication %s was done although its reply was lost", publication)
    mark(connection, targets, publication)
    drop(connection, *(each.staging for each in publications))
    return job


def was_published(connection: Connection, publication: str) -> str:
    """See `Warehouse.was_published`. The job says so while BigQuery remembers it (180 days); after that the tables'
    label does."""
    what = f"{connection.uri}: whether {publication} was published is not known"
    with translated(TargetError, what, role=ROLE):
        location = connection.location
        for id in (_script_id(connection, publication), done_id(connection, publication)):
            if was_done(connection.client, id, location=location):
                return id
        try:
            tables = connection.client.list_tables(connection.reference, page_size=PAGE, retry=RETRY)
            is_marked = any(item.labels.get(BATCH) == label(publication) for item in tables)
            return _script_id(connection, publication) if is_marked else ""
        except exceptions.NotFound:
            return ""


def published_part(connection: Connection, publication: str, tables: Sequence[str]) -> set[str]:
    """See `Warehouse.published_part`; the tables in the order in which they are published."""
    if was_published(connection, publication):
        return set(tables)
    what = f"{connection.uri}: whether {publication} was published is not known"
    with translated(TargetError, what, role=ROLE):
        return done_tables(connection, publication, tables)


def _staged(connection: Connection, publication: Publication) -> dict[str, Any]:
    resource = find_staging(connection, publication.staging) if publication.staging else None
    if resource is None:
        raise TargetError(
            f"There is no staging table {publication.staging!r} for {publication.target.name}.",
            hint="It was published already, or dropped.",
        )
    return resource


def _prepare(connection: Connection, publication: Publication, id: str, created: list[str]) -> Move:
    """Make the target unless it is there."""
    schema = publication.target
    resource = find_table(connection, schema.name)
    if resource is None:
        create_target(connection, schema, id)
        created.append(schema.name)
    spelled = {fold(field.name): field.name for field in schema.fields}
    if resource is not None:
        check_existing(resource, publication)
        if is_left_over(resource, id):
            created.append(schema.name)
        spelled = {fold(field.name): field.name for field in fields_from_json(resource["schema"])}
    return Move(
        staging=publication.staging,
        target=schema.name,
        columns=tuple(spelled[fold(field.name)] for field in schema.fields),
        empties=publication.mode == "replace" and schema.name not in created,
    )


def _move(connection: Connection, moves: Sequence[Move], publication: str) -> str:
    """The id of the job that did it, or that closed it."""
    sql = script(connection, moves)
    if len(moves) > MAX_TABLES or len(sql) > MAX_SCRIPT:
        log.warning(
            "%s: %d tables are more than one transaction takes: they are published table by table",
            connection.uri,
            len(moves),
        )
        move_singly(connection, moves, publication, has_scripts=True)
        return done_id(connection, publication)
    id = _script_id(connection, publication)
    try:
        run_statement(connection, sql, id, moves)
    except (
        exceptions.BadRequest,
        exceptions.NotFound,
        exceptions.InternalServerError,
        exceptions.MethodNotImplemented,
    ) as error:
        if not isinstance(error, exceptions.MethodNotImplemented) and not _NO_SCRIPTS.search(
            message_of(error)
        ):
            raise
        log.warning(
            "%s knows no transactions (%s): the tables are published table by table",
            connection.uri,
            message_of(error),
        )
        move_singly(connection, moves, publication, has_scripts=False)
        id = done_id(connection, publication)
    return id


def _script_id(connection: Connection, publication: str) -> str:
    return job_id("publish", connection.uri, publication)
