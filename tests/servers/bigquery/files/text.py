"""Cells of text files as values: what BigQuery takes for each type, and nothing else."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
from servers.bigquery.problems import invalid
from servers.bigquery.types import SCALES, Field

DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
CLOCK = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?")
INTERVAL = re.compile(r"([+-]?)(\d+)-(\d+) ([+-]?\d+) ([+-]?)(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?")
ZONE = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
TRUE, FALSE = {"true", "t", "yes", "y", "1"}, {"false", "f", "no", "n", "0"}


class Unfit(ValueError):
    """A value that can't be what its column wants; the message is the part after the column's name."""


def date(text: str) -> dt.date:
    """YYYY-[M]M-[D]D"""
    found = DATE.fullmatch(text.strip())
    if not found:
        raise Unfit(f"Could not parse '{text}' as DATE")
    return dt.date(int(found[1]), int(found[2]), int(found[3]))


def clock(text: str) -> dt.time:
    """[H]H:[M]M:[S]S[.DDDDDD]"""
    found = CLOCK.fullmatch(text.strip())
    if not found or found[3] is None:
        raise Unfit(f"Could not parse '{text}' as TIME")
    micros = int((found[4] or "").ljust(6, "0")[:6])
    return dt.time(int(found[1]), int(found[2]), int(found[3]), micros)


def _moment(text: str) -> tuple[dt.datetime, str]:
    """A day with or without a time, and what follows."""
    found = re.match(
        r"\s*(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:[ T](\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?))?", text
    )
    if not found:
        raise Unfit("")
    day = date(found[1])
    part = found[2]
    if part and part.count(":") == 1:
        part += ":00"
    return dt.datetime.combine(day, clock(part) if part else dt.time()), text[found.end() :].strip()


def datetime(text: str) -> dt.datetime:
    """A day and a time, without a zone."""
    try:
        value, rest = _moment(text)
    except Unfit:
        rest, value = "?", dt.datetime.min
    if rest:
        raise Unfit(f"Could not parse '{text}' as DATETIME")
    return value


def timestamp(text: str) -> dt.datetime:
    """A day and a time, UTC where there is no zone; or seconds since 1970."""
    if re.fullmatch(r"\s*-?\d{1,11}(\.\d+)?\s*", text):
        return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(
            microseconds=round(Decimal(text) * 1_000_000)
        )
    try:
        value, rest = _moment(text)
    except Unfit:
        raise Unfit(f"Could not parse '{text}' as TIMESTAMP") from None
    if rest in ("", "Z", "z", "UTC"):
        return value.replace(tzinfo=dt.UTC)
    if found := ZONE.fullmatch(rest):
        away = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return (value - (away if found[1] == "+" else -away)).replace(tzinfo=dt.UTC)
    try:
        return value.replace(tzinfo=ZoneInfo(rest)).astimezone(dt.UTC)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unfit(f"Could not parse '{text}' as TIMESTAMP") from error


def whole(text: str) -> int:
    """INT64"""
    if not re.fullmatch(r"\s*[+-]?(\d+|0[xX][0-9a-fA-F]+)\s*", text):
        raise Unfit(f"Could not parse '{text}' as INT64")
    value = int(text, 0) if "x" in text.lower() else int(text)
    if not -(2**63) <= value < 2**63:
        raise Unfit(f"Could not parse '{text}' as INT64: out of range")
    return value


def real(text: str) -> float:
    """FLOAT64"""
    if "_" in text:
        raise Unfit(f"Could not parse '{text}' as DOUBLE")
    try:
        return float(text)
    except ValueError as error:
        raise Unfit(f"Could not parse '{text}' as DOUBLE") from error


def truth(text: str) -> bool:
    """BOOL"""
    word = text.strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Unfit(f"Could not parse '{text}' as BOOL")


def octets(text: str) -> bytes:
    """BYTES, in base64"""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unfit(f"Could not decode '{text}' as base64") from error


def document(text: str) -> str:
    """JSON"""
    try:
        json.loads(text)
    except ValueError as error:
        raise Unfit(f"Could not parse '{text}' as JSON") from error
    return text


def interval(text: str) -> Any:
    """INTERVAL in its canonical form, `Y-M D H:M:S`"""
    found = INTERVAL.fullmatch(text.strip())
    if not found:
        raise Unfit(f"Could not parse '{text}' as INTERVAL")
    months = (int(found[2]) * 12 + int(found[3])) * (-1 if found[1] == "-" else 1)
    seconds = int(found[6]) * 3600 + int(found[7]) * 60 + int(found[8])
    micros = (seconds * 1_000_000 + int((found[9] or "").ljust(6, "0")[:6])) * (-1 if found[5] == "-" else 1)
    return pa.MonthDayNano([months, int(found[4]), micros * 1000])


def decimal(field: Field) -> Callable[[str], Decimal]:
    """NUMERIC and BIGNUMERIC with the limits of this field; digits after the scale are rounded."""
    kind = field["type"]
    scale = int(field.get("scale", 0)) if "precision" in field else SCALES[kind]
    before = int(field["precision"]) - scale if "precision" in field else (29 if kind == "NUMERIC" else 20)
    step = Decimal(1).scaleb(-scale)

    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.strip())
            rounded = value.quantize(step, ROUND_HALF_UP, Context(prec=80))
        except InvalidOperation as error:
            raise Unfit(f"Invalid {kind} value: {text}") from error
        if abs(rounded) >= Decimal(10) ** before:
            raise Unfit(f"{kind} out of range: {text}")
        return rounded

    return parse


def limited(field: Field) -> Callable[[str], str]:
    """STRING of at most so many characters."""
    most = int(field["maxLength"])

    def parse(text: str) -> str:
        if len(text) > most:
            raise Unfit(f"STRING({most}) has maximum length {most} but got a value with length {len(text)}")
        return text

    return parse


def limited_octets(field: Field) -> Callable[[str], bytes]:
    """BYTES of at most so many."""
    most = int(field["maxLength"])

    def parse(text: str) -> bytes:
        value = octets(text)
        if len(value) > most:
            raise Unfit(f"BYTES({most}) has maximum length {most} but got a value with length {len(value)}")
        return value

    return parse


PLAIN: dict[str, Callable[[str], Any]] = {
    "INTEGER": whole,
    "FLOAT": real,
    "BOOLEAN": truth,
    "STRING": str,
    "BYTES": octets,
    "DATE": date,
    "TIME": clock,
    "DATETIME": datetime,
    "TIMESTAMP": timestamp,
    "JSON": document,
    "GEOGRAPHY": str,
    "INTERVAL": interval,
}
ELEMENTS = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "MON": "%b", "MONTH": "%B", "DD": "%d", "HH24": "%H", "HH12": "%I",
    "HH": "%I", "MI": "%M", "SS": "%S", "AM": "%p", "PM": "%p", "DAY": "%A", "DY": "%a", "TZH": "%z",
}  # fmt: skip


def pattern(form: str) -> str:
    """A format of BigQuery (`DD/MM/YYYY HH24:MI:SS`), or one of strftime, as one of strptime."""
    if "%" in form:
        return form

    def one(found: re.Match[str]) -> str:
        word = found[0].upper()
        return "%f" if word.startswith("FF") else ELEMENTS[word]

    words = "|".join(sorted(ELEMENTS, key=len, reverse=True))
    return re.sub(rf"FF\d|{words}", one, form, flags=re.IGNORECASE)


def formatted(kind: str, form: str, zone: str) -> Callable[[str], Any]:
    """A date or time in a format of one's own."""
    wanted = pattern(form)

    def parse(text: str) -> Any:
        try:
            value = dt.datetime.strptime(text.strip(), wanted)
        except ValueError as error:
            raise Unfit(f"Could not parse '{text}' as {kind} with format '{form}'") from error
        if kind == "DATE":
            return value.date()
        if kind == "TIME":
            return value.time()
        if kind == "DATETIME":
            return value
        return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)

    return parse


FORMATS = {
    "DATE": "dateFormat",
    "TIME": "timeFormat",
    "DATETIME": "datetimeFormat",
    "TIMESTAMP": "timestampFormat",
}


def parser(field: Field, config: dict[str, Any]) -> Callable[[str], Any]:
    """What makes a cell of this column a value; raises `Unfit`."""
    kind = field["type"]
    if kind in SCALES:
        return decimal(field)
    if kind in FORMATS and config.get(FORMATS[kind]):
        return formatted(kind, config[FORMATS[kind]], config.get("timeZone") or "UTC")
    if kind == "STRING" and "maxLength" in field:
        return limited(field)
    if kind == "BYTES" and "maxLength" in field:
        return limited_octets(field)
    if kind not in PLAIN:
        raise invalid(f"Field {field['name']} of type {kind} can't be loaded from text")
    return PLAIN[kind]


def attempt(parse: Callable[[str], Any], text: str) -> Any:
    """The value; whatever Python says of an impossible date is said as `Unfit`."""
    try:
        return parse(text)
    except Unfit:
        raise
    except (ValueError, OverflowError) as error:
        raise Unfit(f"Could not parse '{text}': {error}") from error
