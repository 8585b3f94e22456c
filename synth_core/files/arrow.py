"""The map between BigQuery's types and Arrow's (and so Parquet's).

Arrow knows no JSON, GEOGRAPHY or RANGE: those become string, string (WKT) and a struct of start and end, and
come back as STRING and STRUCT.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.types as kinds

from synth_core.errors import SourceError
from synth_core.model.type_rules import MAX_SCALE, MAX_WHOLE_DIGITS
from synth_core.model.types import BigQueryType, Field, Kind, Mode

PLAIN_DECIMALS = {Kind.NUMERIC: (38, 9), Kind.BIGNUMERIC: (38, 18)}
"""Precision and scale of NUMERIC and BIGNUMERIC without parameters, here and in DuckDB."""

_ARROW = {
    Kind.INT64: pa.int64(),
    Kind.FLOAT64: pa.float64(),
    Kind.BOOL: pa.bool_(),
    Kind.STRING: pa.string(),
    Kind.JSON: pa.string(),
    Kind.GEOGRAPHY: pa.string(),
    Kind.BYTES: pa.binary(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    Kind.TIME: pa.time64("us"),
    Kind.INTERVAL: pa.month_day_nano_interval(),
}
_UNSIGNED_64 = BigQueryType(kind=Kind.NUMERIC, precision=20, scale=0)
"""Holds every unsigned 64-bit integer exactly; INT64 doesn't."""


def arrow_type(field: Field) -> pa.DataType:
    """The Arrow type of a field; a list where its mode is REPEATED, its elements not null."""
    element = element_type(field.type)
    if field.mode is Mode.REPEATED:
        return pa.list_(pa.field("element", element, nullable=False))
    return element


def element_type(type: BigQueryType) -> pa.DataType:
    """The Arrow type of one value."""
    if type.kind is Kind.STRUCT:
        return pa.struct(list(map(arrow_field, type.fields)))
    if type.kind is Kind.RANGE and type.element is not None:
        end = _ARROW[type.element]
        return pa.struct([pa.field("start", end), pa.field("end", end)])
    if type.kind in PLAIN_DECIMALS:
        precision, scale = decimal_size(type)
        return pa.decimal128(precision, scale) if precision <= 38 else pa.decimal256(precision, scale)
    return _ARROW[type.kind]


def decimal_size(type: BigQueryType) -> tuple[int, int]:
    """Precision and scale of a NUMERIC or BIGNUMERIC."""
    if type.precision is None:
        return PLAIN_DECIMALS[type.kind]
    return type.precision, type.scale or 0


def decimal_type(precision: int, scale: int) -> BigQueryType | None:
    """The narrower of NUMERIC and BIGNUMERIC that holds every such decimal; None where neither does."""
    for kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        if (precision, scale) == PLAIN_DECIMALS[kind]:
            return BigQueryType(kind=kind)
        if 0 <= scale <= MAX_SCALE[kind] and precision - scale <= MAX_WHOLE_DIGITS[kind]:
            return BigQueryType(kind=kind, precision=precision, scale=scale)
    return None


def arrow_field(field: Field) -> pa.Field:
    """The field in Arrow; not nullable unless its mode is NULLABLE."""
    return pa.field(field.name, arrow_type(field), nullable=field.mode is Mode.NULLABLE)


def arrow_schema(fields: Iterable[Field]) -> pa.Schema:
    """The Arrow schema of a table's fields."""
    return pa.schema(list(map(arrow_field, fields)))


def conform(values: pa.Array, field: Field) -> pa.Array:
    """Values that a database gave as exactly the field's Arrow type, down to which parts of it may be null. No list is
    an empty one."""
    type = arrow_type(field)
    if values.type == type:
        return values
    if field.mode is Mode.REPEATED:
        # Not needed by all who need types, and slow to load.
        import pyarrow.compute as pc

        lengths = pc.fill_null(pc.list_value_length(values), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
        element = field.model_copy(update={"mode": Mode.NULLABLE})
        return pa.ListArray.from_arrays(offsets, conform(values.flatten(), element), type=type)
    if field.type.kind is Kind.STRUCT:
        inner = [conform(values.field(index), part) for index, part in enumerate(field.type.fields)]
        return pa.StructArray.from_arrays(inner, fields=list(type), mask=values.is_null())
    return values.cast(type)


def field_from_arrow(field: pa.Field) -> Field:
    """A field of an Arrow or Parquet schema in BigQuery's types, so that every value fits exactly.

    A map becomes a REPEATED STRUCT of key and value, as BigQuery loads it from Parquet. Raises SourceError
    for types that BigQuery has no counterpart for (unions, lists of lists …).
    """
    type = field.type
    while (
        isinstance(type, pa.BaseExtensionType) or kinds.is_dictionary(type) or kinds.is_run_end_encoded(type)
    ):
        if isinstance(type, pa.JsonType):
            return _field(field, BigQueryType(kind=Kind.JSON))
        if isinstance(type, pa.UuidType):
            return _field(field, BigQueryType(kind=Kind.STRING))
        type = type.storage_type if isinstance(type, pa.BaseExtensionType) else type.value_type
    if kinds.is_map(type):
        parts = (type.key_field.with_name("key"), type.item_field.with_name("value"))
        pair = BigQueryType(kind=Kind.STRUCT, fields=tuple(map(field_from_arrow, parts)))
        return Field(name=field.name, type=pair, mode=Mode.REPEATED)
    if _is_list(type):
        element = field_from_arrow(type.value_field.with_name(field.name))
        if element.mode is Mode.REPEATED:
            raise _unsupported(field)
        return Field(name=field.name, type=element.type, mode=Mode.REPEATED)
    if kinds.is_struct(type):
        if not type.num_fields:
            raise _unsupported(field)
        return _field(field, BigQueryType(kind=Kind.STRUCT, fields=tuple(map(field_from_arrow, type))))
    return _field(field, _scalar(field, type))


def _field(field: pa.Field, type: BigQueryType) -> Field:
    return Field(name=field.name, type=type, mode=Mode.NULLABLE if field.nullable else Mode.REQUIRED)


def _is_list(type: pa.DataType) -> bool:
    tests = (kinds.is_list, kinds.is_large_list, kinds.is_fixed_size_list, kinds.is_list_view)
    return any(test(type) for test in (*tests, kinds.is_large_list_view))


def _scalar(field: pa.Field, type: pa.DataType) -> BigQueryType:
    if kinds.is_uint64(type):
        return _UNSIGNED_64
    if kinds.is_decimal(type):
        found = decimal_type(type.precision, type.scale)
        if found is None:
            raise _unsupported(field)
        return found
    for test, kind in _SCALARS:
        if test(type):
            return BigQueryType(kind=kind)
    if kinds.is_timestamp(type):
        return BigQueryType(kind=Kind.TIMESTAMP if type.tz else Kind.DATETIME)
    raise _unsupported(field)


_SCALARS = (
    (kinds.is_integer, Kind.INT64),
    (kinds.is_floating, Kind.FLOAT64),
    (kinds.is_boolean, Kind.BOOL),
    (kinds.is_string, Kind.STRING),
    (kinds.is_large_string, Kind.STRING),
    (kinds.is_string_view, Kind.STRING),
    (kinds.is_binary, Kind.BYTES),
    (kinds.is_large_binary, Kind.BYTES),
    (kinds.is_fixed_size_binary, Kind.BYTES),
    (kinds.is_binary_view, Kind.BYTES),
    (kinds.is_date, Kind.DATE),
    (kinds.is_time, Kind.TIME),
    # A Parquet file holds a duration as a plain count, and that is how it is loaded.
    (kinds.is_duration, Kind.INT64),
    (kinds.is_interval, Kind.INTERVAL),
    # A column that was never filled: it takes anything.
    (kinds.is_null, Kind.STRING),
)


def _unsupported(field: pa.Field) -> SourceError:
    return SourceError(
        f"column {field.name!r} has the Arrow type {field.type}, which has no counterpart in BigQuery.",
        hint="Leave the column out, or write it as text, JSON or a list of structs.",
    )
