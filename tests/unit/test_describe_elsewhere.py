"""Meanings of columns as other countries, trades and languages fill and call them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from described import describe, describe_column

from synth_core.stages.describe.translate import fold


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE SCHEMA raw")
    return con


SPORTS = ["GER", "SUI", "NED", "USA", "FRA", "GRE", "ESP", "ITA", "JPN", "POL"]
ON_CARS = ["D", "F", "I", "A", "GR", "CH", "NL", "E", "SRB", "AND"]
WORLD = ["Europe", "Western Africa", "South America", "Oceania", "Middle East"]
HUNGARIAN = [f"1{n}22 Budapest Rózsa utca {n}." for n in range(1, 7)]
SLOVAK = [f"Dlhá {n}{n},  9{n}1 0{n} Nitra" for n in range(1, 7)]
AIRLINES = ["American Airlines", "Air France", "Emirates", "Austrian"]


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("matches", "winner_ioc", SPORTS, "country_code"),
        ("athletes", "SiglaPais", SPORTS, "country_code"),
        ("t", "c", SPORTS, "country_code"),
        ("borders", "country", ON_CARS, "country_code"),
        ("countries", "code", ON_CARS, "country_code"),
        ("t", "country", ["USA", "UK", "France", "Peru"], "country"),
        ("t", "c", ["GXR", "QQA", "TTB", "LMN", "XVZ", "PRQ", "WBF", "KKL"], "code_pattern"),
        ("areas", "r_name", WORLD, "place_name"),
        ("countries", "region", WORLD * 4, "place_name"),
        ("t", "region", ["Texas", "Ohio", "Utah", "Maine"], "region"),
        ("geo", "kraj", ["Prešovský", "Žilinský", "Košický", "Trnavský"] * 3, "region"),
        ("firms", "Cim", HUNGARIAN, "full_address"),
        ("firms", "adresa", SLOVAK, "full_address"),
        ("firms", "address", ["1322 State Street", "1058 Lake Road", "4500 Ring 3"], "street_address"),
        ("dates", "month_name_sk", ["Január", "Február", "Marec", "Apríl", "Jún"] * 6, "month_name"),
        ("dates", "week_day", ["Pondelok", "Utorok", "Streda", "Piatok"] * 6, "weekday"),
        ("t", "c", ["styczeń", "luty", "marzec", "kwiecień"], "month_name"),
        ("contracts", "currency", ["SKK"] * 20 + ["EUR"] * 20 + ["36,00", ",0000", "17,00"], "currency_code"),
        ("languages", "identifier", ["en", "de", "ja", "zh-hant", "pt-BR"], "language"),
        ("airlines", "full_name", AIRLINES, "company_name"),
        ("parties", "party", ["Azione", "Lega", "Possibile", "Volt Italia"], "organization_name"),
        ("artists", "stage_name", ["Buddy Guy", "Peggy Lee", "Jungkook"], "artist_or_org_name"),
        ("planes", "model", ["767-300", "A330-200", "777-300"], "product_name"),
        ("process_types", "description_en", ["open procedure", "dialogue", "other"], "category"),
        ("THELOAI", "TenTheLoai", ["Văn học", "Giáo trình", "Khác"], "category"),
        ("klub", "nazwa", ["Polonia Warszawa", "Chemik Bydgoszcz", "Lech"], "organization_name"),
        ("employee_pay", "rate", ["9.5", "12.45", "11", "23.07"], "money"),
    ],
)
def test_columns_of_other_places_and_trades(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: Sequence[str], meaning: str
) -> None:
    found = describe_column(con, table, name, values)
    assert found.meaning.value == meaning, found.meaning.evidence
    assert found.personal.value is (meaning in ("full_address", "street_address"))


def test_a_whole_name_in_a_table_of_things_is_still_a_persons_where_it_reads_so(
    con: duckdb.DuckDBPyConnection,
) -> None:
    people = ["Anna Smith", "John Miller", "Maria Garcia", "Peter Brown"]
    found = describe(con, {"id": list("1234"), "full_name": people}, table="vendors")["full_name"]
    assert found.personal.value is True


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("Tulajdonos", "Nev", ["Kis Pista", "Almási Kinga", "Eleven Anna", "Kövér Kálmán"], "person_name"),
        ("Ugyfel", "Mobilszam", ["061234567", "069763928", "061253155", "064721284"], "phone"),
    ],
)
def test_people_told_in_other_languages_are_personal(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str], meaning: str
) -> None:
    found = describe(con, {"Id": list("1234"), name: values}, table=table)[name]
    assert (found.meaning.value, found.personal.value) == (meaning, True)


def _meanings(con: duckdb.DuckDBPyConnection, *columns: Sequence[str]) -> list[str]:
    """Of columns whose names say nothing."""
    found = describe(con, {f"c{number}": values for number, values in enumerate(columns)})
    return [column.meaning.value for column in found.values()]


def test_coarse_degrees_side_by_side_are_places_on_the_earth(con: duckdb.DuckDBPyConnection) -> None:
    keys, east, north = (
        list("12345"),
        ["-16.7", "174.2", "15.5", "8.1", "9.4"],
        ["64.1", "-37.5", "48.2", "47", "46.3"],
    )
    assert _meanings(con, keys, east, north) == ["unknown", "longitude", "latitude"]
    assert _meanings(con, keys, north, east) == ["unknown", "latitude", "longitude"]


def test_decimals_that_may_be_anything_are_no_degrees(con: duckdb.DuckDBPyConnection) -> None:
    keys, wide, low = (
        list("12345"),
        ["116.7", "174.2", "15.5", "8.1", "9.4"],
        ["64.1", "37.5", "48.2", "47.1", "46.3"],
    )
    assert _meanings(con, keys, wide, low) == ["unknown"] * 3


def test_a_few_words_that_a_table_only_numbers_are_kinds(con: duckdb.DuckDBPyConnection) -> None:
    kinds = ["slow", "medium", "fast", "fast then slow"]
    assert _meanings(con, list("1234"), kinds) == ["unknown", "category"]
    found = describe(con, {"c0": list("1234"), "c1": kinds})["c1"]
    assert found.meaning.confidence < 0.6


def test_different_words_that_may_tell_who_want_a_look_though_they_may_be_kinds(
    con: duckdb.DuckDBPyConnection,
) -> None:
    words = [
        "Zor Van Kapuhl",
        "Pli Mok Ertvas",
        "Tra Uhv Ixbohl",
        "Ost Rel Lyspa",
        "Qim Bur Raddek",
        "Ved Dol Ormau",
    ]
    found = describe(con, {"c0": list("123456"), "c1": words})["c1"]
    assert found.meaning.value == "category"
    assert found.personal.confidence < 0.5


def test_unknown_names_beside_birthdays_and_genders_are_peoples(con: duckdb.DuckDBPyConnection) -> None:
    born = ["1953-09-02", "1964-06-02", "1959-12-03", "1974-05-01", "1985-01-21", "1962-04-20"]
    firsts = ["Zorvan", "Plimker", "Trauvi", "Ostrel", "Quimbra", "Veddlo"]
    lasts = ["Kalvouf", "Dredgi", "Skafida", "Zschoch", "Demeyr", "Famlis"]
    assert _meanings(con, list("123456"), born, firsts, lasts, list("MFMFMF"))[2:4] == [
        "first_name",
        "last_name",
    ]


def test_a_crossed_d_is_a_d(con: duckdb.DuckDBPyConnection) -> None:
    assert fold("Đăng") == "dang"
