"""BigQuery's types as schema fields of the REST interface, and what they are in DuckDB and in Arrow.

A field is a `TableFieldSchema`: `{"name", "type", "mode", "fields", …}`, types under the names that the service
answers with (INTEGER, FLOAT, BOOLEAN, RECORD).
"""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import sqltypes
from servers.bigquery.problems import invalid

Field = dict[str, Any]

NAMES = {
    "INT64": "INTEGER",
    "INT": "INTEGER",
    "FLOAT64": "FLOAT",
    "BOOL": "BOOLEAN",
    "STRUCT": "RECORD",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
}
"""Names of types in SQL and the names that the service answers with."""
SQL_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}

DUCKDB = {
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "STRING": "VARCHAR",
    "BYTES": "BLOB",
    "DATE": "DATE",
    "DATETIME": "TIMESTAMP",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMPTZ",
    "JSON": "JSON",
    "GEOGRAPHY": "VARCHAR",
    "INTERVAL": "INTERVAL",
}
ARROW = {
    "INTEGER": pa.int64(),
    "FLOAT": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "STRING": pa.string(),
    "BYTES": pa.binary(),
    "DATE": pa.date32(),
    "DATETIME": pa.timestamp("us"),
    "TIME": pa.time64("us"),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "JSON": pa.string(),
    "GEOGRAPHY": pa.string(),
    "INTERVAL": pa.month_day_nano_interval(),
}
SCALES = {"NUMERIC": 9, "BIGNUMERIC": 18}
"""Digits after the point; of BIGNUMERIC's 38 only 18 are kept, DuckDB has 38 digits in all."""
KNOWN = {*DUCKDB, *SCALES, "RECORD"}


def repeated(field: Field) -> bool:
    """An ARRAY."""
    return bool(field.get("mode") == "REPEATED")


def normal(fields: list[Field], where: str = "") -> list[Field]:
    """A schema as it was given, in the form in which the service answers; what can't be is refused."""
    seen: set[str] = set()
    out = []
    for given in fields:
        field = {key: value for key, value in given.items() if value is not None and value != ""}
        name = str(field.get("name", ""))
        path = f"{where}{name}"
        if not name:
            raise invalid("Empty field name")
        if len(name) > 300 or not re.fullmatch(r"[^\W][\w &%=+:'<>#|/.,$-]*|_[\w]*", name):
            raise invalid(f'Invalid field name "{path}". Fields must contain the allowed characters.')
        if name.lower() in seen:
            raise invalid(f"Field {path} already exists in schema")
        seen.add(name.lower())
        kind = str(field.get("type", "")).upper()
        kind = NAMES.get(kind, kind)
        if kind not in KNOWN:
            raise invalid(f"Invalid value for type: {kind} is not a valid value (field {path})")
        field["type"] = kind
        field["mode"] = str(field.get("mode", "NULLABLE")).upper()
        if field["mode"] not in ("NULLABLE", "REQUIRED", "REPEATED"):
            raise invalid(f"Invalid value for mode: {field['mode']} is not a valid value (field {path})")
        if kind == "RECORD":
            if not field.get("fields"):
                raise invalid(f"Field {path} is type RECORD but has no schema")
            field["fields"] = normal(field["fields"], f"{path}.")
        elif field.get("fields"):
            raise invalid(f"Field {path} of type {kind} can't have fields")
        for key in ("precision", "scale", "maxLength"):
            if key in field:
                field[key] = str(field[key])
        out.append(field)
    return out


def digits(field: Field) -> tuple[int, int]:
    """Precision and scale of a NUMERIC or BIGNUMERIC, as far as DuckDB has them."""
    if "precision" in field:
        return min(int(field["precision"]), 38), int(field.get("scale", 0))
    return 38, SCALES[field["type"]]


def duck_type(field: Field) -> str:
    """The type in DuckDB, as SQL."""
    kind = field["type"]
    if kind == "RECORD":
        inner = ", ".join(f"{quoted(sub['name'])} {duck_type(sub)}" for sub in field["fields"])
        base = f"STRUCT({inner})"
    elif kind in SCALES:
        base = "DECIMAL({},{})".format(*digits(field))
    else:
        base = DUCKDB[kind]
    return f"{base}[]" if repeated(field) else base


def arrow_type(field: Field) -> pa.DataType:
    """The type in Arrow; of a list, the elements are called `element`, as Parquet wants."""
    kind = field["type"]
    if kind == "RECORD":
        base = pa.struct([arrow_field(sub) for sub in field["fields"]])
    elif kind in SCALES:
        base = pa.decimal128(*digits(field))
    else:
        base = ARROW[kind]
    return pa.list_(pa.field("element", base)) if repeated(field) else base


def arrow_field(field: Field) -> pa.Field:
    """The field in Arrow."""
    return pa.field(field["name"], arrow_type(field), nullable=field.get("mode") != "REQUIRED")


def arrow_schema(fields: list[Field]) -> pa.Schema:
    """The schema in Arrow."""
    return pa.schema([arrow_field(field) for field in fields])


def quoted(name: str) -> str:
    """An identifier in DuckDB's SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_type(field: Field) -> str:
    """The type as GoogleSQL writes it: `ARRAY<STRUCT<a INT64>>`, `STRING(10)`."""
    kind = field["type"]
    name = SQL_NAMES.get(kind, kind)
    if kind == "RECORD":
        name = "STRUCT<" + ", ".join(f"{sub['name']} {sql_type(sub)}" for sub in field["fields"]) + ">"
    elif "maxLength" in field:
        name += f"({field['maxLength']})"
    elif "precision" in field:
        name += f"({field['precision']}" + (f", {field['scale']}" if "scale" in field else "") + ")"
    return f"ARRAY<{name}>" if repeated(field) else name


_FROM_DUCKDB = {
    "boolean": "BOOLEAN",
    "varchar": "STRING",
    "uuid": "STRING",
    "enum": "STRING",
    "blob": "BYTES",
    "date": "DATE",
    "timestamp": "DATETIME",
    "timestamp_ns": "DATETIME",
    "timestamp_s": "DATETIME",
    "timestamp_ms": "DATETIME",
    "timestamp with time zone": "TIMESTAMP",
    "time": "TIME",
    "interval": "INTERVAL",
    "double": "FLOAT",
    "float": "FLOAT",
}


def field_of(name: str, kind: sqltypes.DuckDBPyType) -> Field:
    """The field of a query's result; integers of every width are INT64, as is a bare NULL."""
    ident = kind.id
    if ident in ("list", "array"):
        inner = field_of(name, kind.children[0][1])
        if repeated(inner):
            raise invalid(
                "Cannot construct array with element type ARRAY<…> because nested arrays are not supported"
            )
        return inner | {"mode": "REPEATED"}
    field: Field = {"name": name, "type": "INTEGER", "mode": "NULLABLE"}
    if ident == "struct":
        field |= {"type": "RECORD", "fields": [field_of(sub, of) for sub, of in kind.children]}
    elif str(kind) == "JSON":
        field["type"] = "JSON"
    elif ident == "decimal":
        scale = dict(kind.children)["scale"]
        field["type"] = "NUMERIC" if scale <= 9 else "BIGNUMERIC"
    elif ident in _FROM_DUCKDB:
        field["type"] = _FROM_DUCKDB[ident]
    return field


def fields_of(relation: duckdb.DuckDBPyRelation) -> list[Field]:
    """The schema of a query's result."""
    return [field_of(name, kind) for name, kind in zip(relation.columns, relation.types, strict=True)]
