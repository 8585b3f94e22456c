"""Newline-delimited JSON as a load job reads it, and as an extract job writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from servers.bigquery.files.csv import decode
from servers.bigquery.files.rows import Rows
from servers.bigquery.files.text import Unfit, attempt, parser
from servers.bigquery.types import Field, repeated
from servers.bigquery.values import plain

Reader = Callable[[Any, str], Any]


def read(rows: Rows, source: str, data: bytes, config: dict[str, Any]) -> None:
    """Add a file's rows."""
    text = decode(data, config.get("encoding") or "UTF-8")
    readers = [(field, reader(field, config)) for field in rows.fields]
    known = {field["name"].lower() for field in rows.fields}
    place = 0
    for number, line in enumerate(text.split("\n"), 1):
        where = f"line_number: {number} byte_offset_to_start_of_line: {place}"
        place += len(line.encode()) + 1
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            if not isinstance(item, dict):
                raise Unfit("JSON parsing error in row: the row is not an object")
            values = {name.lower(): value for name, value in item.items()}
            unknown = [name for name in item if name.lower() not in known]
            if unknown and not config.get("ignoreUnknownValues"):
                raise Unfit(f"JSON parsing error in row: No such field: {unknown[0]}.")
            rows.add(
                [read_one(values.get(field["name"].lower()), field["name"]) for field, read_one in readers]
            )
        except Unfit as error:
            rows.refuse(source, where, str(error))
        except ValueError as error:
            rows.refuse(source, where, f"JSON table encountered too many errors: {error}")


def reader(field: Field, config: dict[str, Any]) -> Reader:
    """What makes a value of JSON a value of this field."""
    if repeated(field):
        return _list(reader(field | {"mode": "NULLABLE"}, config))
    if field["type"] == "RECORD":
        inner = _record(field, config)
    elif field["type"] == "JSON":
        inner = _document
    else:
        inner = _scalar(field, config)
    required = field.get("mode") == "REQUIRED"

    def one(value: Any, path: str) -> Any:
        if value is None:
            if required:
                raise Unfit(f"Only optional fields can be set to NULL. Field: {path}; Value: NULL")
            return None
        return inner(value, path)

    return one


def _list(inner: Reader) -> Reader:
    def many(value: Any, path: str) -> Any:
        if value is None:
            return []
        if not isinstance(value, list):
            raise Unfit(
                f"JSON parsing error in row: Array specified for non-repeated field or the reverse: {path}."
            )
        if any(item is None for item in value):
            raise Unfit(f"Only optional fields can be set to NULL. Field: {path}; Value: NULL")
        return [inner(item, path) for item in value]

    return many


def _document(value: Any, path: str) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _record(field: Field, config: dict[str, Any]) -> Reader:
    inner = {sub["name"].lower(): (sub["name"], reader(sub, config)) for sub in field["fields"]}

    def record(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise Unfit(f"JSON parsing error in row: {path} is not a record")
        given = {name.lower(): item for name, item in value.items()}
        if (unknown := set(given) - set(inner)) and not config.get("ignoreUnknownValues"):
            raise Unfit(f"JSON parsing error in row: No such field: {path}.{min(unknown)}.")
        return {name: read_one(given.get(key), f"{path}.{name}") for key, (name, read_one) in inner.items()}

    return record


def _scalar(field: Field, config: dict[str, Any]) -> Reader:
    parse = parser(field, config)

    def scalar(value: Any, path: str) -> Any:
        if isinstance(value, list | dict):
            raise Unfit(
                f"JSON parsing error in row: Array or record specified for non-repeated field: {path}."
            )
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        try:
            return attempt(parse, text)
        except Unfit as error:
            raise Unfit(f"{error} Field: {path}; Value: {text}") from error

    return scalar


def written(fields: list[Field], row: dict[str, Any]) -> str:
    """A row as a line: integers and decimals as text, NULL left out, as the service writes them."""
    return json.dumps(_object(fields, row), ensure_ascii=False, separators=(",", ":"))


def _object(fields: list[Field], row: dict[str, Any]) -> dict[str, Any]:
    out = {}
    for field in fields:
        value = row[field["name"]]
        if repeated(field):
            out[field["name"]] = [_value(field, item) for item in value or []]
        elif value is not None:
            out[field["name"]] = _value(field, value)
    return out


def _value(field: Field, value: Any) -> Any:
    match field["type"]:
        case "RECORD":
            return _object(field["fields"], value)
        case "BOOLEAN":
            return value
        case "FLOAT":
            return value if value == value and abs(value) != float("inf") else plain("FLOAT", value)
        case "JSON":
            return json.loads(value)
        case "TIMESTAMP":
            return moment(value)
    return plain(field["type"], value)


def moment(value: Any) -> str:
    """A TIMESTAMP as an extract writes it: `2020-01-01 10:00:00 UTC`."""
    text = value.strftime("%Y-%m-%d %H:%M:%S")
    return text + (f".{value.microsecond:06d}".rstrip("0") if value.microsecond else "") + " UTC"
