"""CSV as a load job reads it: by position, unquoted cells may be NULL, quoted ones never."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from servers.bigquery.files.rows import Rows
from servers.bigquery.files.text import Unfit, attempt, parser
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.types import Field, repeated

ENCODINGS = {
    "UTF-8": "utf-8",
    "ISO-8859-1": "latin-1",
    "UTF-16BE": "utf-16-be",
    "UTF-16LE": "utf-16-le",
    "UTF-32BE": "utf-32-be",
    "UTF-32LE": "utf-32-le",
}
MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


class Broken(Exception):
    """The text can't be split into cells."""


def decode(data: bytes, name: str) -> str:
    """The text; a byte order mark is left out, bytes that are none are replaced, as the service does."""
    encoding = ENCODINGS.get(name.upper())
    if encoding is None:
        raise invalid(f"Invalid value for encoding: {name} is not a valid value")
    data = data.removeprefix(MARKS.get(encoding, b""))
    return data.decode(encoding, errors="replace")


def delimiter(given: str) -> str:
    """One character; `\\t` and `tab` stand for the tabulator."""
    char = {"\\t": "\t", "tab": "\t"}.get(given, given)
    if len(char) != 1:
        raise invalid(f"Field delimiter must be a single character: {given!r}")
    return char


def lines(
    text: str, delim: str, quote: str, newlines: bool
) -> Iterator[tuple[int, int, list[str] | Broken, list[bool]]]:
    """Number and offset of each line, its cells, and which of them were quoted."""
    number, place, end = 0, 0, len(text)
    while place < end:
        number += 1
        stop = place
        while stop < end and text[stop] not in "\r\n":
            found = re.compile(r"[\r\n]").search(text, stop)
            stop = found.start() if found else end
        line = text[place:stop]
        after = stop + (2 if text[stop : stop + 2] == "\r\n" else 1)
        if not quote or quote not in line:
            yield number, place, line.split(delim), []
            place = after
            continue
        try:
            cells, quoted, after = _cells(text, place, delim, quote, newlines)
        except Broken as error:
            yield number, place, error, []
            place = after
            continue
        yield number, place, cells, quoted
        number += text.count("\n", place, after) - 1 if "\n" in text[place : after - 1] else 0
        place = after


def _cells(text: str, at: int, delim: str, quote: str, newlines: bool) -> tuple[list[str], list[bool], int]:
    cells, quoted = [], []
    end = len(text)
    while True:
        if at < end and text[at] == quote:
            value = []
            at += 1
            while True:
                close = text.find(quote, at)
                if close < 0:
                    raise Broken('Missing close quote character (")')
                value.append(text[at:close])
                at = close + 1
                if at < end and text[at] == quote:
                    value.append(quote)
                    at += 1
                    continue
                break
            cell = "".join(value)
            if not newlines and ("\n" in cell or "\r" in cell):
                raise Broken('Missing close quote character (")')
            if at < end and text[at] != delim and text[at] not in "\r\n":
                raise Broken('Data between close quote character (") and field separator.')
            cells.append(cell)
            quoted.append(True)
        else:
            stop = at
            while stop < end and text[stop] != delim and text[stop] not in "\r\n":
                stop += 1
            cells.append(text[at:stop])
            quoted.append(False)
            at = stop
        if at < end and text[at] == delim:
            at += 1
            continue
        return cells, quoted, min(end, at + (2 if text[at : at + 2] == "\r\n" else 1))


def read(rows: Rows, source: str, data: bytes, config: dict[str, Any]) -> None:
    """Add a file's rows."""
    text = decode(data, config.get("encoding") or "UTF-8")
    if not config.get("preserveAsciiControlCharacters") and "\x00" in text:
        raise Problem(
            "invalid",
            f"Error while reading data, error message: Bad character (ASCII 0) encountered. File: {source}",
            location=source,
        )
    quote = config.get("quote")
    quote = '"' if quote is None else quote
    if len(quote) > 1:
        raise invalid(f"Quote character must be a single character or empty: {quote!r}")
    delim = delimiter(config.get("fieldDelimiter") or ",")
    if "nullMarkers" in config and "nullMarker" in config:
        raise invalid("nullMarker and nullMarkers cannot be set at the same time")
    nulls = set(config.get("nullMarkers") or [config.get("nullMarker") or ""])
    skip = int(config.get("skipLeadingRows") or 0)
    columns = [_column(field, config) for field in rows.fields]
    newlines = bool(config.get("allowQuotedNewlines"))
    seen = 0
    for number, place, cells, quoted in lines(text, delim, quote, newlines):
        seen += 1
        if seen <= skip:
            continue
        where = f"line_number: {number} byte_offset_to_start_of_line: {place}"
        if isinstance(cells, Broken):
            rows.refuse(source, where, str(cells))
            continue
        if cells == [""] and not quoted:
            continue
        try:
            rows.add(_row(rows.fields, columns, cells, quoted, nulls, config))
        except Unfit as error:
            rows.refuse(source, where, str(error))


def _column(field: Field, config: dict[str, Any]) -> Any:
    if repeated(field) or field["type"] == "RECORD":
        raise invalid(f"Field {field['name']}: CSV files can't hold nested or repeated data")
    return parser(field, config)


def _row(
    fields: list[Field],
    columns: list[Any],
    cells: list[str],
    quoted: list[bool],
    nulls: set[str],
    config: dict[str, Any],
) -> list[Any]:
    if len(cells) > len(fields) and not config.get("ignoreUnknownValues"):
        raise Unfit(f"Too many values in line. Found {len(cells)} column(s) while expected {len(fields)}.")
    if len(cells) < len(fields) and not config.get("allowJaggedRows"):
        raise Unfit(
            f"CSV processing encountered too few columns. Found {len(cells)} column(s) while expected {len(fields)}."
        )
    out: list[Any] = []
    for number, (field, parse) in enumerate(zip(fields, columns, strict=True)):
        if number >= len(cells):
            value = None
        else:
            cell = cells[number]
            # A quoted cell is text; but of a column that holds no text, "" is NULL like an empty one.
            textual = field["type"] in ("STRING", "BYTES") or cell != ""
            is_null = cell in nulls and not (quoted and quoted[number] and textual)
            try:
                value = None if is_null else attempt(parse, cell)
            except Unfit as error:
                raise Unfit(f"{error} for field {field['name']} (position {number})") from error
        if value is None and field["mode"] == "REQUIRED":
            raise Unfit(
                f"Required column value for column index: {number} is missing in row ({field['name']})"
            )
        out.append(value)
    return out
