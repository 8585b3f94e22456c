"""Tables that jobs write: dispositions, schemas that may change, the table without a name of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from servers.bigquery import resources
from servers.bigquery.catalogue import Json, Key, Table
from servers.bigquery.problems import duplicate, invalid, not_found
from servers.bigquery.sql import partitions
from servers.bigquery.state import State
from servers.bigquery.types import Field, arrow_schema, normal, repeated

if TYPE_CHECKING:
    from servers.bigquery.jobs import Job


def of(reference: Json, project: str) -> Key:
    """The key of a `tableReference`."""
    name = str(reference.get("tableId", ""))
    if "$" in name:
        raise invalid(f"Partition decorators are not supported here: {name}")
    return str(reference.get("projectId", project)), str(reference["datasetId"]), name


def reference(key: Key) -> Json:
    """As a `tableReference`."""
    return {"projectId": key[0], "datasetId": key[1], "tableId": key[2]}


def anonymous(state: State, job: Job) -> Json:
    """A table in a hidden dataset that holds a query's rows for a day."""
    key = (job.project, "_results", f"anon{job.id.replace('-', '_')}_{len(state.catalogue.tables)}")
    about = {
        "type": "TABLE",
        "schema": {"fields": job.fields},
        "expirationTime": str(state.catalogue.now() + 86_400_000),
        "location": job.location,
    }
    table = Table(key, about, job.physical, created=state.catalogue.now(), modified=state.catalogue.now())
    if (job.project, "_results") not in state.catalogue.datasets:
        state.catalogue.add_dataset(job.project, "_results", {"location": job.location})
    state.catalogue.tables[key] = table
    return reference(key)


def prepare(
    state: State,
    key: Key,
    fields: list[Field],
    config: Json,
    *,
    properties: Json,
    standard: str,
    location: str = "",
) -> tuple[Table | None, list[Field]]:
    """Check that the table may be written so. The table, if it is there, and the schema that it will have."""
    state.catalogue.dataset(key[0], key[1], location)
    disposition = config.get("writeDisposition") or standard
    table = state.catalogue.find(key)
    if table is None:
        if config.get("createDisposition", "CREATE_IF_NEEDED") == "CREATE_NEVER":
            raise not_found(f"Table {key[0]}:{key[1]}.{key[2]}")
        state.need("bigquery.tables.create", key[0], key[1])
        if not fields:
            raise invalid("No schema specified on job or table.")
        return None, fields
    state.need_on("bigquery.tables.updateData", key)
    if not table.physical:
        raise invalid(f"{table.name} is not allowed for this operation because it is a {table.kind}.")
    if disposition == "WRITE_EMPTY":
        if state.store.count(table.physical):
            raise duplicate(f"Table {table.name}")
        return table, _grown(table, fields, config) if fields else table.fields
    if disposition == "WRITE_TRUNCATE":
        if not fields:
            return table, table.fields
        _same_layout(table, properties)
        return table, fields
    if disposition in ("WRITE_APPEND", "WRITE_TRUNCATE_DATA"):
        return table, _grown(table, fields, config) if fields else table.fields
    raise invalid(f"Invalid value for writeDisposition: {disposition}")


def _grown(table: Table, fields: list[Field], config: Json) -> list[Field]:
    """The table's schema, with what `schemaUpdateOptions` let it take over from these fields."""
    allowed = set(config.get("schemaUpdateOptions", []))
    mine = {field["name"].lower(): field for field in table.fields}
    out = list(table.fields)
    for field in fields:
        old = mine.get(field["name"].lower())
        if old is None:
            if "ALLOW_FIELD_ADDITION" not in allowed:
                raise invalid(
                    f"Provided Schema does not match Table {table.name}. "
                    f"Cannot add fields (field: {field['name']})"
                )
            if field["mode"] == "REQUIRED":
                raise invalid(f"Cannot add required fields to an existing schema. (field: {field['name']})")
            out.append(field)
        else:
            _matches(table, old, field)
            relaxed = old["mode"] == "REQUIRED" and field["mode"] == "NULLABLE"
            if relaxed and "ALLOW_FIELD_RELAXATION" in allowed:
                out[out.index(old)] = old | {"mode": "NULLABLE"}
    return out


def _matches(table: Table, old: Field, new: Field, where: str = "") -> None:
    path = where + old["name"]
    if old["type"] != new["type"]:
        raise invalid(
            f"Provided Schema does not match Table {table.name}. "
            f"Field {path} has changed type from {old['type']} to {new['type']}"
        )
    if repeated(old) != repeated(new):
        raise invalid(
            f"Provided Schema does not match Table {table.name}. "
            f"Field {path} has changed mode from {old['mode']} to {new['mode']}"
        )
    inner = {field["name"].lower(): field for field in old.get("fields", [])}
    for field in new.get("fields", []):
        if field["name"].lower() not in inner:
            raise invalid(
                f"Provided Schema does not match Table {table.name}. Cannot add fields (field: {path}.{field['name']})"
            )
        _matches(table, inner[field["name"].lower()], field, f"{path}.")


def _same_layout(table: Table, properties: Json) -> None:
    for key in ("timePartitioning", "rangePartitioning"):
        if key in properties and (table.resource.get(key) or {}).get("field") != properties[key].get("field"):
            raise invalid(
                f"Incompatible table partitioning specification. Expects partitioning specification of {table.name}."
            )


def write(
    state: State,
    key: Key,
    fields: list[Field],
    rows: pa.Table,
    config: Json,
    *,
    properties: Json,
    standard: str,
    location: str = "",
) -> Table:
    """Write rows into a table, all of them or none. `rows` has the columns of `fields` by name."""
    table, schema = prepare(
        state, key, fields, config, properties=properties, standard=standard, location=location
    )
    disposition = config.get("writeDisposition") or standard
    with state.store.atomic():
        if table is None:
            given = {"schema": {"fields": schema}, "tableReference": reference(key)}
            table = state.catalogue.add(key, resources.table(given | properties))
        elif disposition == "WRITE_TRUNCATE":
            _replace(state, table, schema, properties)
        elif schema != table.fields:
            state.catalogue.reshape(table, schema)
        if disposition == "WRITE_TRUNCATE_DATA":
            state.store.do(f"DELETE FROM {table.physical}")
        since = state.store.next_row(table.physical)
        state.store.append(table.physical, table.fields, arranged(rows, table.fields))
        partitions.limit(state, table, since)
        state.catalogue.touch(table)
        _constrain(table, config)
    return table


def _constrain(table: Table, config: Json) -> None:
    if keys := config.get("tableConstraints"):
        table.resource = table.resource | {"tableConstraints": keys}
        resources.check(table.resource)


def _replace(state: State, table: Table, schema: list[Field], properties: Json) -> None:
    about = table.resource | {"schema": {"fields": _described(table.fields, schema)}} | properties
    # As documented: the constraints go, too; WRITE_TRUNCATE_DATA keeps them.
    about.pop("tableConstraints", None)
    resources.check(about)
    table.resource = about
    state.store.drop(table.physical)
    table.physical = state.store.create(table.fields, table.arrived)


def _described(old: list[Field], new: list[Field]) -> list[Field]:
    """Replacing a schema by one without descriptions and policy tags loses them, as the service does."""
    return normal(new) if new != old else old


def arranged(rows: pa.Table, fields: list[Field]) -> pa.Table:
    """The rows with all columns of these fields, missing ones as NULL, in their types."""
    wanted = arrow_schema([field | ({} if repeated(field) else {"mode": "NULLABLE"}) for field in fields])
    names = {name.lower(): number for number, name in enumerate(rows.column_names)}
    columns: list[Any] = []
    for field, want in zip(fields, wanted, strict=True):
        at = names.get(field["name"].lower())
        if at is None:
            columns.append(pa.nulls(rows.num_rows, want.type))
        else:
            column = rows.column(at)
            columns.append(column if column.type == want.type else cast(column, want.type))
    return pa.table(columns, schema=wanted) if columns else rows


def cast(column: pa.ChunkedArray, to: pa.DataType) -> pa.ChunkedArray:
    """The column in another type; nested ones by way of Python where Arrow can't."""
    try:
        return column.cast(to)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return pa.chunked_array([pa.array(column.to_pylist(), to)])
