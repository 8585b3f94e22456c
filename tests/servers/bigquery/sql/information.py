"""The views of INFORMATION_SCHEMA, computed when they are read."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pyarrow as pa
from servers.bigquery.catalogue import Dataset, Table
from servers.bigquery.problems import invalid_query, not_found
from servers.bigquery.sql import partitions
from servers.bigquery.sql.context import Context
from servers.bigquery.types import Field, sql_type

Row = dict[str, Any]
TEXT, WHOLE, WHEN = pa.string(), pa.int64(), pa.timestamp("us", tz="UTC")


def view(context: Context, parts: list[str]) -> tuple[str, str]:
    """A physical table with the rows of the view, and the view's name."""
    at = [part.upper() for part in parts].index("INFORMATION_SCHEMA")
    before, name = parts[:at], ".".join(parts[at + 1 :]).upper()
    if name not in VIEWS and name not in JOBS:
        raise not_found(f"Table {'.'.join(parts)}")
    project, place, dataset = context.project, "", ""
    for part in before:
        if part.lower().startswith("region-"):
            place = part[7:]
        elif part in context.state.catalogue.projects and part is before[0]:
            project = part
        else:
            dataset = part
    if dataset:
        context.state.catalogue.dataset(project, dataset, context.location)
    elif name not in ("SCHEMATA", "SCHEMATA_OPTIONS") and not place:
        raise invalid_query(f"INFORMATION_SCHEMA.{name} needs a dataset or a region qualifier")
    context.state.need("bigquery.jobs.listAll" if name in JOBS else "bigquery.tables.list", project, dataset)
    place = place or context.location or "US"
    if name in JOBS:
        return _made(context, JOB_COLUMNS, jobs(context, project, place)), name
    columns, rows = VIEWS[name]
    chosen = {
        key: kept
        for key, kept in sorted(context.state.catalogue.datasets.items())
        if key[0] == project
        and not key[1].startswith("_")
        and (key[1] == dataset if dataset else kept.location.lower() == place.lower())
    }
    found = [row for key, kept in chosen.items() for row in rows(context, key, kept)]
    return _made(context, columns, found), name


def _made(context: Context, columns: dict[str, pa.DataType], rows: list[Row]) -> str:
    """A physical table with these rows."""
    store = context.state.store
    physical = store.new_name()
    whole = [{key: row.get(key) for key in columns} for row in rows]
    store.con.register("_view", pa.Table.from_pylist(whole, schema=pa.schema(list(columns.items()))))
    store.do(f"CREATE TABLE {physical} AS SELECT * FROM _view")
    store.con.unregister("_view")
    return physical


def jobs(context: Context, project: str, place: str) -> list[Row]:
    """JOBS_BY_PROJECT"""
    out = []
    for job in list(context.state.jobs.all.values()):
        if job.project != project or job.location.lower() != place.lower():
            continue
        about = job.statistics.get("query", {})
        labels = job.configuration.get("labels", {})
        out.append(
            {
                "creation_time": _when(job.created),
                "project_id": project,
                "user_email": context.state.user,
                "job_id": job.id,
                "job_type": job.kind.upper(),
                "statement_type": about.get("statementType"),
                "query": job.configuration[job.kind].get("query"),
                "state": "DONE" if job.ended else "RUNNING",
                "total_bytes_processed": int(job.statistics.get("totalBytesProcessed", 0)),
                "total_bytes_billed": job.billed,
                "parent_job_id": job.parent or None,
                "labels": [{"key": key, "value": value} for key, value in sorted(labels.items())],
                "error_result": job.problem
                and {"reason": job.problem.reason, "message": job.problem.message},
            }
        )
    return out


def _when(millis: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(millis / 1000, dt.UTC)


def _tables(context: Context, key: tuple[str, str]) -> list[Table]:
    keys = sorted(item for item in context.state.catalogue.tables if item[:2] == key)
    return [table for item in keys if (table := context.state.catalogue.find(item))]


def _place(table: Table) -> Row:
    return {"table_catalog": table.key[0], "table_schema": table.key[1], "table_name": table.key[2]}


def schemata(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """SCHEMATA"""
    return [
        {
            "catalog_name": key[0],
            "schema_name": key[1],
            "creation_time": _when(kept.created),
            "last_modified_time": _when(kept.modified),
            "location": kept.location,
        }
    ]


KINDS = {"TABLE": "BASE TABLE", "MATERIALIZED_VIEW": "MATERIALIZED VIEW"}


def tables(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """TABLES"""
    return [
        _place(table)
        | {
            "table_type": KINDS.get(table.kind, table.kind),
            "is_insertable_into": "YES" if table.physical else "NO",
            "is_typed": "NO",
            "creation_time": _when(table.created),
        }
        for table in _tables(context, key)
    ]


def options(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """TABLE_OPTIONS"""
    out = []
    for table in _tables(context, key):
        about = table.resource
        found: list[tuple[str, str, str]] = []
        if text := about.get("description"):
            found.append(("description", "STRING", json.dumps(text)))
        if text := about.get("friendlyName"):
            found.append(("friendly_name", "STRING", json.dumps(text)))
        if labels := about.get("labels"):
            pairs = ", ".join(f'STRUCT("{name}", "{value}")' for name, value in sorted(labels.items()))
            found.append(("labels", "ARRAY<STRUCT<STRING, STRING>>", f"[{pairs}]"))
        if until := about.get("expirationTime"):
            found.append(
                ("expiration_timestamp", "TIMESTAMP", f'TIMESTAMP "{_when(int(until)).isoformat()}"')
            )
        if about.get("requirePartitionFilter"):
            found.append(("require_partition_filter", "BOOL", "true"))
        out += [
            _place(table) | {"option_name": name, "option_type": kind, "option_value": value}
            for name, kind, value in found
        ]
    return out


def columns(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """COLUMNS"""
    out = []
    for table in _tables(context, key):
        clustered = [name.lower() for name in table.resource.get("clustering", {}).get("fields", [])]
        for number, field in enumerate(table.fields, 1):
            name = field["name"]
            place = clustered.index(name.lower()) + 1 if name.lower() in clustered else None
            default = field.get("defaultValueExpression")
            out.append(
                _place(table)
                | {
                    "column_name": name,
                    "ordinal_position": number,
                    "is_nullable": "NO" if field["mode"] == "REQUIRED" else "YES",
                    "data_type": sql_type(field),
                    "is_hidden": "NO",
                    "is_partitioning_column": "YES" if name.lower() == table.partition.lower() else "NO",
                    "clustering_ordinal_position": place,
                    "column_default": default if default is not None else "NULL",
                    "policy_tags": field.get("policyTags", {}).get("names", []),
                }
            )
    return out


def field_paths(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """COLUMN_FIELD_PATHS"""
    out: list[Row] = []

    def walk(table: Table, column: str, path: str, field: Field) -> None:
        out.append(
            _place(table)
            | {
                "column_name": column,
                "field_path": path,
                "data_type": sql_type(field),
                "description": field.get("description"),
                "policy_tags": field.get("policyTags", {}).get("names", []),
            }
        )
        for sub in field.get("fields", []):
            walk(table, column, f"{path}.{sub['name']}", sub)

    for table in _tables(context, key):
        for field in table.fields:
            walk(table, field["name"], field["name"], field)
    return out


def _keys(table: Table) -> list[tuple[str, str, list[str], Any]]:
    about = table.resource.get("tableConstraints", {})
    out: list[tuple[str, str, list[str], Any]] = []
    if first := about.get("primaryKey", {}).get("columns"):
        out.append((f"{table.key[2]}.pk$", "PRIMARY KEY", first, None))
    for key in about.get("foreignKeys", []):
        names = [pair["referencingColumn"] for pair in key["columnReferences"]]
        out.append((f"{table.key[2]}.{key['name']}", "FOREIGN KEY", names, key))
    return out


def _constraint(table: Table, name: str) -> Row:
    return {"constraint_catalog": table.key[0], "constraint_schema": table.key[1], "constraint_name": name}


def constraints(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """TABLE_CONSTRAINTS"""
    return [
        _constraint(table, name)
        | _place(table)
        | {"constraint_type": kind, "is_deferrable": "NO", "initially_deferred": "NO", "enforced": "NO"}
        for table in _tables(context, key)
        for name, kind, _, _ in _keys(table)
    ]


def key_columns(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """KEY_COLUMN_USAGE"""
    return [
        _constraint(table, name)
        | _place(table)
        | {
            "column_name": column,
            "ordinal_position": number,
            "position_in_unique_constraint": number if kind == "FOREIGN KEY" else None,
        }
        for table in _tables(context, key)
        for name, kind, names, _ in _keys(table)
        for number, column in enumerate(names, 1)
    ]


def constraint_columns(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """CONSTRAINT_COLUMN_USAGE: of a foreign key, the columns to which it leads."""
    out = []
    for table in _tables(context, key):
        for name, _, names, foreign in _keys(table):
            place = _place(table)
            if foreign is not None:
                to = foreign["referencedTable"]
                place = {
                    "table_catalog": to["projectId"],
                    "table_schema": to["datasetId"],
                    "table_name": to["tableId"],
                }
                names = [pair["referencedColumn"] for pair in foreign["columnReferences"]]
            out += [_constraint(table, name) | place | {"column_name": column} for column in names]
    return out


def table_partitions(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """PARTITIONS"""
    out = []
    for table in _tables(context, key):
        if table.physical:
            for ident, rows, size in partitions.of(context.state, table):
                out.append(
                    _place(table)
                    | {
                        "partition_id": ident,
                        "total_rows": rows,
                        "total_logical_bytes": size,
                        "total_billable_bytes": size,
                        "last_modified_time": _when(table.modified),
                        "storage_tier": "ACTIVE",
                    }
                )
    return out


def storage(context: Context, key: tuple[str, str], kept: Dataset) -> list[Row]:
    """TABLE_STORAGE"""
    out = []
    for table in _tables(context, key):
        if table.physical:
            size = sum(context.state.store.sizes(table.physical, table.fields).values())
            out.append(
                _place(table)
                | {
                    "project_id": table.key[0],
                    "creation_time": _when(table.created),
                    "total_rows": context.state.store.count(table.physical),
                    "total_partitions": len(partitions.of(context.state, table)) if table.partition else 0,
                    "total_logical_bytes": size,
                    "active_logical_bytes": size,
                    "storage_last_modified_time": _when(table.modified),
                    "deleted": False,
                    "table_type": KINDS.get(table.kind, table.kind),
                }
            )
    return out


PAIR = pa.struct([("key", TEXT), ("value", TEXT)])
JOBS = ("JOBS", "JOBS_BY_PROJECT", "JOBS_BY_USER")
JOB_COLUMNS = {
    "creation_time": WHEN,
    **dict.fromkeys(
        ("project_id", "user_email", "job_id", "job_type", "statement_type", "query", "state"), TEXT
    ),
    "total_bytes_processed": WHOLE,
    "total_bytes_billed": WHOLE,
    "parent_job_id": TEXT,
    "labels": pa.list_(PAIR),
    "error_result": pa.struct([("reason", TEXT), ("message", TEXT)]),
}
PLACE = {"table_catalog": TEXT, "table_schema": TEXT, "table_name": TEXT}
CONSTRAINT = {"constraint_catalog": TEXT, "constraint_schema": TEXT, "constraint_name": TEXT}
FLAGS = dict.fromkeys(("is_deferrable", "initially_deferred", "enforced"), TEXT)
TAGS = {"policy_tags": pa.list_(TEXT)}
VIEWS: dict[str, Any] = {
    "SCHEMATA": (
        {"catalog_name": TEXT, "schema_name": TEXT, "schema_owner": TEXT}
        | {"creation_time": WHEN, "last_modified_time": WHEN, "location": TEXT},
        schemata,
    ),
    "TABLES": (
        PLACE | {"table_type": TEXT, "is_insertable_into": TEXT, "is_typed": TEXT, "creation_time": WHEN},
        tables,
    ),
    "TABLE_OPTIONS": (PLACE | {"option_name": TEXT, "option_type": TEXT, "option_value": TEXT}, options),
    "COLUMNS": (
        PLACE
        | {"column_name": TEXT, "ordinal_position": WHOLE, "is_nullable": TEXT, "data_type": TEXT}
        | {"is_hidden": TEXT, "is_partitioning_column": TEXT, "clustering_ordinal_position": WHOLE}
        | {"column_default": TEXT}
        | TAGS,
        columns,
    ),
    "COLUMN_FIELD_PATHS": (
        PLACE | {"column_name": TEXT, "field_path": TEXT, "data_type": TEXT, "description": TEXT} | TAGS,
        field_paths,
    ),
    "TABLE_CONSTRAINTS": (CONSTRAINT | PLACE | {"constraint_type": TEXT} | FLAGS, constraints),
    "KEY_COLUMN_USAGE": (
        CONSTRAINT
        | PLACE
        | {"column_name": TEXT, "ordinal_position": WHOLE, "position_in_unique_constraint": WHOLE},
        key_columns,
    ),
    "CONSTRAINT_COLUMN_USAGE": (PLACE | {"column_name": TEXT} | CONSTRAINT, constraint_columns),
    "PARTITIONS": (
        PLACE
        | {"partition_id": TEXT, "total_rows": WHOLE, "total_logical_bytes": WHOLE}
        | {"total_billable_bytes": WHOLE, "last_modified_time": WHEN, "storage_tier": TEXT},
        table_partitions,
    ),
    "TABLE_STORAGE": (
        {"project_id": TEXT}
        | PLACE
        | {"creation_time": WHEN, "total_rows": WHOLE, "total_partitions": WHOLE}
        | {"total_logical_bytes": WHOLE, "active_logical_bytes": WHOLE}
        | {"storage_last_modified_time": WHEN, "deleted": pa.bool_(), "table_type": TEXT},
        storage,
    ),
}
