"""Parquet as a load job reads it, and as an extract job writes it."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from servers.bigquery.destination import cast
from servers.bigquery.files.rows import Rows
from servers.bigquery.files.text import Unfit, attempt, decimal, limited
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.types import SCALES, Field, arrow_type, normal, repeated


def open_table(source: str, data: bytes, *, lists: bool) -> pa.Table:
    """The rows of a file. Without list inference a LIST is what it is in the file: a record of a list."""
    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowInvalid, OSError) as error:
        raise Problem(
            "invalid",
            f"Error while reading data, error message: File is not a valid Parquet file: {error} File: {source}",
            location=source,
        ) from error
    return table if lists else wrapped(table)


def wrapped(table: pa.Table) -> pa.Table:
    """Lists as the records that Parquet keeps them in: `list`, repeated, of `element`."""
    for number, column in enumerate(table.schema):
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            values = [
                None if value is None else {"list": [{"element": item} for item in value]}
                for value in table.column(number).to_pylist()
            ]
            inner = pa.list_(pa.struct([pa.field("element", column.type.value_type)]))
            kind = pa.struct([pa.field("list", inner)])
            table = table.set_column(number, pa.field(column.name, kind), pa.array(values, kind))
    return table


def field_of(name: str, kind: pa.DataType, *, required: bool = False) -> Field:
    """The field that a column of a file becomes."""
    types = pa.types
    if types.is_dictionary(kind):
        return field_of(name, kind.value_type, required=required)
    if types.is_list(kind) or types.is_large_list(kind):
        return field_of(name, kind.value_type) | {"mode": "REPEATED"}
    field: Field = {"name": name, "type": "STRING", "mode": "REQUIRED" if required else "NULLABLE"}
    if types.is_struct(kind):
        field["type"] = "RECORD"
        field["fields"] = [field_of(item.name, item.type, required=not item.nullable) for item in kind]
    elif types.is_boolean(kind):
        field["type"] = "BOOLEAN"
    elif types.is_integer(kind):
        field["type"] = "INTEGER"
    elif types.is_floating(kind):
        field["type"] = "FLOAT"
    elif types.is_decimal(kind):
        small = kind.scale <= 9 and kind.precision - kind.scale <= 29
        field["type"] = "NUMERIC" if small else "BIGNUMERIC"
    elif types.is_date(kind):
        field["type"] = "DATE"
    elif types.is_time(kind):
        field["type"] = "TIME"
    elif types.is_timestamp(kind):
        field["type"] = "TIMESTAMP" if kind.tz else "DATETIME"
    elif types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        field["type"] = "BYTES"
    elif not (types.is_string(kind) or types.is_large_string(kind)):
        raise invalid(f"Unsupported Parquet type {kind} of column {name}")
    return field


def schema_of(table: pa.Table) -> list[Field]:
    """The schema of a file."""
    return normal([field_of(item.name, item.type, required=not item.nullable) for item in table.schema])


LOOSE = {
    "INTEGER": {"INTEGER", "NUMERIC", "BIGNUMERIC", "FLOAT", "BOOLEAN"},
    "NUMERIC": {"NUMERIC", "BIGNUMERIC"},
    "BIGNUMERIC": {"BIGNUMERIC", "NUMERIC"},
    "FLOAT": {"FLOAT"},
    "STRING": {"STRING", "JSON", "GEOGRAPHY", "BYTES"},
    "BYTES": {"BYTES", "STRING"},
    "DATETIME": {"DATETIME", "TIMESTAMP"},
    "TIMESTAMP": {"TIMESTAMP", "DATETIME"},
}
"""What a column of a file may be loaded into."""


def check(source: str, found: list[Field], fields: list[Field], where: str = "") -> None:
    """The file's columns fit the table's."""
    there = {field["name"].lower(): field for field in found}
    for field in fields:
        mine = there.get(field["name"].lower())
        path = where + field["name"]
        if mine is None:
            continue
        fits = field["type"] in LOOSE.get(mine["type"], {mine["type"]})
        if not fits or repeated(mine) != repeated(field):
            raise Problem(
                "invalid",
                f"Error while reading data, error message: Parquet column '{path}' has type "
                f"{mine['mode']} {mine['type']} which does not match the target cpp_type "
                f"{field['mode']} {field['type']}. File: {source}",
                location=source,
            )
        if field["type"] == "RECORD":
            check(source, mine["fields"], field["fields"], f"{path}.")


def read(rows: Rows, source: str, data: bytes, config: dict[str, Any]) -> pa.Table:
    """A file's rows as a table with the columns of the fields."""
    lists = bool((config.get("parquetOptions") or {}).get("enableListInference"))
    table = open_table(source, data, lists=lists)
    found = schema_of(table)
    check(source, found, rows.fields)
    names = {name.lower(): number for number, name in enumerate(table.column_names)}
    known = {field["name"].lower() for field in rows.fields}
    unknown = [name for name in table.column_names if name.lower() not in known]
    if unknown and not config.get("ignoreUnknownValues"):
        raise invalid(
            f"Provided Schema does not match file {source}. Cannot add fields (field: {unknown[0]})"
        )
    columns = []
    for field in rows.fields:
        want = arrow_type(field)
        at = names.get(field["name"].lower())
        column = pa.chunked_array([pa.nulls(table.num_rows, want)]) if at is None else table.column(at)
        columns.append(_limited(source, field, column, want))
    return pa.table(columns, names=[field["name"] for field in rows.fields])


def _limited(source: str, field: Field, column: pa.ChunkedArray, want: pa.DataType) -> pa.ChunkedArray:
    """The column in its type: REQUIRED has no NULL, limits of length and digits hold."""
    name = field["name"]
    if field["mode"] == "REQUIRED" and column.null_count:
        raise Problem(
            "invalid",
            f"Error while reading data, error message: Required column '{name}' is null. File: {source}",
            location=source,
        )
    try:
        if "precision" in field or "maxLength" in field:
            parse = decimal(field) if field["type"] in SCALES else limited(field)
            return pa.chunked_array([pa.array(_parsed(column.to_pylist(), parse, field), want)])
        return column if column.type == want else cast(column, want)
    except (Unfit, pa.ArrowInvalid, ValueError) as error:
        raise Problem(
            "invalid",
            f"Error while reading data, error message: {error} for field {name}. File: {source}",
            location=source,
        ) from error


def _parsed(values: list[Any], parse: Any, field: Field) -> list[Any]:
    if repeated(field):
        return [[attempt(parse, str(item)) for item in value or []] for value in values]
    return [None if value is None else attempt(parse, str(value)) for value in values]


def written(fields: list[Field], rows: pa.Table, compression: str) -> bytes:
    """The rows as a file: BIGNUMERIC with its 38 digits after the point, DATETIME without a zone."""
    columns, names = [], []
    for number, field in enumerate(fields):
        column = rows.column(number)
        if field["type"] == "BIGNUMERIC" and not repeated(field):
            column = column.cast(pa.decimal256(76, 38))
        names.append(pa.field(field["name"], column.type, nullable=field["mode"] != "REQUIRED"))
        columns.append(column)
    kinds = {"NONE": "none", "SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd"}
    if compression not in kinds:
        raise invalid(f"Invalid value for compression: {compression} is not valid for PARQUET")
    out = io.BytesIO()
    pq.write_table(pa.table(columns, schema=pa.schema(names)), out, compression=kinds[compression])
    return out.getvalue()
