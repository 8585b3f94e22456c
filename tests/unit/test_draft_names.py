"""Names of people and users are written as in the source, and texts of words are words."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.model.inferred import Inferred
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile


def drafted(table: Table, con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Column: generator."""
    source = project(table)
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level == "error"]
    return Recipe.read(text).fields()["t"]


FIRST_LAST, LAST_FIRST = "${{fake.FirstName}} ${{fake.LastName}}", "${{fake.LastName}}, ${{fake.FirstName}}"
ON_ONE_LINE = "${{fake.StreetAddress}}, ${{fake.City}} ${{fake.Postalcode}}"
FIRST, LAST, NUMBER = (
    "${{fake.FirstName | lower}}",
    "${{fake.LastName | lower}}",
    "${{fake.pyint(max_value=99)}}",
)


@pytest.mark.parametrize(
    ("meaning", "value", "made"),
    [
        ("person_name", "'Ann Lee'", FIRST_LAST),
        ("person_name", "'Lee, Ann'", LAST_FIRST),
        ("person_name", "CASE WHEN i < 20 THEN 'Ann Lee' ELSE 'Ann van Lee' END", {"fake": "Name"}),
        ("person_name", "'mschulz'", "${{fake.LastName | lower}}"),
        ("username", "'ann.lee'", f"{FIRST}.{LAST}"),
        ("username", "'ann.lee7'", f"{FIRST}.{LAST}{NUMBER}"),
        ("username", "'alee' || i", FIRST + LAST + NUMBER),
        ("username", "'ann@home'", {"fake": "UserName"}),
        ("first_name", "'ANN'", "${{fake.FirstName | upper}}"),
        ("first_name", "'Ann'", {"fake": "FirstName"}),
        ("first_name", "CASE WHEN i < 20 THEN 'ANN' ELSE 'Ann' END", {"fake": "FirstName"}),
        ("person_name", "'LEE, ANN'", "${{fake.LastName | upper}}, ${{fake.FirstName | upper}}"),
        ("full_address", "'1 Elm St, Rye NY'", ON_ONE_LINE),
        ("full_address", "'1 Elm St' || chr(10) || 'Rye NY'", {"fake": "Address"}),
        ("company_name", "'acme inc'", "${{fake.Company | lower}}"),
    ],
)
def test_names_are_written_as_in_the_source(
    con: duckdb.DuckDBPyConnection, meaning: str, value: str, made: Any
) -> None:
    table = add_table(
        con, "t", f"SELECT {value} AS v FROM range(40) r(i)", meanings={"v": meaning}, personal=("v",)
    )
    assert drafted(table, con)["v"] == made


def test_texts_of_words_are_words_and_codes_keep_their_shape(con: duckdb.DuckDBPyConnection) -> None:
    table = add_table(
        con,
        "t",
        "SELECT upper(letter) || 'ed Cup' AS words, upper(letter) || 'ED CUP' AS large, letter || 'quark milk' AS"
        " small, 'AB-' || (100 + i) AS code FROM (SELECT i, chr((97 + i % 26)::INT) AS letter FROM range(400) r(i))",
        personal=("words", "large", "small"),
    )
    found = drafted(table, con)
    assert found["words"]["Synth.words"]["title"] is True
    assert "title" not in found["small"]["Synth.words"]
    assert found["large"]["Synth.words"]["upper"] is True
    assert found["code"] == {"Synth.pattern": {"shapes": {r"\AB-[1-4]99": "100%"}}}


def test_digits_in_groups_are_no_words(con: duckdb.DuckDBPyConnection) -> None:
    value = "(20 + i * 7 % 70) || ' ' || lpad((i * 37 % 1000)::VARCHAR, 3, '0') || ' 00 ' || unit"
    table = add_table(
        con, "t", f"SELECT {value} AS pay FROM range(300) r(i), (SELECT ['€', 'EUR'][1] AS unit)"
    )
    assert list(drafted(table, con)["pay"]["Synth.pattern"]["shapes"]) == ["[2-8]9 999 00 €"]


NAMED = (
    "SELECT i || '@b.org' AS mail, 'Ann' AS first, CASE WHEN i % 4 < {least} THEN 'Lee' END AS last"
    " FROM range(40) r(i)"
)
MEANINGS = {"mail": "email", "first": "first_name", "last": "last_name"}


def test_an_address_is_made_behind_the_name_that_it_holds(con: duckdb.DuckDBPyConnection) -> None:
    table = add_table(con, "t", NAMED.format(least=9), meanings=MEANINGS, personal=tuple(MEANINGS))
    found = drafted(table, con)
    assert list(found) == ["first", "last", "mail"] and found["mail"] == {"fake": "Email"}


def test_an_address_fits_nobody_where_the_row_has_no_name(con: duckdb.DuckDBPyConnection) -> None:
    table = add_table(con, "t", NAMED.format(least=3), meanings=MEANINGS, personal=tuple(MEANINGS))
    found = drafted(table, con)
    alone, fitting = (choice["choice"] for choice in found["mail"]["if"])
    assert list(found)[-1] == "mail" and fitting == {"pick": {"fake": "Email"}}
    assert alone == {"when": "${{ last is none }}", "pick": {"fake.Email": {"matching": False}}}


def test_of_columns_that_are_empty_together_no_name_waits_for_the_address(
    con: duckdb.DuckDBPyConnection,
) -> None:
    query = (
        "SELECT CASE WHEN i % 4 < 3 THEN i || '@b.org' END AS mail, 'Ann' AS first,"
        " CASE WHEN i % 4 < 3 THEN 'Lee' END AS last FROM range(40) r(i)"
    )
    table = add_table(con, "t", query, meanings=MEANINGS, personal=tuple(MEANINGS))
    rule = Inferred[Rule](value=Rule(kind="joint nulls", columns=("mail", "last")))
    found = drafted(table.model_copy(update={"rules": (rule,)}), con)
    assert list(found) == ["first", "last", "mail"]
    assert "last is none" in str(found["mail"]) and "Synth.nullable" in found["last"]
