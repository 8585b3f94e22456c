"""Words of amounts, people and places: written together, with a letter left out, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from described import describe

from synth_core.stages.describe.tokens import words_of
from synth_core.stages.describe.writings import resembles_moment

AMOUNTS = ["1200.5", "980.0", "3411.1", "77.25", "12.99", "450.0", "610.4", "55.15"]
PEOPLE = ["Ana Maria Souza", "João Pedro Lima", "Carla Dias", "Paulo Rocha", "Rita Alves", "Luis Melo"]
ODD = ["Qwandil Zerp Ovu", "Oxu Brakk", "Vint Jolp", "Wemm Krud", "Zolp Marn Ix", "Plett Urm"]
HEADS = ["Andrew", "mayank s agarwal", "harry", "Manak S agarwal", "Kim", "Mattew"]
DRUGS = ["Dipirona", "Zolpirax", "Ferrotin", "Brumol", "Kelvix", "Orfenal"]
DAYS = ["1961-04-02", "1975-11-30", "1988-01-17", "1990-07-08", "2001-03-21", "1969-12-05"]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw")
        yield connection


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NETAMOUNT", ("net", "amount")),
        ("taxtotal", ("tax", "total")),
        ("Nacimento_Paciente", ("patient", "birth")),
    ],
)
def test_words_written_together_or_short_of_a_letter(name, words) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("invoice", "NETAMOUNT", AMOUNTS, "money"),
        ("position", "hourly", AMOUNTS, "money"),
        ("paygrade", "penalties", AMOUNTS, "money"),
        ("election_result", "vote_share", ["12.5", "3.25", "40.1", "0.9", "22.0", "11.5"], "percentage"),
        ("atendente", "Nome_Atendente", ODD, "person_name"),
        ("clinico", "Nome_Clinico", ODD, "person_name"),
        (
            "department",
            "dept_head",
            HEADS,
            "person_name",
        ),
        ("paciente", "Nacimento_Paciente", DAYS, "date_of_birth"),
        (
            "remedio",
            "Nome_Remedio",
            DRUGS,
            "product_name",
        ),
        ("pacjent", "Miejsce_zamieszkania", ["Kłodno", "Wilga", "Ruda", "Orłów", "Zalesie", "Bór"], "city"),
        ("role", "role_title", ["Guide", "Driver", "Bookkeeper", "Planner", "Clerk", "Helper"], "job_title"),
        ("employee", "comp_name", ["Zorb", "Klint", "Vexa", "Brumm", "Jolp", "Wemm"], "company_name"),
        ("users", "passwordStrong", [("1dec74dd4feb2f9b86e4" * 3)[:60]] * 6, "password_hash"),
    ],
)
def test_what_a_name_says(con, table, name, values, meaning) -> None:
    found = describe(con, {"id": [str(n) for n in range(len(values))], name: values}, table=table)
    assert found[name].meaning.value == meaning


def test_nobody_is_named_where_a_row_only_has_a_row_above(con) -> None:
    empty = describe(con, {"id": ["1", "2"], "category_parent": [None, None]}, table="category")
    assert not empty["category_parent"].personal.value
    pupils = describe(con, {"first_name": PEOPLE, "last_name": PEOPLE, "parent": PEOPLE}, table="pupils")
    assert pupils["parent"].meaning.value == "person_name"


def test_a_hash_is_no_date_though_letters_of_a_month_stand_in_it() -> None:
    assert not resembles_moment("1d674dec782f9b86e4014fe7e6feb916")
    assert resembles_moment("the 3rd of feb 1999")
