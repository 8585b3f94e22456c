"""The map between BigQuery's types and DuckDB's."""

from __future__ import annotations

import re

from synth_core.errors import SourceError, TargetError
from synth_core.files.arrow import decimal_size, decimal_type
from synth_core.files.sql import quote
from synth_core.model.type_rules import MAX_DEPTH
from synth_core.model.types import BigQueryType, Field, Kind, Mode

_DUCKDB = {
    Kind.INT64: "BIGINT",
    Kind.FLOAT64: "DOUBLE",
    Kind.BOOL: "BOOLEAN",
    Kind.STRING: "VARCHAR",
    Kind.BYTES: "BLOB",
    Kind.DATE: "DATE",
    Kind.DATETIME: "TIMESTAMP",
    Kind.TIME: "TIME",
    Kind.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Kind.INTERVAL: "INTERVAL",
    Kind.GEOGRAPHY: "VARCHAR",
    Kind.JSON: "JSON",
}
_FROM_DUCKDB = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), BigQueryType(kind=Kind.INT64)),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER"), BigQueryType(kind=Kind.INT64)),
    "UBIGINT": BigQueryType(kind=Kind.NUMERIC, precision=20, scale=0),
    "HUGEINT": BigQueryType(kind=Kind.BIGNUMERIC, precision=38, scale=0),
    "UHUGEINT": BigQueryType(kind=Kind.BIGNUMERIC, precision=38, scale=0),
    **dict.fromkeys(("FLOAT", "DOUBLE"), BigQueryType(kind=Kind.FLOAT64)),
    "BOOLEAN": BigQueryType(kind=Kind.BOOL),
    # BIGNUM has no limit of digits, BIT is a text of 0 and 1, TIMETZ would lose its zone as a TIME.
    **dict.fromkeys(
        ("VARCHAR", "ENUM", "UUID", "BIT", "BIGNUM", "TIME WITH TIME ZONE", "TIMETZ", "NULL"),
        BigQueryType(kind=Kind.STRING),
    ),
    "BLOB": BigQueryType(kind=Kind.BYTES),
    "DATE": BigQueryType(kind=Kind.DATE),
    **dict.fromkeys(("TIME", "TIME_NS"), BigQueryType(kind=Kind.TIME)),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_US", "TIMESTAMP_NS", "DATETIME"),
        BigQueryType(kind=Kind.DATETIME),
    ),
    **dict.fromkeys(
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS"), BigQueryType(kind=Kind.TIMESTAMP)
    ),
    "INTERVAL": BigQueryType(kind=Kind.INTERVAL),
    **dict.fromkeys(("JSON", "VARIANT"), BigQueryType(kind=Kind.JSON)),
    "GEOMETRY": BigQueryType(kind=Kind.GEOGRAPHY),
}
_TOKEN = re.compile(
    r"""\s*(?:(?P<name>"(?:[^"]|"")*")|(?P<string>'(?:[^']|'')*')|(?P<word>\w+)|(?P<sign>[(),\[\]]))"""
)


def duckdb_type(field: Field) -> str:
    """The SQL of the field's type, e.g. `STRUCT("a" BIGINT)[]`; NOT NULL is left to the caller.

    Raises TargetError for a BIGNUMERIC of more than 38 digits, which DuckDB can't hold exactly.
    """
    element = _element(field)
    return f"{element}[]" if field.mode is Mode.REPEATED else element


def _element(field: Field) -> str:
    type = field.type
    if type.kind is Kind.STRUCT:
        fields = ", ".join(f"{quote(inner.name)} {duckdb_type(inner)}" for inner in type.fields)
        return f"STRUCT({fields})"
    if type.kind is Kind.RANGE and type.element is not None:
        return f'STRUCT("start" {_DUCKDB[type.element]}, "end" {_DUCKDB[type.element]})'
    if type.kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        precision, scale = decimal_size(type)
        if precision > 38:
            raise TargetError(
                f"column {field.name!r}: DuckDB has no exact type for {type}.",
                hint="Give it at most 38 digits, e.g. BIGNUMERIC(38, 18).",
            )
        return f"DECIMAL({precision}, {scale})"
    return _DUCKDB[type.kind]


def field_from_duckdb(name: str, type_text: str, nullable: bool, comment: str | None) -> Field:
    """A column as DuckDB declares it (`duckdb_columns()`), in BigQuery's types.

    A MAP becomes a REPEATED STRUCT of key and value. Integers above 64 bits become BIGNUMERIC(38, 0). Raises
    SourceError for types without a counterpart (UNION, lists of lists …).
    """
    type, mode = _Reader(name, type_text).read()
    if mode is Mode.NULLABLE and not nullable:
        mode = Mode.REQUIRED
    return Field(name=name, type=type, mode=mode, description=comment or "")


class _Reader:
    """Reads the text of one type."""

    def __init__(self, column: str, text: str) -> None:
        self._column, self._text = column, text
        self._tokens: list[str] = []
        end = 0
        for match in _TOKEN.finditer(text):
            if match.start() != end:
                break
            self._tokens.append(match[0].strip())
            end = match.end()
        if end != len(text.rstrip()):
            raise self._unsupported()
        self._next = 0

    def _unsupported(self) -> SourceError:
        return SourceError(
            f"column {self._column!r} has DuckDB's type {self._text}, which has no counterpart in BigQuery.",
            hint="Leave the column out by a view, or cast it there, e.g. to VARCHAR or JSON.",
        )

    def read(self) -> tuple[BigQueryType, Mode]:
        """The whole text."""
        found = self._type(0)
        if self._peek():
            raise self._unsupported()
        return found

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._next += 1
        return token

    def _expect(self, sign: str) -> None:
        if self._take() != sign:
            raise self._unsupported()

    def _type(self, depth: int) -> tuple[BigQueryType, Mode]:
        if depth > MAX_DEPTH:
            raise self._unsupported()
        words = [_unquoted(self._take()).upper()]
        while self._peek().isidentifier():
            words.append(self._take().upper())
        type, mode = self._with_arguments(" ".join(words), depth)
        while self._peek() == "[":
            self._take()
            if self._peek().isdigit():
                self._take()
            self._expect("]")
            if mode is Mode.REPEATED:
                raise self._unsupported()
            mode = Mode.REPEATED
        return type, mode

    def _with_arguments(self, word: str, depth: int) -> tuple[BigQueryType, Mode]:
        if word == "STRUCT":
            return BigQueryType(kind=Kind.STRUCT, fields=self._fields(depth)), Mode.NULLABLE
        if word == "MAP":
            self._expect("(")
            key, key_mode = self._type(depth + 1)
            self._expect(",")
            value, value_mode = self._type(depth + 1)
            self._expect(")")
            # Keys of a map are never null.
            key_mode = Mode.REQUIRED if key_mode is Mode.NULLABLE else key_mode
            pair = (
                Field(name="key", type=key, mode=key_mode),
                Field(name="value", type=value, mode=value_mode),
            )
            return BigQueryType(kind=Kind.STRUCT, fields=pair), Mode.REPEATED
        arguments = self._arguments()
        if word == "DECIMAL":
            precision, scale = (int(argument) for argument in arguments or ("18", "3"))
            found = decimal_type(precision, scale)
        else:
            found = _FROM_DUCKDB.get(word)
        if found is None:
            raise self._unsupported()
        return found, Mode.NULLABLE

    def _fields(self, depth: int) -> tuple[Field, ...]:
        self._expect("(")
        fields = []
        while True:
            name = _unquoted(self._take())
            type, mode = self._type(depth + 1)
            fields.append(Field(name=name, type=type, mode=mode))
            if self._peek() != ",":
                break
            self._take()
        self._expect(")")
        return tuple(fields)

    def _arguments(self) -> list[str]:
        """What stands in parentheses: sizes, or the words of an ENUM."""
        if self._peek() != "(":
            return []
        self._take()
        arguments = []
        while self._peek() not in (")", ""):
            argument = self._take()
            if argument != ",":
                arguments.append(argument)
        self._expect(")")
        return arguments


def _unquoted(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token
