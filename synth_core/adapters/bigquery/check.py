"""Whether targets can take what is to be published, before anything is made. Nothing here changes anything."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from google.api_core import exceptions
from google.auth import exceptions as auth

from synth_core.adapters.bigquery.catalogue import find_table, table_names
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.fit import check_table
from synth_core.adapters.bigquery.jobs import RETRY, read_query
from synth_core.adapters.bigquery.names import quote
from synth_core.adapters.bigquery.partitions import parse_partitioning, partitioning_to_api
from synth_core.adapters.bigquery.staging import is_staging
from synth_core.adapters.google.errors import translated
from synth_core.adapters.google.locations import can_meet
from synth_core.adapters.schemas import other_schema
from synth_core.errors import TargetError
from synth_core.model.names import duplicates, fold
from synth_core.model.type_json import fields_from_json
from synth_core.model.type_text import print_type
from synth_core.model.types import Field, Mode
from synth_core.model.warehouse import TableSchema
from synth_core.ports import Publication

log = logging.getLogger(__name__)

MAX_PARTITIONS = 4_000
"""That one job may write to."""
NEEDED = ("bigquery.tables.get", "bigquery.tables.update", "bigquery.tables.updateData")
"""Permissions on an existing target."""
ASKING = 10.0
"""Seconds after which it does not matter."""


def check_targets(
    connection: Connection, publications: Sequence[Publication], files_location: str, *, rights: bool = True
) -> None:
    """See `Warehouse.check_targets`; with the permissions on those that are there."""
    where = connection.location
    if not can_meet(where, files_location):
        raise TargetError(
            f"{connection.uri} is in {where}, and the bucket of the finished files in {files_location}: BigQuery "
            "loads only from beside a dataset.",
            hint=f"Take a bucket in {where}, or a dataset in {files_location}.",
        )
    if same := duplicates([each.target.name for each in publications]):
        raise TargetError(
            f"Tables {', '.join(same)} differ at most in case.", hint="Rename all but one of them."
        )
    present = {fold(name): name for name in table_names(connection)} if connection.find() else {}
    for each in publications:
        _check_new(each.target)
        name = present.get(fold(each.target.name))
        if name is not None and name != each.target.name:
            raise TargetError(
                f"{connection.uri} has a table {name}, which differs from {each.target.name} in case only.",
                hint="Rename one of them.",
            )
        if name is not None and (resource := find_table(connection, name)) is not None:
            check_existing(resource, each)
            if rights:
                _check_rights(connection, name)


def check_existing(resource: dict[str, Any], publication: Publication) -> None:
    """Raise TargetError with every difference between an existing target and what is to go there."""
    name, kind = resource["tableReference"]["tableId"], resource.get("type") or "TABLE"
    if kind != "TABLE":
        raise TargetError(
            f"{name} is a {kind.lower().replace('_', ' ')} in the target.",
            hint="Rows can't go there: drop it, or choose another dataset.",
        )
    there = {fold(field.name): field for field in fields_from_json(resource.get("schema") or {"fields": []})}
    ours = {fold(field.name): field for field in publication.target.fields}
    problems = []
    for key, field in ours.items():
        if key not in there:
            problems.append(f"column {field.name} is missing in the target")
        elif not _are_alike(there[key], field):
            problems.append(
                f"column {field.name} is {_said(there[key])} in the target and {_said(field)} is wanted"
            )
    problems += [
        f"column {field.name} ({_said(field)}) is in the target only"
        for key, field in there.items()
        if key not in ours
    ]
    if problems:
        raise other_schema(name, problems, publication.mode)


def _check_new(schema: TableSchema) -> None:
    check_table(schema)
    if is_staging(schema.name):
        raise TargetError(f"{schema.name} is called like a staging table of ours.", hint="Rename the table.")
    if schema.partitioning:
        try:
            partitioning_to_api(schema.partitioning, schema.fields)
        except ValueError as error:
            raise TargetError(
                f"Table {schema.name}: {error}.", hint="Correct the partitioning in the project."
            ) from error


def _check_rights(connection: Connection, table: str) -> None:
    """Ask which permissions there are. Where that can't be asked (a stand-in, or a role that does not let you), the
    calls to come will tell."""
    try:
        answer = connection.client.test_iam_permissions(
            connection.table(table), list(NEEDED), retry=RETRY.with_timeout(ASKING)
        )
    except (exceptions.GoogleAPIError, auth.GoogleAuthError) as error:
        log.debug("permissions on %s are not known: %s", table, error)
        return
    granted = answer.get("permissions")
    if granted is not None and (missing := [each for each in NEEDED if each not in granted]):
        raise TargetError(
            f"Table {table} of {connection.uri} can't be written: {', '.join(missing)} is not granted.",
            hint="The role roles/bigquery.dataEditor on the dataset lets you do it.",
        )


def _are_alike(there: Field, wanted: Field) -> bool:
    """One type; whether values may be null is seen when they come."""
    if (there.mode is Mode.REPEATED) != (wanted.mode is Mode.REPEATED):
        return False
    if there.type.kind is not wanted.type.kind:
        return False
    if not there.type.fields:
        return there.type == wanted.type
    # A STRUCT goes into a STRUCT by position.
    ours, theirs = wanted.type.fields, there.type.fields
    return [fold(field.name) for field in ours] == [fold(field.name) for field in theirs] and all(
        map(_are_alike, theirs, ours)
    )


def _said(field: Field) -> str:
    text = print_type(field.type)
    return f"ARRAY<{text}>" if field.mode is Mode.REPEATED else text


def check_partitions(connection: Connection, publication: Publication, staged: dict[str, Any]) -> None:
    """Raise TargetError where the staged rows would go into more partitions than one job may write to."""
    text = publication.target.partitioning
    rows = int(staged.get("numRows") or 0)
    found = parse_partitioning(text) if text and rows > MAX_PARTITIONS else None
    if found is None or not found.column:
        # Rows that come in now are in the partition of now.
        return
    column = quote(found.column)
    if found.unit:
        kinds = {field.name: field.type.kind for field in publication.target.fields}
        part = f"{kinds[found.column]}_TRUNC({column}, {found.unit})"
    elif (found.end - found.start) // found.interval <= MAX_PARTITIONS:
        return
    else:
        part = f"DIV({column} - {found.start}, {found.interval})"
    name = connection.name_of(publication.staging)
    with translated(TargetError, f"{connection.uri}: the partitions of {name} can't be counted"):
        counted = read_query(
            connection.client,
            f"SELECT COUNT(DISTINCT {part}) AS n FROM {name}",
            location=connection.location,
            purpose="check",
            max_bytes=connection.limits.max_bytes_billed,
        )
        partitions = next(iter(counted))["n"]
    if partitions > MAX_PARTITIONS:
        raise TargetError(
            f"The rows of {publication.target.name} are in {partitions:,} partitions; BigQuery writes to "
            f"{MAX_PARTITIONS:,} in one job.",
            hint="Make rows of a shorter time, or partition the target by larger units (MONTH).",
        )
