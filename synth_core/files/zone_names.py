"""Time zones by their abbreviations."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

ZONES = {
    "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00",
    "PST": "-08:00", "PDT": "-07:00", "AKST": "-09:00", "AKDT": "-08:00", "HST": "-10:00", "WET": "+00:00",
    "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00", "CEST": "+02:00", "MEZ": "+01:00", "MESZ": "+02:00",
    "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "SAST": "+02:00", "JST": "+09:00", "KST": "+09:00",
    "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00", "UTC": "+00:00", "GMT": "+00:00",
}  # fmt: skip
"""Abbreviations that stand for one offset each, whatever the season. Those of several zones, such as IST, are none."""

_SEASONS = {
    ("EST", "EDT"): "America/New_York", ("CST", "CDT"): "America/Chicago", ("MST", "MDT"): "America/Denver",
    ("PST", "PDT"): "America/Los_Angeles", ("AKST", "AKDT"): "America/Anchorage", ("GMT", "BST"): "Europe/London",
    ("WET", "WEST"): "Europe/Lisbon", ("CET", "CEST"): "Europe/Berlin", ("MEZ", "MESZ"): "Europe/Berlin",
    ("EET", "EEST"): "Europe/Athens", ("AEST", "AEDT"): "Australia/Sydney", ("NZST", "NZDT"): "Pacific/Auckland",
}  # fmt: skip
"""Abbreviations of winter and summer, and a region whose clocks change between them."""
_NAMES = {"/".join(pair): region for pair, region in _SEASONS.items()}


def zone_of_names(names: set[str]) -> str:
    """The zone of times that have these abbreviations or this region: `CET`, `CET/CEST`, `Europe/Berlin`; empty where
    they are of several zones."""
    if len(names) == 1:
        return next(iter(names))
    return next(("/".join(pair) for pair in _SEASONS if set(pair) == names), "")


def clock_of(zone: str) -> str:
    """The offset or region by which the clocks go of a zone that a format names: `+01:00` of `CET`."""
    return ZONES.get(zone) or _NAMES.get(zone, zone)


def names_at(offsets: pa.Array, zone: str) -> pa.Array | str:
    """The zone's name at each offset in minutes."""
    if zone not in _NAMES:
        return zone
    winter, summer = zone.split("/")
    hours, minutes = map(int, ZONES[winter][1:].split(":"))
    is_winter = pc.equal(offsets, int(f"{ZONES[winter][0]}{60 * hours + minutes}"))
    return pc.if_else(is_winter, winter, summer)
