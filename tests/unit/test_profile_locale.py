"""Made-up people come from where the source's people are."""

from __future__ import annotations

from itertools import cycle

import duckdb
import pytest
from typed_tables import add_rows, project

from synth_core.model.profile import LocaleProfile
from synth_core.stages.draft import draft
from synth_core.stages.profile import profile

GERMAN = "Jörg Heike Karl-Heinz Sabine Jürgen Uwe Dieter Ursula Günther Renate Horst Monika"
ENGLISH = "Harry Gemma Nigel Fiona Alistair Imogen Callum Poppy Rhys Bethany Angus Isla"
FRENCH = "Thibault Margaux Benoît Aurélie Guillaume Océane Aimée"
AMERICAN = "Tyler Brittany Kayla Dustin Chelsea Cody Amber Travis Courtney Brandon Crystal Chad"
DANISH = "Søren Mette Jens Kirsten Niels Bodil Mogens Inge Preben Karen Svend Lis"


def found(
    con: duckdb.DuckDBPyConnection, names: str, countries: str = "", meaning: str = "first_name"
) -> LocaleProfile | None:
    places = cycle(countries.split() or [None])
    rows = list(zip(names.split(";" if ";" in names else None), places, strict=False))
    table = add_rows(
        con,
        "people",
        "name VARCHAR, country VARCHAR",
        rows,
        meanings={"name": meaning, "country": "country"},
        personal=("name",),
    )
    return profile(con, project(table)).locale


@pytest.mark.parametrize(
    ("names", "countries", "locale"),
    [
        (GERMAN, "", "de_DE"),
        (GERMAN, "CH", "de_CH"),
        (GERMAN, "Austria Österreich Austria Austria", "de_AT"),
        (DANISH, "Germany", "da_DK"),
        (ENGLISH, "AUS", "en_AU"),
        (DANISH.upper(), "", "da_DK"),
    ],
)
def test_the_names_tell_the_language_and_a_column_the_country(
    con: duckdb.DuckDBPyConnection, names: str, countries: str, locale: str
) -> None:
    made = found(con, names, countries)
    assert made is not None and made.name == locale


def test_words_of_whole_names_count(con: duckdb.DuckDBPyConnection) -> None:
    made = found(con, ";".join(f"Lauridsen, {name}" for name in DANISH.split()), meaning="person_name")
    assert made is not None and made.name == "da_DK" and made.names >= 10


@pytest.mark.parametrize(
    ("names", "meaning"),
    [
        (" ".join(each[:30] for each in (GERMAN, FRENCH, AMERICAN)), "first_name"),
        (GERMAN[:40], "first_name"),
        ("x1 qqq " * 20, "first_name"),
        (GERMAN, "city"),
    ],
)
def test_people_from_everywhere_and_too_few_of_them_tell_nothing(
    con: duckdb.DuckDBPyConnection, names: str, meaning: str
) -> None:
    assert found(con, names, meaning=meaning) is None


def test_a_draft_makes_people_of_that_place(con: duckdb.DuckDBPyConnection) -> None:
    rows = [(name,) for name in GERMAN.split()]
    table = add_rows(con, "t", "name VARCHAR", rows, meanings={"name": "first_name"}, personal=("name",))
    whole = project(table)
    text = draft(whole, profile(con, whole)).text
    assert "- var: snowfakery_locale\n  value: de_DE\n" in text


def test_americans_need_no_word(con: duckdb.DuckDBPyConnection) -> None:
    rows = [(name,) for name in AMERICAN.split()]
    table = add_rows(con, "t", "name VARCHAR", rows, meanings={"name": "first_name"}, personal=("name",))
    whole = project(table)
    facts = profile(con, whole)
    assert facts.locale is not None and facts.locale.name == "en_US"
    assert "snowfakery_locale" not in draft(whole, facts).text
