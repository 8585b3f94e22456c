"""Dates, times and timestamps: the strptime formats that a column's values may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from synth_core.files.formats import python_strptime
from synth_core.model.types import Kind
from synth_core.stages.describe.candidates import Candidate

_MONTH = r"[A-Za-z]{3,9}"
_DATE = rf"""(?:
    (?P<y1>\d{{4}})(?P<s1>[-/.])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})
  | (?P<a2>\d{{1,2}})(?P<s2>[-/.])(?P<b2>\d{{1,2}})(?P=s2)(?P<y2>\d{{4}}|\d{{2}})
  | (?P<d3>\d{{1,2}})(?P<s3>[-/\ ]?)(?P<n3>{_MONTH})(?P<t3>[-/\ ]|,\ )?(?P<y3>\d{{4}}|\d{{2}})
  | (?P<n4>{_MONTH})\ (?P<d4>\d{{1,2}})(?P<s4>,?\ )(?P<y4>\d{{4}})
)"""
_CLOCK = r"(?P<hour>\d{1,2}):\d{2}(?P<sec>:\d{2}(?P<frac>\.\d{1,6})?)?(?P<half>\ ?[AaPp][Mm])?"
_ZONE = r"(?P<zone>\ ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))"
_MOMENT = re.compile(
    rf"(?:{_DATE}(?:(?P<join>\ |T|,\ ){_CLOCK}{_ZONE}?)?|{_CLOCK.replace('?P<', '?P<t_')})", re.VERBOSE
)
_LOOKED_AT = 500
"""Different values that candidates are made from; every row is looked at afterwards."""
_COMPACT = {8: ("%Y%m%d", Kind.DATE), 14: ("%Y%m%d%H%M%S", Kind.DATETIME)}

_PATTERNS = {
    "%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{2}", "%d": r"\d{2}", "%H": r"\d{2}", "%I": r"\d{2}",
    "%M": r"\d{2}", "%S": r"\d{2}", "%f": r"\d{1,6}", "%p": "[AaPp][Mm]", "%z": r"(?:Z|[+-]\d{2}:?\d{2})",
    "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]{3,9}",
    "%-d": r"\d{1,2}", "%-m": r"\d{1,2}", "%-H": r"\d{1,2}", "%-I": r"\d{1,2}",
}  # fmt: skip
_PLAIN = {"%Y-%m-%d", "%H:%M:%S", "%Y-%m-%d %H:%M:%S"}
"""Formats that need not be named: the types' own forms."""
_NOUN = {
    Kind.DATE: "dates",
    Kind.TIME: "times",
    Kind.DATETIME: "dates with times",
    Kind.TIMESTAMP: "timestamps",
}
_ISO_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,6})?"
_ISO = {
    Kind.TIME: _ISO_CLOCK,
    Kind.DATETIME: rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_ISO_CLOCK}",
    Kind.TIMESTAMP: rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_ISO_CLOCK} ?(?:Z|UTC|[+-]\d{{2}}(?::?\d{{2}})?)",
}


@dataclass(frozen=True)
class Writing:
    """How one date or time is written, day and month apart. `{a}` and `{b}` stand for the first and second
    number of a date of which one is the day, `{d}`, `{m}`, `{n}`, `{H}` for day, month, month's name, hour."""

    template: str
    kind: Kind


@dataclass(frozen=True)
class Moments:
    """What a sample says: candidates, and how far they agree."""

    candidates: tuple[Candidate, ...]
    share: float
    """Of all sampled values that are dates or times."""
    writings: int
    """Different ways of writing among them."""


def is_moment(text: str) -> bool:
    """The text looks like a date, a time or both."""
    return len(text) <= 40 and _MOMENT.fullmatch(text) is not None


def read_moments(values: Counter[str]) -> Moments:
    """Candidates from a sample of a column, most specific first."""
    values = Counter(dict(values.most_common(_LOOKED_AT)))
    total = values.total()
    if compact := _compact(values):
        return Moments((compact,), 1.0, 1)
    found: Counter[Writing] = Counter()
    matches: dict[Writing, list[re.Match[str]]] = {}
    for text, count in values.items():
        match = _MOMENT.fullmatch(text) if len(text) <= 40 else None
        if match:
            writing = _writing(match)
            found[writing] += count
            matches.setdefault(writing, []).append(match)
    if not found:
        return Moments((), 0.0, 0)
    candidates = [c for writing, _ in found.most_common(1) for c in _candidates(writing, matches[writing])]
    kinds = {writing.kind for writing in found}
    if len(kinds) == 1 and (kind := kinds.pop()) in _ISO:
        # Fractions here and there, or zones of several sorts: the plain form reads them all.
        candidates.append(
            Candidate(kind, "", _ISO[kind], f"{_NOUN[kind]} in ISO form", int(bool(candidates)))
        )
    return Moments(tuple(candidates), found.total() / total, len(found))


def is_month_first(text_format: str) -> bool | None:
    """Whether the month stands before the day; None for formats in which that is no question."""
    if re.match(r"%-?d.%-?m", text_format):
        return False
    return True if re.match(r"%-?m.%-?d", text_format) else None


def _compact(values: Counter[str]) -> Candidate | None:
    lengths = {len(text) for text in values}
    if len(lengths) != 1 or (length := lengths.pop()) not in _COMPACT:
        return None
    text_format, kind = _COMPACT[length]
    for text in values:
        if not re.fullmatch(r"(?:19|20)\d+", text, re.ASCII):
            return None
        try:
            datetime.strptime(text, text_format)
        except ValueError:
            return None
    pattern = rf"(?:19|20)\d{{{length - 2}}}"
    return Candidate(kind, text_format, pattern, f"{_NOUN[kind]} written as {text_format}")


def _writing(match: re.Match[str]) -> Writing:
    part = match.groupdict()
    if part["t_hour"]:
        return Writing(_clock(part, "t_"), Kind.TIME)
    if part["y1"]:
        date = f"%Y{part['s1']}{{m}}{part['s1']}{{d}}"
    elif part["y2"]:
        date = f"{{a}}{part['s2']}{{b}}{part['s2']}{_year(part['y2'])}"
    elif part["y3"]:
        date = f"{{d}}{part['s3']}{{n}}{part['t3'] or ''}{_year(part['y3'])}"
    else:
        date = f"{{n}} {{d}}{part['s4']}%Y"
    if not part["hour"]:
        return Writing(date, Kind.DATE)
    zone = part["zone"] or ""
    if zone.strip()[:1] in ("+", "-"):
        zone = " %z" if zone.startswith(" ") else "%z"
    return Writing(date + part["join"] + _clock(part, "") + zone, Kind.TIMESTAMP if zone else Kind.DATETIME)


def _year(text: str) -> str:
    return "%Y" if len(text) == 4 else "%y"


def _clock(part: dict[str, str | None], prefix: str) -> str:
    half = part[f"{prefix}half"] or ""
    seconds = ":%S" if part[f"{prefix}sec"] else ""
    fraction = ".%f" if part[f"{prefix}frac"] else ""
    return f"{{H}}:%M{seconds}{fraction}" + (half[:-2] + "%p" if half else "")


def _candidates(writing: Writing, matches: list[re.Match[str]]) -> Iterable[Candidate]:
    names = [match["n3"] or match["n4"] for match in matches]
    month_name = "%b" if all(len(name or "") == 3 for name in names) else "%B"
    orders = (("d", "m"), ("m", "d")) if "{a}" in writing.template else (("", ""),)
    hour = "I" if "%p" in writing.template else "H"
    is_padded = False
    for sign in ("", "-"):
        for a, b in orders:
            text_format = writing.template.format(
                a=f"%{sign}{a}",
                b=f"%{sign}{b}",
                d=f"%{sign}d",
                m=f"%{sign}m",
                n=month_name,
                H=f"%{sign}{hour}",
            )
            pattern = _pattern(text_format)
            if all(re.fullmatch(pattern, match[0], re.ASCII) for match in matches) and _readable(
                text_format, matches
            ):
                plain = "" if text_format in _PLAIN else text_format
                words = f"written as {text_format}" if plain else "in ISO form"
                rank = int(bool(sign) and is_padded)
                is_padded = is_padded or not sign
                yield Candidate(writing.kind, plain, pattern, f"{_NOUN[writing.kind]} {words}", rank)


def _readable(text_format: str, matches: list[re.Match[str]]) -> bool:
    for match in matches:
        try:
            datetime.strptime(match[0], python_strptime(text_format))
        except ValueError:
            return False
    return True


def _pattern(text_format: str) -> str:
    parts = re.split(r"(%-?[A-Za-z])", text_format)
    return "".join(_PATTERNS.get(part, re.escape(part)) for part in parts)
