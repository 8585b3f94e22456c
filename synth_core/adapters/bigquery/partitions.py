"""Partitioning as text (what stands behind PARTITION BY) and as the REST API has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from synth_core.adapters.bigquery.names import quote
from synth_core.model.type_text import quote_name
from synth_core.model.types import Field, Kind

UNITS = ("HOUR", "DAY", "MONTH", "YEAR")
_NAME = r"(?:`(?P<quoted>[^`]+)`|(?P<plain>\w+))"
_TRUNC = re.compile(rf"(?:DATE|DATETIME|TIMESTAMP)_TRUNC\(\s*{_NAME}\s*,\s*(?P<unit>\w+)\s*\)", re.IGNORECASE)
_AS_DATE = re.compile(rf"DATE\(\s*{_NAME}\s*\)", re.IGNORECASE)
_COLUMN = re.compile(_NAME)
_RANGE = re.compile(
    rf"RANGE_BUCKET\(\s*{_NAME}\s*,\s*GENERATE_ARRAY\(\s*(?P<start>-?\d+)\s*,\s*(?P<end>-?\d+)\s*,"
    r"\s*(?P<interval>\d+)\s*\)\s*\)",
    re.IGNORECASE,
)
_TRUNCS = {Kind.DATE: "DATE_TRUNC", Kind.DATETIME: "DATETIME_TRUNC", Kind.TIMESTAMP: "TIMESTAMP_TRUNC"}
_FIRST = {
    Kind.DATE: "DATE '0001-01-01'",
    Kind.DATETIME: "DATETIME '0001-01-01 00:00:00'",
    Kind.TIMESTAMP: "TIMESTAMP '0001-01-01 00:00:00'",
}


class Partitioning(NamedTuple):
    """How a table is partitioned."""

    column: str
    """Empty: by the time at which rows came in."""
    unit: str
    """One of UNITS; empty: by ranges of an integer."""
    start: int = 0
    end: int = 0
    interval: int = 0


def parse_partitioning(text: str) -> Partitioning:
    """What a PARTITION BY says. Raises ValueError for what BigQuery does not have."""
    text = text.strip()
    if found := _RANGE.fullmatch(text):
        return Partitioning(_name(found), "", int(found["start"]), int(found["end"]), int(found["interval"]))
    if found := _TRUNC.fullmatch(text):
        unit = found["unit"].upper()
        if unit in UNITS:
            return Partitioning(_column(_name(found)), unit)
    elif found := _AS_DATE.fullmatch(text) or _COLUMN.fullmatch(text):
        return Partitioning(_column(_name(found)), "DAY")
    raise ValueError(f"{text!r} is no partitioning that BigQuery has")


def partitioning_from_api(resource: Mapping[str, Any], fields: Sequence[Field]) -> str:
    """The text for a table resource; empty where it is not partitioned."""
    kinds = {field.name: field.type.kind for field in fields}
    if time := resource.get("timePartitioning"):
        unit, column = str(time.get("type") or "DAY"), str(time.get("field") or "")
        if not column:
            return "_PARTITIONDATE" if unit == "DAY" else f"TIMESTAMP_TRUNC(_PARTITIONTIME, {unit})"
        kind = kinds.get(column, Kind.DATE)
        if kind is Kind.DATE and unit == "DAY":
            return quote_name(column)
        return f"{_TRUNCS.get(kind, 'DATE_TRUNC')}({quote_name(column)}, {unit})"
    if ranges := resource.get("rangePartitioning"):
        bounds = ranges.get("range") or {}
        array = f"GENERATE_ARRAY({bounds.get('start')}, {bounds.get('end')}, {bounds.get('interval')})"
        return f"RANGE_BUCKET({quote_name(str(ranges.get('field')))}, {array})"
    return ""


def partitioning_to_api(text: str, fields: Sequence[Field]) -> dict[str, Any]:
    """`{"timePartitioning": …}` or `{"rangePartitioning": …}`. Raises ValueError."""
    found = parse_partitioning(text)
    known = [field.name for field in fields]
    if found.column and found.column not in known:
        raise ValueError(f"it is partitioned by {text}, but has no column {found.column!r}")
    if found.unit:
        time = {"type": found.unit} | ({"field": found.column} if found.column else {})
        return {"timePartitioning": time}
    bounds = {"start": str(found.start), "end": str(found.end), "interval": str(found.interval)}
    return {"rangePartitioning": {"field": found.column, "range": bounds}}


def _name(found: re.Match[str]) -> str:
    return found["quoted"] or found["plain"]


def _column(name: str) -> str:
    return "" if name.upper() in ("_PARTITIONDATE", "_PARTITIONTIME") else name


def every_row(partitioning: Partitioning, kind: Kind | None, of: str = "") -> list[str]:
    """Filters on the partitioning column (of that kind; None for the time at which rows came in) that every row meets,
    to be tried in this order: rows without a value are in a partition of their own. `of` is the table's alias."""
    column = quote(partitioning.column) if partitioning.column else "_PARTITIONTIME"
    column = f"{of}.{column}" if of else column
    least = _FIRST[kind or Kind.TIMESTAMP] if partitioning.unit else "-9223372036854775807"
    return [f"({column} >= {least} OR {column} IS NULL)", f"{column} >= {least}"]


def filter_of_all(text: str, fields: Sequence[Field], of: str = "") -> str:
    """The first of these filters for a table that is partitioned so."""
    found = parse_partitioning(text)
    kind = next((field.type.kind for field in fields if field.name == found.column), None)
    return every_row(found, kind, of)[0]


def since(partitioning: Partitioning, kind: Kind | None, partition: str) -> str:
    """The filter for a partition (by its id: `20260131`, `2026013112`, `17`) and all later ones; empty where the id is
    none of those."""
    column = quote(partitioning.column) if partitioning.column else "_PARTITIONTIME"
    if not re.fullmatch(r"-?\d+", partition):
        return ""
    if not partitioning.unit:
        return f"{column} >= {partition}"
    year, month, day, hour = partition[:4], partition[4:6] or "01", partition[6:8] or "01", partition[8:10]
    date = f"{year}-{month}-{day}"
    if kind is Kind.DATE:
        return f"{column} >= DATE '{date}'"
    word = "DATETIME" if kind is Kind.DATETIME else "TIMESTAMP"
    return f"{column} >= {word} '{date} {hour or '00'}:00:00'"
