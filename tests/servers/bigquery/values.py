"""Cells as the REST interface writes them: rows are `{"f": [{"v": …}]}`."""

from __future__ import annotations

import base64
import datetime as dt
import math
from decimal import Decimal
from typing import Any

from servers.bigquery.types import Field, repeated

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def micros(value: dt.datetime) -> int:
    """Microseconds since 1970."""
    if value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    return (value - EPOCH) // dt.timedelta(microseconds=1)


def number(value: Decimal) -> str:
    """A NUMERIC without an exponent and without zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def real(value: float) -> str:
    """A FLOAT64."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(float(value))


def clock(value: dt.time) -> str:
    """A TIME: digits after the second only where there are some."""
    return value.isoformat()


def interval(value: Any) -> str:
    """An INTERVAL in its canonical form, `Y-M D H:M:S`; Arrow gives months, days and nanoseconds."""
    months, days, nanos = value
    sign = "-" if nanos < 0 else ""
    seconds, rest = divmod(abs(nanos) // 1000, 1_000_000)
    text = f"{sign}{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}" + (f".{rest:06d}" if rest else "")
    return f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12} {days} {text}"


def timestamp(value: dt.datetime, form: str) -> str:
    """A TIMESTAMP in one of the forms of `formatOptions.timestampOutputFormat`."""
    count = micros(value)
    if form == "INT64":
        return str(count)
    if form == "ISO8601_STRING":
        return (EPOCH + dt.timedelta(microseconds=count)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return repr(count / 1_000_000)


def cell(field: Field, value: Any, form: str = "FLOAT64") -> Any:
    """What stands under `v`; an array that is NULL is answered as an empty one."""
    if repeated(field):
        one = field | {"mode": "NULLABLE"}
        return [{"v": cell(one, item, form)} for item in value or []]
    if value is None:
        return None
    kind = field["type"]
    if kind == "RECORD":
        return {"f": [{"v": cell(sub, value.get(sub["name"]), form)} for sub in field["fields"]]}
    if kind == "TIMESTAMP":
        return timestamp(value, form)
    return plain(kind, value)


def plain(kind: str, value: Any) -> str:
    """A value that is neither a record nor a point in time, as text."""
    match kind:
        case "BOOLEAN":
            return "true" if value else "false"
        case "FLOAT":
            return real(value)
        case "NUMERIC" | "BIGNUMERIC":
            return number(value)
        case "BYTES":
            return base64.b64encode(value).decode()
        case "DATETIME" | "DATE":
            return str(value.isoformat())
        case "TIME":
            return clock(value)
        case "INTERVAL":
            return interval(value)
    return str(value)


def row(fields: list[Field], values: dict[str, Any], form: str = "FLOAT64") -> dict[str, Any]:
    """One row."""
    return {"f": [{"v": cell(field, values[field["name"]], form)} for field in fields]}


def timestamp_form(query: dict[str, str]) -> str:
    """What the query parameters of a call, or the options of a query, say of timestamps."""
    if form := query.get("formatOptions.timestampOutputFormat"):
        return form
    return "INT64" if query.get("formatOptions.useInt64Timestamp", "").lower() == "true" else "FLOAT64"
