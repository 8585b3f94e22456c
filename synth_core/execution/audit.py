"""The audit: who made which rows from what, and how it ended.

The truth is one create-only JSON object an event, at `runs/<run_id>/events/<number>-<name>.json` in the
store: a start for each table before its rows are made, and an end. A warehouse gets a copy: by default the table
`synth_audit.audit` of the target's, or the one that the setting `audit_table` names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError, UsageError
from synth_core.execution.audit_rows import (
    AUDIT_TABLE,
    AuditRow,
    Status,
    end_row,
    start_row,
)
from synth_core.model.base import Frozen
from synth_core.model.places import PlaceKind, is_warehouse, parse_place
from synth_core.ports import ObjectStore, Warehouse

AUDIT_DATASET = "synth_audit"
_TABLE = re.compile(r"(?:(?P<project>[^`]+)\.)?(?P<dataset>[\w-]+)\.(?P<table>[\w-]+)")


class AuditPlace(Frozen):
    """The table that gets a copy of the events."""

    warehouse: str
    """Its address."""
    dataset: str = AUDIT_DATASET
    table: str = AUDIT_TABLE.name

    @property
    def address(self) -> str:
        """The table as an address: `bigquery:project.dataset#table`, or `duckdb:PATH#schema.table`."""
        place = parse_place(self.warehouse)
        if place.kind is PlaceKind.BIGQUERY:
            return f"bigquery:{place.project}.{self.dataset}#{self.table}"
        return f"{self.warehouse}#{self.dataset}.{self.table}"


def audit_place(target: str, setting: str = "") -> AuditPlace | None:
    """Where the events of runs into the target are copied to: `project.dataset.table`, or `dataset.table` beside the
    target's own; by default `synth_audit.audit` there. None for a target of files unless the setting names a table.
    Raises UsageError for a setting that names none."""
    beside = str(parse_place(target)) if is_warehouse(target) else ""
    if not setting:
        return AuditPlace(warehouse=beside) if beside else None
    found = _TABLE.fullmatch(setting)
    if found is None or not (found["project"] or beside):
        raise UsageError(
            f"audit_table is {setting!r}, which names no table.", hint="Write project.dataset.table."
        )
    warehouse = beside
    if found["project"]:
        warehouse = f"bigquery:{found['project']}.{found['dataset']}"
        if parse_place(warehouse).kind is not PlaceKind.BIGQUERY:
            raise UsageError(f"audit_table is {setting!r}, which names no table.")
    return AuditPlace(warehouse=warehouse, dataset=found["dataset"], table=found["table"])


def close_starts(store: ObjectStore, run_id: str, *, now: datetime) -> None:
    """Every start that has no end, because its process was killed, ends as interrupted."""
    open_starts: dict[str, AuditRow] = {}
    for row in read_events(store, run_id):
        if row.status is Status.IN_PROGRESS:
            open_starts[row.table_name] = row
        else:
            open_starts.pop(row.table_name, None)
    message = "its process ended before it was done"
    for start in open_starts.values():
        record(store, end_row(start, Status.INTERRUPTED, now=now, error_message=message))


def record(store: ObjectStore, row: AuditRow) -> AuditRow:
    """Write the row as the run's next event; the row with its event id. An event is never changed."""
    name = f"{_plain(row.table_name)}-{_plain(row.status.lower())}"
    number = sum(1 for _ in store.list(_folder(row.run_id))) + 1
    while True:
        event_id = f"{row.run_id}/{number:06}-{name}"
        recorded = row.model_copy(update={"event_id": event_id})
        blob = _folder(row.run_id) + event_id.removeprefix(f"{row.run_id}/") + ".json"
        try:
            store.put(blob, recorded.model_dump_json(indent=2).encode(), if_generation=0)
        except ConflictError:
            number += 1
        else:
            return recorded


def read_events(store: ObjectStore, run_id: str) -> list[AuditRow]:
    """The events of one run, in order. Raises ProjectError for one that can't be read."""
    return [_read(store, name) for name in store.list(_folder(run_id))]


def read_audit(store: ObjectStore, run_ids: Collection[str] | None = None) -> list[AuditRow]:
    """The events of these runs, or of all, oldest first. Raises ProjectError for one that can't be read."""
    if run_ids is None:
        rows = [_read(store, name) for name in _event_names(store)]
    else:
        rows = [row for run_id in run_ids for row in read_events(store, run_id)]
    return sorted(rows, key=lambda row: (row.insert_timestamp, row.event_id))


def mirror(store: ObjectStore, run_id: str, warehouse: Warehouse, place: AuditPlace) -> None:
    """Copy to the audit table at the place, which is in the warehouse, what it lacks of the run's events."""
    rows = [_record(row) for row in read_events(store, run_id)]
    table = AUDIT_TABLE.model_copy(update={"name": place.table})
    warehouse.append_rows(table, rows, dataset=place.dataset)


def _event_names(store: ObjectStore) -> Iterator[str]:
    return (name for name in store.list("runs/") if re.fullmatch(r"runs/[^/]+/events/[^/]+\.json", name))


def _folder(run_id: str) -> str:
    return f"runs/{run_id}/events/"


def _read(store: ObjectStore, name: str) -> AuditRow:
    data, _ = store.get(name)
    try:
        return AuditRow.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ProjectError(
            f"The audit event {name} can't be read: {place} {first['msg']}".rstrip() + ".",
            hint="Events are never changed: restore the file.",
        ) from error


def _record(row: AuditRow) -> dict[str, Any]:
    values = row.model_dump()
    versions = values["prompt_versions"]
    return values | {
        "prompt_versions": json.dumps(versions) if versions else None,
        "status": row.status.value,
    }


def _plain(text: str) -> str:
    """A text as part of an object's name."""
    return re.sub(r"[^\w-]+", "_", text)[:60]


__all__ = [
    "AUDIT_DATASET", "AUDIT_TABLE", "AuditPlace", "AuditRow", "Status", "audit_place", "close_starts", "end_row",
    "mirror", "read_audit", "read_events", "record", "start_row",
]  # fmt: skip
