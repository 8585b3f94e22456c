"""Dates, times and timestamps: the formats that a column's values may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from synth_core.files.moment_formats import moment_pattern
from synth_core.files.months import DAY_LETTERS, LANGUAGES, MONTH_LETTERS, names_of
from synth_core.model.types import Kind
from synth_core.stages.describe.candidates import Candidate
from synth_core.stages.describe.writings import Moment, Writing, read_text

_LOOKED_AT = 500
"""Different values that candidates are made from; every row is looked at afterwards."""
_COMPACT = {
    8: ("%Y%m%d", Kind.DATE),
    12: ("%Y%m%d%H%M", Kind.DATETIME),
    14: ("%Y%m%d%H%M%S", Kind.DATETIME),
}
_MOST = 0.5
"""A format that fewer of the sampled values have is not worth a question."""
_UNSURE = 0.8
_MOST_WAYS = 4
"""A column with more ways of writing dates is text."""
_OWN = {Kind.DATE: "%Y-%m-%d", Kind.TIME: "%H:%M:%S", Kind.DATETIME: "%Y-%m-%d %H:%M:%S"}
"""The types' own forms, which need not be named."""
_NOUN = {
    Kind.DATE: "dates",
    Kind.TIME: "times",
    Kind.DATETIME: "dates with times",
    Kind.TIMESTAMP: "timestamps",
}
_ISO_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6}0*)?)?"
_ISO = {
    Kind.TIME: _ISO_CLOCK,
    Kind.DATETIME: rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_ISO_CLOCK}",
    Kind.TIMESTAMP: rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_ISO_CLOCK} ?(?:Z|UTC|[+-]\d{{2}}(?::?\d{{2}})?)",
}


@dataclass(frozen=True)
class Moments:
    """What a sample says."""

    candidates: tuple[Candidate, ...]
    writings: int
    """Different ways of writing among them."""


def read_moments(values: Counter[str], least: float) -> Moments | None:
    """Candidates from a sample of a column, most specific first; None where less than this share of the values are
    dates or times."""
    if len(values) > _LOOKED_AT:
        values = Counter(dict(values.most_common(_LOOKED_AT)))
    total = values.total()
    if compact := _compact(values):
        return Moments((compact,), 1)
    missed = 0
    for text, count in values.items():
        if not read_text(text):
            missed += count
            if (total - missed) / total < least:
                return None
    found: Counter[Writing] = Counter()
    groups: dict[Writing, list[Moment]] = {}
    for text, count in values.most_common():
        if moment := read_text(text):
            found[moment.writing] += count
            groups.setdefault(moment.writing, []).append(moment)
    if all(writing.template == "%Y%m%d" for writing in found):
        return None
    found, groups = _padded(found, groups)
    usual = [writing for writing, _ in found.most_common()]
    candidates = list(_candidates(usual[0], groups[usual[0]], _MOST))
    kinds = {writing.kind for writing in found}
    if len(kinds) == 1:
        kind = kinds.pop()
        if kind in _ISO:
            # Zones of several sorts, seconds here and there: the plain form reads them all.
            words = f"{_NOUN[kind]} in ISO form" + (
                f", written in {len(usual)} ways" if len(usual) > 1 else ""
            )
            candidates.append(Candidate(kind, "", _ISO[kind], words, int(bool(candidates)), ways=len(usual)))
        if 1 < len(usual) <= _MOST_WAYS and found.total() == total:
            candidates += _mixed(usual, groups)
    return Moments(tuple(candidates), len(found))


def _padded(
    found: Counter[Writing], groups: dict[Writing, list[Moment]]
) -> tuple[Counter[Writing], dict[Writing, list[Moment]]]:
    """Where days or hours of one digit have a blank in front, or the first day is `1er`, the others, which don't show
    it, are written the same way."""
    blanks = [
        (blank, plain)
        for blank, plain in (("%e", "{d}"), ("%-o", "{d}"), ("%l", "{H}"))
        if any(blank in writing.template for writing in found)
    ]
    merged: Counter[Writing] = Counter()
    together: dict[Writing, list[Moment]] = {}
    for writing, count in found.items():
        template = writing.template
        for blank, plain in blanks:
            template = template.replace(plain, blank)
        same = Writing(template, writing.kind)
        merged[same] += count
        together.setdefault(same, []).extend(groups[writing])
    return merged, together


def is_month_first(text_format: str) -> bool | None:
    """Whether the month stands before the day in numbers; None for formats in which that is no question."""
    found = _order(text_format)
    return found[1] == "m" if found else None


def separator_of(text_format: str) -> str:
    """What stands between day and month where their order is a question."""
    found = _order(text_format)
    return found[2] if found else ""


def _order(text_format: str) -> re.Match[str] | None:
    return re.search(r"(?<!%Y[-/.])%-?([dm])([^%a-zA-Z])%-?(?!\1)[dm]", text_format)


def _compact(values: Counter[str]) -> Candidate | None:
    length = len(next(iter(values), ""))
    if length not in _COMPACT or any(len(text) != length for text in values):
        return None
    text_format, kind = _COMPACT[length]
    for text in values:
        clock = f"{text[:8]}T{text[8:]}" if length > 8 else text
        moment = read_text(clock)
        if moment is None or not text.isdecimal() or not _is_real(moment, ("d", "m"), {}):
            return None
    pattern = rf"(?:19|20)\d{{{length - 2}}}"
    return Candidate(kind, text_format, pattern, f"{_NOUN[kind]} written as {text_format}")


def _candidates(writing: Writing, moments: Sequence[Moment], least: float) -> Iterator[Candidate]:
    """Formats in which so large a share of the sampled values are dates: one for each order of day and month. Rank 1:
    with all numbers as they come, should later rows be so."""
    if not _is_plausible(writing, moments):
        return
    language, letters = _names(moments)
    if language is None:
        return
    months = _months(language, letters)
    orders = (("d", "m"), ("m", "d")) if writing.has_two_orders else (("d", "m"),)
    shown = _signs(writing, moments)
    for loose, order in product((False, True), orders):
        signs = {} if loose else shown
        if loose and "" not in shown.values():
            continue
        text_format = _format(writing, order, signs, language, letters, moments)
        if sum(_is_real(moment, order, months) for moment in moments) >= least * len(moments):
            plain = "" if text_format in _OWN.values() else text_format
            words = (
                f"{_NOUN[writing.kind]} written as {text_format}"
                if plain
                else f"{_NOUN[writing.kind]} in ISO form"
            )
            # Of versions such as 13.4.11 a short column may look like this by chance, and 7h30 may be so long.
            sure = _UNSURE if re.search(r"%-.\.%-.\.%y|%-?H ?h ?%M", text_format) else 1.0
            yield Candidate(writing.kind, plain, moment_pattern(text_format), words, int(loose), sure=sure)


def _months(language: str, letters: dict[str, str]) -> dict[str, int]:
    names = names_of(language, letters["n"].strip("^.")) if "n" in letters else ()
    return {name.casefold(): number for number, name in enumerate(names, 1)}


def _mixed(usual: Sequence[Writing], groups: dict[Writing, list[Moment]]) -> Iterator[Candidate]:
    """All ways of writing together; where one of them may have the day or the month first, one candidate for each."""
    ways = [[c for c in _candidates(writing, groups[writing], 1.0) if not c.rank] for writing in usual]
    for is_first in (False, True):
        chosen = []
        for options in ways:
            fitting = [o for o in options if is_month_first(o.format) in (None, is_first)] or (
                options if len(options) == 1 else []
            )
            if not fitting:
                return
            chosen.append(fitting[0].format or _OWN[fitting[0].kind])
        kind = usual[0].kind
        text_format = "|".join(chosen)
        words = f"{_NOUN[kind]} written in {len(chosen)} ways ({', '.join(chosen)})"
        yield Candidate(kind, text_format, moment_pattern(text_format), words, 1, ways=len(chosen))
        if all(len(options) == 1 for options in ways):
            return


def _is_plausible(writing: Writing, moments: Sequence[Moment]) -> bool:
    """Versions such as 3.11.27 could be days of short years; but then no day would ever be above the ninth."""
    if "{a}.{b}.%y" not in writing.template or len(moments) < 3:
        return True
    is_padded = any(part.startswith("0") for m in moments for part in (m.first, m.second))
    return is_padded or any(len(m.first) > 1 for m in moments)


def _is_real(moment: Moment, order: tuple[str, str], months: dict[str, int]) -> bool:
    """There is such a day and such a time."""
    if not moment.is_clock:
        return False
    if not moment.year:
        return True
    if moment.name:
        return moment.is_date(months[_bare(moment.name, months)], moment.first)
    day, month = (moment.first, moment.second) if order[0] == "d" else (moment.second, moment.first)
    return moment.is_date(month, day)


def _bare(name: str, months: dict[str, int]) -> str:
    lower = name.casefold()
    return lower if lower in months else lower.rstrip(".")


def _names(moments: Sequence[Moment]) -> tuple[str | None, dict[str, str]]:
    """The language of the names of months and weekdays, and their directives; None: they are no such names."""
    wanted = {"n": [m.name for m in moments if m.name], "w": [m.weekday for m in moments if m.weekday]}
    wanted = {key: names for key, names in wanted.items() if names}
    for language in LANGUAGES:
        letters: dict[str, str] = {}
        for key, names in wanted.items():
            for letter in MONTH_LETTERS if key == "n" else DAY_LETTERS:
                if directive := _directive(names, language, letter):
                    letters[key] = directive
                    break
        if letters.keys() == wanted.keys():
            return language, letters
    return None, {}


def _directive(names: Sequence[str], language: str, letter: str) -> str:
    """`b`, or `^b` where they are in capitals; `b.` where a point follows each; empty: they are others."""
    known = {name.casefold() for name in names_of(language, letter)}
    for end in ("", "."):
        bare = [name.removesuffix(end) for name in names if name.endswith(end)]
        if len(bare) == len(names) and {name.casefold() for name in bare} <= known:
            is_upper = all(name.isupper() for name in bare)
            return ("^" if is_upper else "") + letter + end
    return ""


def _signs(writing: Writing, moments: Sequence[Moment]) -> dict[str, str]:
    """Which numbers are written without leading zeros: `-`. Those of a date that never show it are as the others."""
    date = [[m.first for m in moments]] + (
        [] if any(m.name for m in moments) else [[m.second for m in moments]]
    )
    shown = [_sign(numbers) for numbers in date]
    common = "-" if "-" in shown and "" not in shown else ""
    first, second = [common if sign is None else sign for sign in (*shown, None)[:2]]
    hour = _sign([m.hour for m in moments])
    signs = {"H": hour or ""} if "{H}" in writing.template else {}
    if "{a}" in writing.template:
        signs |= {"a": first, "b": second}
    if "{d}" in writing.template:
        signs |= {"d": first}
    return signs | ({"m": second} if "{m}" in writing.template else {})


def _sign(numbers: Sequence[str]) -> str | None:
    if any(len(number) == 1 for number in numbers):
        return "-"
    return "" if any(number.startswith("0") for number in numbers) else None


def _format(
    writing: Writing,
    order: tuple[str, str],
    signs: dict[str, str],
    language: str,
    letters: dict[str, str],
    moments: Sequence[Moment],
) -> str:
    hour = "I" if re.search(r"%[\^:]?[pPq]", writing.template) else "H"

    def sign(name: str) -> str:
        return signs.get(name, "-")

    def name(key: str) -> str:
        directive = letters.get(key, "")
        return f"%{directive}" if directive else ""

    text = writing.template.format(
        a=f"%{sign('a')}{order[0]}",
        b=f"%{sign('b')}{order[1]}",
        d=f"%{sign('d')}d",
        m=f"%{sign('m')}m",
        n=name("n"),
        w=name("w"),
        H=f"%{sign('H')}{hour}",
        f=_fraction(writing, moments),
    )
    return f"[{language}]{text}" if language else text


def _fraction(writing: Writing, moments: Sequence[Moment]) -> str:
    lengths = {len(moment.fraction) for moment in moments}
    point = "" if "%S,{f}" in writing.template else "."
    if lengths == {0}:
        return ""
    if len(lengths) > 1:
        return "%?f" if point else "%f"
    digits = lengths.pop()
    return f"{point}%f" if digits == 6 else f"{point}%{digits}f"
