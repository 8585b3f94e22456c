"""User names and e-mail addresses are made of the names in their rows, by the forms that the source's are of."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError
from typed_tables import add_rows, project

from synth_core.model.profile import LoginProfile
from synth_core.model.project import Table
from synth_core.recipe.functions import Login, Place
from synth_core.recipe.functions.login import given_and_family, spelled
from synth_core.recipe.reading import Recipe
from synth_core.recipe.world import TableShape, World
from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

GIVEN = ("Anna", "Bernd", "Clara", "David", "Emma", "Felix", "Grete", "Hans", "Ida", "Jonas", "Karla")
FAMILY = ("Müller", "Schröder", "Weiß", "Lehmann", "Krüger", "Vogt", "Jäger")
PEOPLE = [(given, family) for given in GIVEN for family in FAMILY]
MEANINGS = {
    "first": "first_name",
    "last": "last_name",
    "who": "person_name",
    "account": "username",
    "mail": "email",
}


class OneRow:
    number, is_shared, place = 0, False, (0, 1)

    def __init__(self, **made: Any) -> None:
        self._made = made

    def get(self, column: str) -> Any:
        return self._made[column]


def written(arguments: dict[str, Any], **made: Any) -> Any:
    world = World(1, date(2026, 1, 1), {"t": TableShape(1, 0)}, {"t": {}})
    return Login.from_arguments(arguments).bind(Place(world, "t", "login"))(OneRow(**made))


def table_of(con: duckdb.DuckDBPyConnection, **columns: list[str | None]) -> Table:
    rows = list(zip(*columns.values(), strict=True))
    names = ", ".join(f"{name} VARCHAR" for name in columns)
    meanings = {name: MEANINGS[name] for name in columns}
    return add_rows(con, "t", names, rows, meanings=meanings, personal=tuple(columns))


def measured(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, LoginProfile]:
    return {login.column: login for login in profile(con, project(table)).tables[0].logins}


def drafted(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, Any]:
    source = project(table)
    text = draft(source, profile(con, source)).text
    assert not [each for each in lint(text, source) if each.level == "error"]
    assert "firma" not in text, "a real domain"
    return Recipe.read(text).fields()["t"]


def ascii_of(name: str, *, two_letters: bool = True) -> str:
    return spelled(name, two_letters=two_letters, words="joined").lower()


@pytest.mark.parametrize(
    ("form", "made"),
    [
        ("{first}.{last}", "anna-lena.mueller"),
        ("{first:1}{last}", "amueller"),
        ("{First:1}{Last}", "AMueller"),
        ("{LAST:4}_{first:2}", "MUEL_an"),
        ("x\\x-{last}", None),
    ],
)
def test_a_form_is_filled_with_the_names_of_the_row(form: str, made: str | None) -> None:
    arguments = {"forms": [form], "first": "f", "last": "l", "two_letters": True, "words": "hyphens"}
    found = written(arguments, f="Anna-Lena", l="Müller")
    assert found == made or (made is None and found.endswith("x-mueller"))


def test_digits_are_drawn_and_the_domain_stands_behind_an_at() -> None:
    found = written({"forms": "{last}99", "last": "l", "at": "example.org"}, l="Lee")
    assert found[:3] == "lee" and found[3:5].isdigit() and found[5:] == "@example.org"


def test_a_name_that_is_missing_makes_null() -> None:
    arguments = {"forms": "{first}.{last}", "person": "who", "at": "example.org"}
    assert written(arguments, who=None) is None
    assert written(arguments, who="Lee") is None, "there is no first name"
    assert written(arguments, who="Lee, Ann") == "ann.lee@example.org"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        ("Dr. Ann M. Lee PhD", ("Ann", "Lee")),
        ("LEE, ANN MARIE", ("ANN", "LEE")),
        ("ANN LEE", ("ANN", "LEE")),
    ],
)
def test_a_full_name_has_a_given_and_a_family_name(name: str, parts: tuple[str, str]) -> None:
    assert given_and_family(name) == parts


@pytest.mark.parametrize(
    "arguments",
    [
        {"forms": "{first}.{last}", "first": "f"},
        {"forms": "{middle}", "first": "f"},
        {"forms": "abc", "first": "f"},
        {"forms": "{first", "first": "f"},
        {"forms": "{first}", "first": "f", "person": "p"},
        {"forms": {"{first}": 0}, "first": "f"},
    ],
)
def test_a_form_that_can_not_be_filled_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Login.from_arguments(arguments)


@pytest.mark.parametrize(
    ("login", "form", "two_letters"),
    [
        (lambda f, n: f"{ascii_of(f)}.{ascii_of(n)}", "{first}.{last}", True),
        (lambda f, n: f"{ascii_of(f)[0]}{ascii_of(n, two_letters=False)}", "{first:1}{last}", False),
        (lambda f, n: f"{ascii_of(n)[:6]}{ascii_of(f)[:2]}07", "{last:6}{first:2}99", True),
        (lambda f, n: f"{f[0]}.{ascii_of(n).capitalize()}", "{First:1}.{Last}", True),
    ],
)
def test_the_form_of_an_address_is_measured(
    con: duckdb.DuckDBPyConnection, login: Any, form: str, two_letters: bool
) -> None:
    table = table_of(
        con,
        first=[given for given, _ in PEOPLE],
        last=[family for _, family in PEOPLE],
        mail=[f"{login(*each)}@firma.de" for each in PEOPLE],
    )
    found = measured(con, table)["mail"]
    assert [each.value for each in found.forms] == [form]
    assert (found.two_letters, found.share) == (two_letters, 1.0)
    made = drafted(con, table)["mail"]["Synth.login"]
    assert list(made["forms"]) == [form] and made["at"] == {"fake": "SafeDomainName"}


def test_an_address_is_made_of_the_user_name_where_it_has_one(con: duckdb.DuckDBPyConnection) -> None:
    users = [f"{ascii_of(family)}{index:02d}" for index, (_, family) in enumerate(PEOPLE)]
    table = table_of(
        con,
        who=[f"{family}, {given}" for given, family in PEOPLE],
        account=users,
        mail=[f"{user}@firma.de" for user in users],
    )
    found = drafted(con, table)
    assert found["account"]["Synth.login"]["forms"] == {"{last}99": "100%"}
    assert found["account"]["Synth.login"]["person"] == "who"
    assert found["mail"]["Synth.login"]["forms"] == {"{user}": "100%"}


def test_addresses_that_no_name_explains_are_made_as_before(con: duckdb.DuckDBPyConnection) -> None:
    first, last = zip(*PEOPLE, strict=True)
    table = table_of(
        con, first=list(first), last=list(last), mail=[f"kunde{i}@firma.de" for i in range(len(PEOPLE))]
    )
    assert measured(con, table) == {} and drafted(con, table)["mail"] == {"fake": "Email"}


def test_names_that_are_everybodys_explain_nothing(con: duckdb.DuckDBPyConnection) -> None:
    table = table_of(con, first=["Anna"] * 40, mail=[f"anna{i}@firma.de" for i in range(40)])
    assert measured(con, table) == {}


def test_rows_beyond_the_forms_get_an_address_that_fits_nobody(con: duckdb.DuckDBPyConnection) -> None:
    first, last = zip(*PEOPLE, strict=True)
    mails = [
        f"{ascii_of(f)}-{ascii_of(n)}@firma.de" if i % 2 else f"info{i}@firma.de"
        for i, (f, n) in enumerate(PEOPLE)
    ]
    made = drafted(con, table_of(con, first=list(first), last=list(last), mail=mails))["mail"]
    fitting, other = (each["choice"] for each in made["random_choice"])
    assert list(fitting["pick"]["Synth.login"]["forms"]) == ["{first}-{last}"]
    assert other["pick"] == {"fake.Email": {"matching": False}}


def test_where_the_name_may_be_null_the_address_is_nobodys(con: duckdb.DuckDBPyConnection) -> None:
    first, last = zip(*PEOPLE, strict=True)
    mails = [f"{ascii_of(f)}.{ascii_of(n)}@firma.de" for f, n in PEOPLE]
    given = [name if i % 4 else None for i, name in enumerate(first)]
    made = drafted(con, table_of(con, first=given, last=list(last), mail=mails))["mail"]
    alone, fitting = (each["choice"] for each in made["if"])
    assert alone["when"] == "${{ first is none }}" and "Synth.login" in fitting["pick"]


def test_no_form_of_fewer_than_k_rows_and_no_letter_of_the_source_is_kept(
    con: duckdb.DuckDBPyConnection,
) -> None:
    first, last = zip(*PEOPLE, strict=True)
    mails = [
        f"{ascii_of(f)}_{ascii_of(n)}@firma.de" if i < 9 else f"{ascii_of(f)}.{ascii_of(n)}@firma.de"
        if i < 60 else f"zq.{ascii_of(f)}@firma.de"
        for i, (f, n) in enumerate(PEOPLE)
    ]  # fmt: skip
    found = measured(con, table_of(con, first=list(first), last=list(last), mail=mails))["mail"]
    assert [each.value for each in found.forms] == ["{first}.{last}"]
