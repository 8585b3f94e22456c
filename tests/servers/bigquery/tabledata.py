"""tabledata.list, and pages of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from servers.bigquery.catalogue import Json, Table
from servers.bigquery.problems import denied, invalid
from servers.bigquery.state import Call, State
from servers.bigquery.types import Field
from servers.bigquery.values import row, timestamp_form


def rows_of(state: State, physical: str, fields: list[Field], start: int, size: int, form: str) -> list[Json]:
    """Rows from `start` on, as many as a page may have."""
    if not fields:
        return []
    out: list[Json] = []
    count = min(size, 50)
    while count:
        tail = f"ORDER BY rowid LIMIT {count} OFFSET {start + len(out)}"
        chunk = state.store.arrow(physical, fields, tail).to_pylist()
        out += [row(fields, values, form) for values in chunk]
        if not out:
            break
        # The first rows tell how many go onto a page.
        most = min(size, max(1, int(state.behaviour.page_bytes * len(out[:50]) / len(json.dumps(out[:50])))))
        if len(out) >= most or len(chunk) < count:
            return out[:most]
        count = most - len(out)
    return out


def select(fields: list[Field], wanted: str) -> list[Field]:
    """The fields that `selectedFields` names, nested ones by their path, in the order of the schema."""
    if not wanted:
        return fields
    paths = [part.strip().lower().split(".") for part in wanted.split(",")]
    known = {field["name"].lower() for field in fields}
    for path in paths:
        if path[0] not in known:
            raise invalid(f"Invalid selected fields: no such field: {path[0]}")
    return _selected(fields, paths)


def _selected(fields: list[Field], paths: list[list[str]]) -> list[Field]:
    out = []
    for field in fields:
        own = [path[1:] for path in paths if path[0] == field["name"].lower()]
        if not own:
            continue
        if field["type"] == "RECORD" and all(own):
            out.append(field | {"fields": _selected(field["fields"], own)})
        else:
            out.append(field)
    return out


def readable(table: Table, paths: Iterable[tuple[str, ...]]) -> None:
    """Refuse where a column may not be read; paths are in lower case."""
    asked = list(paths)
    for name in sorted(table.denied):
        path = tuple(name.lower().split("."))
        if any(one[: len(path)] == path[: len(one)] for one in asked):
            raise denied(
                "BigQuery BigQuery",
                f'User does not have permission to access policy tag "{_tag(table, name)}" on column '
                f"{'.'.join(table.key)}.{name}.",
            )


def paths_of(fields: list[Field], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all fields that hold values."""
    for field in fields:
        path = (*above, field["name"].lower())
        if field["type"] == "RECORD":
            yield from paths_of(field["fields"], path)
        else:
            yield path


def _tag(table: Table, path: str) -> str:
    fields, field = table.fields, {}
    for part in path.split("."):
        field = next((item for item in fields if item["name"].lower() == part.lower()), {})
        fields = field.get("fields", [])
    names: list[Any] = field.get("policyTags", {}).get("names", [])
    return str(names[0]) if names else "restricted"


def listing(state: State, call: Call) -> Json:
    """tabledata.list"""
    state.need_on("bigquery.tables.getData", call.key)
    with state.store.lock:
        table = state.catalogue.table(call.key)
        if not table.physical:
            raise invalid(f"Cannot list a table of type {table.kind}.")
        if table.policies:
            raise denied(
                f"Table {table.name}", "tabledata.list is not allowed on a table with row access policies."
            )
        fields = select(table.fields, call.query.get("selectedFields", ""))
        readable(table, paths_of(fields))
        if any(field["name"].lower() in table.masked for field in fields):
            raise denied(f"Table {table.name}", "tabledata.list is not allowed on columns that are masked.")
        start, size = call.page(100_000)
        if "startIndex" in call.query and "pageToken" not in call.query:
            start = int(call.query["startIndex"])
        total = state.store.count(table.physical)
        rows = rows_of(state, table.physical, fields, start, size, timestamp_form(call.query))
        out: Json = {"kind": "bigquery#tableDataList", "etag": table.etag, "totalRows": str(total)}
        if rows:
            out["rows"] = rows
        if rows and start + len(rows) < total:
            out["pageToken"] = f"page-{start + len(rows)}"
        return out
