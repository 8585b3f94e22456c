"""Formats of dates and times: one notation, what its directives mean, and what DuckDB needs made of it.

`Column.format` holds strptime directives that Python and DuckDB share (`%d.%m.%Y`, `%H:%M:%S%z`), and of our own:
- `%-d`, `%-m`, `%-H`, `%-I` …: numbers without leading zeros. Reading accepts both; the sign matters when writing.
- `%3f`: a fraction of so many digits; `%f` has six; `%?f` with its point, as many as needed, nothing where it is zero.
- `%z` is `+0200`, `%:z` `+02:00`, `%-z` `+02` (with minutes where there are some), `%?z` `+2`; `%z[-05:00]`,
  `%z[Europe/Berlin]`: in this zone, without one in UTC.
- `%Z`: a region such as `Europe/Berlin`, or one of the `ZONES`; `%Z[CET]`, `%Z[CET/CEST]`, `%Z[Europe/Berlin]`: so,
  without one `UTC`.
- `%o`: the day as an English ordinal: `1st`, `22nd`; `%-o`: as in French, `1er`, `2`.
- `%e`, `%l`: the day, and the hour of twelve, with a blank in place of a leading zero.
- `%q`, `%^q`, `%:q`: `a.m.`, `A.M.` and `a. m.`.
- `%^b`, `%^B`, `%^a`, `%^A`: names in capitals; `%h`: short names of months with points; `%P`: `am` and `pm`.
- `[de]%d. %B %Y`: names in another language than English.
- `%d/%m/%Y|%Y-%m-%d`: written in several ways; reading takes the one that a value looks like, writing the first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from synth_core.files.months import DAY_LETTERS, ENGLISH, LANGUAGES, MONTH_LETTERS, NAME_LETTERS, names_of
from synth_core.files.sql import literal
from synth_core.files.zone_names import ZONES

DIRECTIVE = re.compile(r"%([-^:?]?)([1-9]?)([A-Za-z%])(?:(?<=[zZ])\[([\w+:/-]+)\])?")
_LANGUAGE = re.compile(rf"\[({'|'.join(filter(None, LANGUAGES))})\]")
_KEPT_DIGITS = 6
"""Digits after the second that BigQuery and DuckDB keep."""
_DIGITS = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "I": r"\d{2}", "M": r"\d{2}",
    "S": r"\d{2}", "j": r"\d{3}", "e": r"[ \d]\d", "l": r"[ \d]\d", "p": "[AaPp][Mm]", "P": "[AaPp][Mm]",
    "q": r"[AaPp]\. ?[Mm]\.",
    "z": r"(?:Z|[+-]\d{2}(?::?\d{2})?)", "Z": r"[A-Za-z][A-Za-z_/]*", "%": "%",
    "o": "[0-3]?[0-9](?:st|nd|rd|th|ST|ND|RD|TH)", "T": r"\d{2}:\d{2}:\d{2}", "F": r"\d{4}-\d{2}-\d{2}",
}  # fmt: skip

_READ_AS = {"P": "%p", "q": "%p", "h": "%b", "e": "%-d", "o": "%-d", "l": "%-I"}


class Directive(NamedTuple):
    """One directive, or a text that stands for itself where `letter` is empty."""

    letter: str
    flag: str = ""
    digits: int = 0
    text: str = ""
    zone: str = ""
    """Of an offset: the zone in which times are written, UTC where it is empty."""


class MomentFormat(NamedTuple):
    """One way to write a date or time."""

    language: str
    parts: tuple[Directive, ...]

    @property
    def letters(self) -> str:
        """Those of its directives."""
        return "".join(part.letter for part in self.parts)

    @property
    def zone(self) -> str:
        """Where times with an offset are written; empty is UTC."""
        return next((part.zone for part in self.parts if part.zone), "")

    @property
    def has_offset(self) -> bool:
        """Values say themselves where in the world their clock stood."""
        return bool({"z", "Z"} & set(self.letters))


@cache
def moment_formats(text_format: str) -> tuple[MomentFormat, ...]:
    """A date or time column's `Column.format`, taken apart: the ways that its values are written in."""
    return tuple(_parsed(one) for one in text_format.split("|"))


def _parsed(text: str) -> MomentFormat:
    named = _LANGUAGE.match(text)
    parts: list[Directive] = []
    end = named.end() if named else 0
    for found in DIRECTIVE.finditer(text, end):
        if found.start() > end:
            parts.append(Directive("", text=text[end : found.start()]))
        parts.append(Directive(found[3], found[1], int(found[2] or 0), found[0], found[4] or ""))
        end = found.end()
    if end < len(text):
        parts.append(Directive("", text=text[end:]))
    return MomentFormat(named[1] if named else ENGLISH, tuple(parts))


def moment_pattern(text_format: str) -> str:
    """What a value in this format looks like, for Python and for DuckDB: closer than strptime, which takes `24` for
    a year of four digits."""
    patterns = [
        "".join(_pattern(part, each.language) for part in each.parts) for each in moment_formats(text_format)
    ]
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def _pattern(part: Directive, language: str) -> str:
    letter = part.letter
    if not letter:
        return re.escape(part.text)
    if letter == "f":
        return (
            r"(?:\.\d{1,9})?" if part.flag == "?" else rf"\d{{{part.digits}}}" if part.digits else r"\d{1,9}"
        )
    if letter in NAME_LETTERS:
        return f"(?i:{'|'.join(map(re.escape, names_of(language, letter)))})"
    if part.flag == "-" and letter == "o":
        return r"(?:1er|\d{1,2})"
    if part.flag == "?" and letter == "z":
        return r"[+-]\d{1,2}(?::\d{2})?"
    if part.flag == "-" and letter in "dmHIMSj":
        return r"\d{1,3}" if letter == "j" else r"\d{1,2}"
    return _DIGITS.get(letter, r".+")


def read_moment(sql: str, one: MomentFormat) -> str:
    """SQL that reads the text `sql` by the format: a TIMESTAMP (TIMESTAMPTZ with an offset), NULL if it does not fit.
    Digits behind the sixth of a fraction are left out."""
    if one.parts and one.parts[-1].letter == "z":
        # DuckDB's %z knows offsets only.
        sql = f"regexp_replace({sql}, '[Zz]$', '+00:00')"
    for part in one.parts:
        if part.letter == "f" and (part.digits > _KEPT_DIGITS or part.digits == 0):
            sql = rf"regexp_replace({sql}, '(\d\d[.,]\d{{{_KEPT_DIGITS}}})\d+', '\1')"
        elif part.letter in ("e", "l"):
            sql = f"replace({sql}, '  ', ' ')"
        elif part.letter == "q":
            sql = rf"regexp_replace({sql}, '([AaPp])\. ?([Mm])\.', '\1\2')"
        elif part.letter == "z" and part.flag == "?":
            sql = rf"regexp_replace({sql}, '([+-])(\d)(:\d\d)?(\D?)$', '\10\2\3\4')"
        elif part.letter == "Z":
            sql = _with_offset(sql)
        elif part.letter == "o":
            sql = rf"regexp_replace({sql}, '(\d)(?i:st|nd|rd|th|er)', '\1')"
        elif one.language and part.letter in NAME_LETTERS:
            sql = _in_numbers(sql, part.letter, one.language)
    whole = literal("".join(_strptime(part, one.language) for part in one.parts))
    value = f"try_strptime({sql}, {whole})"
    if any(part.letter == "f" and part.flag == "?" for part in one.parts):
        without = literal("".join(_strptime(part, one.language) for part in one.parts if part.letter != "f"))
        value = f"coalesce({value}, try_strptime({sql}, {without}))"
    if one.language:
        value = f"CASE WHEN regexp_full_match({sql}, {literal(_after_names(one))}) THEN {value} END"
    return value


def _with_offset(sql: str) -> str:
    """Abbreviations as offsets; DuckDB would have `CET` an hour earlier in summer."""
    zone = literal(rf"\b({'|'.join(ZONES)})\b")
    offsets = ", ".join(f"'{name}': 'GMT{offset}'" for name, offset in ZONES.items())
    found = f"MAP {{{offsets}}}[regexp_extract({sql}, {zone})]"
    return f"regexp_replace({sql}, {zone}, coalesce({found}, ''))"


def _in_numbers(sql: str, letter: str, language: str) -> str:
    """Months as two digits, since DuckDB knows English names only; weekdays, which say nothing new, as `-`."""
    names = names_of(language, letter)
    if letter in DAY_LETTERS:
        longest_first = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        return f"regexp_replace({sql}, {literal(f'(?i:{longest_first})')}, '-')"
    for number, name in sorted(enumerate(names, 1), key=lambda each: -len(each[1])):
        sql = f"regexp_replace({sql}, {literal(f'(?i){re.escape(name)}')}, '{number:02}')"
    return sql


def _after_names(one: MomentFormat) -> str:
    stands = {**dict.fromkeys(MONTH_LETTERS, r"\d{2}"), **dict.fromkeys(DAY_LETTERS, "-")}
    stands["o"] = r"\d{1,2}"  # without its ending
    return "".join(stands.get(part.letter) or _pattern(part, one.language) for part in one.parts)


def _strptime(part: Directive, language: str) -> str:
    letter = part.letter
    if not letter:
        return part.text
    if letter == "f":
        return ".%f" if part.flag == "?" else "%f"
    if language and letter in MONTH_LETTERS:
        return "%m"
    if language and letter in DAY_LETTERS:
        return "-"
    if letter in _READ_AS:
        return _READ_AS[letter]
    return f"%-{letter}" if part.flag == "-" and letter != "z" else f"%{letter}"
