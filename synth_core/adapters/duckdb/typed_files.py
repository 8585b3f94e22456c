"""SELECTs over files that carry their own types, Parquet and NDJSON, exactly as a staging table needs them.

DuckDB's casts round (1.5 becomes the integer 2) and its JSON reader takes decimals through floating point, so
neither is left to itself here. A file name that exists is never taken for a pattern.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from synth_core.adapters.duckdb.catalogue import DuckColumn
from synth_core.errors import TargetError
from synth_core.files.arrow import PLAIN_DECIMALS, decimal_size
from synth_core.files.duck import duckdb_type
from synth_core.files.sql import literal, quote
from synth_core.model.types import BigQueryType, Field, Kind, Mode

MAX_OBJECT = 16 * 1024 * 1024
"""Longest line of NDJSON in bytes."""

TEXTS = frozenset({Kind.BYTES, Kind.INTERVAL})
"""Types whose texts in JSON are BigQuery's, not DuckDB's: base64, and `years-months days hours:minutes:seconds`."""

INTERVAL = r"^([+-]?)(\d+)-(\d+) ([+-]?\d+) ([+-]?)(\d+):(\d+):(\d+(?:\.\d+)?)$"
WORDS = r"\1\2 years \1\3 months \4 days \5\6 hours \5\7 minutes \5\8 seconds"
"""The same as DuckDB reads it."""


def parquet_select(connection: duckdb.DuckDBPyConnection, path: Path, staged: Sequence[DuckColumn]) -> str:
    """SELECT of a Parquet file's rows as the staging table's columns.

    Raises TargetError where columns are missing or surplus, or a value would change by the cast.
    """
    source = f"read_parquet({_file(path)}, file_row_number = true)"
    found = {
        name: kind
        for name, kind, *_ in connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({_file(path)})"
        ).fetchall()
    }
    check_same_names(str(path), list(found), [column.name for column in staged])
    parts = []
    for column in staged:
        name = quote(column.name)
        if found[column.name] == column.type:
            parts.append(name)
            continue
        parts.append(f"CAST({name} AS {column.type}) AS {name}")
        _check_cast(connection, path, source, column, found[column.name])
    return f"SELECT {', '.join(parts)} FROM read_parquet({_file(path)})"


def _check_cast(
    connection: duckdb.DuckDBPyConnection, path: Path, source: str, column: DuckColumn, found: str
) -> None:
    name = quote(column.name)
    there = f"TRY_CAST({name} AS {column.type})"
    bad = f"{name} IS NOT NULL AND {there} IS NULL"
    if found != "VARCHAR":
        bad = f"({bad}) OR TRY_CAST({there} AS {found}) IS DISTINCT FROM {name}"
    elif column.type not in ("JSON", "INTERVAL"):
        # Text has many ways to write a number or a date; a file with types needs none of them.
        raise TargetError(
            f"{path}, column {column.name!r} is text ({found}), and the table has {column.type}.",
            hint="Write the file with the table's types.",
        )
    row = connection.execute(
        f"SELECT file_row_number + 1, left(CAST({name} AS VARCHAR), 40) FROM {source} WHERE {bad} LIMIT 1"
    ).fetchone()
    if row:
        raise TargetError(
            f"{path}, row {row[0]}, column {column.name!r}: {row[1]!r} ({found}) is no {column.type}.",
            hint="Write the file with the table's types.",
        )


def check_same_names(whose: str, found: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise TargetError unless both are the same names; their order doesn't matter."""
    missing = [name for name in wanted if name not in found]
    surplus = [name for name in found if name not in wanted]
    if missing or surplus:
        parts = [f"there is no column {', '.join(missing)}"] if missing else []
        parts += [f"the table has no column {', '.join(surplus)}"] if surplus else []
        raise TargetError(f"{whose}: {', and '.join(parts)}.", hint=f"The table has: {', '.join(wanted)}.")


def ndjson_select(connection: duckdb.DuckDBPyConnection, path: Path, fields: Sequence[Field]) -> str:
    """SELECT of an NDJSON file's rows as the fields' types. Texts of bytes and
    intervals are BigQuery's.

    Raises TargetError for the first line that is no object with exactly these keys and types.
    """
    source = f"read_ndjson_objects({_file(path)}, maximum_object_size = {MAX_OBJECT})"
    _check_lines(connection, path, source, fields)
    values = ", ".join(
        f"{_finished(f'r.{quote(field.name)}', field)} AS {quote(field.name)}" for field in fields
    )
    return f"SELECT {values} FROM (SELECT {_transformed('json', fields)} AS r FROM {source})"


def _transformed(document: str, fields: Sequence[Field], *, wide: bool = False) -> str:
    """SQL: a JSON object as a STRUCT of the fields; numbers keep every digit."""
    shape = {field.name: _shape(field, wide=wide) for field in fields}
    return f"json_transform_strict({document}, {literal(json.dumps(shape))})"


def _does_not_fit(document: str, fields: Sequence[Field]) -> str:
    """SQL: the JSON object is not of that shape, or a number would have to be rounded for it."""
    exact, wide = _transformed(document, fields), _transformed(document, fields, wide=True)
    return f"(TRY({exact}) IS NULL OR TRY({exact}) IS DISTINCT FROM TRY({wide}))"


def _check_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, source: str, fields: Sequence[Field]
) -> None:
    known = [field.name for field in fields]
    foreign = f"list_filter(json_keys(json), lambda key: key NOT IN ({', '.join(map(literal, known))}))"
    row = connection.execute(
        "SELECT number, CAST(json AS VARCHAR) "
        f"FROM (SELECT row_number() OVER () AS number, json FROM {source}) "
        f"WHERE {_does_not_fit('json', fields)} OR (json_type(json) = 'OBJECT' AND len({foreign}) > 0) "
        "ORDER BY number LIMIT 1"
    ).fetchone()
    if row is None:
        return
    place, text = f"{path}, object {row[0]}", row[1]
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TargetError(f"{place}: this is no JSON object: {text[:40]}", hint="Write one object a line.")
    check_same_names(place, list(value), known)
    for field in fields:
        bad = _does_not_fit("CAST(? AS JSON)", [field])
        if connection.execute(f"SELECT {bad}", [text] * bad.count("CAST(? AS JSON)")).fetchall() == [(True,)]:
            found = json.dumps(value[field.name], ensure_ascii=False)[:40]
            raise TargetError(
                f"{place}, column {field.name!r}: {found} is no {duckdb_type(field)}.",
                hint="Write the file with the table's types.",
            )
    raise TargetError(f"{place} can't be read: {text[:80]}", hint="Does a key occur twice in it?")


def _shape(field: Field, *, wide: bool) -> Any:
    """What json_transform needs to be told of a field; wide: with digits to spare behind the point."""
    type_ = field.type
    shape: Any
    if type_.kind is Kind.STRUCT:
        shape = {inner.name: _shape(inner, wide=wide) for inner in type_.fields}
    elif type_.kind is Kind.RANGE and type_.element:
        end = duckdb_type(Field(name="end", type=BigQueryType(kind=type_.element)))
        shape = {"start": end, "end": end}
    elif type_.kind in TEXTS:
        shape = "VARCHAR"
    elif wide and type_.kind is Kind.INT64:
        shape = "DECIMAL(38, 9)"
    elif wide and type_.kind in PLAIN_DECIMALS:
        precision, scale = decimal_size(type_)
        shape = f"DECIMAL(38, {38 - precision + scale})"
    else:
        shape = duckdb_type(field.model_copy(update={"mode": Mode.NULLABLE}))
    return [shape] if field.mode is Mode.REPEATED else shape


def _finished(value: str, field: Field, depth: int = 0) -> str:
    """SQL: the transformed value as its type, with the texts that json_transform can't read read here."""
    if not _has_texts(field):
        return value
    if field.mode is Mode.REPEATED:
        item = f"item{depth}"
        inner = _finished(item, field.model_copy(update={"mode": Mode.NULLABLE}), depth + 1)
        return f"list_transform({value}, lambda {item}: {inner})"
    if field.type.kind is Kind.BYTES:
        return f"from_base64({value})"
    if field.type.kind is Kind.INTERVAL:
        return f"CAST(regexp_replace({value}, {literal(INTERVAL)}, {literal(WORDS)}) AS INTERVAL)"
    parts = ", ".join(
        f"{quote(inner.name)} := {_finished(f'{value}.{quote(inner.name)}', inner, depth)}"
        for inner in field.type.fields
    )
    return f"CASE WHEN {value} IS NULL THEN NULL ELSE struct_pack({parts}) END"


def _has_texts(field: Field) -> bool:
    return field.type.kind in TEXTS or any(_has_texts(inner) for inner in field.type.fields)


def _file(path: Path) -> str:
    return f"[{literal(str(path.absolute()))}]"
