"""Lists of names that are well known: people, places, countries, languages, currencies, professions.

They come from the packages that carry them (Faker, phonenumbers, pycountry, the time zone database) and are
read when they are first needed; everything is in lower case.
"""

from __future__ import annotations

import gettext
import importlib
import pkgutil
import re
import zoneinfo
from functools import lru_cache
from types import ModuleType

import pycountry

from synth_core.stages.describe.lexicon import COLORS, COUNTRIES
from synth_core.stages.describe.translate import fold

_FIRST = (
    "first_names",
    "first_names_male",
    "first_names_female",
    "first_names_nonbinary",
    "first_romanized_names",
)
_LAST = ("last_names", "last_names_male", "last_names_female", "last_romanized_names")
_CITIES = ("cities", "city_names")
_FEDERAL = frozenset({"US", "CA", "AU", "BR", "MX", "DE", "IN", "AT", "CH", "MY", "NG"})
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs")
_CODED_REGIONS = frozenset({"US", "CA", "AU", "BR", "MX", "IT"})


def _lists(package: ModuleType, attributes: tuple[str, ...]) -> frozenset[str]:
    """The named lists of all of a Faker provider's locales."""
    found: set[str] = set()
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        for attribute in attributes:
            values = vars(provider).get(attribute, ())
            if not isinstance(values, property):
                found.update(value.casefold() for value in values if isinstance(value, str))
    return frozenset(found)


@lru_cache
def first_names() -> frozenset[str]:
    """Folded: people and programs leave accents out."""
    from faker.providers import person

    return frozenset(map(fold, _lists(person, _FIRST)))


@lru_cache
def last_names() -> frozenset[str]:
    """Folded as given names are."""
    from faker.providers import person

    return frozenset(map(fold, _lists(person, _LAST)))


@lru_cache
def cities() -> frozenset[str]:
    """Where telephone numbers belong to, the world over, in English and in the country's own language."""
    # Half a second to import: only when a column may hold places.
    from faker.providers import address
    from phonenumbers.geodata import GEOCODE_DATA

    found = set(_lists(address, _CITIES))
    places = {place for by_language in GEOCODE_DATA.values() for place in by_language.values()}
    for place in places:
        # `Salem, MA`, `Olinda - PE`, `Utrecht/Zeist`
        found.add(place.partition(",")[0].partition(" - ")[0].partition("/")[0].casefold())
    for zone in zoneinfo.available_timezones():
        found.add(zone.rpartition("/")[2].replace("_", " ").casefold())
    return frozenset(found) - countries() - {""}


@lru_cache
def countries() -> frozenset[str]:
    """In English and in the languages of `_LANGUAGES`."""
    names = [
        getattr(country, attribute, "")
        for country in pycountry.countries
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
    codes = {c.alpha_2 for c in pycountry.countries} | {c.alpha_3 for c in pycountry.countries}
    return frozenset(codes) - {"USA"}


@lru_cache
def regions() -> frozenset[str]:
    """States, provinces and the like."""
    names = {place.name.casefold() for place in pycountry.subdivisions}
    return frozenset(names | {name.partition(" [")[0] for name in names})


@lru_cache
def federal_states() -> frozenset[str]:
    """The states that countries are made of whose addresses name them."""
    return frozenset(p.name.casefold() for p in pycountry.subdivisions if p.country_code in _FEDERAL)


@lru_cache
def region_codes() -> frozenset[str]:
    """The codes of states and provinces in countries where addresses carry them, in capitals."""
    codes = {p.code[3:] for p in pycountry.subdivisions if p.country_code in _CODED_REGIONS}
    return frozenset(code for code in codes if code.isalpha())


@lru_cache
def american_codes() -> frozenset[str]:
    """States and provinces of the USA and Canada."""
    return frozenset(p.code[3:] for p in pycountry.subdivisions if p.country_code in ("US", "CA"))


@lru_cache
def languages() -> frozenset[str]:
    found = {language.name.casefold() for language in pycountry.languages if hasattr(language, "alpha_2")}
    return frozenset(
        {name.partition(" (")[0] for name in found} | {"mandarin", "cantonese", "greek", "flemish"}
    )


@lru_cache
def currency_codes() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@lru_cache
def timezones() -> frozenset[str]:
    return frozenset(zone.casefold() for zone in zoneinfo.available_timezones() if "/" in zone) | {
        "utc",
        "gmt",
    }


@lru_cache
def job_heads() -> frozenset[str]:
    """The last words of names of professions: manager, engineer, nurse …"""
    from faker.providers import job

    titles = {title.partition(",")[0].partition("/")[0].casefold() for title in job.Provider.jobs}
    return frozenset(re.findall(r"\w+", title)[-1] for title in titles if re.search(r"\w", title))


@lru_cache
def jobs() -> frozenset[str]:
    """Names of professions in many languages."""
    from faker.providers import job

    return _lists(job, ("jobs", "male_jobs", "female_jobs"))


@lru_cache
def colors() -> frozenset[str]:
    """Full names and their last words: `light sea green`, `green`."""
    from faker.providers import color

    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold() for name in color.Provider.all_colors}
    return frozenset(
        names | {name.rpartition(" ")[2] for name in names} | {"grey", "charcoal", "multi"} | COLORS
    )
