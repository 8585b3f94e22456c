"""A few rows, appended to a table of ours that may grow columns, or that somebody else has made: the audit."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from synth_core.adapters.appended import check_is_meant
from synth_core.adapters.bigquery.catalogue import find_table
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.fit import check_table
from synth_core.adapters.bigquery.jobs import RETRY, query_config, run_job
from synth_core.adapters.bigquery.names import quote
from synth_core.adapters.bigquery.partitions import filter_of_all
from synth_core.adapters.bigquery.schema import requires_filter, schema_from_api, schema_to_api
from synth_core.adapters.bigquery.staging import ensure_dataset
from synth_core.adapters.google.clients import LABELS
from synth_core.adapters.google.errors import translated
from synth_core.errors import TargetError
from synth_core.model.names import fold
from synth_core.model.type_json import fields_from_json, fields_to_json
from synth_core.model.types import Field, Kind, Mode
from synth_core.model.warehouse import TableSchema

log = logging.getLogger(__name__)

ROWS = 100
"""Of one statement: with 30 columns these are 3,000 parameters, of 10,000 that a query may have."""
BYTES = 4_000_000
"""Of one statement, about; a request may have 10 MB."""
TRIES = 5
"""When others change the table at the same time."""
_ROLE = "roles/bigquery.dataEditor on the dataset and roles/bigquery.jobUser on the project"
_AS_TEXT = frozenset({Kind.JSON, Kind.GEOGRAPHY})
"""Types that go as texts into a statement."""


def append_rows(
    connection: Connection, table: TableSchema, rows: Sequence[dict[str, Any]], dataset: str
) -> None:
    """See `Warehouse.append_rows`. A row is left out or inserted by one MERGE: doing it twice changes nothing."""
    check_table(table)
    _check_rows(table, rows)
    project, _, name = dataset.rpartition(".")
    place = replace(
        connection,
        project=project or connection.project,
        dataset=name,
        wanted_location=connection.location,
        _found=None,
    )
    if (place.project, place.dataset) == (connection.project, connection.dataset):
        ensure_dataset(place)
    else:
        ensure_dataset(
            place, labels=LABELS, description="Which synthetic data was made, by whom and from what"
        )
    what = f"{place.uri}: rows can't be appended to {table.name}"
    with translated(TargetError, what, role=_ROLE):
        there, condition = _extended(place, table)
        columns = [field for field in table.fields if _can_take(there[fold(field.name)], field)]
        if left_out := [field.name for field in table.fields if field not in columns]:
            log.warning(
                "%s.%s has columns of other types, they stay empty: %s",
                place.uri,
                table.name,
                ", ".join(left_out),
            )
        if lost := set(table.primary_key) & set(left_out):
            raise TargetError(
                f"{place.uri}.{table.name}: column {min(lost)} has another type, and rows are told apart by it.",
                hint="Name another audit table.",
            )
        wanted = list({_key(table, row): row for row in rows}.values()) if table.primary_key else list(rows)
        for part in _parts(wanted):
            _merge(place, table, columns, there, part, condition)


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many rows as one statement takes."""
    part: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        more = sum(len(str(value).encode()) for value in row.values())
        if part and (len(part) == ROWS or size + more > BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += more
    if part:
        yield part


def _check_rows(table: TableSchema, rows: Sequence[dict[str, Any]]) -> None:
    known = {field.name for field in table.fields}
    required = [field.name for field in table.fields if field.mode is Mode.REQUIRED]
    for row in rows:
        if unknown := set(row) - known:
            raise TargetError(
                f"Table {table.name} has no columns {', '.join(sorted(unknown))}.", hint="Name others."
            )
        if missing := [name for name in required if row.get(name) is None]:
            raise TargetError(
                f"A row for table {table.name} has no {', '.join(missing)}, which is REQUIRED.",
                hint="Fill it.",
            )


def _extended(place: Connection, table: TableSchema) -> tuple[dict[str, Field], str]:
    """The table's columns by folded name, after it was made or has got what it lacked, and the condition without which
    it may not be read. A column that must be filled and that we have nothing for may be empty afterwards; nothing else
    of it changes."""
    for _ in range(TRIES):
        resource = find_table(place, table.name)
        if resource is None:
            wanted = table.model_copy(update={"labels": dict(LABELS), "primary_key": (), "foreign_keys": ()})
            made = schema_to_api(wanted, place.project, place.dataset)
            place.client.create_table(bigquery.Table.from_api_repr(made), exists_ok=True, retry=RETRY)
            continue
        fields = fields_from_json(resource.get("schema") or {"fields": []})
        there = {fold(field.name): field for field in fields}
        ours = {fold(field.name): field for field in table.fields}
        new = [field for key, field in ours.items() if key not in there]
        check_is_meant(f"{place.uri}.{table.name}", table, there)
        relaxed = [
            field.name
            for key, field in there.items()
            if field.mode is Mode.REQUIRED
            and (key not in ours or ours[key].mode is not Mode.REQUIRED or not _can_take(field, ours[key]))
        ]
        if not new and not relaxed:
            if not requires_filter(resource):
                return there, ""
            schema = schema_from_api(resource)
            return there, f" AND {filter_of_all(schema.partitioning, schema.fields, 't')}"
        log.info(
            "%s.%s gets columns %s; no longer REQUIRED: %s",
            place.uri,
            table.name,
            [field.name for field in new],
            relaxed,
        )
        _change(place, resource, new, relaxed)
    raise TargetError(
        f"{place.uri}.{table.name} is changed by somebody else at the same time.", hint="Try again."
    )


def _change(
    place: Connection, resource: dict[str, Any], new: Sequence[Field], relaxed: Sequence[str]
) -> None:
    schema = [dict(field) for field in resource["schema"]["fields"]]
    for field in schema:
        if field["name"] in relaxed:
            field["mode"] = "NULLABLE"
    nullable = [
        field if field.mode is Mode.REPEATED else field.model_copy(update={"mode": Mode.NULLABLE})
        for field in new
    ]
    changed = {
        "tableReference": resource["tableReference"],
        "etag": resource.get("etag"),
        "schema": {"fields": schema + fields_to_json(nullable)},
    }
    try:
        place.client.update_table(bigquery.Table.from_api_repr(changed), ["schema"], retry=RETRY)
    except exceptions.PreconditionFailed:
        # Changed since it was read, perhaps by our own call, whose reply was lost: look again.
        return


def _merge(
    place: Connection,
    table: TableSchema,
    columns: Sequence[Field],
    there: dict[str, Field],
    rows: Sequence[dict[str, Any]],
    condition: str,
) -> None:
    # What is empty in all of them needs no words.
    columns = [
        field
        for field in columns
        if field.name in table.primary_key or any(row.get(field.name) is not None for row in rows)
    ]
    parameters: list[bigquery.ScalarQueryParameter] = []
    selects = []
    for number, row in enumerate(rows):
        parts = []
        for index, field in enumerate(columns):
            found = there[fold(field.name)]
            kind = found.type.kind
            name = f"p{number}_{index}"
            value = _converted(row.get(field.name), field.type.kind, kind)
            parameters.append(
                bigquery.ScalarQueryParameter(name, "STRING" if kind in _AS_TEXT else kind.value, value)
            )
            parts.append(f"{_typed(f'@{name}', kind)} AS {quote(field.name)}")
        selects.append(f"SELECT {', '.join(parts)}")
    target, names = place.name_of(table.name), ", ".join(quote(field.name) for field in columns)
    source = " UNION ALL ".join(selects)
    if table.primary_key:
        same = " AND ".join(f"t.{quote(name)} = s.{quote(name)}" for name in table.primary_key)
        values = ", ".join(f"s.{quote(field.name)}" for field in columns)
        sql = (
            f"MERGE INTO {target} AS t USING ({source}) AS s ON {same}{condition} "
            f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
        )
    else:
        sql = f"INSERT INTO {target} ({names}) SELECT {names} FROM ({source}) AS s"
    client, location = place.client, place.location

    def start(id: str) -> bigquery.QueryJob:
        config = query_config("audit", place.limits.max_bytes_billed, query_parameters=parameters)
        return client.query(
            sql, job_config=config, job_id=id, location=location or None, retry=RETRY, job_retry=None
        )

    # An id of its own for each call: rows that somebody has deleted are wanted again.
    run_job(client, start, f"synth_audit_{uuid.uuid4().hex}", location=location)


def _typed(parameter: str, kind: Kind) -> str:
    if kind is Kind.JSON:
        return f"PARSE_JSON({parameter})"
    return f"ST_GEOGFROMTEXT({parameter})" if kind is Kind.GEOGRAPHY else parameter


def _can_take(there: Field, ours: Field) -> bool:
    """The column holds our values, perhaps in another form."""
    if Mode.REPEATED in (there.mode, ours.mode) or there.type.fields or ours.type.fields:
        return False
    found, wanted = there.type.kind, ours.type.kind
    if found is wanted or found is Kind.STRING:
        return True
    numbers = (Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64)
    if wanted is Kind.INT64 and found in numbers:
        return True
    return (wanted, found) in {
        (Kind.STRING, Kind.JSON),
        (Kind.TIMESTAMP, Kind.DATETIME),
        (Kind.FLOAT64, Kind.NUMERIC),
        (Kind.FLOAT64, Kind.BIGNUMERIC),
    }


def _converted(value: Any, ours: Kind, there: Kind) -> Any:
    if value is None or ours is there:
        return value
    if there is Kind.JSON:
        return _as_json(value)
    if there is Kind.STRING:
        if isinstance(value, bool):
            return "true" if value else "false"
        return value.isoformat() if hasattr(value, "isoformat") else str(value)
    if there is Kind.DATETIME and getattr(value, "tzinfo", None) is not None:
        return value.replace(tzinfo=None)
    return value


def _as_json(value: str) -> str:
    """A text that is JSON as it is, another as a JSON string."""
    try:
        json.loads(value)
    except ValueError:
        return json.dumps(value, ensure_ascii=False)
    return value


def _key(table: TableSchema, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in table.primary_key)
