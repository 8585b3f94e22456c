"""Rows as the REST API sends them (`{"f": [{"v": …}]}`, everything a text) as Arrow columns."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

import pyarrow as pa

from synth_core.files.arrow import PLAIN_DECIMALS, decimal_size, element_type
from synth_core.model.types import BigQueryType, Field, Kind, Mode

_INTERVAL = re.compile(
    r"(?P<months>[+-]?\d+-\d+) (?P<days>[+-]?\d+) (?P<time>(?P<sign>[+-]?)(?P<h>\d+):(?P<m>\d+):(?P<s>\d+)"
    r"(?:\.(?P<f>\d+))?)"
)
_MOST_DIGITS = 38


def rows_to_arrow(fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> pa.RecordBatch:
    """A page of rows. A BIGNUMERIC of more digits than a decimal of 128 bits has is rounded to 18 behind the point, and
    is NULL where it is too large for that: samples are looked at, not kept."""
    columns = list(zip(*([cell["v"] for cell in row["f"]] for row in rows), strict=True))
    arrays = [column(field, columns[index] if columns else ()) for index, field in enumerate(fields)]
    # A sample says nothing of what must be there: modes come from the schema.
    schema = pa.schema([pa.field(f.name, a.type) for f, a in zip(fields, arrays, strict=True)])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def column(field: Field, values: Sequence[Any]) -> pa.Array:
    """A field's values, one a row."""
    if field.mode is not Mode.REPEATED:
        return _elements(field.type, values)
    offsets, items = [0], []
    for value in values:
        items += [item["v"] for item in value or ()]
        offsets.append(len(items))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _elements(field.type, items))


def _elements(type: BigQueryType, values: Sequence[Any]) -> pa.Array:
    kind = type.kind
    if kind is Kind.STRUCT:
        missing = pa.array([value is None for value in values], pa.bool_())
        nothing = {"f": [{"v": None}] * len(type.fields)}
        parts = [[cell["v"] for cell in (value or nothing)["f"]] for value in values]
        arrays = [column(field, [part[i] for part in parts]) for i, field in enumerate(type.fields)]
        names = [pa.field(field.name, array.type) for field, array in zip(type.fields, arrays, strict=True)]
        return pa.StructArray.from_arrays(arrays, fields=names, mask=missing)
    if kind is Kind.RANGE:
        return _ranges(type, values)
    if kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        return _decimals(type, values)
    if kind is Kind.BYTES:
        return pa.array([None if v is None else base64.b64decode(v) for v in values], pa.binary())
    if kind is Kind.INTERVAL:
        # Parquet has no type for it that we can write: as text that DuckDB reads.
        return pa.array([None if v is None else _interval(v) for v in values], pa.string())
    texts = pa.array([None if v is None else str(v) for v in values], pa.string())
    if kind is Kind.TIMESTAMP:
        return pa.array([None if v is None else _micros(str(v)) for v in values], pa.int64()).cast(
            element_type(type)
        )
    if kind is Kind.TIME:
        return pa.array([None if v is None else _time(v) for v in values], element_type(type))
    return texts.cast(element_type(type))


def _decimals(type: BigQueryType, values: Sequence[Any]) -> pa.Array:
    precision, scale = decimal_size(type)
    if precision > _MOST_DIGITS:
        precision, scale = PLAIN_DECIMALS[Kind.BIGNUMERIC]
    step, limit = Decimal(1).scaleb(-scale), Decimal(10) ** (precision - scale)
    with localcontext() as context:
        context.prec = 80
        exact = [None if value is None else Decimal(value).quantize(step) for value in values]
    fitting = [None if value is None or abs(value) >= limit else value for value in exact]
    return pa.array(fitting, pa.decimal128(precision, scale))


def _ranges(type: BigQueryType, values: Sequence[Any]) -> pa.Array:
    """`[start, end)`, each end perhaps UNBOUNDED."""
    ends: tuple[list[str | None], list[str | None]] = ([], [])
    for value in values:
        found = ("", "") if value is None else tuple(part.strip() for part in value[1:-1].split(","))
        for side, text in zip(ends, found, strict=True):
            side.append(None if text.upper() in ("", "UNBOUNDED", "NULL") else text)
    inner = BigQueryType(kind=type.element or Kind.DATE)
    starts, stops = (_elements(inner, side) for side in ends)
    fields = [pa.field("start", starts.type), pa.field("end", stops.type)]
    missing = pa.array([value is None for value in values], pa.bool_())
    return pa.StructArray.from_arrays([starts, stops], fields=fields, mask=missing)


def _micros(text: str) -> int:
    """We ask for microseconds since 1970; a stand-in may not know that option and send seconds."""
    return int(text) if text.lstrip("-").isdigit() else round(Decimal(text) * 1_000_000)


def _interval(text: str) -> str:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no INTERVAL")
    years, months = (int(part) for part in found["months"].lstrip("+-").split("-"))
    sign = -1 if found["months"].startswith("-") else 1
    micros = _time(f"{found['h']}:{found['m']}:{found['s']}.{found['f'] or '0'}")
    micros = -micros if found["sign"] == "-" else micros
    return f"{sign * (years * 12 + months)} months {int(found['days'])} days {micros} microseconds"


def _time(text: str) -> int:
    """Microseconds since midnight."""
    hours, minutes, seconds = text.split(":")
    whole, _, fraction = seconds.partition(".")
    micros = int((fraction or "0").ljust(6, "0")[:6])
    return ((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * 1_000_000 + micros


def empty(fields: Sequence[Field]) -> pa.RecordBatch:
    """No rows."""
    return rows_to_arrow(fields, ())
