"""Makes the lists in `known`: `make lists`, which has to be done when a package that they come from is updated.

The packages carry far more than the names, in a hundred modules: loading those took each process that infers a
second of processor time and 80 MB.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytz
from faker.providers import address, color, date_time, job, person
from faker.providers.person import en_US as american
from phonenumbers.geodata import GEOCODE_DATA

from synth_core.stages.describe.translate import fold

FOLDER = Path(__file__).with_name("known")
_FIRST = (
    "first_names",
    "first_names_male",
    "first_names_female",
    "first_names_nonbinary",
    "first_romanized_names",
)
_LAST = ("last_names", "last_names_male", "last_names_female", "last_romanized_names")
_CITIES = ("cities", "city_names")
_JOBS = ("jobs", "male_jobs", "female_jobs")
_MONTHS, _DAYS = ("MONTH_NAMES", "MONTH_NAMES_IN_GENITIVE"), ("DAY_NAMES",)


def lists() -> dict[str, frozenset[str]]:
    """All of them, by name, in lower case."""
    found = {
        # Folded: people and programs leave accents out.
        "first_names": map(fold, _of_locales(person, _FIRST)),
        # Those that a census counted most often.
        "frequent_first_names": map(fold, american.Provider.first_names),
        "last_names": map(fold, _of_locales(person, _LAST)),
        "places": (*_of_locales(address, _CITIES), *_called(), *_zones()),
        "zones": (zone.casefold() for zone in pytz.all_timezones if "/" in zone),
        "jobs": _of_locales(job, _JOBS),
        "job_heads": _job_heads(),
        "colors": _colors(),
        # Folded: some write them without accents, and Faker in one case only.
        "months": map(fold, _of_locales(date_time, _MONTHS)),
        "weekdays": map(fold, _of_locales(date_time, _DAYS)),
    }
    return {name: frozenset(each.strip() for each in texts) - {""} for name, texts in found.items()}


def as_text(names: Iterable[str]) -> str:
    """As a list is written: a name a line."""
    return "".join(f"{name}\n" for name in sorted(names))


def main() -> None:
    """Write all lists."""
    for name, names in lists().items():
        (FOLDER / f"{name}.txt").write_text(as_text(names), encoding="utf-8", newline="\n")


def _of_locales(package: ModuleType, attributes: tuple[str, ...]) -> set[str]:
    """The named lists of all of a Faker provider's locales."""
    found: set[str] = set()
    for module in pkgutil.iter_modules(package.__path__):
        provider = importlib.import_module(f"{package.__name__}.{module.name}").Provider
        for attribute in attributes:
            values = vars(provider).get(attribute, ())
            if isinstance(values, dict):
                # Names with how often they are, or numbers with their names.
                values = [*values, *values.values()]
            if not isinstance(values, property):
                texts = [value.casefold() for value in values if isinstance(value, str)]
                found.update(text for text in texts if not text.isdigit())
    return found


def _called() -> set[str]:
    """Where telephone numbers belong to, the world over, in English and in the country's own language."""
    places = {place for by_language in GEOCODE_DATA.values() for place in by_language.values()}
    # `Salem, MA`, `Olinda - PE`, `Utrecht/Zeist`
    return {place.partition(",")[0].partition(" - ")[0].partition("/")[0].casefold() for place in places}


def _zones() -> set[str]:
    """Places that time zones are called after."""
    return {zone.rpartition("/")[2].replace("_", " ").casefold() for zone in pytz.all_timezones}


def _job_heads() -> set[str]:
    """The last words of names of professions: manager, engineer, nurse …"""
    titles = {title.partition(",")[0].partition("/")[0].casefold() for title in job.Provider.jobs}
    return {words[-1] for title in titles if (words := re.findall(r"\w+", title))}


def _colors() -> set[str]:
    """Full names and their last words: `light sea green`, `green`."""
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold() for name in color.Provider.all_colors}
    return names | {name.rpartition(" ")[2] for name in names}


if __name__ == "__main__":
    main()
