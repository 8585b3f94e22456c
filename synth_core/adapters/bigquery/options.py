"""How BigQuery is told to read a finished file, and which files it can't be told to read exactly.

The options say what the file was written with, no more. Where BigQuery has no option for something, or its
documentation leaves open what it makes of it, the file is not loaded as it is: `why_not` says why, and `plain.py` reads
it back first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from google.cloud import bigquery

from synth_core.adapters.bigquery.staging import bare
from synth_core.files.formats import number_format
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column, SourceKind
from synth_core.model.type_json import fields_to_json
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Field, Kind, Mode
from synth_core.ports import LoadFiles

ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "latin-1": "ISO-8859-1"}
"""How BigQuery calls them. It also knows UTF-16, but not by a byte order mark, and no cp1252."""
BOOLS = frozenset({"true|false", "t|f", "yes|no", "y|n", "1|0"})
"""Words for BOOL, in any case."""
_FORMAT_OPTIONS = {
    Kind.DATE: "date_format",
    Kind.TIME: "time_format",
    Kind.DATETIME: "datetime_format",
    Kind.TIMESTAMP: "timestamp_format",
}
_ELEMENTS = {"d": "DD", "m": "MM", "Y": "YYYY", "H": "HH24", "M": "MI", "S": "SS"}
_NUMERIC_FORMAT = re.compile(r"(%-?[dmYHMS]|[-./,;: ])*")
"""Names of months, two digits of a year, fractions and zones are left to our own reader."""
_FLAT_TEXTS = frozenset({Kind.INTERVAL, Kind.RANGE})
_NOT_IN_PARQUET = frozenset({Kind.INTERVAL, Kind.RANGE, Kind.JSON, Kind.BIGNUMERIC})
"""Of a decimal in Parquet BigQuery makes a NUMERIC where it can."""
FORMATS = {
    SourceKind.DELIMITED: bigquery.SourceFormat.CSV,
    SourceKind.PARQUET: bigquery.SourceFormat.PARQUET,
    SourceKind.NDJSON: bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
}


def load_config(
    kind: SourceKind, columns: Sequence[Column], dialect: Dialect | None, **more: Any
) -> bigquery.LoadJobConfig:
    """The options for files that `why_not` has nothing against; appended to a table that is there."""
    schema = fields_to_json(bare(tuple(column.field for column in columns)))
    config = bigquery.LoadJobConfig(
        source_format=FORMATS[kind],
        schema=[bigquery.SchemaField.from_api_repr(each) for each in schema],
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        write_disposition=bigquery.WriteDisposition.WRITE_APPEND,
        max_bad_records=0,
        ignore_unknown_values=False,
        **more,
    )
    if kind is SourceKind.PARQUET:
        options = bigquery.ParquetOptions()
        options.enable_list_inference = True
        config.parquet_options = options
        config.decimal_target_types = ["NUMERIC", "BIGNUMERIC"]
    if kind is SourceKind.DELIMITED and dialect is not None:
        config.field_delimiter = dialect.delimiter
        config.quote_character = "" if dialect.quoting == "none" else dialect.quotechar
        config.encoding = ENCODINGS[dialect.encoding]
        config.skip_leading_rows = dialect.skip_rows + dialect.header_rows
        config.allow_quoted_newlines = dialect.quoting != "none"
        config.allow_jagged_rows = False
        config.preserve_ascii_control_characters = True
        if token := _null_texts(columns, dialect).pop():
            config.null_marker = token
        for type_kind, option in _FORMAT_OPTIONS.items():
            if written := next(iter(_formats(columns, type_kind)), ""):
                setattr(config, option, _elements(written))
    return config


def why_not(files: LoadFiles) -> str:
    """Why BigQuery can't read such files exactly as they are; empty where it can."""
    if files.kind is SourceKind.NDJSON:
        # The reason is in BigQuery's documentation: numbers of more than 15 digits must stand in quotes there.
        return "numbers in NDJSON may lose digits"
    if files.kind is SourceKind.PARQUET:
        found = next((column.name for column in files.columns if _has(column.field, _NOT_IN_PARQUET)), "")
        return f"Parquet has no type of its own for column {found!r}" if found else ""
    if files.dialect is None:
        return "the dialect is not known"
    for kind in TEMPORAL_KINDS:
        if len(_formats(files.columns, kind)) > 1:
            return f"columns of type {kind} are written in different ways"
    return _dialect_trouble(files.dialect, files.columns) or next(
        (reason for column in files.columns if (reason := _column_trouble(column, files.dialect))), ""
    )


def _dialect_trouble(dialect: Dialect, columns: Sequence[Column]) -> str:
    quote = "" if dialect.quoting == "none" else dialect.quotechar
    lines = (*dialect.banner, *(cell for row in dialect.header_prefix for cell in row), *dialect.header_cells)
    nullable = any(column.mode.value is not Mode.REQUIRED for column in columns)
    nulls = _null_texts(columns, dialect)
    token = next(iter(nulls))
    troubles = {
        f"the encoding is {dialect.encoding}": dialect.encoding not in ENCODINGS,
        "a byte order mark stands before the first value": dialect.encoding == "utf-8-sig"
        and not dialect.skip_rows + dialect.header_rows,
        "the delimiter is no ASCII character": not dialect.delimiter.isascii(),
        "the quote is no ASCII character": not quote.isascii() or len(quote) > 1,
        "blanks stand behind the delimiters": dialect.initial_space,
        "there is an escape character": dialect.escapechar not in ("", dialect.quotechar),
        "lines end in CR alone": dialect.line_end == "\r",
        "there are lines below the data": bool(dialect.footer),
        # What is skipped are rows, and where a row ends may depend on quotes in it.
        "lines above the data are blank or have quotes": any(
            not line.strip() or (quote and quote in line) for line in lines
        ),
        "a column's name has a line end or a quote": dialect.header_rows > 0
        and any(set(column.name) & {"\r", "\n", quote} - {""} for column in columns),
        "a null may stand in quotes": nullable
        and (
            dialect.quoting == "all" or len(columns) == 1 or (dialect.quoted_empty_is_empty and token != "")
        ),
        "columns write nulls in different ways": len(nulls) > 1,
    }
    return next((text for text, is_so in troubles.items() if is_so), "")


def _column_trouble(column: Column, dialect: Dialect) -> str:
    kind, text_format = column.type.value.kind, column.format
    said = f"column {column.name!r} is written "
    if column.field.is_nested or kind in _FLAT_TEXTS:
        return f"{said}as {kind} in a text file"
    if kind in NUMERIC_KINDS:
        written = number_format(text_format)
        if written is None or written.prefix or written.suffix:
            return f"{said}like {text_format!r}"
        if dialect.decimal != "." and kind is not Kind.INT64:
            return f"{said}with {dialect.decimal!r} for the decimal point"
        return f"{said}in groups of three digits" if dialect.thousands and written.grouped else ""
    if kind is Kind.BOOL:
        return "" if (text_format or "true|false").lower() in BOOLS else f"{said}like {text_format!r}"
    if kind is Kind.BYTES:
        return f"{said}in hex digits" if text_format == "hex" else ""
    if kind in TEMPORAL_KINDS and text_format and not _elements(text_format):
        return f"{said}like {text_format!r}"
    return ""


def _formats(columns: Sequence[Column], kind: Kind) -> set[str]:
    """How values of a type are written; an option holds for all columns of the type."""
    return {column.format for column in columns if column.type.value.kind is kind}


def _elements(text_format: str) -> str:
    """A strptime format in BigQuery's format elements; empty where there may be a doubt about it."""
    if not _NUMERIC_FORMAT.fullmatch(text_format):
        return ""
    return re.sub("%-?([dmYHMS])", lambda found: _ELEMENTS[found[1]], text_format)


def _null_texts(columns: Sequence[Column], dialect: Dialect) -> set[str]:
    """How NULL is written in those columns that can have one; one text at least."""
    common = next(iter(dialect.null_tokens), "")
    return {
        common if column.null_text is None else column.null_text
        for column in columns
        if column.mode.value is not Mode.REQUIRED
    } or {common}


def _has(field: Field, kinds: frozenset[Kind]) -> bool:
    return field.type.kind in kinds or any(_has(inner, kinds) for inner in field.type.fields)
