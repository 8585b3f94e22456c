"""How one date or time is written: its parts, taken from the text."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

from synth_core.files.months import LANGUAGES, names_of
from synth_core.files.zone_names import ZONES
from synth_core.model.types import Kind

LONGEST = 90
_FEW_WORDS = 3
_MONTHS = {
    name.casefold() for language in LANGUAGES for letter in ("b", "B") for name in names_of(language, letter)
}
_NAME = r"[^\W\d_]{2,12}\.?"
_ENDING = "(?i:st|nd|rd|th)|er"
"""Behind a day in English, and behind the first one in French."""
_WEEKDAY = r"(?:(?P<w>[^\W\d_]{2,12}(?:-feira)?\.?)(?P<ws>,?\ ))?"
_DATE = rf"""(?:
    (?P<y1>\d{{4}})(?P<s1>[-/.:]|\.\ )(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>\d{{1,2}})(?P<e1>\.?)
  | (?P<a2>\d{{1,2}})(?P<s2>[-/.])(?P<b2>\d{{1,2}})(?P=s2)(?P<y2>\d{{4}}|\d{{2}})
  | (?P<d3>\d{{1,2}})(?P<o3>(?:{_ENDING})?)(?P<s3>[-/\ ]?|\.\ ?|\ de\ )(?P<n3>(?!(?:{_ENDING})\b){_NAME})
    (?P<t3>[-/\ ]|,\ |\ de\ |\ ')?(?P<y3>\d{{4}}|\d{{2}})(?P<u3>\ ?г\.)?
  | (?P<n4>{_NAME})\ (?P<d4>\ \d|\d{{1,2}})(?P<o4>(?:{_ENDING})?)(?P<s4>,?\ )(?P<y4>\d{{4}})
  | (?P<y5>\d{{4}})(?P<s5>[-/\ ])(?P<n5>{_NAME})(?P=s5)(?P<d5>\d{{1,2}})
  | (?P<c6>(?:19|20)\d{{6}})
  | (?P<y8>\d{{4}})年(?P<m8>\d{{1,2}})月(?P<d8>\d{{1,2}})日
)"""
_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<colon>:|\ ?h\ ?)(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:(?P<mark>[.,])(?P<fraction>\d{1,9}))?)?"
    r"(?P<half>\ ?[AaPp][Mm]|\ ?(?:[AP]\.M|[ap]\.\ ?m)\.)?(?P<word>\ Uhr)?"
)
_POINTS = (
    _CLOCK.replace(r"(?P<colon>:|\ ?h\ ?)", r"(?P<colon>\.)")
    .replace("(?::", r"(?:\.")
    .replace("?P<", "?P<p_")
)
"""As Oracle and DB2 write it behind a date."""
_GLUED = r"(?P<g_hour>\d{2})(?P<g_minute>\d{2})(?P<g_second>\d{2})?"
_ABBREVIATIONS = "|".join(ZONES)
_AHEAD = r"(?:GMT|UTC)\ ?[+-](?:\d{4}|\d{1,2}(?::\d{2})?)"
_SAID = r"\ \([A-Z][A-Za-z\ ]+\)"
"""A zone in words, as browsers write it behind an offset."""
_ZONE = (
    rf"(?P<zone>\ ?(?:Z|UTC|[+-]\d{{2}}(?::?\d{{2}})?(?:\ UTC)?|GMT|{_AHEAD}(?:{_SAID})?|\({_AHEAD}\))"
    rf"|\ \((?:{_ABBREVIATIONS})\)"
    rf"|\ (?:{_ABBREVIATIONS}|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?))"
)


def _renamed(pattern: str, prefix: str) -> str:
    return pattern.replace("?P<", f"?P<{prefix}")


_MOMENT = re.compile(
    rf"""(?:{_WEEKDAY}{_DATE}(?:(?P<join>\ {{1,2}}|T|,\ |:|-)(?:{_CLOCK}|{_POINTS}|{_GLUED}){_ZONE}?)?
    | (?P<w7>{_NAME})\ (?P<n7>{_NAME})\ (?P<d7>[\ \d]\d)\ {_renamed(_CLOCK, "c_")}
      (?P<zone7>\ (?:{_ABBREVIATIONS}|[+-]\d{{4}}))?\ (?P<y7>\d{{4}})(?P<zone8>\ [+-]\d{{4}})?
    | (?P<c9>(?:19|20)\d{{6}}){_renamed(_GLUED, "z_")}(?P<zone9>Z|[+-]\d{{4}})
    | {_renamed(_CLOCK, "t_")})""",
    re.VERBOSE,
)


_DIGIT = re.compile(r"\d")


@lru_cache
def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


@dataclass(frozen=True)
class Writing:
    """A way of writing, with `{a}` and `{b}` for the first and second number of a date of which one is the day;
    `{d}`, `{m}`, `{n}`, `{w}`, `{H}`, `{f}` for day, month, the names of month and weekday, hour and fraction."""

    template: str
    kind: Kind

    @property
    def has_two_orders(self) -> bool:
        """Day and month may stand in either order."""
        return "{a}" in self.template


@dataclass(frozen=True)
class Moment:
    """One text as a date or time. Numbers are kept as text; empty: there is none."""

    text: str
    writing: Writing
    year: str = ""
    first: str = ""
    second: str = ""
    """Day and month, in the order of the text where that is open, else the day first."""
    name: str = ""
    weekday: str = ""
    hour: str = ""
    fraction: str = ""
    half: str = ""
    is_clock: bool = True
    """The numbers of its time can be a time of day."""

    def is_date(self, month: int | str, day: str) -> bool:
        """There is such a day in its year."""
        number, year = int(month), int(self.year)
        return 1 <= number <= 12 and year > 0 and 1 <= int(day) <= _days_in(year, number)


@lru_cache(maxsize=1 << 14)
def read_text(text: str) -> Moment | None:
    """The text as a date or time; None: it looks like none."""
    if len(text) > LONGEST or _DIGIT.search(text) is None:
        return None
    match = _MOMENT.fullmatch(text)
    if match is None:
        inner = read_text(text[1:-1]) if text.startswith("[") and text.endswith("]") else None
        return _written(inner, f"[{inner.writing.template}]", inner.writing.kind) if inner else None
    part = {name: found or "" for name, found in match.groupdict().items()}
    if part["t_hour"]:
        return _with_clock(Moment(text, Writing("", Kind.TIME)), part, "t_", "")
    if part["y7"]:
        moment = _with_clock(
            _dated(text, "{w} {n} ", part, "7"),
            part,
            "c_",
            f"{_zone(part['zone7'])} %Y{_zone(part['zone8'])}",
        )
        day = _day("", part["d7"])
        kind = Kind.TIMESTAMP if part["zone7"] or part["zone8"] else Kind.DATETIME
        return _written(moment, moment.writing.template.replace("{n} ", f"{{n}} {day} ", 1), kind)
    if part["c9"]:
        return _with_clock(_compact(text, part["c9"], "", Kind.DATETIME), part, "z_g_", _zone(part["zone9"]))
    if part["e1"] and not part["s1"].startswith("."):
        return None
    moment = _date(text, part)
    if part["g_hour"]:
        prefix = "g_"
    elif part["hour"]:
        prefix = ""
    elif part["p_hour"]:
        prefix = "p_"
    else:
        return moment
    timed = _written(moment, moment.writing.template + part["join"].replace("  ", " "), Kind.DATETIME)
    timed = _with_clock(timed, part, prefix, _zone(part["zone"]))
    if part["join"] != "  ":
        return timed
    is_padded = len(timed.hour) == 1 and timed.half
    return (
        _written(timed, timed.writing.template.replace("{H}", "%l"), timed.writing.kind)
        if is_padded
        else None
    )


def _written(moment: Moment, template: str, kind: Kind) -> Moment:
    return Moment(**{**moment.__dict__, "writing": Writing(template, kind)})


def _dated(text: str, template: str, part: dict[str, str], form: str) -> Moment:
    year = part["y" + form]
    if len(year) == 2:
        year = f"{'19' if year >= '69' else '20'}{year}"
    return Moment(
        text,
        Writing(template, Kind.DATE),
        year,
        part.get("a" + form) or part["d" + form].strip(),
        part.get("b" + form) or part.get("m" + form, ""),
        part.get("n" + form, ""),
        part["w7"] if form == "7" else part["w"],
    )


def _compact(text: str, digits: str, before: str, kind: Kind) -> Moment:
    return Moment(text, Writing(f"{before}%Y%m%d", kind), digits[:4], digits[6:], digits[4:6])


def _date(text: str, part: dict[str, str]) -> Moment:
    before = "{w}" + part["ws"] if part["w"] else ""
    if part["c6"]:
        moment = _compact(text, part["c6"], before, Kind.DATE)
        return Moment(**{**moment.__dict__, "weekday": part["w"]})
    if part["y1"]:
        return _dated(text, f"{before}%Y{part['s1']}{{m}}{part['s1']}{{d}}{part['e1']}", part, "1")
    if part["y2"]:
        return _dated(text, f"{before}{{a}}{part['s2']}{{b}}{part['s2']}{_year(part['y2'])}", part, "2")
    if part["y3"]:
        return _dated(
            text,
            f"{before}{_day(part['o3'])}{part['s3']}{{n}}{part['t3']}{_year(part['y3'])}{part['u3']}",
            part,
            "3",
        )
    if part["y4"]:
        return _dated(text, f"{before}{{n}} {_day(part['o4'], part['d4'])}{part['s4']}%Y", part, "4")
    if part["y8"]:
        return _dated(text, f"{before}%Y年{{m}}月{{d}}日", part, "8")
    return _dated(text, f"{before}%Y{part['s5']}{{n}}{part['s5']}{{d}}", part, "5")


def _day(ordinal: str, number: str = "") -> str:
    if ordinal == "er":
        return "%-o"
    return "%o" if ordinal else "%e" if number.startswith(" ") else "{d}"


def _year(text: str) -> str:
    return "%Y" if len(text) == 4 else "%y"


def _with_clock(moment: Moment, part: dict[str, str], prefix: str, behind: str) -> Moment:
    hour, minute, second = (part[prefix + name] for name in ("hour", "minute", "second"))
    colon = part.get(prefix + "colon", "")
    half = part.get(prefix + "half", "")
    mark = part.get(prefix + "mark", "")
    seconds = f"{colon}%S{',' if mark == ',' else ''}{{f}}" if second else ""
    word = part.get(prefix + "word", "")
    written = f"{{H}}{colon}%M{seconds}{' ' * half.startswith(' ')}{_half(half.strip())}{word}"
    template = f"{moment.writing.template}{written}{behind}"
    kind = moment.writing.kind
    if kind is not Kind.TIME:
        kind = Kind.TIMESTAMP if behind else Kind.DATETIME
    fraction = part.get(prefix + "fraction", "")
    least, most = (1, 12) if half else (0, 23)
    is_clock = least <= int(hour) <= most and int(minute) < 60 and int(second or 0) < 60
    return Moment(
        **{
            **moment.__dict__,
            "writing": Writing(template, kind),
            "hour": hour,
            "fraction": fraction,
            "half": half,
            "is_clock": is_clock,
        }
    )


def _half(text: str) -> str:
    if "." in text:
        return "%:q" if " " in text else "%q" if text.islower() else "%^q"
    return "%P" if text.islower() else "%p" if text else ""


def _zone(text: str) -> str:
    offset = re.fullmatch(r"(.*?)([+-][\d:]+)(.*)", text)
    if offset:
        is_short = re.fullmatch(r"[+-](\d(:\d\d)?|[1-9]\d)", offset[2]) and re.search("GMT|UTC", offset[1])
        form = "%?z" if is_short else {3: "%-z", 5: "%z", 6: "%:z"}[len(offset[2])]
        return offset[1] + form + offset[3]
    name = text.strip(" ()")
    return text.replace(name, "%Z") if "/" in name or (name in ZONES and name not in ("UTC", "GMT")) else text


_ENDLESS = re.compile(r"\w{15,}")
_UNREAD_CLOCK = re.compile(r"(?<![:\w])\d{1,2}:\d{2}(?::\d{2})?(?![:\d])")


def resembles_moment(text: str) -> bool:
    """A time of day or a month's name beside numbers: a date perhaps, in a form that is not known."""
    if len(text) > LONGEST or not re.search(r"\d", text):
        return False
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    if _UNREAD_CLOCK.search(text):
        return True
    # Letters and digits without end are a hash, in which `dec` or `feb` stand by chance.
    return len(words) <= _FEW_WORDS and any(w in _MONTHS for w in words) and not _ENDLESS.search(text)
