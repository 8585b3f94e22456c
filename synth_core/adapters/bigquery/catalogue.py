"""Which tables a dataset has, and how each is declared; by calls that cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.api_core import exceptions

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.jobs import RETRY, query_config
from synth_core.adapters.bigquery.schema import schema_from_api
from synth_core.adapters.google.errors import translated
from synth_core.errors import SourceError
from synth_core.model.warehouse import TableSchema

PAGE = 1000
_ROLE = "roles/bigquery.metadataViewer"


def table_names(connection: Connection) -> list[str]:
    """All tables and views of the dataset, sorted, without our staging tables."""
    with translated(connection.error, f"{connection.uri} can't be read", role=_ROLE):
        try:
            found = connection.client.list_tables(connection.reference, page_size=PAGE, retry=RETRY)
            return sorted(item.table_id for item in found if not item.table_id.startswith("_synth_"))
        except exceptions.NotFound as error:
            if not connection.read_only:
                return []
            raise SourceError(
                f"There is no dataset {connection.project}.{connection.dataset}.",
                hint="`synth sources bigquery:PROJECT` lists those of a project.",
            ) from error


def find_table(connection: Connection, table: str) -> dict[str, Any] | None:
    """The table's resource as the API has it; None where there is no such table."""
    what = f"{connection.uri}, table {table} can't be read"
    with translated(connection.error, what, role=_ROLE):
        try:
            return connection.client.get_table(connection.table(table), retry=RETRY).to_api_repr()
        except exceptions.NotFound:
            return None


def get_table(connection: Connection, table: str) -> dict[str, Any]:
    """The same, for a source asked once; raises SourceError, which names the tables there are, where there is no such
    table."""
    if table in connection.resources:
        return connection.resources[table]
    found = find_table(connection, table)
    if found is None:
        names = table_names(connection)
        raise SourceError(
            f"{connection.uri} has no table {table}.",
            hint=f"It has: {', '.join(names[:20]) or 'none at all'}{', …' if len(names) > 20 else '.'}",
        )
    if connection.read_only:
        connection.resources[table] = found = _with_columns(connection, found)
    return found


def _with_columns(connection: Connection, resource: dict[str, Any]) -> dict[str, Any]:
    """BigQuery says of a view, too, which columns it has. Where a stand-in does not, a dry run does."""
    if resource.get("type") != "VIEW" or (resource.get("schema") or {}).get("fields"):
        return resource
    table = resource["tableReference"]["tableId"]
    with translated(connection.error, f"{connection.uri}, view {table} can't be read", role=_ROLE):
        job = connection.client.query(
            f"SELECT * FROM {connection.name_of(table)}",
            job_config=query_config("schema", None, dry_run=True, use_query_cache=False),
            location=connection.location or None,
            retry=RETRY,
            job_retry=None,
        )
        return {**resource, "schema": {"fields": [field.to_api_repr() for field in job.schema or ()]}}


def declared_schema(connection: Connection, resource: Mapping[str, Any]) -> TableSchema:
    """The table as declared; raises SourceError where we don't know one of its types."""
    try:
        return schema_from_api(resource)
    except ValueError as error:
        table = resource["tableReference"]["tableId"]
        raise SourceError(
            f"{connection.uri}, table {table}: its schema can't be understood: {error}.",
            hint="Read a view of it that leaves that column out.",
        ) from error
