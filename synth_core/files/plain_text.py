"""Arrow columns as plain text, the way a type's values are usually written. Nulls stay null."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.errors import TargetError
from synth_core.files.moment_formats import Directive, moment_formats
from synth_core.files.months import MONTH_LETTERS, NAME_LETTERS, names_of
from synth_core.files.zone_names import clock_of, names_at

_KNOWN = frozenset("YmdHMSyjIpPbBhaAefzZ%TF")
_ORDINALS = tuple(
    f"{day}{'th' if day in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    for day in range(32)
)
"""The days of a month in English, each at its own number."""
_UNPADDED = frozenset("dmHIMSjy")
_MINUTE = 60_000_000
"""In microseconds."""


def decimal_text(values: pa.Array, *, keep_zeros: bool) -> pa.Array:
    """All digits, without an exponent; `keep_zeros` keeps zeros at the end: as many digits as the scale."""
    text = values.cast(pa.string())
    if pc.any(pc.match_substring(text, "E")).as_py():
        # Arrow writes tiny numbers as 1E-8.
        text = _each(text, lambda number: format(Decimal(number), "f"))
    if keep_zeros or values.type.scale == 0:
        return text
    return pc.replace_substring_regex(pc.replace_substring_regex(text, r"(\.[0-9]*?)0+$", r"\1"), r"\.$", "")


def float_text(values: pa.Array) -> pa.Array:
    """The shortest text that reads back as the same number, with a point or an exponent in it."""
    return pc.replace_substring_regex(values.cast(pa.string()), r"^(-?[0-9]+)$", r"\1.0")


def with_decimals(numbers: pa.Array, decimals: int) -> pa.Array:
    """Plain numbers with zeros at the end until so many digits stand after the point; none of another is cut off."""
    plain = pc.match_substring_regex(numbers, r"^-?[0-9]*\.?[0-9]*$")
    pointed = pc.if_else(
        pc.match_substring(numbers, "."), numbers, pc.binary_join_element_wise(numbers, "", ".")
    )
    padded = pc.binary_join_element_wise(pointed, "0" * decimals, "")
    exact = pc.replace_substring_regex(padded, rf"(\.[0-9]{{{decimals}}}[0-9]*?)0*$", r"\1")
    return pc.if_else(plain, exact, numbers)


def scientific_text(values: pa.Array, decimals: int, exponent: str) -> pa.Array:
    """Numbers with so many digits after the point and an exponent, written as `formats.NumberFormat.exponent` says."""
    mark, digits = exponent[0], exponent[1:].lstrip("+")
    plus = "+" if "+" in exponent else ""

    def text(value: float) -> str:
        if not math.isfinite(value):
            return str(value)
        mantissa, _, power = f"{value:.{decimals}e}".partition("e")
        sign = "-" if power.startswith("-") else plus
        return f"{mantissa}{mark}{sign}{power[1:].lstrip('0').rjust(len(digits), '0')}"

    return _each(values, text)


def moment_text(values: pa.Array) -> pa.Array:
    """ISO form of dates, times and datetimes; a fraction only where there is one; timestamps in UTC."""
    return pc.replace_substring_regex(_in_utc(values).cast(pa.string()), r"\.0{6}$", "")


def formatted_moment(values: pa.Array, text_format: str) -> pa.Array:
    """Dates and times by a format (`moment_formats`); of several ways to write them by the first.

    Raises TargetError for a directive that is not known.
    """
    zoned = pa.types.is_timestamp(values.type) and values.type.tz is not None
    way = moment_formats(text_format)[0]
    moments = _in_utc(values)
    offsets = _offsets(moments, way.zone) if zoned and way.zone else None
    if offsets is not None:
        moments = pc.add(moments, pc.multiply(offsets, _MINUTE).cast(pa.duration("us")))
    if pa.types.is_time(moments.type):
        moments = moments.cast(pa.int64())
    moments = moments.cast(pa.timestamp("us"))
    seconds = pc.floor_temporal(moments, unit="second").cast(pa.timestamp("s"))
    if not way.letters:
        raise TargetError(f"the format {text_format!r} has no directive such as %Y.")
    parts = []
    for part in way.parts:
        text = part.text
        if part.letter in NAME_LETTERS:
            text = _name(part, seconds, way.language)
        elif part.letter == "z" and offsets is not None:
            text = _offset_text(offsets, part.flag)
        elif part.letter == "Z" and offsets is not None:
            text = names_at(offsets, way.zone)
        elif part.letter:
            text = _directive(part, moments, seconds, text_format, zoned)
        parts.append(text)
    return pc.binary_join_element_wise(*parts, "")


def _offsets(moments: pa.Array, zone: str) -> pa.Array:
    """How many minutes clocks there are ahead of UTC at each moment. TargetError where nobody knows the zone."""
    clock = clock_of(zone)
    if fixed := re.fullmatch(r"([+-])(\d{2}):?(\d{2})", clock):
        minutes = int(f"{fixed[1]}{60 * int(fixed[2]) + int(fixed[3])}")
        return pc.if_else(moments.is_valid(), pa.scalar(minutes, pa.int64()), None)
    try:
        there = pc.local_timestamp(pc.assume_timezone(moments, "UTC").cast(pa.timestamp("us", clock)))
    except pa.ArrowInvalid:
        raise TargetError(
            f"the time zone {zone!r} of the format is not known.",
            hint="Write one such as [Europe/Berlin] or [-05:00], or none for UTC.",
        ) from None
    return pc.divide(pc.subtract(there, moments).cast(pa.int64()), _MINUTE)


def _offset_text(offsets: pa.Array, flag: str) -> pa.Array:
    """As `%z`, `%:z`, `%-z` and `%?z` say."""
    size = pc.abs(offsets)
    hours, minutes = pc.divide(size, 60), pc.subtract(size, pc.multiply(pc.divide(size, 60), 60))
    sign = pc.if_else(pc.less(offsets, 0), "-", "+")
    two = [pc.utf8_lpad(each.cast(pa.string()), 2, padding="0") for each in (hours, minutes)]
    if flag == "?":
        two[0] = hours.cast(pa.string())
    whole = pc.binary_join_element_wise(sign, two[0], ":" if flag in (":", "?") else "", two[1], "")
    if flag not in ("-", "?"):
        return whole
    return pc.if_else(pc.equal(minutes, 0), pc.binary_join_element_wise(sign, two[0], ""), whole)


def _name(part: Directive, seconds: pa.Array, language: str) -> pa.Array:
    is_month = part.letter in MONTH_LETTERS
    place = pc.subtract(pc.month(seconds), 1) if is_month else pc.day_of_week(seconds)
    names = pa.array(names_of(language, part.letter), pa.string()).take(place)
    return pc.utf8_upper(names) if part.flag == "^" else names


def _directive(
    part: Directive, moments: pa.Array, seconds: pa.Array, text_format: str, zoned: bool
) -> pa.Array | str:
    letter, flag = part.letter, part.flag
    if letter == "%":
        return "%"
    if letter == "f":
        return _fraction(part, moments, seconds)
    if letter in ("z", "Z") and zoned:
        return (
            {"": "+0000", ":": "+00:00", "-": "+00", "?": "+0"}.get(flag, "+0000") if letter == "z" else "UTC"
        )
    if flag == "-" and letter in _UNPADDED:
        return pc.replace_substring_regex(pc.strftime(seconds, f"%{letter}"), "^0+([0-9])", r"\1")
    if letter == "o" and flag == "-":
        return pc.replace_substring_regex(pc.day(seconds).cast(pa.string()), "^1$", "1er")
    if letter == "o":
        return pa.array(_ORDINALS, pa.string()).take(pc.day(seconds))
    if letter == "P":
        return pc.utf8_lower(pc.strftime(seconds, "%p"))
    if letter == "l":
        return pc.replace_substring_regex(pc.strftime(seconds, "%I"), "^0", " ")
    if letter == "q":
        dotted = pc.replace_substring(pc.strftime(seconds, "%p"), "M", ". M." if flag == ":" else ".M.")
        return dotted if flag == "^" else pc.utf8_lower(dotted)
    if flag or part.digits or letter not in _KNOWN or letter in ("z", "Z"):
        raise TargetError(
            f"the format {text_format!r} has the directive {part.text}, which can't be written here.",
            hint="Use those of strptime: %Y %m %d %H %M %S %f …; %z and %Z only for a TIMESTAMP.",
        )
    return pc.strftime(seconds, f"%{letter}")


def _fraction(part: Directive, moments: pa.Array, seconds: pa.Array) -> pa.Array:
    micros = pc.subtract(moments.cast(pa.int64()), pc.multiply(seconds.cast(pa.int64()), 1_000_000))
    digits = pc.utf8_lpad(micros.cast(pa.string()), 6, padding="0")
    if part.flag == "?":
        return pc.replace_substring_regex(pc.binary_join_element_wise(".", digits, ""), r"\.?0*$", "")
    wanted = part.digits or 6
    return pc.utf8_rpad(pc.utf8_slice_codeunits(digits, 0, min(wanted, 6)), wanted, padding="0")


def _in_utc(values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        return values.cast(pa.timestamp("us"))
    return values


def interval_text(values: pa.Array) -> pa.Array:
    """BigQuery's form: `years-months days hours:minutes:seconds`."""

    def text(value: pa.MonthDayNano) -> str:
        months, nanos = abs(value.months), abs(value.nanoseconds)
        seconds, fraction = divmod(nanos, 1_000_000_000)
        rest = f".{fraction // 1000:06}" if fraction else ""
        clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}{rest}"
        year_sign, clock_sign = "-" * (value.months < 0), "-" * (value.nanoseconds < 0)
        return f"{year_sign}{months // 12}-{months % 12} {value.days} {clock_sign}{clock}"

    return _each(values, text)


def range_text(values: pa.Array) -> pa.Array:
    """BigQuery's form: `[start, end)`; an open end is UNBOUNDED."""
    start, end = (pc.fill_null(moment_text(values.field(name)), "UNBOUNDED") for name in ("start", "end"))
    return pc.if_else(values.is_valid(), pc.binary_join_element_wise("[", start, ", ", end, ")", ""), None)


def base64_text(values: pa.Array) -> pa.Array:
    """Bytes in base64."""
    return _each(values, lambda value: base64.b64encode(value).decode())


def hex_text(values: pa.Array) -> pa.Array:
    """Bytes as pairs of hexadecimal digits."""
    return _each(values, bytes.hex)


def _each(values: pa.Array, text: Callable[[Any], str]) -> pa.Array:
    return pa.array([None if value is None else text(value) for value in values.to_pylist()], pa.string())
