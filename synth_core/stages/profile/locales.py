"""Where the people of a project are from, so that made-up names, streets and towns look like theirs.

The names that Faker knows of each locale are looked for in columns of names. A name that several locales have counts
for each of them by its share, so `Anna` says little and `Øystein` much. A language has to be well ahead of all others;
among its countries the one with the most names, or the one that a column of countries is full of.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import LocaleProfile
from synth_core.model.project import Project, Table
from synth_core.model.types import Kind
from synth_core.stages.describe.translate import fold
from synth_core.stages.profile.sql import table_ref

DEFAULT_LOCALE = "en_US"
"""What Snowfakery takes unless a recipe says otherwise."""
_NAMES = frozenset({"first_name", "last_name", "person_name"})
_COUNTRIES = frozenset({"country", "country_code"})
_LOOKED_AT = 2_000
"""Different values of a column."""
_LANGUAGE, _COUNTRY = 1 / 3, 0.6
"""Shares of names and of rows that settle it: names of one country are half known elsewhere."""
_AHEAD = 1.6
"""So many times what the next language has."""
_CLEARLY = 1.5
"""So many times more names than the country that a language is called after must another one have."""
_HOME = {
    "de": "DE",
    "el": "GR",
    "en": "US",
    "es": "ES",
    "fr": "FR",
    "nl": "NL",
    "pt": "BR",
    "zh": "CN",
    "ar": "AA",
}


def measure_locale(con: duckdb.DuckDBPyConnection, project: Project) -> LocaleProfile | None:
    """The locale of the project's people; None where too few names are known, or they are from everywhere."""
    names = {word for table in project.tables for word in _words(con, table)}
    if len(names) < project.k:
        return None
    # Slow to load, and needed for people only.
    from faker.config import AVAILABLE_LOCALES

    known = names_of_locales()
    found = [known[word] for word in names if word in known]
    if len(found) < project.k:
        return None
    scores: defaultdict[str, float] = defaultdict(float)
    for locales in found:
        for locale in locales:
            scores[locale] += 1 / len(locales)
    languages: defaultdict[str, float] = defaultdict(float)
    for locale, score in scores.items():
        languages[locale.partition("_")[0]] += score
    ranked = sorted(languages, key=lambda each: (-languages[each], each))
    language, score = ranked[0], languages[ranked[0]]
    next_one = languages[ranked[1]] if len(ranked) > 1 else 0.0
    if score < _LANGUAGE * len(found) or score < _AHEAD * next_one:
        return None
    choices = {each: scores[each] for each in scores if each.partition("_")[0] == language}
    country = _country(con, project)
    home = f"{language}_{_HOME.get(language, '')}"
    best = max(sorted(choices), key=lambda each: choices[each])
    if f"{language}_{country}" in AVAILABLE_LOCALES:
        best = f"{language}_{country}"
    elif home in choices and choices[best] < _CLEARLY * choices[home]:
        best = home
    return LocaleProfile(name=best, names=len(found), share=round(score / len(found), 4))


@lru_cache
def names_of_locales() -> Mapping[str, frozenset[str]]:
    """Given and family names, folded, with the locales that have them."""
    from faker.providers import person

    found: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(person.__path__):
        if module.name not in _available():
            continue
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute, values in vars(provider).items():
            if (
                attribute.startswith(("first_", "last_", "unisex_", "male_", "female_"))
                and "name" in attribute
            ):
                for name in _texts(values):
                    found.setdefault(fold(name), set()).add(module.name)
    return {name: frozenset(locales) for name, locales in found.items() if len(name) > 1}


@lru_cache
def _available() -> frozenset[str]:
    """Locales of one country that have people as well as places."""
    from faker.providers import address, person

    people, places = ({each.name for each in pkgutil.iter_modules(of.__path__)} for of in (person, address))
    return frozenset(name for name in people & places if "_" in name)


def _texts(values: object) -> Iterable[str]:
    return (
        (each for each in values if isinstance(each, str)) if isinstance(values, (tuple, list, dict)) else ()
    )


def _words(con: duckdb.DuckDBPyConnection, table: Table) -> Iterable[str]:
    for name in _columns(table, _NAMES):
        for value, _ in _frequent(con, table, name):
            whole = fold(value)
            yield from {whole, *whole.replace(",", " ").split()}


def _country(con: duckdb.DuckDBPyConnection, project: Project) -> str:
    """The code of the country that most rows of columns with countries have; empty where none has."""
    votes: Counter[str] = Counter()
    for table in project.tables:
        if not any(_columns(table, _NAMES)):
            continue
        for name in _columns(table, _COUNTRIES):
            for value, count in _frequent(con, table, name):
                text = value.strip().casefold()
                place = _country_codes().get(text)
                votes[place or ""] += count
    if not votes:
        return ""
    [(country, most)] = votes.most_common(1)
    return country if most >= _COUNTRY * votes.total() else ""


@lru_cache
def _country_codes() -> Mapping[str, str]:
    """Codes by the names and codes that ISO 3166 has."""
    import pycountry

    return {
        str(getattr(country, attribute)).casefold(): country.alpha_2
        for country in pycountry.countries
        for attribute in ("name", "common_name", "official_name", "alpha_2", "alpha_3")
        if hasattr(country, attribute)
    }


def _columns(table: Table, meanings: frozenset[str]) -> Iterable[str]:
    return (
        each.name
        for each in table.columns
        if each.meaning.value in meanings and not each.field.is_nested and each.type.value.kind is Kind.STRING
    )


def _frequent(con: duckdb.DuckDBPyConnection, table: Table, name: str) -> list[tuple[str, int]]:
    column = quote(name)
    return con.execute(
        f"SELECT {column}, count(*) AS n FROM {table_ref(table.name)} WHERE {column} IS NOT NULL"
        f" GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_LOOKED_AT}"
    ).fetchall()
