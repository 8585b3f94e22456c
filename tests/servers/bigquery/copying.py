"""Copy jobs: tables into one, without reading them."""

from __future__ import annotations

import copy

import pyarrow as pa
from servers.bigquery import destination
from servers.bigquery.catalogue import Json, Table
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem, duplicate, invalid, not_found
from servers.bigquery.state import State
from servers.bigquery.types import Field

TAKEN = ("timePartitioning", "rangePartitioning", "clustering", "requirePartitionFilter", "tableConstraints")
"""What the new table has of the first source, besides the schema."""
ABOUT = ("description", "friendlyName", "labels")


def run(state: State, job: Job) -> None:
    """Do what the job asks, or refuse."""
    config = job.configuration["copy"]
    operation = config.get("operationType") or "COPY"
    if operation not in ("COPY", "OPERATION_TYPE_UNSPECIFIED"):
        raise invalid(f"Copy jobs with operationType {operation} are not supported here")
    given = config.get("sourceTables") or [config["sourceTable"]]
    sources = [state.catalogue.table(destination.of(item, job.project), job.location) for item in given]
    for source in sources:
        state.need_on("bigquery.tables.getData", source.key)
        if not source.physical:
            raise invalid(f"{source.name} is not allowed for this operation because it is a {source.kind}.")
        _same(sources[0], source)
    key = destination.of(config["destinationTable"], job.project)
    state.catalogue.dataset(key[0], key[1], job.location)
    rows = pa.concat_tables([state.store.arrow(source.physical, source.fields) for source in sources])
    disposition = config.get("writeDisposition") or "WRITE_EMPTY"
    table = state.catalogue.find(key)
    with state.store.atomic():
        if table is None:
            if config.get("createDisposition") == "CREATE_NEVER":
                raise not_found(f"Table {key[0]}:{key[1]}.{key[2]}")
            state.need("bigquery.tables.create", key[0], key[1])
            table = state.catalogue.add(key, _resource(sources[0]))
        else:
            state.need_on("bigquery.tables.updateData", key)
            _into(state, table, sources[0], disposition)
        state.store.append(table.physical, table.fields, destination.arranged(rows, table.fields))
        state.catalogue.touch(table)
    job.statistics["copy"] = {"copiedRows": str(rows.num_rows), "copiedLogicalBytes": str(rows.nbytes)}


def _resource(source: Table) -> Json:
    kept = {name: source.resource[name] for name in (*TAKEN, *ABOUT, "schema") if name in source.resource}
    return copy.deepcopy(kept) | {"type": "TABLE"}


def _into(state: State, table: Table, source: Table, disposition: str) -> None:
    if disposition == "WRITE_EMPTY":
        if state.store.count(table.physical):
            raise duplicate(f"Table {table.name}")
        _same(table, source)
    elif disposition == "WRITE_APPEND":
        _same(table, source)
    elif disposition == "WRITE_TRUNCATE":
        if table.partition.lower() != source.partition.lower():
            raise invalid(
                f"Incompatible table partitioning specification. Expects {table.partition or 'none'}, "
                f"but input partitioning specification is {source.partition or 'none'}"
            )
        kept = {name: value for name, value in table.resource.items() if name not in (*TAKEN, "schema")}
        taken = {name: value for name, value in _resource(source).items() if name not in ABOUT}
        table.resource = kept | taken
        state.store.drop(table.physical)
        table.physical = state.store.create(table.fields, table.arrived)
    else:
        raise Problem("invalid", f"Invalid value for writeDisposition: {disposition}")


def _same(table: Table, source: Table) -> None:
    """The columns of both are the same."""
    if [_shape(field) for field in table.fields] != [_shape(field) for field in source.fields]:
        raise invalid(f"Provided Schema does not match Table {table.name}.")


def _shape(field: Field) -> tuple[str, str, str, list[object]]:
    inner: list[object] = [_shape(sub) for sub in field.get("fields", [])]
    mode = "REPEATED" if field["mode"] == "REPEATED" else ""
    return field["name"].lower(), field["type"], mode, inner
