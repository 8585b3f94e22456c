"""In which time zone a column's times are written: their offsets tell."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, timezone
from functools import cache

from synth_core.files.zone_names import ZONES, zone_of_names

_OFFSET = re.compile(r" ?\(?(?:GMT|UTC)? ?([+-])(\d{1,2})(?::?(\d{2}))?(?:\)| \([A-Za-z ]+\))?$")
_DIRECTIVE = re.compile(r"(%[:?-]?z)(\)| \([A-Za-z ]+\))?$")
_NAME = re.compile(
    rf"(?<![\w/])(?:{'|'.join(ZONES)}|[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)(?![\w/])"
)
_PREFERRED = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London", "Europe/Berlin",
    "Europe/Athens", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
"""Of zones with the same clocks those that most people know."""
_CHECKED = 200


def with_zone(text_format: str, texts: Collection[str]) -> str:
    """The format of times with an offset or a zone's name, with the zone of all texts: `%z[-05:00]`, `%Z[CET/CEST]`.

    As it was where they are of UTC, of no one zone, or of several offsets behind another form than ISO's.
    """
    if "|" in text_format or not texts:
        return text_format
    if "%Z" in text_format:
        named = [_NAME.search(text) for text in texts]
        zone = zone_of_names({name[0] for name in named if name}) if all(named) else ""
        return text_format.replace("%Z", f"%Z[{zone}]") if zone else text_format
    if not _DIRECTIVE.search(text_format):
        return text_format
    found = [_offset(text) for text in texts]
    known = [each for each in found if each is not None]
    offsets = set(known)
    if len(known) < len(found) or offsets == {timedelta()}:
        return text_format
    zone = _written(offsets.pop()) if len(offsets) == 1 else _zone(list(texts)[:_CHECKED])
    return _DIRECTIVE.sub(rf"\1[{zone}]\2", text_format) if zone else text_format


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.search(text.strip())
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if size >= timedelta(days=1):
        return None
    return -size if found[1] == "-" else size


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _zone(texts: Iterable[str]) -> str:
    """A region whose clocks showed all these times; empty where there is none, or they are in no ISO form."""
    moments = []
    for text in texts:
        try:
            clock = datetime.fromisoformat(_OFFSET.sub("", text.strip()))
        except ValueError:
            return ""
        moments.append(clock.replace(tzinfo=timezone(_offset(text) or timedelta())))
    return next((name for name in _regions() if _shows(zoneinfo.ZoneInfo(name), moments)), "")


def _shows(zone: zoneinfo.ZoneInfo, moments: Iterable[datetime]) -> bool:
    return all(moment.astimezone(zone).utcoffset() == moment.utcoffset() for moment in moments)


@cache
def _regions() -> tuple[str, ...]:
    known = zoneinfo.available_timezones()
    others = sorted(name for name in known if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return tuple(dict.fromkeys([*(name for name in _PREFERRED if name in known), *others]))
