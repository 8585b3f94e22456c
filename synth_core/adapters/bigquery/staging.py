"""Staging tables: they stand in the target's dataset, and go by themselves if nobody removes them."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from google.api_core import exceptions
from google.cloud import bigquery

from synth_core.adapters.bigquery.catalogue import PAGE
from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.fit import check_table
from synth_core.adapters.bigquery.jobs import RETRY, settle
from synth_core.adapters.google.clients import LABELS
from synth_core.adapters.google.errors import translated
from synth_core.errors import TargetError
from synth_core.model.type_json import fields_to_json
from synth_core.model.types import BigQueryType, Field
from synth_core.model.warehouse import TableSchema

PREFIX = "_synth_"
KEPT = timedelta(days=7)
"""How long a staging table lives if the run that made it never comes back: longer than a weekend, and nobody pays for
forgotten ones."""
SYNTHETIC = {**LABELS, "synthetic": "true"}
"""On every table and dataset that we make."""
MADE = "synth-made"
"""The label by which we know our own table again: one that was dropped and made anew is another one."""
ROLE = "roles/bigquery.dataEditor on the dataset"


def staging_name(run_id: str, table: str) -> str:
    """`_synth_RUN_TABLE`, in letters that every table may have."""
    return f"{staging_prefix(run_id)}{_plain(table, keep='_')}"


def staging_prefix(run_id: str) -> str:
    """How the staging tables of a run begin; of no other run."""
    return f"{PREFIX}{_plain(run_id)}_"


def is_staging(name: str) -> bool:
    """The name is one that `staging_name` makes."""
    return name.startswith(PREFIX)


def label(text: str) -> str:
    """A text as a label's value may hold it; with a hash where that is not all of it."""
    plain = re.sub(r"[^a-z0-9_-]", "-", text.lower())[:63]
    return plain if plain == text else f"{plain[:50]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def ensure_dataset(
    connection: Connection,
    labels: dict[str, str] = SYNTHETIC,
    description: str = "Synthetic data, made by Synth Studio",
) -> None:
    """Make the dataset unless it is there."""
    if connection.find() is not None:
        return
    wanted = bigquery.Dataset(connection.reference)
    wanted.labels = labels
    wanted.description = description
    if connection.wanted_location:
        wanted.location = connection.wanted_location
    with translated(TargetError, f"Dataset {connection.uri} can't be made", role="roles/bigquery.user"):
        connection.client.create_dataset(wanted, exists_ok=True, retry=RETRY)
    connection.forget()


def create_staging(connection: Connection, run_id: str, schema: TableSchema) -> str:
    """Make an empty staging table; see `Warehouse.create_staging`."""
    check_table(schema)
    ensure_dataset(connection)
    name = staging_name(run_id, schema.name)
    make_empty(connection, name, schema.fields, run_id=run_id, about=f"Run {run_id}: rows for {schema.name}")
    return name


def make_empty(
    connection: Connection, name: str, fields: tuple[Field, ...], *, run_id: str, about: str
) -> None:
    """Make a staging table of these columns, empty. One of that name goes first, and so do jobs that still fill it."""
    made = uuid.uuid4().hex
    resource: dict[str, Any] = {
        "tableReference": {
            "projectId": connection.project,
            "datasetId": connection.dataset,
            "tableId": name,
        },
        "schema": {"fields": fields_to_json(bare(fields))},
        "description": about[:1000],
        "labels": {**SYNTHETIC, "synth-run": label(run_id), MADE: made},
        "expirationTime": str(int((datetime.now(UTC) + KEPT).timestamp() * 1000)),
    }
    with translated(TargetError, f"{connection.uri}: table {name} can't be made", role=ROLE):
        for _ in range(3):
            try:
                connection.client.create_table(bigquery.Table.from_api_repr(resource), retry=RETRY)
                return
            except exceptions.Conflict:
                there = _labels(connection, name)
                if there is not None and there.get(MADE) == made:
                    # Made by the call whose reply was lost.
                    return
                _stop_jobs(connection, name)
                connection.client.delete_table(connection.table(name), not_found_ok=True, retry=RETRY)
    raise TargetError(
        f"{connection.uri}: somebody else makes table {name} at the same time.",
        hint="Is the run driven twice?",
    )


def find_staging(connection: Connection, name: str) -> dict[str, Any] | None:
    """The resource of a staging table; None where there is none of that name."""
    with translated(TargetError, f"{connection.uri}: table {name} can't be read", role=ROLE):
        try:
            return connection.client.get_table(connection.table(name), retry=RETRY).to_api_repr()
        except exceptions.NotFound:
            return None


def incarnation(resource: dict[str, Any]) -> str:
    """What tells a staging table from an earlier one of the same name."""
    return str((resource.get("labels") or {}).get(MADE) or resource.get("creationTime") or "")


def drop(connection: Connection, *names: str) -> None:
    """Remove tables; no error for those that are gone."""
    for name in names:
        with translated(TargetError, f"{connection.uri}: table {name} can't be removed", role=ROLE):
            connection.client.delete_table(connection.table(name), not_found_ok=True, retry=RETRY)


def drop_staging(connection: Connection, run_id: str) -> None:
    """Remove every staging table of the run."""
    with translated(TargetError, f"{connection.uri} can't be listed", role=ROLE):
        try:
            found = connection.client.list_tables(connection.reference, page_size=PAGE, retry=RETRY)
            names = [item.table_id for item in found if item.table_id.startswith(staging_prefix(run_id))]
        except exceptions.NotFound:
            return
    drop(connection, *names)


def bare(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The same columns without descriptions and policy tags: what staging needs no rights for."""
    return tuple(
        field.model_copy(update={"description": "", "policy_tags": (), "type": _bare_type(field.type)})
        for field in fields
    )


def _bare_type(type: BigQueryType) -> BigQueryType:
    return type.model_copy(update={"fields": bare(type.fields)}) if type.fields else type


def _labels(connection: Connection, name: str) -> dict[str, str] | None:
    resource = find_staging(connection, name)
    return None if resource is None else dict(resource.get("labels") or {})


def _stop_jobs(connection: Connection, name: str) -> None:
    """A driver that was killed may have left a job that goes on filling the table. Its rows must not get into the new
    one."""
    for state in ("running", "pending"):
        for job in connection.client.list_jobs(state_filter=state, retry=RETRY):
            destination = getattr(job, "destination", None)
            if destination == connection.table(name):
                job.cancel(retry=RETRY)
                settle(job)


def _plain(text: str, keep: str = "") -> str:
    """Letters and digits of a text; with a hash where that is not all of it."""
    plain = re.sub(rf"[^A-Za-z0-9{keep}]", "", text)[:60]
    return plain if plain == text else f"{plain}{hashlib.sha256(text.encode()).hexdigest()[:12]}"
