"""Whether a way to write values can be one of a type."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from synth_core.files.formats import number_format
from synth_core.files.moment_formats import moment_formats
from synth_core.files.zone_names import clock_of
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, BigQueryType, Kind

_DATE = "dmyYbBhjaAeo"
_TIME = "HIlMSfpPq"
_ZONE = "zZ"
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}")
_KNOWN = {
    Kind.DATE: _DATE,
    Kind.TIME: _TIME,
    Kind.DATETIME: _DATE + _TIME,
    Kind.TIMESTAMP: _DATE + _TIME + _ZONE,
}
_NEEDED = {Kind.DATE: "yY", Kind.TIME: "HIl", Kind.DATETIME: "yY", Kind.TIMESTAMP: "yY"}


def format_fault(type: BigQueryType, text: str) -> str:
    """Why it can't be; empty when it can, and where there is none: then values are plain."""
    if not text:
        return ""
    kind = type.kind
    if kind in TEMPORAL_KINDS:
        return _moment_fault(kind, text)
    if kind in NUMERIC_KINDS:
        written = number_format(text)
        if written is not None and written.exponent and kind is not Kind.FLOAT64:
            return "only a FLOAT64 is written with an exponent"
        return "" if written else "a number is written like `#`, `#.00` or `$#`"
    if kind is Kind.BOOL:
        words = text.lower().split("|")
        fits = len(words) == 2 and all(words) and words[0] != words[1]
        return "" if fits else "a BOOL is written in two words, like `Y|N`"
    if kind is Kind.BYTES:
        return "" if text in ("hex", "base64") else "bytes are written in `hex` or `base64`"
    return f"{kind} is always written plainly"


def _moment_fault(kind: Kind, text: str) -> str:
    for way in moment_formats(text):
        used = set(way.letters) - {"%"}
        if unknown := sorted(used - set(_KNOWN[kind])):
            return f"{kind} has no `%{unknown[0]}`"
        if any("%" in part.text for part in way.parts if not part.letter):
            return "a `%` that stands for itself is written `%%`"
        clock = clock_of(way.zone)
        if clock and not _OFFSET.fullmatch(clock) and clock not in available_timezones():
            return f"the time zone {way.zone!r} is not known; write one such as [Europe/Berlin] or [-05:00]"
        if not used & set(_NEEDED[kind]):
            needed = _NEEDED[kind][-1] if kind is not Kind.TIME else "H"
            return f"{kind} needs `%{needed}`, like {_EXAMPLES[kind]}"
    return ""


_EXAMPLES = {
    Kind.DATE: "`%d.%m.%Y`",
    Kind.TIME: "`%H:%M`",
    Kind.DATETIME: "`%Y-%m-%d %H:%M:%S`",
    Kind.TIMESTAMP: "`%Y-%m-%dT%H:%M:%SZ`",
}
