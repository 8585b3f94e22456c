"""Formats of dates and times: one notation for all, and what each library needs made of it.

`Column.format` holds strptime directives that Python and DuckDB share (`%d.%m.%Y`, `%H:%M:%S%z`), with `%-d`,
`%-m`, `%-H`, `%-I`, `%-M`, `%-S` for numbers without leading zeros. Reading accepts both kinds of
numbers; the sign matters when writing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from synth_core.files.sql import literal

_NUMBER = re.compile(r"(?P<prefix>[^#]*)#(?P<zeros>\.0+)?(?P<suffix>.*)", re.DOTALL)
_UNPADDED = re.compile(r"%-([dmHIMSjy])")


class NumberFormat(NamedTuple):
    """How numbers of a column are written around their digits."""

    prefix: str
    suffix: str
    decimals: int | None
    """Always so many digits after the point; None: as many as there are."""
    grouped: bool
    """In groups of three, if the dialect has a thousands mark."""


def number_format(text_format: str) -> NumberFormat | None:
    """A number column's `Column.format`, taken apart; None when it is no number format."""
    found = _NUMBER.fullmatch(text_format or "#")
    if found is None:
        return None
    zeros = found["zeros"]
    return NumberFormat(
        found["prefix"], found["suffix"], len(zeros) - 1 if zeros else None, grouped=text_format != "#"
    )


def python_strptime(text_format: str) -> str:
    """The format for Python's strptime, which knows no `%-d` and reads both kinds of numbers anyway."""
    return _UNPADDED.sub(r"%\1", text_format)


def duckdb_strptime(sql: str, text_format: str) -> str:
    """SQL that reads the text `sql` by the format: a TIMESTAMP (TIMESTAMPTZ with an offset), NULL if it does
    not fit."""
    if text_format.endswith("%z"):
        # DuckDB's %z knows offsets only; Python's takes `Z` as well.
        sql = f"regexp_replace({sql}, '[Zz]$', '+00:00')"
    return f"try_strptime({sql}, {literal(text_format)})"


def has_offset(text_format: str) -> bool:
    """Values in this format say themselves where in the world their clock stood."""
    return bool(re.search(r"(?<!%)(?:%%)*%[zZ]", text_format))
