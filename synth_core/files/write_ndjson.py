"""NDJSON files: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.files.plain_text import base64_text, decimal_text, float_text, interval_text, moment_text
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Field, Kind, Mode

SLICE = 16_384
"""Rows that are turned into text at once."""

_AWKWARD = r"[\x00-\x1f]"


class NdjsonFormat:
    """Objects with every column, nulls included; numbers exact, bytes in base64, timestamps with Z.

    With `quoted`, whole and decimal numbers stand in quotes, for readers who take JSON's numbers through floating point
    and lose digits.
    """

    replaced = 0

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], *, quoted: bool = False) -> None:
        self._stream = stream
        self._fields = [column.field for column in columns]
        self._quoted = quoted

    def write(self, batch: pa.RecordBatch) -> None:
        for start in range(0, batch.num_rows, SLICE):
            part = batch.slice(start, SLICE)
            lines = pc.binary_join_element_wise(_object(self._fields, part.columns, self._quoted), "\n", "")
            whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
            self._stream.write(memoryview(pc.binary_join(whole, "")[0].as_buffer()))

    def finish(self) -> None:
        """Every line has its end already."""


def _object(fields: Sequence[Field], columns: Sequence[pa.Array], quoted: bool) -> pa.Array:
    """A JSON object for each row of the columns."""
    parts: list[pa.Array | str] = []
    for index, (field, values) in enumerate(zip(fields, columns, strict=True)):
        key = json.dumps(field.name, ensure_ascii=False)
        parts += [f"{',' if index else '{'}{key}:", _values(field, values, quoted)]
    return pc.binary_join_element_wise(*parts, "}", "")


def _values(field: Field, values: pa.Array, quoted: bool) -> pa.Array:
    """JSON text for each value of a field, `null` for nulls."""
    if field.mode is not Mode.REPEATED:
        return pc.fill_null(_texts(field.type, values, quoted), "null")
    lengths = pc.fill_null(pc.list_value_length(values), 0)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
    elements = pc.fill_null(_texts(field.type, values.flatten(), quoted), "null")
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, elements), ",")
    return pc.binary_join_element_wise("[", joined, "]", "")


def _texts(type: BigQueryType, values: pa.Array, quoted: bool) -> pa.Array:
    kind = type.kind
    if kind is Kind.STRUCT:
        inner = [values.field(index) for index in range(len(type.fields))]
        return pc.if_else(values.is_valid(), _object(type.fields, inner, quoted), None)
    if kind is Kind.RANGE and type.element is not None:
        ends = tuple(Field(name=name, type=BigQueryType(kind=type.element)) for name in ("start", "end"))
        return pc.if_else(values.is_valid(), _object(ends, [values.field(0), values.field(1)], quoted), None)
    if kind in (Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC):
        whole = kind is Kind.INT64
        numbers = (
            values.cast(pa.string()) if whole else decimal_text(values, keep_zeros=type.precision is not None)
        )
        return pc.binary_join_element_wise('"', numbers, '"', "") if quoted else numbers
    if kind is Kind.BOOL:
        return pc.if_else(values, "true", "false")
    if kind is Kind.FLOAT64:
        return _finite(float_text(values))
    if kind is Kind.JSON:
        # Line ends between the parts of a JSON text mean nothing (within its strings they are escaped).
        return pc.replace_substring_regex(values, "[\r\n]", " ")
    return pc.binary_join_element_wise('"', _quotable(kind, values), '"', "")


def _finite(numbers: pa.Array) -> pa.Array:
    """What is no number in JSON goes as the text that BigQuery reads as a FLOAT64."""
    for found, text in (("nan", '"NaN"'), ("inf", '"Infinity"'), ("-inf", '"-Infinity"')):
        numbers = pc.if_else(pc.equal(numbers, found), text, numbers)
    return numbers


def _quotable(kind: Kind, values: pa.Array) -> pa.Array:
    """The text between the quotes."""
    if kind is Kind.BYTES:
        return base64_text(values)
    if kind is Kind.INTERVAL:
        return interval_text(values)
    if kind in (Kind.DATE, Kind.TIME):
        return moment_text(values)
    if kind in (Kind.DATETIME, Kind.TIMESTAMP):
        iso = pc.replace_substring(moment_text(values), " ", "T")
        return pc.binary_join_element_wise(iso, "Z", "") if kind is Kind.TIMESTAMP else iso
    text = pc.replace_substring(pc.replace_substring(values, "\\", "\\\\"), '"', '\\"')
    if not pc.any(pc.match_substring_regex(text, _AWKWARD)).as_py():
        return text
    escaped = [None if v is None else json.dumps(v, ensure_ascii=False)[1:-1] for v in values.to_pylist()]
    return pa.array(escaped, pa.string())
