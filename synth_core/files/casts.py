"""Casts columns of text to their types, exactly: what does not fit is an error, never rounded or dropped.

DuckDB's own casts are looser: `1.5` becomes the integer 2, `1_000` a number, and an offset is ignored in a
TIMESTAMP. So each text must first match a pattern of what its type allows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from synth_core.errors import SourceError
from synth_core.files.formats import MINUS, groups_pattern, number_format
from synth_core.files.moment_formats import MomentFormat, moment_formats, moment_pattern, read_moment
from synth_core.files.sql import literal, quote, raw_name
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Kind

_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_TIME = r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6}0*)?)?"
_DATETIME = rf"{_DATE}([ T]{_TIME})?"
_ZONE = r"( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?"
_INTERVAL = r"([+-]?)(\d+)-(\d+) ([+-]?\d+) ([+-]?)(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?"


def typed_select(raw: str, columns: Sequence[Column], dialect: Dialect) -> str:
    """SELECT over the raw table of text that gives every column its type, under its exact name.

    A value that does not fit its type stops the query; `check_castable` says beforehand which one it is.
    """
    parts = []
    for column in columns:
        text, name = quote(column.name), literal(column.name)
        if column.type.value.kind in (Kind.STRING, Kind.GEOGRAPHY):
            parts.append(f"{text} AS {text}")
            continue
        complaint = f"error('column ' || {name} || ': not castable: ' || left({text}, 40))"
        cast = f"coalesce({cast_text(column, dialect)}, {complaint})"
        parts.append(f"CASE WHEN {text} IS NULL THEN NULL ELSE {cast} END AS {text}")
    return f"SELECT {', '.join(parts)} FROM {raw_name(raw)}"


def check_castable(
    con: duckdb.DuckDBPyConnection, raw: str, columns: Sequence[Column], dialect: Dialect, file: str
) -> None:
    """Raise SourceError for the first text of a column that does not fit its type: column, row and value."""
    for column in columns:
        if column.type.value.kind in (Kind.STRING, Kind.GEOGRAPHY):
            continue
        text = quote(column.name)
        found = con.execute(
            f"SELECT rowid + 1, {text} FROM {raw_name(raw)}"
            f" WHERE {text} IS NOT NULL AND ({cast_text(column, dialect)}) IS NULL ORDER BY rowid LIMIT 1"
        ).fetchone()
        if found:
            written = f" written as {column.format!r}" if column.format else ""
            raise SourceError(
                f"{file}, row {found[0]}, column {column.name!r}: {found[1][:40]!r}"
                f" is no {column.type.value}{written}.",
                hint="Correct the value, or give the column another type (STRING takes everything).",
            )


def cast_text(column: Column, dialect: Dialect) -> str:
    """SQL for a column's text as its type; NULL where it does not fit. Blanks around a value do not count."""
    text = f"trim({quote(column.name)})"
    kind, text_format = column.type.value.kind, column.format
    if kind in (Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64):
        return _number(text, column.type.value, text_format, dialect)
    if kind is Kind.BOOL:
        true, false = (text_format or "true|false").lower().split("|", 1)
        return f"CASE lower({text}) WHEN {literal(true)} THEN true WHEN {literal(false)} THEN false END"
    if kind is Kind.BYTES:
        return _bytes(text, text_format)
    if kind is Kind.JSON:
        return f"TRY_CAST({quote(column.name)} AS JSON)"
    if kind is Kind.INTERVAL:
        return _interval(text)
    if kind is Kind.RANGE and column.type.value.element:
        return _range(text, column.type.value.element)
    if kind is Kind.STRUCT:
        raise SourceError(
            f"column {column.name!r}: a STRUCT can't stand in a delimited file.", hint="Use JSON."
        )
    return _temporal(text, kind, text_format)


def _number(text: str, type_: BigQueryType, text_format: str, dialect: Dialect) -> str:
    point = re.escape(dialect.decimal)
    written = number_format(text_format)
    if written is None:
        raise SourceError(
            f"{text_format!r} is no format of numbers.", hint="Write it like `#`, `#.00` or `$#`."
        )
    whole = rf"(\d+|{groups_pattern(dialect.thousands)})" if dialect.thousands else r"\d+"
    if type_.kind is Kind.INT64:
        body, target = whole, "BIGINT"
    elif type_.kind is Kind.FLOAT64:
        plain = rf"({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d+)?"
        body, target = rf"({plain}|(?i:inf|infinity|nan))", "DOUBLE"
    else:
        default = (38, 9) if type_.kind is Kind.NUMERIC else (38, 18)
        precision, scale = (
            type_.precision or default[0],
            type_.scale or (0 if type_.precision else default[1]),
        )
        body = rf"({whole}({point}\d{{0,{scale}}}0*)?|{point}\d{{1,{max(scale, 1)}}}0*)"
        target = f"DECIMAL({precision},{scale})"
    if written.minus:
        text = f"replace({text}, '{MINUS}', '-')"
    prefix, suffix = written.prefix, written.suffix
    pattern = rf"([+-]?){re.escape(prefix)}([+-]?)({body}){re.escape(suffix)}"
    number = text
    if prefix or suffix:
        groups = [f"regexp_extract({text}, {literal(f'^{pattern}$')}, {group})" for group in (1, 2, 3)]
        number = f"concat({', '.join(groups)})"
    if dialect.thousands:
        number = f"replace({number}, {literal(dialect.thousands)}, '')"
    if dialect.decimal != ".":
        number = f"replace({number}, {literal(dialect.decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST({number} AS {target}) END"


def _bytes(text: str, text_format: str) -> str:
    if text_format == "hex":
        return f"CASE WHEN regexp_full_match({text}, '([0-9A-Fa-f]{{2}})*') THEN unhex({text}) END"
    return f"TRY(from_base64({text}))"


def _temporal(text: str, kind: Kind, text_format: str) -> str:
    target = {
        Kind.DATE: "DATE",
        Kind.TIME: "TIME",
        Kind.DATETIME: "TIMESTAMP",
        Kind.TIMESTAMP: "TIMESTAMPTZ",
    }[kind]
    if text_format:
        ways = moment_formats(text_format)
        if len(ways) == 1:
            return _formatted(text, kind, ways[0], target)
        cases = " ".join(
            f"WHEN regexp_full_match({text}, {literal(moment_pattern(way))}) THEN {_formatted(text, kind, one, target)}"
            for way, one in zip(text_format.split("|"), ways, strict=True)
        )
        return f"CASE {cases} END"
    if kind is Kind.TIMESTAMP:
        # BigQuery reads a timestamp without a zone as UTC; DuckDB would take the session's.
        utc = f"timezone('UTC', TRY_CAST(regexp_replace({text}, ' ?(Z|UTC)$', '') AS TIMESTAMP))"
        offset = rf"regexp_replace({text}, ' ?([+-]\d{{2}}):?(\d{{2}})?$', '\1:\2')"
        offset = f"TRY_CAST(regexp_replace({offset}, ':$', ':00') AS TIMESTAMPTZ)"
        ends_in_offset = rf"regexp_matches({text}, ':\d{{2}}(\.\d+)? ?[+-]\d{{2}}(:?\d{{2}})?$')"
        pattern = literal(_DATETIME + _ZONE)
        value = f"CASE WHEN {ends_in_offset} THEN {offset} ELSE {utc} END"
        return f"CASE WHEN regexp_full_match({text}, {pattern}) THEN {value} END"
    pattern = {Kind.DATE: _DATE, Kind.TIME: _TIME, Kind.DATETIME: _DATETIME}[kind]
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST({text} AS {target}) END"


def _formatted(text: str, kind: Kind, way: MomentFormat, target: str) -> str:
    parsed = read_moment(text, way)
    if kind is Kind.TIMESTAMP and not way.has_offset:
        return f"timezone('UTC', {parsed})"
    if kind is not Kind.TIMESTAMP and way.has_offset:
        parsed = f"timezone('UTC', {parsed})"
    return f"CAST({parsed} AS {target})"


def _interval(text: str) -> str:
    """BigQuery's `years-months days hours:minutes:seconds`, each part with its own sign."""
    pattern = literal(_INTERVAL)

    def part(group: int, sign: int = 0) -> str:
        number = f"CAST('0' || regexp_extract({text}, {pattern}, {group}) AS BIGINT)"
        return (
            f"{number} * CASE regexp_extract({text}, {pattern}, {sign}) WHEN '-' THEN -1 ELSE 1 END"
            if sign
            else number
        )

    micros = f"CAST(rpad(regexp_extract({text}, {pattern}, 9), 6, '0') AS BIGINT)"
    seconds = f"({part(6)} * 3600 + {part(7)} * 60 + {part(8)}) * 1000000 + {micros}"
    time_sign = f"CASE regexp_extract({text}, {pattern}, 5) WHEN '-' THEN -1 ELSE 1 END"
    value = (
        f"to_months(CAST({part(2, 1)} * 12 + {part(3, 1)} AS INTEGER))"
        f" + to_days(CAST(CAST(regexp_extract({text}, {pattern}, 4) AS BIGINT) AS INTEGER))"
        f" + to_microseconds(({seconds}) * {time_sign})"
    )
    return f"CASE WHEN regexp_full_match({text}, {pattern}) THEN TRY({value}) END"


def _range(text: str, element: Kind) -> str:
    """BigQuery's `[start, end)`; an open end is UNBOUNDED or NULL."""
    pattern = literal(r"\[([^,]*), ?([^,)]*)\)")
    ends, valid = [], []
    for group in (1, 2):
        end = f"nullif(nullif(trim(regexp_extract({text}, {pattern}, {group})), 'UNBOUNDED'), 'NULL')"
        ends.append(_temporal(end, element, ""))
        valid.append(f"({end} IS NULL OR {ends[-1]} IS NOT NULL)")
    value = f"""{{'start': {ends[0]}, 'end': {ends[1]}}}"""
    return f"CASE WHEN regexp_full_match({text}, {pattern}) AND {' AND '.join(valid)} THEN {value} END"
