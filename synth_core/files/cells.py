"""The text of a delimited file's cells, by column type, column format and dialect. Quoting comes later."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.errors import TargetError
from synth_core.files.formats import MINUS, number_format
from synth_core.files.plain_text import (
    base64_text,
    decimal_text,
    float_text,
    formatted_moment,
    hex_text,
    interval_text,
    moment_text,
    range_text,
    scientific_text,
    with_decimals,
)
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind

CellText = Callable[[pa.Array], pa.Array]


def cell_text(column: Column, dialect: Dialect) -> CellText:
    """Turns the column's values into their texts; nulls stay null.

    Raises TargetError for a nested column and for a format that its type does not know.
    """
    type, text_format = column.type.value, column.format
    if column.field.is_nested:
        raise TargetError(
            f"column {column.name!r} is nested ({type}, {column.mode.value}): no delimited file holds it.",
            hint="Write the table as Parquet or NDJSON.",
        )
    if type.kind in NUMERIC_KINDS:
        return _number(column, dialect)
    if type.kind in TEMPORAL_KINDS:
        return _moment(column)
    if type.kind is Kind.BOOL:
        return _words(column)
    if type.kind is Kind.BYTES:
        return _bytes(column)
    if text_format:
        raise _unknown(column)
    if type.kind is Kind.INTERVAL:
        return interval_text
    if type.kind is Kind.RANGE:
        return range_text
    return lambda values: values


def _unknown(column: Column) -> TargetError:
    return TargetError(
        f"column {column.name!r}: the format {column.format!r} is not known for {column.type.value}.",
        hint="Correct the column's format in the project, or leave it empty.",
    )


def _number(column: Column, dialect: Dialect) -> CellText:
    type = column.type.value
    written = number_format(column.format)
    if written is None or (written.exponent and type.kind is not Kind.FLOAT64):
        raise _unknown(column)
    prefix, suffix = written.prefix, written.suffix

    def text(values: pa.Array) -> pa.Array:
        if written.exponent:
            numbers = scientific_text(values, written.decimals or 0, written.exponent)
        elif type.kind is Kind.FLOAT64:
            numbers = values.cast(pa.string()) if written.bare else float_text(values)
        elif type.kind is Kind.INT64:
            numbers = values.cast(pa.string())
        else:
            numbers = decimal_text(values, keep_zeros=type.precision is not None)
        if written.decimals is not None and not written.exponent:
            numbers = with_decimals(numbers, written.decimals)
        if dialect.decimal != ".":
            numbers = pc.replace_substring(numbers, ".", dialect.decimal)
        if dialect.thousands and written.grouped:
            numbers = _grouped(numbers, dialect.thousands, 2 if written.pairs else 3)
        if written.plus:
            numbers = pc.replace_substring_regex(numbers, "^([0-9.,]*[1-9])", r"+\1")
        if written.minus:
            numbers = pc.replace_substring_regex(numbers, "^-", MINUS)
        if prefix or suffix:
            numbers = pc.binary_join_element_wise(prefix, numbers, suffix, "")
        return numbers

    return text


def _grouped(numbers: pa.Array, mark: str, more: int) -> pa.Array:
    """Digits before the point in groups: the last one of three, those before it of `more`, one each round."""
    digits = "[0-9]{3}"
    while True:
        grouped = pc.replace_substring_regex(numbers, rf"^(-?[0-9]+)({digits})", rf"\1{mark}\2")
        if grouped.equals(numbers):
            return numbers
        numbers, digits = grouped, rf"[0-9]{{{more}}}{re.escape(mark)}"


def _moment(column: Column) -> CellText:
    if column.format:
        return lambda values: formatted_moment(values, column.format)
    if column.type.value.kind is Kind.TIMESTAMP:
        return lambda values: pc.binary_join_element_wise(moment_text(values), "+00:00", "")
    return moment_text


def _words(column: Column) -> CellText:
    true, bar, false = (column.format or "true|false").partition("|")
    if not bar:
        raise _unknown(column)
    return lambda values: pc.if_else(values, true, false)


def _bytes(column: Column) -> CellText:
    if column.format not in ("", "hex", "base64"):
        raise _unknown(column)
    return hex_text if column.format == "hex" else base64_text
