"""The audit: who made which rows from what, and how it ended.

The truth is one create-only JSON object an event, at `runs/<run_id>/events/<number>-<name>.json` in the
store: a start for each table before its rows are made, and an end. A warehouse gets a copy, the table
`synth_audit.audit`; dashboards made for the pipeline we replace find its columns there under the same names.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, ValidationError
from pydantic import Field as PydanticField

from synth_core.errors import ConflictError, ProjectError
from synth_core.model.base import Frozen
from synth_core.model.plan import ApprovedPlan
from synth_core.model.project import TableSource
from synth_core.model.type_json import fields_to_json
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.model.warehouse import TableSchema
from synth_core.ports import ObjectStore, Warehouse

AUDIT_DATASET = "synth_audit"


class Status(StrEnum):
    """How far a table's generation is, or how it ended."""

    IN_PROGRESS = "In Progress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    INTERRUPTED = "Interrupted"


class AuditRow(Frozen):
    """One event of one table: a row of the audit table, None where a column doesn't apply."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    event_id: str = ""
    """`<run_id>/<number>-<name>`; empty until the event is recorded."""
    batch_id: str
    run_id: str
    table_name: str
    status: Status
    insert_timestamp: datetime
    gcs_bucket_name: str | None = None
    input_gcs_path: str | None = None
    header_gcs_path: str | None = None
    user_requested_table_count: int | None = None
    column_names: str | None = None
    column_header_flag: bool | None = None
    delimiter: str | None = None
    custom_header: str | None = None
    json_schema: str | None = PydanticField(default=None, alias="schema")
    num_records_generated: int | None = None
    error_message: str | None = None
    user: str | None = None
    approver: str | None = None
    recipe_hash: str | None = None
    seed: int | None = None
    engine: str | None = None
    model_id: str | None = None
    prompt_versions: dict[str, str] = PydanticField(default={})
    tokens: int | None = None
    target_table: str | None = None
    output_path: str | None = None
    load_job_id: str | None = None
    duration_seconds: float | None = None


_COLUMNS: tuple[tuple[str, Kind, str], ...] = (
    ("batch_id", Kind.STRING, "Names the output folder of one run"),
    ("gcs_bucket_name", Kind.STRING, "Bucket that the source's files were read from"),
    ("input_gcs_path", Kind.STRING, "Files or table that the source was read from"),
    ("header_gcs_path", Kind.STRING, "File that holds the custom header, where it is one of its own"),
    ("user_requested_table_count", Kind.INT64, "Rows that the plan asks for"),
    ("table_name", Kind.STRING, "Bare name of the table"),
    ("column_names", Kind.STRING, "JSON list of the column names in order"),
    ("column_header_flag", Kind.BOOL, "Whether the source's files have a header; NULL for other sources"),
    ("delimiter", Kind.STRING, "Of the source's files; NULL for other sources"),
    ("custom_header", Kind.STRING, "Lines above header or data, written back on top of the output"),
    ("schema", Kind.STRING, "The target's schema in BigQuery's JSON form"),
    ("num_records_generated", Kind.INT64, "Rows made, counted as rows"),
    ("status", Kind.STRING, "In Progress, Completed, Failed, Cancelled or Interrupted"),
    ("error_message", Kind.STRING, "Why it failed"),
    ("insert_timestamp", Kind.TIMESTAMP, "When this was so"),
    ("event_id", Kind.STRING, "Unique; names the event's object in the store"),
    ("run_id", Kind.STRING, "The run"),
    ("user", Kind.STRING, "Who started the run"),
    ("approver", Kind.STRING, "Who approved the plan"),
    ("recipe_hash", Kind.STRING, "SHA-256 of the recipe's text"),
    ("seed", Kind.INT64, "Seed of the run"),
    ("engine", Kind.STRING, "What made the rows"),
    ("model_id", Kind.STRING, "What drafted the recipe: rules, or a model"),
    ("prompt_versions", Kind.JSON, "Version of each prompt that was used, by its id"),
    ("tokens", Kind.INT64, "Tokens that the model took for the recipe"),
    ("target_table", Kind.STRING, "Full name of the table that was loaded"),
    ("output_path", Kind.STRING, "Folder of the finished files"),
    ("load_job_id", Kind.STRING, "The warehouse's own id of the load"),
    ("duration_seconds", Kind.FLOAT64, "From start to end"),
)
_REQUIRED = frozenset({"batch_id", "table_name", "status", "insert_timestamp"})

AUDIT_TABLE = TableSchema(
    name="audit",
    description="One row for each start and each end of a table's generation",
    fields=tuple(
        Field(
            name=name,
            type=BigQueryType(kind=kind),
            mode=Mode.REQUIRED if name in _REQUIRED else Mode.NULLABLE,
            description=description,
        )
        for name, kind, description in _COLUMNS
    ),
    primary_key=("event_id",),
)


def start_row(
    approved: ApprovedPlan,
    table: str,
    *,
    run_id: str,
    batch_id: str,
    user: str,
    now: datetime,
    engine: str,
    model_id: str,
    target_table: str | None = None,
    prompt_versions: dict[str, str] | None = None,
    tokens: int | None = None,
) -> AuditRow:
    """The row that says that a table's generation begins. KeyError if the plan doesn't make that table."""
    plan = approved.plan
    source = plan.project.table(table)
    dialect = source.dialect.value if source.dialect else None
    return AuditRow(
        batch_id=batch_id,
        run_id=run_id,
        table_name=table,
        status=Status.IN_PROGRESS,
        insert_timestamp=now,
        gcs_bucket_name=_bucket(source.source),
        input_gcs_path=", ".join(source.source.files) or source.source.full_name,
        user_requested_table_count=plan.counts[table],
        column_names=json.dumps([column.name for column in source.columns], ensure_ascii=False),
        column_header_flag=dialect.header_rows > 0 if dialect else None,
        delimiter=dialect.delimiter if dialect else None,
        custom_header="\n".join(dialect.banner) or None if dialect else None,
        json_schema=json.dumps(fields_to_json(source.fields), ensure_ascii=False),
        user=user,
        approver=approved.approved_by,
        recipe_hash=hashlib.sha256(plan.recipe.encode()).hexdigest(),
        seed=plan.seed,
        engine=engine,
        model_id=model_id,
        prompt_versions=prompt_versions or {},
        tokens=tokens,
        target_table=target_table,
    )


def end_row(
    start: AuditRow,
    status: Status,
    *,
    now: datetime,
    rows: int | None = None,
    error_message: str | None = None,
    output_path: str | None = None,
    load_job_id: str | None = None,
) -> AuditRow:
    """The row that says how it ended; `rows` are those that were made, None where nobody knows."""
    if status is Status.IN_PROGRESS:
        raise ValueError("an end needs a status that is one")
    changes = {
        "event_id": "",
        "status": status,
        "insert_timestamp": now,
        "num_records_generated": rows,
        "error_message": error_message,
        "output_path": output_path,
        "load_job_id": load_job_id,
        "duration_seconds": (now - start.insert_timestamp).total_seconds(),
    }
    return start.model_copy(update=changes)


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


def read_audit(store: ObjectStore) -> list[AuditRow]:
    """The events of all runs, oldest first. Raises ProjectError for one that can't be read."""
    rows = [_read(store, name) for name in _event_names(store)]
    return sorted(rows, key=lambda row: (row.insert_timestamp, row.event_id))


def mirror(store: ObjectStore, run_id: str, warehouse: Warehouse) -> None:
    """Copy to the warehouse's audit table what it lacks of the run's events."""
    rows = [_record(row) for row in read_events(store, run_id)]
    warehouse.append_rows(AUDIT_TABLE, rows, dataset=AUDIT_DATASET)


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


def _bucket(source: TableSource) -> str | None:
    match = re.match(r"gs://([^/]+)", source.uri)
    return match[1] if match else None


def _plain(text: str) -> str:
    """A text as part of an object's name."""
    return re.sub(r"[^\w-]+", "_", text)[:60]
