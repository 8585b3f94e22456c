"""What a model may see of a source. Everything about a source that stands in a prompt is made here.

| | |
|---|---|
| `schema` | names, types, modes, keys, descriptions |
| `profile` | also facts of a `Profile`, which are k-anonymous: how many values are missing or different, how long texts are, shapes, the range of numbers by order of magnitude, years of dates, and the values of short lists that at least k rows have. Of personal columns, and of those that may be, shapes and lengths only. |
| `masked rows` | also some rows, in which all but the values that `profile` shows are shapes |
| `rows` | also some rows as they are |

Numbers are rounded to one digit and counts to shares, so that none is by chance a value of one row.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from synth_core.ask.shown import Shown
from synth_core.model.inferred import Origin
from synth_core.model.profile import ColumnProfile, TableProfile
from synth_core.model.project import Column, Exposure, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind

ROWS = 10
"""So many rows are shown at most."""
_VALUES = 20
_SHAPES = 6
_LONGEST = 80
_SHORT_LIST = 0.8
"""Frequent values are a list if they cover so many rows; otherwise they are a few of many texts, and stay hidden."""
_SURELY_NOT_PERSONAL = 0.7

Row = Mapping[str, Any]


def columns(
    table: Table,
    facts: TableProfile | None,
    exposure: Exposure,
    ids: Mapping[str, str],
    rows: Sequence[Row] = (),
) -> Shown:
    """A table with the columns that have an id (the others by name and type only), and rows where they may be seen."""
    described = []
    for column in table.columns:
        entry: dict[str, Any] = {"name": column.name, "type": str(column.type.value)}
        if column.name in ids:
            entry = {"id": ids[column.name]} | entry | {"mode": column.mode.value.value}
            if column.description:
                entry["description"] = column.description
            if exposure is not Exposure.SCHEMA and facts is not None:
                entry |= _facts(column, _profile_of(facts, column.name))
        described.append(entry)
    shown: dict[str, Any] = {"table": table.name}
    if table.description:
        shown["description"] = table.description
    if table.key_columns:
        shown["primary_key"] = list(table.key_columns)
    if exposure is not Exposure.SCHEMA:
        shown["rows"] = about(table.rows)
    shown["columns"] = described
    if rows and exposure in (Exposure.MASKED_ROWS, Exposure.ROWS):
        shown["some_rows"] = [_row(table, facts, exposure, row) for row in rows[:ROWS]]
    return Shown(shown)


def summary(column: Column, facts: TableProfile | None, exposure: Exposure) -> dict[str, Any]:
    """One column in short, as a part of something that is shown."""
    entry: dict[str, Any] = {"name": column.name, "type": str(column.type.value)}
    if exposure is Exposure.SCHEMA or facts is None:
        return entry
    return entry | _facts(column, _profile_of(facts, column.name), values=False)


def may_show_values(column: Column, profile: ColumnProfile | None) -> bool:
    """The column is a short list of values, and surely not personal: then those that k rows have may be shown."""
    if profile is None or column.personal.value or not profile.top:
        return False
    sure = column.personal.confidence >= _SURELY_NOT_PERSONAL
    decided = column.personal.origin in (Origin.HUMAN, Origin.DECLARED)
    is_list = profile.top_rows >= _SHORT_LIST * max(1, profile.rows - profile.nulls)
    return is_list and (sure or decided)


def known_values(column: Column, profile: ColumnProfile | None) -> frozenset[str]:
    """The values of a column that a model was or could have been shown under `profile`."""
    if profile is None or not may_show_values(column, profile):
        return frozenset()
    return frozenset(each.value for each in profile.top)


def masked(text: str) -> str:
    """A text as its shape: letters as A or a, digits as 9, all else kept."""
    return "".join(_mask(character) for character in text)


def lines(texts: Sequence[str], exposure: Exposure, words: frozenset[str] = frozenset()) -> list[str]:
    """Lines of a file: as they are under `rows`, else as shapes in which only words of `words` (in lower case) stand.
    Under `schema` there are none."""
    if exposure is Exposure.SCHEMA:
        return []
    cut = [text[: 4 * _LONGEST] for text in texts]
    return cut if exposure is Exposure.ROWS else [_with_words(text, words) for text in cut]


def about(number: float) -> str:
    """A number to one digit, as `9e2`; below ten that is all."""
    if not number:
        return "0"
    if abs(number) < 10 and float(number).is_integer():
        return "under 10" if number > 0 else "over -10"
    return _one_digit(number)


def share(part: float, whole: float) -> str:
    """A share in whole per cent; never 0 or 100 where it is not."""
    if not part or not whole:
        return "none"
    if part >= whole:
        return "all"
    return f"{min(99, max(1, round(100 * part / whole)))}%"


def _one_digit(number: float) -> str:
    mantissa, _, exponent = f"{number:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def _facts(column: Column, profile: ColumnProfile | None, *, values: bool = True) -> dict[str, Any]:
    if profile is None or not profile.rows:
        return {}
    filled = profile.rows - profile.nulls
    facts: dict[str, Any] = {
        "null": share(profile.nulls, profile.rows),
        "different": "all" if profile.unique else about(profile.distinct),
    }
    if profile.length_quantiles:
        facts["characters"] = f"{profile.length_quantiles[0]} to {profile.length_quantiles[-1]}"
    if profile.words_quantiles:
        facts["words"] = f"{profile.words_quantiles[0]} to {profile.words_quantiles[-1]}"
    if profile.hexadecimal:
        facts["hexadecimal"] = True
    if profile.shapes and values:
        facts["shapes"] = {each.value: share(each.count, filled) for each in profile.shapes[:_SHAPES]}
    if column.personal.value:
        facts["personal"] = True
        return facts
    facts |= _range(column, profile)
    if may_show_values(column, profile) and values:
        facts["values"] = {each.value[:_LONGEST]: share(each.count, filled) for each in profile.top[:_VALUES]}
    return facts


def _range(column: Column, profile: ColumnProfile) -> dict[str, Any]:
    """Order of magnitude of numbers, years of dates."""
    kind, found = column.type.value.kind, profile.quantiles
    facts: dict[str, Any] = {}
    if kind in NUMERIC_KINDS:
        facts["whole"] = profile.integral
        if profile.decimals:
            facts["digits_after_point"] = profile.decimals
        if found:
            facts["from"], facts["to"] = _down(float(found[0])), _up(float(found[-1]))
    elif kind in TEMPORAL_KINDS and kind is not Kind.TIME and found:
        facts["years"] = f"{_year(found[0])} to {_year(found[-1])}"
    if profile.resolution:
        facts["in_whole"] = profile.resolution
    return facts


def _down(number: float) -> str:
    return _outwards(number, up=False)


def _up(number: float) -> str:
    return _outwards(number, up=True)


def _outwards(number: float, *, up: bool) -> str:
    """To one digit, away from the range's middle."""
    if not number or not math.isfinite(number):
        return "0"
    power = 10.0 ** math.floor(math.log10(abs(number)))
    steps = number / power
    return _one_digit((math.ceil(steps) if up else math.floor(steps)) * power)


def _year(moment: str) -> int:
    return date.fromisoformat(moment[:10]).year


def _profile_of(facts: TableProfile, name: str) -> ColumnProfile | None:
    return next((each for each in facts.columns if each.path == (name,)), None)


def _row(table: Table, facts: TableProfile | None, exposure: Exposure, row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for column in table.columns:
        value = row.get(column.name)
        text = None if value is None else str(value)
        if text is not None and exposure is not Exposure.ROWS:
            profile = _profile_of(facts, column.name) if facts else None
            text = text if text in known_values(column, profile) else masked(text)
        shown[column.name] = text if text is None else text[: 2 * _LONGEST]
    return shown


def _mask(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Lu", "Lt"):
        return "A"
    if category[0] in "LM":
        return "a"
    return "9" if category[0] == "N" else character


def _with_words(text: str, words: frozenset[str]) -> str:
    pieces: list[str] = []
    word = ""
    for character in [*text, ""]:
        if character and character.isalpha():
            word += character
            continue
        pieces.append(word if word.lower() in words else masked(word))
        pieces.append(masked(character) if character else "")
        word = ""
    return "".join(pieces)
