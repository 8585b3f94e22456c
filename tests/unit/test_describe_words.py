"""Names of columns in more languages and trades, and lists of words that are no names."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from described import describe, describe_column


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE SCHEMA raw")
    return con


BORN = ["1982-10-20", "1969-03-29", "1974-01-10", "1977-10-11", "1991-10-01", "1958-02-02"]
AMOUNTS = ["604900", "643200", "670500", "693200", "833800"]
LOGINS = ["GBI-025", "GBI-043", "GBI-018", "GBIFAC-01", "GBI-040"]
HALVES = ["second half", "first half", "second half, stoppage time", "extra time, first half"]
PARTIES = ["Liberal", "Conservative", "Social democracy", "Right-wing", "Communist"]
TEAMS = [
    "Algeria",
    "Angola",
    "Argentina",
    "Australia",
    "Austria",
    "Belgium",
    "Brazil",
    "Chile",
    "China",
    "Peru",
]
THREE = ["DEU", "DZA", "AGO", "ARG", "AUS", "AUT", "BEL", "BRA", "CHL", "PER"]
PLACES = ["at", "be", "de", "el", "uk", "fr", "nl"]
RUNNERS = ["Peter Desmet", "Anna Smith", "John Miller", "Axel Brown", "Maria Garcia"]
SENTENCE = "Le service rendu par cette substance reste important dans les formes graves de la maladie {}."


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("ANSATT", "FØDSELSDATO", BORN, "date_of_birth"),
        ("ANSATT", "ÅRSLØNN", AMOUNTS, "money"),
        ("uye", "dtarih", BORN, "date_of_birth"),
        ("person", "birth_datetime", [f"{day} 00:00:00" for day in BORN], "date_of_birth"),
        ("asiakas", "syntymäaika", BORN, "date_of_birth"),
        ("EKKO", "ERNAM", LOGINS, "username"),
        ("EKKO", "WAERS", ["USD", "USD", "EUR"] * 5, "currency_code"),
        ("EKPO", "NETPR", ["1050.00", "55.00", "1102.50"], "money"),
        ("client", "maxrent", ["425", "350", "750"], "money"),
        ("FILM", "titolo", ["The Post", "Io, Robot", "La fabbrica di cioccolato"], "title"),
        ("film", "genere", ["fantascienza", "drammatico", "guerra"] * 4, "category"),
        ("pazienti", "genere", ["M", "F"] * 6, "gender"),
        ("part", "part_color", ["红", "蓝", "绿"] * 3, "color"),
        ("observations", "classifiedBy", RUNNERS, "person_name"),
        ("battles", "commander", ["NAPOLEON I", "FREDERICK II", "LEE", "Robert Jackson"], "person_name"),
        ("view_party", "family_name", PARTIES * 30, "category"),
        ("goals", "match_period", HALVES * 30, "category"),
        ("matches", "result", ["home team win", "away team win", "draw"] * 30, "category"),
        ("stages", "stage_name", ["group stage", "final", "round of 16"] * 8, "category"),
        ("teams", "team_name", TEAMS, "country"),
        ("teams", "team_code", THREE, "country_code"),
        ("rates", "country", PLACES * 3, "country_code"),
        ("subjects", "SubjectCode", ["ACC 210", "BUS 101", "ART 155", "MUS 100"], "code_pattern"),
        ("faculty", "Title", ["Instructor", "Professor", "Associate Professor"] * 6, "job_title"),
        ("avis", "libelle", [SENTENCE.format(n) for n in range(30)], "free_text"),
        ("sexes", "name", ["Females", "Males"], "gender"),
    ],
)
def test_columns_of_more_languages_and_trades(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: Sequence[str], meaning: str
) -> None:
    found = describe_column(con, table, name, values)
    assert found.meaning.value == meaning, found.meaning.evidence
    assert found.personal.value is (meaning in ("date_of_birth", "username", "person_name"))


@pytest.mark.parametrize("word", ["wild", "harry"])
def test_one_word_that_is_in_every_row_is_nobodys_name(con: duckdb.DuckDBPyConnection, word: str) -> None:
    found = describe_column(con, "animals", "wild_or_hatchery", [word] * 16)
    assert found.personal.value is False


@pytest.mark.parametrize("by", ["sorted_by", "powered_by"])
def test_what_a_thing_is_sorted_by_is_nobody(con: duckdb.DuckDBPyConnection, by: str) -> None:
    found = describe_column(con, "lists", by, ["price", "weight", "gas", "coal"])
    assert found.personal.value is False


def test_x_and_y_are_degrees_where_they_can_be(con: duckdb.DuckDBPyConnection) -> None:
    degrees = {
        "x": ["9.52257", "10.36627", "12.94164", "13.71361"],
        "y": ["52.36036", "52.28464", "48.29149", "52.54384"],
    }
    meters = {"x": ["353420.12345", "412000.55555"], "y": ["5812345.11111", "5798000.22222"]}
    found = describe(con, {"kind": ["a", "b", "c", "d"], **degrees}, table="buses")
    assert (found["x"].meaning.value, found["y"].meaning.value) == ("longitude", "latitude")
    found = describe(con, {"kind": ["a", "b"], **meters}, table="poles")
    assert {found["x"].meaning.value, found["y"].meaning.value} == {"unknown"}
