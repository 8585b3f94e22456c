"""Lists of names that are well known: people, places, countries, languages, currencies, professions.

Names in lower case. Those of Faker, phonenumbers and the time zone database lie in `known`, as `make_known` takes them
from there; those of ISO standards are read from pycountry. All are read when they are first needed.
"""

from __future__ import annotations

import gettext
import json
from collections import Counter
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pycountry

from synth_core.stages.describe.lexicon import COLORS, COUNTRIES, MONTHS, WEEKDAYS, WORLD_REGIONS
from synth_core.stages.describe.translate import fold

_FEDERAL = frozenset({"US", "CA", "AU", "BR", "MX", "DE", "IN", "AT", "CH", "MY", "NG"})
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs")
_CODED_REGIONS = frozenset({"US", "CA", "AU", "BR", "MX", "IT"})


@lru_cache
def known(name: str) -> frozenset[str]:
    """One of the lists in `known`."""
    file = resources.files(__package__).joinpath("known", f"{name}.txt")
    return frozenset(file.read_text("utf-8").splitlines())


def first_names() -> frozenset[str]:
    """Folded: people and programs leave accents out."""
    return known("first_names")


def frequent_first_names() -> frozenset[str]:
    """Folded: those that a census of the USA counted most often."""
    return known("frequent_first_names")


def last_names() -> frozenset[str]:
    """Folded as given names are."""
    return known("last_names")


@lru_cache
def cities() -> frozenset[str]:
    """Places the world over, in English and in the country's own language."""
    return known("places") - countries()


@lru_cache
def _standard(number: str) -> list[dict[str, Any]]:
    """The entries of an ISO standard. pycountry's own way makes an object of each of 8,000 languages, for a tenth of a
    second in each process."""
    text = Path(pycountry.DATABASE_DIR, f"iso{number}.json").read_text("utf-8")
    entries: list[dict[str, Any]] = json.loads(text)[number]
    return entries


@lru_cache
def countries() -> frozenset[str]:
    """In English and in the languages of `_LANGUAGES`."""
    names = [
        country.get(attribute, "")
        for country in _standard("3166-1")
        for attribute in ("name", "common_name", "official_name")
    ]
    found = {name.casefold() for name in names}
    for language in _LANGUAGES:
        told = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
        found |= {told.gettext(name).casefold() for name in names if name}
    return (frozenset(found | {name.partition(",")[0] for name in found}) | COUNTRIES) - {""}


@lru_cache
def country_codes() -> frozenset[str]:
    """Two and three letters of ISO 3166, in capitals. `USA` is how people write the country's name."""
    codes = {country[key] for country in _standard("3166-1") for key in ("alpha_2", "alpha_3")}
    return frozenset(codes) - {"USA"}


@lru_cache
def long_country_codes() -> frozenset[str]:
    """Three letters of ISO 3166, in capitals."""
    return frozenset(country["alpha_3"] for country in _standard("3166-1"))


@lru_cache
def regions() -> frozenset[str]:
    """States, provinces and the like, with the word for what they are and without: `bratislavský kraj`."""
    names = {place["name"].casefold().partition(" [")[0]: place["code"][:2] for place in _standard("3166-2")}
    ends = Counter((country, name.rpartition(" ")[2]) for name, country in names.items() if " " in name)
    short = {
        name.rpartition(" ")[0]
        for name, country in names.items()
        if ends[country, name.rpartition(" ")[2]] >= _KIND_OF_REGION
    }
    full = {place["name"].casefold() for place in _standard("3166-2")}
    return frozenset({*full, *names, *short}) - {""}


_KIND_OF_REGION = 5
"""So many regions of one country end with a word that says what they are."""


@lru_cache
def world_regions() -> frozenset[str]:
    """Continents and the parts of the world that many countries lie in, also by the points of the compass."""
    return WORLD_REGIONS | {f"{side} {place}" for side in _SIDES for place in WORLD_REGIONS}


_SIDES = (
    *("northern", "southern", "eastern", "western", "central", "north", "south", "east", "west", "middle"),
    *("southeast", "south east", "south eastern", "northeast", "northwest", "southwest", "inner", "outer"),
)


@lru_cache
def federal_states() -> frozenset[str]:
    """The states that countries are made of whose addresses name them."""
    return frozenset(p["name"].casefold() for p in _standard("3166-2") if p["code"][:2] in _FEDERAL)


@lru_cache
def region_codes() -> frozenset[str]:
    """The codes of states and provinces in countries where addresses carry them, in capitals."""
    codes = {p["code"][3:] for p in _standard("3166-2") if p["code"][:2] in _CODED_REGIONS}
    return frozenset(code for code in codes if code.isalpha())


@lru_cache
def american_codes() -> frozenset[str]:
    """States and provinces of the USA and Canada."""
    return frozenset(p["code"][3:] for p in _standard("3166-2") if p["code"][:2] in ("US", "CA"))


@lru_cache
def months() -> frozenset[str]:
    """Folded, in many languages."""
    return known("months") | {fold(month) for month in MONTHS}


@lru_cache
def weekdays() -> frozenset[str]:
    """Folded, in many languages."""
    return known("weekdays") | {fold(day) for day in WEEKDAYS}


@lru_cache
def language_codes() -> frozenset[str]:
    """Two letters of ISO 639, in small letters."""
    return frozenset(language["alpha_2"] for language in _standard("639-3") if "alpha_2" in language)


@lru_cache
def languages() -> frozenset[str]:
    found = {language["name"].casefold() for language in _standard("639-3") if "alpha_2" in language}
    return frozenset(
        {name.partition(" (")[0] for name in found} | {"mandarin", "cantonese", "greek", "flemish"}
    )


@lru_cache
def all_languages() -> frozenset[str]:
    """Also those that few people speak."""
    return languages() | {language["name"].casefold().partition(" (")[0] for language in _standard("639-3")}


@lru_cache
def currency_codes() -> frozenset[str]:
    return frozenset(currency["alpha_3"] for currency in _standard("4217"))


@lru_cache
def timezones() -> frozenset[str]:
    return known("zones") | {"utc", "gmt"}


def job_heads() -> frozenset[str]:
    """The last words of names of professions: manager, engineer, nurse …"""
    return known("job_heads")


def jobs() -> frozenset[str]:
    """Names of professions in many languages."""
    return known("jobs")


@lru_cache
def colors() -> frozenset[str]:
    """Full names and their last words: `light sea green`, `green`."""
    return known("colors") | {"grey", "charcoal", "multi"} | COLORS
