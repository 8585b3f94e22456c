"""Tables that want a filter on their partitions: one that every row meets, or one for the newest partitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from google.api_core import exceptions

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.jobs import RETRY
from synth_core.adapters.bigquery.partitions import Partitioning, every_row, parse_partitioning, since
from synth_core.adapters.bigquery.schema import requires_filter
from synth_core.model.types import Kind
from synth_core.model.warehouse import TableSchema

_WANTED = re.compile(r"without a filter over column\(s\) (?P<names>.+?) that can be used", re.DOTALL)


def needed_filters(resource: Mapping[str, Any], schema: TableSchema, refusal: str) -> list[str]:
    """Filters that every row meets, to be tried one after the other; none where no filter is needed. A view's base
    tables show what they want only when a query of it is refused."""
    if requires_filter(resource):
        found = parse_partitioning(schema.partitioning)
        return every_row(found, _kind(schema, found.column))
    wanted = _WANTED.search(refusal)
    for name in re.findall(r"\w+", wanted["names"]) if wanted else ():
        kind = _kind(schema, name)
        if kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP):
            return every_row(Partitioning(name, "DAY"), kind)
        if kind is Kind.INT64:
            return every_row(Partitioning(name, ""), kind)
    return []


def newest(connection: Connection, resource: Mapping[str, Any], schema: TableSchema) -> Iterator[str]:
    """Filters for the newer half of the partitions, the newest quarter, and so on down to the newest one. The names of
    partitions come from a list that is free; none where the service has no such list."""
    if not schema.partitioning or (resource.get("type") or "TABLE") != "TABLE":
        return
    found = parse_partitioning(schema.partitioning)
    try:
        ids = sorted(connection.client.list_partitions(connection.table(schema.name), retry=RETRY))
    except (exceptions.NotFound, exceptions.BadRequest, exceptions.MethodNotImplemented):
        return
    kind = _kind(schema, found.column)
    known = [condition for each in ids if (condition := since(found, kind, each))]
    count = len(known)
    while count > 1:
        count = count // 2
        yield known[-count]


def _kind(schema: TableSchema, column: str) -> Kind | None:
    return next((field.type.kind for field in schema.fields if field.name == column), None)
