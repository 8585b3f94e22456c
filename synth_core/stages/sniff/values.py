"""How values are written: null tokens, decimal mark, thousands separator, quoting style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from synth_core.files.rows import Row
from synth_core.files.truths import TRUTH_WORDS
from synth_core.model.dialect import Dialect
from synth_core.stages.sniff.kinds import NULL_TOKENS, is_strong, kind_of, shape_of

Quoting = Literal["minimal", "all", "nonnumeric", "none"]
_UNMISTAKABLE = frozenset({
    "NULL", "null", "\\N", "#N/A", "N/A", "n/a", "<NA>", "NaN", "NaT", "(null)", "<null>",
    "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
})  # fmt: skip
_NO_DAY = "00000000"
"""No day beside days such as 20240501, else a code with zeros in front."""
_TYPED_ONLY = frozenset(
    {"-", "--", "none", "NONE", ".", "?", "*", ":", "n.a.", "0000-00-00", "0000-00-00 00:00:00", _NO_DAY}
)
_DASHES = frozenset({"-", "--"})
_NULLS = frozenset(NULL_TOKENS)
_AROUND = re.compile(r"^[+−-]?[$€£¥]? ?[+−-]?|[ ]?(?:%|‰|€|\$|£|USD|EUR)?$")
_COMMA_DECIMAL = re.compile(r"\d+,\d+(?:[eE][+-]?\d+)?|\d{1,3}(?:[. '’\u00a0\u2009\u202f]\d{3})+,\d+|,\d+")
_POINT_DECIMAL = re.compile(r"\d+\.\d+(?:[eE][+-]?\d+)?|\d{1,3}(?:[, '’\u00a0\u2009\u202f]\d{3})+\.\d+|\.\d+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([,. '’\u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_PAIRED = re.compile(r"[1-9]\d?(,)\d{2}(?:,\d{2})*,\d{3}(?:\.\d+)?")
"""In groups as in India."""
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}")
_PLAIN = re.compile(r"\d+")
_TYPED_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "inf", "-inf", "infinity", "-infinity"})
_TYPED_LETTERS = frozenset({"y", "n", "t", "f"})
_TRUTHS = frozenset(frozenset(pair) for pair in TRUTH_WORDS if all(len(word) > 1 for word in pair))
_MOST_TOKENS = 20
_RARE = 0.3
"""Beside single letters only tokens as rare as this are no category of their own."""
_FORMED = re.compile(r"\d|^[{\[]|=$| EMPTY$")
"""Found in codes, dates, JSON, base64 and places, and in no word."""


@dataclass(frozen=True)
class Numbers:
    """The marks inside numbers."""

    decimal: Literal[".", ","]
    thousands: str


def null_tokens(rows: Sequence[Row], width: int, *, only_unquoted: bool) -> tuple[str, ...]:
    """The tokens that stand for NULL, the most frequent one first.

    Some can hardly mean anything else. A word such as `NA` counts when it stands in a column that is
    otherwise of another type, or in several columns whose other values do not look like it while the file has
    no other way to say NULL. Then a dash is enough where the others are no signs, and a word that is the only one to
    occur again.
    """
    has_empty = any("" in row.cells for row in rows)
    typed: Counter[str] = Counter()
    untyped: Counter[str] = Counter()
    total: Counter[str] = Counter()
    telling: set[str] = set()
    for number in range(width):
        values = [
            row.cells[number].strip()
            for row in rows
            if not (only_unquoted and row.quoted is not None and row.quoted[number])
        ]
        tokens = Counter({value: count for value, count in Counter(values).items() if value in _NULLS})
        if not tokens:
            continue
        others = [value for value in values if value and value not in tokens]
        is_rare = tokens.total() < _RARE * len(others)
        words = _TYPED_WORDS | _TYPED_LETTERS if is_rare else _TYPED_WORDS
        strong = sum(value.lower() in words or _is_typed(value) for value in others)
        alike = Counter(shape_of(value) for value in others)
        if not has_empty and all(any(map(str.isalnum, value)) for value in others):
            telling |= _DASHES & tokens.keys()
        if not has_empty and len(set(others)) == len(others) > 2:
            telling |= {token for token, count in tokens.items() if count > 1} - _TYPED_ONLY
        if not all(map(_COMPACT_DAY.fullmatch, others)):
            del tokens[_NO_DAY]
        for token, count in tokens.items():
            total[token] += count
            if others and (strong >= 0.9 * len(others) or {other.lower() for other in others} in _TRUTHS):
                typed[token] += 1
            elif not others or alike[shape_of(token)] < 0.3 * len(others):
                untyped[token] += 1
    found = [
        token
        for token in total
        if token in _UNMISTAKABLE
        or typed[token]
        or token in telling
        or (
            token not in _TYPED_ONLY
            and not has_empty
            and (untyped[token] >= 2 or (untyped[token] and total[token] >= 3))
        )
    ]
    if not found:
        return ()
    # Some stand among blanks, as a spreadsheet's `-` for nothing does.
    written = Counter(cell for row in rows for cell in row.cells if cell.strip() in found)
    ranked = sorted(written, key=lambda cell: (-total[cell.strip()], -written[cell], cell))
    return tuple(ranked[:_MOST_TOKENS])


def _is_typed(value: str) -> bool:
    """It is no plain word, so that a word beside such values is none of them."""
    return is_strong(kind_of(value)) or _FORMED.search(value) is not None


def null_texts(rows: Sequence[Row], width: int, dialect: Dialect) -> tuple[str | None, ...]:
    """How each column writes NULL, where it does so in another way than by the dialect's first token."""
    usual = next(iter(dialect.null_tokens), "")
    return tuple(_null_text(rows, number, dialect, usual) for number in range(width))


def _null_text(rows: Sequence[Row], number: int, dialect: Dialect, usual: str) -> str | None:
    tokens = frozenset(("", *dialect.null_tokens))
    cells = Counter(
        row.cells[number]
        for row in rows
        if not (dialect.quoted_empty_is_empty and row.quoted is not None and row.quoted[number])
    )
    seen: Counter[str] = Counter()
    for cell, count in cells.items():
        if (token := _token(cell, dialect)) in tokens:
            seen[token] += count
    # A column that has both keeps the more frequent one.
    found = max(seen, key=lambda text: (seen[text], text == usual), default=usual)
    return None if found == usual else found


def _token(cell: str, dialect: Dialect) -> str:
    return cell if cell in dialect.null_tokens else cell.strip()


def numbers(rows: Sequence[Row], width: int) -> Numbers:
    """Decimal mark and thousands separator, from the columns that hold nothing but numbers."""
    comma = point = 0
    groups: Counter[str] = Counter()
    certain: Counter[str] = Counter()
    for column in range(width):
        values = _numbers_in(rows, column)
        marked = [value for value in values if not value.isdigit()]
        if not marked:
            continue
        separators: Counter[str] = Counter()
        for value in marked:
            if match := _grouped(value):
                separators[match.group(1)] += values[value]
        separator = separators.most_common(1)[0][0] if separators else ""
        # With every value below 1000 or grouped, `1,234` is a thousand; with `1234` or `1,5` it is not.
        is_grouped = bool(separator) and all(
            _grouped(value) or re.fullmatch(r"\d{1,3}(?:[.,]\d*)?", value) for value in values
        )
        twice = any(
            value.count(separator) > 1 or _has_other_mark(value, separator) for value in marked if separator
        )
        if is_grouped and separator in ",.":
            loose = [value for value in marked if separator in value and not _grouped(value)]
            is_grouped = not loose and (twice or separator == ",")
        if is_grouped:
            groups[separator] += 1
            certain[separator] += twice or separator not in ",."
            rest = [value.replace(separator, "") for value in marked]
            comma += any("," in value for value in rest)
            point += any("." in value for value in rest)
            continue
        comma += any("," in value and _COMMA_DECIMAL.fullmatch(value) for value in marked)
        point += any("." in value and _POINT_DECIMAL.fullmatch(value) for value in marked)
    # Points stand in codes as well: `10.0001`. Commas in all values of a column make nothing but numbers.
    decimal = "," if (comma and comma >= point) or (certain["."] and not point) else "."
    usable = [mark for mark, _ in groups.most_common() if mark != decimal]
    return Numbers(cast(Literal[".", ","], decimal), usable[0] if usable else "")


def _numbers_in(rows: Sequence[Row], column: int) -> Counter[str]:
    """The column's values without what stands around numbers, with their counts; empty where one of them is no
    number."""
    values: Counter[str] = Counter()
    for cell, count in Counter(row.cells[column] for row in rows).items():
        value = cell.strip()
        is_plain = value.isdigit() and value.isascii()
        if not is_plain:
            value = _AROUND.sub("", value)
        if not value or value in _NULLS:
            continue
        if not is_plain and not _is_number(value):
            return Counter()
        values[value] += count
    return values


def _is_number(value: str) -> bool:
    patterns = (_PLAIN, _COMMA_DECIMAL, _POINT_DECIMAL, _GROUPED, _PAIRED)
    return any(pattern.fullmatch(value) for pattern in patterns)


def _grouped(value: str) -> re.Match[str] | None:
    return _GROUPED.fullmatch(value) or _PAIRED.fullmatch(value)


def _has_other_mark(value: str, separator: str) -> bool:
    """Both marks in one number: the last one is the decimal mark."""
    other = "," if separator == "." else "."
    return separator in value and other in value and value.rfind(other) > value.rfind(separator)


def quoting(rows: Sequence[Row], dialect: Dialect) -> Quoting:
    """The quoting style; empty values say nothing, nor do those that can't do without quotes."""
    if not dialect.quotechar:
        return "none"
    structural = {dialect.delimiter, dialect.quotechar, "\r", "\n"}
    plain: set[str] = set()
    quoted: set[str] = set()
    for row in rows:
        if row.quoted is None:
            plain.update(row.cells)
        else:
            for cell, is_quoted in zip(row.cells, row.quoted, strict=True):
                (quoted if is_quoted else plain).add(cell)
    plain.discard("")
    quoted = {cell for cell in quoted if cell and structural.isdisjoint(cell)}
    if not quoted:
        return "minimal"
    if not plain:
        return "all"
    return "nonnumeric" if any(map(_is_text, quoted)) and not any(map(_is_text, plain)) else "minimal"


def _is_text(cell: str) -> bool:
    return kind_of(cell) not in ("number", "null")


def tells_empty_apart(rows: Sequence[Row]) -> bool:
    """Both `""` and unquoted empty values occur, so they mean different things."""
    quoted = plain = False
    for row in rows:
        for number, cell in enumerate(row.cells):
            if not cell:
                is_quoted = row.quoted is not None and row.quoted[number]
                quoted, plain = quoted or is_quoted, plain or not is_quoted
    return quoted and plain


def with_values(dialect: Dialect, rows: Sequence[Row], width: int) -> Dialect:
    """The dialect with everything that only the data rows tell."""
    style = quoting(rows, dialect)
    apart = tells_empty_apart(rows) and not (dialect.delimiter == " " and dialect.initial_space)
    marks = numbers(rows, width)
    return Dialect.model_validate(
        dialect.model_dump()
        | {
            "quoting": style,
            "quoted_empty_is_empty": apart,
            "null_tokens": null_tokens(rows, width, only_unquoted=apart),
            "decimal": marks.decimal,
            "thousands": marks.thousands,
        }
    )
