"""The Faker providers that a recipe may use, each with its arguments.

Written down, not asked of Faker: a provider that a later version brings is refused until somebody has looked
at it. Left out are those that give no single value (lists, tuples, files, bytes), that differ from run to run
(`uuid1`), that make real people's addresses (`realistic_maybe_real_email`), or that evaluate a template
(`pystr_format`); and arguments that give bytes, call something, or are a format string (`placeholder_url`).
"""

from __future__ import annotations

from synth_core.model.types import Kind
from synth_core.recipe.catalogue.declaration import Declaration
from synth_core.recipe.catalogue.providers import business, internet, numbers, people, places, texts, times
from synth_core.recipe.catalogue.providers.declare import declare

_STRING = frozenset({Kind.STRING})
_TEXT = _STRING | {Kind.BYTES}
_DIGITS = _STRING | {Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64}
_REALS = _STRING | {Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64}
_DATES = _STRING | {Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP}

PROVIDERS: dict[str, Declaration] = {
    entry.name.removeprefix("fake."): entry
    for entries in (
        declare("people", _TEXT, people.TEXTS),
        declare("people", _DATES, people.DATES),
        declare("places", _TEXT, places.TEXTS),
        declare("places", _DIGITS, places.DIGITS),
        declare("places", _REALS, places.REALS),
        declare("business", _TEXT, business.TEXTS),
        declare("business", _DIGITS, business.DIGITS),
        declare("internet", _TEXT, internet.TEXTS),
        declare("internet", _DIGITS, internet.DIGITS),
        declare("words and colours", _TEXT, texts.TEXTS),
        declare("words and colours", _STRING, texts.MIXED),
        declare("numbers", _DIGITS, numbers.DIGITS),
        declare("numbers", _STRING | {Kind.BOOL}, numbers.FLAGS),
        declare("numbers", _REALS, numbers.REALS),
        declare("numbers", _STRING | {Kind.FLOAT64}, numbers.WIDE),
        declare("dates and times", _DATES, times.DATES),
        declare("dates and times", _STRING | {Kind.TIME}, times.TIMES),
        declare("dates and times", _REALS, times.REALS),
        declare("dates and times", _DIGITS, times.DIGITS),
        declare("dates and times", _TEXT, times.TEXTS),
    )
    for entry in entries
}
_SPELLINGS = {spelling: name for name in PROVIDERS for spelling in (name.replace("_", ""), name)}


def find_provider(name: str) -> Declaration | None:
    """By any spelling that Snowfakery takes: `first_name`, `firstname`, `FirstName`."""
    known = _SPELLINGS.get(name.lower())
    return PROVIDERS[known] if known else None


def spellings(like: str) -> list[str]:
    """All provider names, written in the manner of `like`: `first_name` or `FirstName`."""
    if "_" in like or like.islower():
        return list(PROVIDERS)
    return ["".join(part.capitalize() for part in name.split("_")) for name in PROVIDERS]
