"""BigQuery types as text: the DDL form (`STRUCT<a INT64, b ARRAY<STRING>>`) and the JSON table schema.

Every ValueError from here says what was found and at which position, counted in characters from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from synth_core.model.type_json import fields_from_json, fields_to_json
from synth_core.model.type_rules import ALIASES, MAX_DEPTH, MAX_SCALE, RANGE_ELEMENTS, RESERVED, checked
from synth_core.model.types import BigQueryType, Field, Kind, Mode

__all__ = [
    "fields_from_json",
    "fields_to_json",
    "parse_ddl_columns",
    "parse_type",
    "print_ddl_columns",
    "print_type",
    "quote_name",
]

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<name>`(?:[^`\\]|\\.)*`)
    | (?P<string>\"{3}(?:[^\\]|\\.)*?\"{3} | '{3}(?:[^\\]|\\.)*?'{3} | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>[0-9]+)
    | (?P<sign>[<>(),=\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED |= {sign: sign for sign in "\\?\"'`"}
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def parse_type(text: str) -> BigQueryType:
    """The type that a DDL text names, e.g. `NUMERIC(10, 2)`; aliases such as INTEGER are understood.

    Raises ValueError; also for `ARRAY<…>`, which is a field's mode and no type of its own here.
    """
    parser = _Parser(text)
    parsed, mode = parser.type_and_mode(depth=0)
    parser.end()
    if mode is Mode.REPEATED:
        raise ValueError(f"{text!r} is an array: give the column the element's type and mode REPEATED")
    return parsed


def print_type(type: BigQueryType) -> str:
    """The DDL form; `parse_type` reads it back as the same type."""
    name = type.kind.value
    if type.kind is Kind.STRUCT:
        return f"{name}<{', '.join(_print_field(field) for field in type.fields)}>"
    if type.kind is Kind.RANGE:
        return f"{name}<{type.element}>"
    if type.precision is not None:
        return f"{name}({type.precision}, {type.scale or 0})"
    if type.max_length is not None:
        return f"{name}({type.max_length})"
    return name


def parse_ddl_columns(text: str) -> tuple[Field, ...]:
    """The column list of a CREATE TABLE, with or without its parentheses. Raises ValueError."""
    parser = _Parser(text)
    parenthesised = parser.take("(")
    closing = ")" if parenthesised else ""
    fields = () if parser.at(closing) else parser.fields(depth=0)
    if parenthesised:
        parser.expect(")")
    parser.end()
    return fields


def print_ddl_columns(fields: Iterable[Field]) -> str:
    """The column list of a CREATE TABLE without its parentheses, one column a line."""
    return ",\n".join(_print_field(field) for field in fields)


def quote_name(name: str) -> str:
    """A column's name for BigQuery's SQL: in backticks unless it is a plain word."""
    if _PLAIN_NAME.fullmatch(name) and name.upper() not in RESERVED:
        return name
    return f"`{_escape(name, '`')}`"


def _print_field(field: Field) -> str:
    text = print_type(field.type)
    if field.mode is Mode.REPEATED:
        text = f"ARRAY<{text}>"
    parts = [quote_name(field.name), text]
    if field.mode is Mode.REQUIRED:
        parts.append("NOT NULL")
    if options := _print_options(field):
        parts.append(f"OPTIONS({options})")
    return " ".join(parts)


def _print_options(field: Field) -> str:
    """As in BigQuery's DDL, which has no option for policy tags: they are written like one."""
    options = [f'description="{_escape(field.description, chr(34))}"'] if field.description else []
    if field.policy_tags:
        tags = ", ".join(f'"{_escape(tag, chr(34))}"' for tag in field.policy_tags)
        options.append(f"policy_tags=[{tags}]")
    return ", ".join(options)


def _escape(text: str, quote: str) -> str:
    def escaped(character: str) -> str:
        if character in ("\\", quote):
            return "\\" + character
        if character in "\n\r\t":
            return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
        if character.isprintable():
            return character
        code = ord(character)
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

    return "".join(map(escaped, text))


def _unescape(text: str) -> str:
    def unescaped(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            number = int(code, 8) if code.isdigit() else int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise ValueError(f"{match[0]} is no character")
            return chr(number)
        if code not in _ESCAPED:
            raise ValueError(f"{match[0]} is no escape sequence")
        return _ESCAPED[code]

    return _ESCAPE.sub(unescaped, text)


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str, int]] = []
        self._next = 0
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                found = text[position]
                what = f"a {found} without its end" if found in "`\"'" else repr(found)
                raise ValueError(f"found {what} at position {position + 1} of {text!r}")
            if match.lastgroup != "space":
                self._tokens.append((str(match.lastgroup), match[0], position))
            position = match.end()

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", "", len(self._text))

    def _fail(self, expected: str) -> ValueError:
        _, found, position = self._peek()
        what = repr(found) if found else "the end"
        return ValueError(f"expected {expected}, found {what} at position {position + 1} of {self._text!r}")

    def at(self, text: str) -> bool:
        """The next token is this sign or word; the empty text stands for the end."""
        group, found, _ = self._peek()
        return found == text if group in ("sign", "") else group == "word" and found.upper() == text

    def take(self, text: str) -> bool:
        """Step over the next token if it is this sign or word."""
        if not self.at(text):
            return False
        self._next += 1
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self._fail(repr(text))

    def end(self) -> None:
        if not self.at(""):
            raise self._fail("the end")

    def _value(self, group: str, expected: str) -> str:
        found, text, _ = self._peek()
        if found != group:
            raise self._fail(expected)
        self._next += 1
        return text

    def _quoted(self, group: str, expected: str) -> str:
        position = self._peek()[2]
        text = self._value(group, expected)
        quotes = 3 if group == "string" and len(text) >= 6 and text[:3] == text[0] * 3 else 1
        try:
            return _unescape(text[quotes:-quotes])
        except ValueError as error:
            raise ValueError(f"{error}: in {text} at position {position + 1} of {self._text!r}") from None

    def _number(self) -> int:
        return int(self._value("number", "a whole number"))

    def _kind(self) -> Kind:
        group, text, _ = self._peek()
        word = text.upper()
        if group != "word" or (word not in ALIASES and word not in Kind.__members__):
            raise self._fail("a BigQuery type")
        self._next += 1
        return ALIASES.get(word) or Kind[word]

    def type_and_mode(self, depth: int) -> tuple[BigQueryType, Mode]:
        """A type, or an ARRAY of it as mode REPEATED."""
        if not self.take("ARRAY"):
            return self._type(depth), Mode.NULLABLE
        self.expect("<")
        if self.at("ARRAY"):
            raise self._fail("an element type (BigQuery has no arrays of arrays)")
        element = self._type(depth)
        self._not_null()
        self.expect(">")
        return element, Mode.REPEATED

    def _type(self, depth: int) -> BigQueryType:
        position = self._peek()[2]
        kind = self._kind()
        if kind is Kind.STRUCT:
            if depth >= MAX_DEPTH:
                raise ValueError(
                    f"more than {MAX_DEPTH} STRUCTs within each other at position {position + 1}"
                )
            self.expect("<")
            fields = self.fields(depth + 1)
            self.expect(">")
            return BigQueryType(kind=kind, fields=fields)
        if kind is Kind.RANGE:
            return BigQueryType(kind=kind, element=self._range_element())
        parameters: dict[str, int] = {}
        if kind in MAX_SCALE and self.take("("):
            parameters = {"precision": self._number(), "scale": self._number() if self.take(",") else 0}
            self.expect(")")
        elif kind in (Kind.STRING, Kind.BYTES) and self.take("("):
            parameters = {"max_length": self._number()}
            self.expect(")")
        try:
            return checked(BigQueryType(kind=kind, **parameters))
        except ValueError as error:
            raise ValueError(f"{error}, at position {position + 1} of {self._text!r}") from None

    def _range_element(self) -> Kind:
        self.expect("<")
        for element in RANGE_ELEMENTS:
            if self.take(element):
                self.expect(">")
                return element
        raise self._fail("DATE, DATETIME or TIMESTAMP")

    def fields(self, depth: int) -> tuple[Field, ...]:
        """Fields with commas between them; at least one."""
        fields = [self._field(depth)]
        while self.take(","):
            fields.append(self._field(depth))
        return tuple(fields)

    def _field(self, depth: int) -> Field:
        expected = "the name of a column or field"
        quoted = self._peek()[0] == "name"
        name = self._quoted("name", expected) if quoted else self._value("word", expected)
        type, mode = self.type_and_mode(depth)
        if self._not_null() and mode is Mode.NULLABLE:
            mode = Mode.REQUIRED
        description, policy_tags = self._options()
        return Field(name=name, type=type, mode=mode, description=description, policy_tags=policy_tags)

    def _not_null(self) -> bool:
        if not self.take("NOT"):
            return False
        self.expect("NULL")
        return True

    def _options(self) -> tuple[str, tuple[str, ...]]:
        description: str = ""
        policy_tags: tuple[str, ...] = ()
        if not self.take("OPTIONS"):
            return description, policy_tags
        self.expect("(")
        while True:
            if self.take("DESCRIPTION"):
                self.expect("=")
                description = self._quoted("string", "a quoted text")
            elif self.take("POLICY_TAGS"):
                self.expect("=")
                policy_tags = self._texts()
            else:
                raise self._fail("description or policy_tags (the only options that are understood here)")
            if not self.take(","):
                break
        self.expect(")")
        return description, policy_tags

    def _texts(self) -> tuple[str, ...]:
        self.expect("[")
        texts = [self._quoted("string", "a quoted text")]
        while self.take(","):
            texts.append(self._quoted("string", "a quoted text"))
        self.expect("]")
        return tuple(texts)
