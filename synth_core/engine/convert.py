"""How one value becomes a value of a BigQuery type: every rule of casting is here.

A converter takes any Python value but None and returns one that Arrow stores as it is, or raises Misfit.
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from synth_core.engine.json_values import json_text, plain_decimal
from synth_core.files.arrow import decimal_size
from synth_core.model.types import BigQueryType, Field, Kind, Mode

Converter = Callable[[Any], Any]

_EXACT = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_EVEN, traps=[decimal.InvalidOperation])
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[+-]?(inf|infinity|nan)", re.IGNORECASE)
_WORDS = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?", re.DOTALL)
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")
_INTERVAL = re.compile(
    r"([+-]?)([0-9]+)-([0-9]+) ([+-]?[0-9]+) ([+-]?)([0-9]+):([0-9]+):([0-9]+)(?:\.([0-9]{1,9}))?"
)
_RANGE = re.compile(r"\[([^,]*),([^,)]*)\)")


class Misfit(ValueError):
    """A value does not fit. `path` leads to it below its column: `.city`, `[2]`; empty for the column."""

    def __init__(self, value: Any, type: str, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.value, self.type, self.reason, self.path = value, type, reason, path

    def below(self, path: str) -> Misfit:
        """The same, seen from one level further up."""
        return Misfit(self.value, self.type, self.reason, path + self.path)


def field_converter(field: Field) -> Converter:
    """For all values of a field, None and lists included."""
    convert = type_converter(field.type)
    name = str(field.type)
    if field.mode is Mode.REPEATED:
        return _repeated(convert, name)
    if field.mode is Mode.REQUIRED:

        def required(value: Any) -> Any:
            if value is None:
                raise Misfit(value, name, "the field is REQUIRED, so it can't be null")
            return convert(value)

        return required
    return lambda value: None if value is None else convert(value)


def type_converter(type: BigQueryType) -> Converter:
    """For one value of a type that is not null."""
    if type.kind is Kind.STRUCT:
        return _struct(type)
    rule = _rule(type)
    name = str(type)

    def convert(value: Any) -> Any:
        try:
            return rule(value)
        except Misfit:
            raise
        except (ValueError, OverflowError, decimal.InvalidOperation, RecursionError) as error:
            raise Misfit(value, name, str(error)) from None

    return convert


def _rule(type: BigQueryType) -> Converter:
    if type.kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        return _decimal_rule(*decimal_size(type))
    if type.kind is Kind.RANGE and type.element is not None:
        return _range_rule(_RULES[type.element])
    if type.max_length is not None:
        return _limited(_RULES[type.kind], type.max_length)
    return _RULES[type.kind]


def _refusal(value: Any) -> ValueError:
    return ValueError(f"it is a Python {type(value).__name__}")


def _number(value: Any) -> int | float | Decimal:
    """A number, or a text that is one."""
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        if _NOT_FINITE.fullmatch(text):
            return float(text)
        raise ValueError("the text is no number")
    if isinstance(value, (bool, np.bool_)):
        raise _refusal(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return value
    if isinstance(value, np.floating):
        return float(value)
    raise _refusal(value)


def _int64(value: Any) -> int:
    number = _number(value)
    if isinstance(number, Decimal) and number.is_finite() and number.adjusted() > 20:
        raise ValueError("it is beyond 64 bits")
    whole = int(number)
    if whole != number:
        raise ValueError("it is not whole")
    if not -(2**63) <= whole < 2**63:
        raise ValueError("it is beyond 64 bits")
    return whole


def _float64(value: Any) -> float:
    number = _number(value)
    converted = float(number)
    if math.isinf(converted) and isinstance(number, Decimal) and number.is_finite():
        raise ValueError("it is too large")
    return converted


def _decimal_rule(precision: int, scale: int) -> Converter:
    unit, limit = Decimal(1).scaleb(-scale), Decimal(10) ** (precision - scale)

    def convert(value: Any) -> Decimal:
        number = _number(value)
        # A float stands for the number that people read in it: 0.1, not 0.1000000000000000055….
        exact = Decimal(repr(float(number))) if isinstance(number, float) else Decimal(number)
        if not exact.is_finite():
            raise ValueError("it is not finite")
        if exact.copy_abs() >= limit * 10:
            raise ValueError(f"it has more than {precision - scale} digits before the point")
        rounded = exact.quantize(unit, context=_EXACT)
        if rounded.copy_abs() >= limit:
            raise ValueError(f"it has more than {precision - scale} digits before the point")
        return rounded

    return convert


def _bool(value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, str):
        word = _WORDS.get(value.strip().lower())
        if word is None:
            raise ValueError("the text is neither yes nor no")
        return word
    number = _number(value)
    if number not in (0, 1):
        raise ValueError("only 0 and 1 are yes or no")
    return bool(number)


def _string(value: Any) -> str:
    text = _plain_text(value)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"character {error.start + 1} is half of a surrogate pair") from None
    return text


def _plain_text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, UUID):
        return str(value)
    raise _refusal(value)


def _bytes(value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode()
    raise _refusal(value)


def _limited(rule: Converter, length: int) -> Converter:
    def convert(value: Any) -> Any:
        converted = rule(value)
        if len(converted) > length:
            raise ValueError(f"its length is {len(converted)}, more than {length}")
        return converted

    return convert


def _moment(value: Any) -> datetime | date:
    """A date or datetime, in UTC where it has a time zone."""
    if isinstance(value, str):
        text = value.strip()
        text = text.removesuffix("UTC").rstrip() + "Z" if text.endswith("UTC") else text
        if not _MOMENT.fullmatch(text):
            raise ValueError("the text is no date or time in ISO form (2024-12-31, 2024-12-31T23:59:59)")
        value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return value
    raise _refusal(value)


def _date(value: Any) -> date:
    moment = _moment(value)
    return moment.date() if isinstance(moment, datetime) else moment


def _datetime(value: Any) -> datetime:
    moment = _moment(value)
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)


def _timestamp(value: Any) -> datetime:
    return _datetime(value).replace(tzinfo=UTC)


def _time(value: Any) -> time:
    if isinstance(value, str):
        if not _CLOCK.fullmatch(value.strip()):
            raise ValueError("the text is no time of day in ISO form (23:59:59)")
        return time.fromisoformat(value.strip())
    if isinstance(value, time):
        if value.tzinfo:
            raise ValueError("a TIME has no time zone")
        return value
    raise _refusal(value)


def _interval(value: Any) -> Any:
    if isinstance(value, pa.MonthDayNano):
        return value
    if isinstance(value, timedelta):
        micros = value.seconds * 1_000_000 + value.microseconds
        return pa.MonthDayNano([0, value.days, micros * 1000])
    if not isinstance(value, str):
        raise _refusal(value)
    match = _INTERVAL.fullmatch(value.strip())
    if match is None:
        raise ValueError(
            "the text is no interval in BigQuery's form (years-months days hours:minutes:seconds)"
        )
    months = (int(match[2]) * 12 + int(match[3])) * (-1 if match[1] == "-" else 1)
    seconds = int(match[6]) * 3600 + int(match[7]) * 60 + int(match[8])
    nanos = seconds * 1_000_000_000 + int((match[9] or "0").ljust(9, "0"))
    return pa.MonthDayNano([months, int(match[4]), nanos * (-1 if match[5] == "-" else 1)])


def _range_rule(rule: Converter) -> Converter:
    def end(value: Any) -> Any:
        if value is None or (isinstance(value, str) and value.strip().upper() in ("UNBOUNDED", "NULL")):
            return None
        return rule(value)

    def convert(value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            match = _RANGE.fullmatch(value.strip())
            if match is None:
                raise ValueError("the text is no range in BigQuery's form ([start, end))")
            value = {"start": match[1], "end": match[2]}
        if not isinstance(value, Mapping) or not value.keys() <= {"start", "end"}:
            raise ValueError("a range has a start and an end")
        start, stop = end(value.get("start")), end(value.get("end"))
        if start is not None and stop is not None and start >= stop:
            raise ValueError("its start is not before its end")
        return {"start": start, "end": stop}

    return convert


def _struct(type: BigQueryType) -> Converter:
    converters = {field.name: field_converter(field) for field in type.fields}
    name = str(type)

    def convert(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Misfit(value, name, "a STRUCT needs its fields by name")
        if not value.keys() <= converters.keys():
            surplus = next(key for key in value if key not in converters)
            raise Misfit(value, name, f"it has no field {surplus!r}")
        converted = {}
        for key, inner in converters.items():
            try:
                converted[key] = inner(value.get(key))
            except Misfit as misfit:
                raise misfit.below(f".{key}") from None
        return converted

    return convert


def _repeated(convert: Converter, name: str) -> Converter:
    def convert_all(value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            raise Misfit(value, f"ARRAY<{name}>", "a REPEATED field needs a list")
        converted = []
        for index, item in enumerate(value):
            try:
                if item is None:
                    raise Misfit(item, name, "an element of an array can't be null")
                converted.append(convert(item))
            except Misfit as misfit:
                raise misfit.below(f"[{index}]") from None
        return converted

    return convert_all


_RULES: dict[Kind, Converter] = {
    Kind.INT64: _int64,
    Kind.FLOAT64: _float64,
    Kind.BOOL: _bool,
    Kind.STRING: _string,
    Kind.GEOGRAPHY: _string,
    Kind.JSON: lambda value: _string(json_text(value)),
    Kind.BYTES: _bytes,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.TIMESTAMP: _timestamp,
    Kind.TIME: _time,
    Kind.INTERVAL: _interval,
}
