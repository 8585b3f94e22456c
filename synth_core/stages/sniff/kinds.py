"""What a cell of text looks like: the types that tell a well split table from a badly split one."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits

NULL_TOKENS = (
    "NULL",
    "\\N",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "null",
    "None",
    "NaN",
    "nan",
    "Null",
    "NIL",
    "nil",
    "none",
    "NONE",
    "<NA>",
    "NaT",
    "(null)",
    "<null>",
    "-",
    "--",
    ".",
    "?",
    "*",
    "n.a.",
    ":",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "00000000",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
)
"""Texts that may stand for NULL; whether they do is measured."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[ -]{_MONTH}[ ,-]+\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
_GROUPS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[. '’\u00a0\u2009\u202f]\d{3})+(?:,\d+)?"
_NUMBER = rf"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+|{_GROUPS})"

_KINDS = re.compile(
    "|".join(
        (
            r"(?P<null>NULL|\\N|NA|N/A|n/a|\#N/A|null|None|NaN|nan)",
            rf"(?P<number>{_NUMBER}(?:E[+-]?\d+)?|-?[$€£¥]\ ?-?{_NUMBER}|{_NUMBER}\ ?(?:%|‰|€|\$|£|USD|EUR))",
            rf"(?P<moment>{_DAY}(?:[ T]{_CLOCK}{_ZONE})?{_ZONE}|{_CLOCK}{_ZONE})",
            r"(?P<address>[\w.+'-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+)",
            r"(?P<code>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:\d{1,3}\.){3}\d{1,3}|0x[0-9a-f]+)",
            r"(?P<word>[\w.-]+)",
        )
    ),
    re.IGNORECASE,
)
_LIST = re.compile(r"[^\s;|]+(?:([;|])[^\s;|]+)(?:\1[^\s;|]+)+")
_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_SHAPES = {
    ord(sign): shape
    for signs, shape in ((ascii_uppercase, "A"), (ascii_lowercase, "a"), (digits, "9"))
    for sign in signs
}
_REPEATED = re.compile(r"(.)(?=\1)")
_ODD = re.compile(r"[\t;|^~\x00-\x1f¦§]")
_REMARK = re.compile(r"#(?:[# \t!]|[\r\n]|$)|//(?:[/ \t]|[\r\n]|$)")
_STRONG = frozenset({"number", "moment", "address", "code"})


_LONG = 200
"""Longer cells are text, and not kept in mind."""


def kind_of(cell: str) -> str:
    """`empty`, `null`, `number`, `moment` (date, time or both), `address`, `code`, `word` (no blanks),
    `text`, `list` (short items in one cell), or `odd`: with characters that should have separated something.
    """
    if len(cell) > _LONG:
        return _kind(cell[: 8 * _LONG])
    # Most cells of most tables.
    return "number" if cell.isdigit() and cell.isascii() else _short_kind(cell)


def _kind(cell: str) -> str:
    cell = cell.strip(" \t")
    if not cell:
        return "empty"
    if len(cell) <= _LONG and (match := _KINDS.fullmatch(cell)):
        return match.lastgroup or "text"
    if cell[0] in "{[" and cell[-1] in "}]":
        return "text"
    if _LIST.fullmatch(cell):
        return "list"
    if _ODD.search(cell):
        return "odd"
    return "text"


_short_kind = lru_cache(maxsize=1 << 16)(_kind)


def is_strong(kind: str) -> bool:
    """The kind leaves no doubt that the cell is a value of a type."""
    return kind in _STRONG


def is_remark(line: str) -> bool:
    """A comment as in programs: behind the sign nothing stands, a blank, or the sign again. `#12` may be a value.

    So may what begins with other signs of comments.
    """
    return _REMARK.match(line) is not None


def shape_of(cell: str) -> str:
    """Letters as `a` or `A`, digits as `9`; other characters as they are. Of long cells the beginning."""
    return _shape(cell[:80])


@lru_cache(maxsize=1 << 16)
def _shape(cell: str) -> str:
    if cell.isascii():
        return cell.translate(_SHAPES)
    shape = _LETTER.sub(lambda m: "A" if m.group().isupper() else "a", cell)
    return _DIGIT.sub("9", shape)


def outline_of(cell: str) -> str:
    """The shape with runs shortened to one character."""
    return _REPEATED.sub("", shape_of(cell))
