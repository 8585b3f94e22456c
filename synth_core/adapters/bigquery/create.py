"""Targets: making those that are missing like their sources, and saying on all of them what they hold."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from synth_core.adapters.bigquery.catalogue import find_table
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.jobs import RETRY
from synth_core.adapters.bigquery.schema import constraints_to_api, schema_from_api, schema_to_api
from synth_core.adapters.bigquery.staging import ROLE, SYNTHETIC, label
from synth_core.adapters.google.errors import message_of, translated
from synth_core.errors import SynthError, TargetError
from synth_core.model.batch import with_batch
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.model.warehouse import TableSchema

log = logging.getLogger(__name__)

BATCH = "synth-batch"
"""The label with the last batch of a table; set when its rows are there."""
MAX_DESCRIPTION = 16_000
"""Characters of a table's description; BigQuery takes 16,384."""
_KEY_KINDS = frozenset(
    {
        Kind.BIGNUMERIC,
        Kind.BOOL,
        Kind.DATE,
        Kind.DATETIME,
        Kind.INT64,
        Kind.NUMERIC,
        Kind.STRING,
        Kind.TIMESTAMP,
    }
)
MAX_LABELS = 64
"""Of a table."""
MAX_KEY = 16
"""Columns of a primary key."""


def create_target(connection: Connection, schema: TableSchema, batch: str) -> None:
    """Make a target like its source: types, modes, descriptions, policy tags, partitioning, clustering, labels and
    primary key. Raises TargetError also where somebody else has just made it."""
    wanted = _wanted(schema, batch)
    dataset = connection.find()
    if schema.partitioning and dataset is not None and dataset.default_partition_expiration_ms:
        log.warning(
            "%s drops partitions by their age: rows of table %s that are older than %d days are gone at once",
            connection.uri,
            schema.name,
            dataset.default_partition_expiration_ms // 86_400_000,
        )
    with translated(TargetError, f"{connection.uri}: table {schema.name} can't be made", role=ROLE):
        try:
            _insert(connection, wanted, batch)
        except (exceptions.BadRequest, exceptions.Forbidden, exceptions.NotFound) as error:
            fields = _without_tags(wanted.fields)
            if fields == wanted.fields or "policy" not in message_of(error).lower():
                raise
            log.warning(
                "table %s is made without its policy tags, anybody who may read the dataset reads it whole: %s",
                schema.name,
                message_of(error),
            )
            _insert(connection, wanted.model_copy(update={"fields": fields}), batch)


def is_left_over(resource: Mapping[str, Any], batch: str) -> bool:
    """The table was made for this very batch and is still empty: an earlier attempt got no further."""
    return not int(resource.get("numRows") or 0) and (
        str(resource.get("description") or "") == with_batch(str(resource.get("description") or ""), batch)
    )


def add_foreign_keys(connection: Connection, schemas: Sequence[TableSchema]) -> None:
    """Declare the foreign keys of tables that were just made: only now are all of them there. A key that BigQuery can't
    hold (it must refer to a primary key) is left out, and logged."""
    made = {schema.name: schema.model_copy(update={"primary_key": _primary(schema)}) for schema in schemas}
    known: dict[str, tuple[str, ...]] = {name: schema.primary_key for name, schema in made.items()}
    for schema in made.values():
        keys = []
        for key in schema.foreign_keys:
            if key.ref_full_name:
                continue
            if key.ref_table not in known:
                resource = find_table(connection, key.ref_table)
                known[key.ref_table] = schema_from_api(resource).primary_key if resource else ()
            if set(known[key.ref_table]) == set(key.ref_columns) and _can_be_key(schema, key.columns):
                keys.append(key)
        left_out = [key for key in schema.foreign_keys if key not in keys]
        if left_out:
            log.info("table %s: BigQuery can't hold these foreign keys: %s", schema.name, left_out)
        if keys:
            declared = schema.model_copy(update={"foreign_keys": tuple(keys)})
            constraints = constraints_to_api(declared, connection.project, connection.dataset)
            what = f"{connection.uri}: table {schema.name} can't be given its foreign keys"
            with translated(TargetError, what, role=ROLE):
                try:
                    _patch(connection, schema.name, {"tableConstraints": constraints})
                except (exceptions.BadRequest, exceptions.NotFound) as error:
                    log.warning("table %s is made without foreign keys: %s", schema.name, message_of(error))


def mark(connection: Connection, tables: Sequence[str], batch: str) -> None:
    """Say on the targets which batch they hold. The rows are there, so that what goes wrong here is only logged."""
    for table in tables:
        try:
            with translated(TargetError, f"{connection.uri}: table {table} can't be described", role=ROLE):
                there = connection.client.get_table(connection.table(table), retry=RETRY).to_api_repr()
                changes = {
                    "description": with_batch(str(there.get("description") or "")[:MAX_DESCRIPTION], batch),
                    "labels": {**(there.get("labels") or {}), "synthetic": "true", BATCH: label(batch)},
                }
                _patch(connection, table, changes)
        except SynthError as error:
            log.warning("%s; its rows are there", error)


def _wanted(schema: TableSchema, batch: str) -> TableSchema:
    """As it is made: with our labels and its batch, without what BigQuery does not have."""
    if schema.primary_key and not _primary(schema):
        log.info("table %s: BigQuery can't hold the primary key %s", schema.name, schema.primary_key)
    for names in schema.unique:
        log.info("table %s: BigQuery knows no UNIQUE (%s)", schema.name, ", ".join(names))
    return schema.model_copy(
        update={
            "labels": _labels(schema),
            "description": with_batch(schema.description[:MAX_DESCRIPTION], batch),
            "primary_key": _primary(schema),
        }
    )


def _primary(schema: TableSchema) -> tuple[str, ...]:
    return schema.primary_key if _can_be_key(schema, schema.primary_key) else ()


def _labels(schema: TableSchema) -> dict[str, str]:
    """The source's labels with ours; where that is more than a table may have, some of the source's are left out."""
    room = MAX_LABELS - len({*SYNTHETIC, BATCH})
    theirs = {name: value for name, value in schema.labels.items() if name not in (*SYNTHETIC, BATCH)}
    if len(theirs) > room:
        log.warning("table %s is made without these labels: %s", schema.name, ", ".join(list(theirs)[room:]))
    return {**dict(list(theirs.items())[:room]), **SYNTHETIC}


def _can_be_key(schema: TableSchema, names: Sequence[str]) -> bool:
    fields = {field.name: field for field in schema.fields}
    return 0 < len(names) <= MAX_KEY and all(
        name in fields and fields[name].type.kind in _KEY_KINDS and fields[name].mode is not Mode.REPEATED
        for name in names
    )


def _insert(connection: Connection, wanted: TableSchema, batch: str) -> None:
    alone = wanted.model_copy(update={"foreign_keys": ()})
    resource = schema_to_api(alone, connection.project, connection.dataset)
    try:
        connection.client.create_table(bigquery.Table.from_api_repr(resource), retry=RETRY)
    except exceptions.Conflict:
        there = find_table(connection, wanted.name)
        if there is None or not is_left_over(there, batch):
            raise
        # Made by the call whose reply was lost.


def _patch(connection: Connection, table: str, changes: Mapping[str, Any]) -> None:
    """Without an etag: a second try after a lost reply finds its own change there."""
    reference = connection.table(table).to_api_repr()
    changed = bigquery.Table.from_api_repr({"tableReference": reference, **changes})
    connection.client.update_table(changed, list(changes), retry=RETRY)


def _without_tags(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(
        field.model_copy(update={"policy_tags": (), "type": _untagged(field.type)}) for field in fields
    )


def _untagged(type: BigQueryType) -> BigQueryType:
    return type.model_copy(update={"fields": _without_tags(type.fields)}) if type.fields else type
