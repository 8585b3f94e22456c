"""What a model may see of a source. Everything about a source that stands in a prompt is made here.

- `schema`: names, types, modes, keys, descriptions.
- `profile`: also facts of a `Profile`, which are k-anonymous: how many values are missing or different, how long texts
  are, shapes, the range of numbers by order of magnitude, years of dates, and the values of short lists that at least
  k rows have. Of personal columns, and of those that may be, shapes and lengths only.
- `masked rows`: also some rows, in which all but the values that `profile` shows are shapes.
- `rows`: also some rows as they are.

Numbers are rounded to one digit and counts to shares, so that none is by chance a value of one row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

from synth_core.ask.shown import Shown
from synth_core.model.doubts import LinkDoubt
from synth_core.model.findings import Finding
from synth_core.model.inferred import Origin
from synth_core.model.profile import ColumnProfile, Profile, TableProfile
from synth_core.model.project import Column, Exposure, Project, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.masks import masked

ROWS = 10
"""So many rows are shown at most."""
_VALUES = 20
_SHAPES = 6
_LONGEST = 80
_SHORT_LIST = 0.8
"""Frequent values are a list if they cover so many rows; otherwise they are a few of many texts, and stay hidden."""
_SURELY_NOT_PERSONAL = 0.7

_LEFT_OUT = "…"
_YEAR = re.compile(r"-?\d+")
_QUOTED = re.compile(r"(?<!\w)(['\"`])((?:\\.|(?!\1)[^\\]|\1(?=\w))+)\1(?!\w)", re.DOTALL)
"""Quoted text, as `repr` writes it, too; a sign inside of a word (`O'Brien`, `isn't`) begins and ends nothing."""
_LOOSE = re.compile(r"(?<!\w)['\"`]|['\"`](?!\w)")

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


def link_columns(
    doubts: Mapping[str, LinkDoubt],
    keys: Mapping[tuple[str, str], str],
    project: Project,
    profile: Profile,
    exposure: Exposure,
) -> Shown:
    """Columns by their ids, each with the keys that may be meant and how many of its values occur in them."""
    shown = []
    for number, doubt in doubts.items():
        candidates = []
        for each in doubt.candidates:
            entry = {"key": keys[each.ref_table, each.ref_column]}
            if exposure is not Exposure.SCHEMA:
                entry["occur"] = share(each.share, 1.0)
            candidates.append(entry)
        told = _summary(project, profile, doubt.table, doubt.column, exposure)
        shown.append({"id": number, "table": doubt.table, **told, "may_refer_to": candidates})
    return Shown(shown)


def link_keys(
    keys: Mapping[tuple[str, str], str], project: Project, profile: Profile, exposure: Exposure
) -> Shown:
    """The keys that may be referred to, with their ids."""
    return Shown(
        [
            {"id": number, "table": table, **_summary(project, profile, table, column, exposure)}
            for (table, column), number in keys.items()
        ]
    )


def fields(
    table: Table,
    facts: TableProfile | None,
    exposure: Exposure,
    ids: Mapping[str, str],
    made: Mapping[str, Any],
    told: Container[str],
) -> dict[str, Any]:
    """A table of a recipe: its columns, how the rules make those that are `told`, and the bare function of the others.

    A part of what `recipe_fields` shows.
    """
    shown = []
    for column in table.columns:
        generator = made.get(column.name)
        entry: dict[str, Any] = {"name": column.name, "type": str(column.type.value)}
        if column.name in ids:
            entry = {"id": ids[column.name]} | entry | {"meaning": column.meaning.value}
            if exposure is not Exposure.SCHEMA and facts is not None:
                entry |= _facts(column, _profile_of(facts, column.name))
                if column.name in told:
                    entry["made_by"] = _generator(column, generator)
        if "made_by" not in entry:
            entry["made_by"] = _call(generator)
        shown.append(entry)
    return {"table": table.name, "fields": shown}


def remark(text: str) -> Shown:
    """What a person says about fields that they want otherwise. It is theirs to say, but no instruction of ours."""
    return Shown(text)


def recipe_fields(tables: Sequence[dict[str, Any]]) -> Shown:
    """The tables that `fields` made."""
    return Shown(list(tables))


def repairs(faulty: Sequence[tuple[str, Table, str, str, Sequence[str]]]) -> Shown:
    """Fields that a model wrote: (id, table, column, generator, what is wrong). Nothing of it comes from the source."""
    return Shown(
        [
            {
                "id": number,
                "table": table.name,
                "name": column,
                "type": str(table.column(column).type.value),
                "personal": table.column(column).personal.value,
                "generator": generator,
                "findings": list(wrong),
            }
            for number, table, column, generator, wrong in faulty
        ]
    )


def finding(found: Finding, column: Column | None, known: frozenset[str]) -> Shown:
    """A finding: what it quotes is a shape unless it is a name that is `known` (of tables, columns, functions)."""
    shown: dict[str, Any] = {
        "code": found.code,
        "level": found.level.value,
        "message": _without_quoted(found.message, known),
        "hint": _without_quoted(found.hint, known),
    }
    if found.table:
        shown["table"] = found.table
    if column is not None:
        shown |= {"column": column.name, "type": str(column.type.value), "meaning": column.meaning.value}
        shown["personal"] = column.personal.value
    return Shown(shown)


def cases(told: Mapping[str, Mapping[str, Any]], exposure: Exposure, words: frozenset[str]) -> Shown:
    """Pieces of files by letter. Texts in `lines`, `first_row` and `row_below` stand there as they are under `rows`,
    else as shapes in which only `words` (in lower case) stand; all else was measured."""
    shown = []
    for letter, case in told.items():
        entry: dict[str, Any] = {"case": letter}
        for name, value in case.items():
            is_text = name in ("lines", "first_row", "row_below")
            entry[name] = [_line(text, exposure, words) for text in value] if is_text else value
        shown.append(entry)
    return Shown(shown)


def may_show_values(column: Column, profile: ColumnProfile | None) -> bool:
    """The column is a short list of values, and surely not personal: then those that k rows have may be shown."""
    if profile is None or not profile.top or not _surely_not_personal(column):
        return False
    return profile.top_rows >= _SHORT_LIST * max(1, profile.rows - profile.nulls)


def _surely_not_personal(column: Column) -> bool:
    decided = column.personal.origin in (Origin.HUMAN, Origin.DECLARED)
    return not column.personal.value and (decided or column.personal.confidence >= _SURELY_NOT_PERSONAL)


def known_values(column: Column, profile: ColumnProfile | None) -> frozenset[str]:
    """The values of a column that a model was or could have been shown under `profile`."""
    if profile is None or not may_show_values(column, profile):
        return frozenset()
    return frozenset(each.value for each in profile.top)


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
    if profile.is_hexadecimal:
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
        years = [_YEAR.match(moment) for moment in (found[0], found[-1])]
        facts["years"] = " to ".join(str(int(year[0])) for year in years if year)
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


def _profile_of(facts: TableProfile, name: str) -> ColumnProfile | None:
    return next((each for each in facts.columns if each.path == (name,)), None)


def _summary(
    project: Project, profile: Profile, table: str, column: str, exposure: Exposure
) -> dict[str, Any]:
    """One column in short; none of its values."""
    found = project.table(table).column(column)
    entry: dict[str, Any] = {"name": column, "type": str(found.type.value)}
    facts = next((each for each in profile.tables if each.table == table), None)
    if exposure is Exposure.SCHEMA or facts is None:
        return entry
    return entry | _facts(found, _profile_of(facts, column), values=False)


def _generator(column: Column, generator: Any) -> Any:
    """A drafted generator without anything that was taken from the source but shapes."""
    if isinstance(generator, Mapping):
        if "shapes" in generator and isinstance(generator["shapes"], Mapping):
            shapes = list(generator["shapes"])[:_SHAPES]
            return {
                **generator,
                "shapes": shapes if _surely_not_personal(column) else [masked(each) for each in shapes],
            }
        if any(name == "Synth.choice" for name in generator):
            return {"Synth.choice": _LEFT_OUT}
        return {name: _generator(column, each) for name, each in generator.items()}
    if isinstance(generator, (list, tuple)):
        return [_LEFT_OUT]
    return generator


def _call(generator: Any) -> str:
    """The bare function that makes a field."""
    if isinstance(generator, Mapping) and generator:
        name = str(next(iter(generator)))
        inner = generator[name]
        if name == "Synth.nullable" and isinstance(inner, Mapping):
            return f"{name} of {_call(inner.get('value'))}"
        return name
    return "null" if generator is None else "a value"


def _without_quoted(text: str, known: frozenset[str]) -> str:
    """What is quoted as shapes. Where quotation marks do not come in pairs, all from the first one on is quoted."""
    first = _LOOSE.search(text)
    if first and _LOOSE.search(_QUOTED.sub("", text)):
        return text[: first.start()] + masked(text[first.start() :])
    return _QUOTED.sub(lambda match: _quoted(match, known), text)


def _quoted(match: re.Match[str], known: frozenset[str]) -> str:
    sign, text = match[1], match[2]
    pieces = re.split(r"([^\w.]+)", text)
    kept = text in known or all(piece in known or not re.search(r"\w", piece) for piece in pieces)
    return f"{sign}{text if kept else masked(text)}{sign}"


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


def _line(text: str, exposure: Exposure, words: frozenset[str]) -> str:
    cut = text[: 4 * _LONGEST]
    return cut if exposure is Exposure.ROWS else _with_words(cut, words)


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
