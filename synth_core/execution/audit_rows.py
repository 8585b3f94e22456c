"""The rows of the audit: what a start and an end of a table's generation say, and the table that holds them.

Dashboards made for the pipeline that we replace find its fifteen columns there under the same names, with the same
meaning.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict
from pydantic import Field as PydanticField

from synth_core.files.footer import without_totals
from synth_core.model.base import Frozen
from synth_core.model.places import PlaceKind, parse_place
from synth_core.model.plan import ApprovedPlan
from synth_core.model.type_json import fields_to_json
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.model.warehouse import TableSchema


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
    (
        "gcs_bucket_name",
        Kind.STRING,
        "Bucket of the finished files and of staged input, else of the source's files",
    ),
    ("input_gcs_path", Kind.STRING, "Staged input where there is some, else what the source was read from"),
    ("header_gcs_path", Kind.STRING, "Staged input that got the predicted header, as it had none"),
    ("user_requested_table_count", Kind.INT64, "Rows that the plan asks for"),
    ("table_name", Kind.STRING, "Bare name of the table"),
    ("column_names", Kind.STRING, "The column names in order, separated by commas"),
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
    prompt_versions: Mapping[str, str] | None = None,
    tokens: int | None = None,
    files: str = "",
) -> AuditRow:
    """The row that says that a table's generation begins. KeyError if the plan doesn't make that table. `files` is the
    address below which finished files and staged input lie."""
    plan = approved.plan
    source = plan.project.table(table)
    dialect = source.dialect.value if source.dialect else None
    return AuditRow(
        batch_id=batch_id,
        run_id=run_id,
        table_name=table,
        status=Status.IN_PROGRESS,
        insert_timestamp=now,
        gcs_bucket_name=_bucket(files) or _bucket(source.source.files[0] if source.source.files else ""),
        input_gcs_path=", ".join(source.source.files) or source.source.full_name,
        user_requested_table_count=plan.counts[table],
        column_names=_joined([column.name for column in source.columns]),
        column_header_flag=dialect.header_rows > 0 if dialect else None,
        delimiter=dialect.delimiter if dialect else None,
        custom_header="\n".join(map(without_totals, dialect.banner)) or None if dialect else None,
        num_records_generated=0,
        json_schema=json.dumps(fields_to_json(source.fields), ensure_ascii=False),
        user=user,
        approver=approved.approved_by,
        recipe_hash=hashlib.sha256(plan.recipe.encode()).hexdigest(),
        seed=plan.seed,
        engine=engine,
        model_id=model_id,
        prompt_versions=dict(prompt_versions or {}),
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


def _bucket(address: str) -> str | None:
    """The bucket of an address in Cloud Storage."""
    place = parse_place(address)
    return place.bucket if place.kind is PlaceKind.BUCKET else None


def _joined(names: Sequence[str]) -> str:
    """Names separated by commas; one that holds a comma or a quote stands in quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()
