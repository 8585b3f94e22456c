"""Meanings from names, values and neighbours; personal data; declared and nested columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import duckdb
import pytest
from pydantic import ValidationError

from synth_core.files.sql import quote
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Origin
from synth_core.model.project import Column
from synth_core.model.type_text import parse_type
from synth_core.model.types import Field, Mode
from synth_core.stages.describe import catalogue, describe_leaves, describe_text, describe_typed
from synth_core.stages.describe.catalogue import Meaning
from synth_core.stages.describe.tokens import words_of

PEOPLE = {
    "first": ["Anna", "Peter", "Maria", "John", "Sophie", "Thomas", "Laura", "Michael"],
    "last": ["Smith", "Müller", "Johnson", "Schneider", "Brown", "Fischer", "Miller", "Garcia"],
    "email": [f"user{n}@mail{n}.com" for n in range(8)],
    "phone": ["(206) 555-8122", "+49 30 901820", "415 354-7128", "(503) 555-9831"] * 2,
    "street": ["12 Main Street", "69 Salem Road", "Berliner Platz 43", "24, place Kléber"] * 2,
    "city": ["Seattle", "London", "Paris", "Berlin", "Madrid", "Oslo", "Toronto", "Chicago"],
    "zip": ["98122", "SW1 8JR", "T2P 2T3", "98052-8300"] * 2,
    "country": ["Germany", "France", "USA", "UK"] * 2,
    "state": ["WA", "OR", "CA", "TX"] * 2,
    "born": ["1968-01-09", "1982-02-18", "1947-09-19", "1990-05-29"] * 2,
    "note": ["He likes long walks, short talks and all the quiet hours between them."] * 8,
}


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE SCHEMA raw")
    return con


def describe(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Sequence[str | None]],
    *,
    table: str = "t",
    hide_names: bool = False,
) -> dict[str, Column]:
    con.execute(f"CREATE OR REPLACE TABLE raw.t ({', '.join(f'{quote(name)} VARCHAR' for name in columns)})")
    con.executemany(
        f"INSERT INTO raw.t VALUES ({', '.join('?' * len(columns))})",
        [list(row) for row in zip(*columns.values(), strict=True)],
    )
    found, *_ = describe_text(con, "raw.t", list(columns), Dialect(), table=table, hide_names=hide_names)
    return {column.name: column for column in found}


def meanings(columns: Mapping[str, Column]) -> dict[str, str]:
    return {name: column.meaning.value for name, column in columns.items()}


EXPECTED = {
    "email": "email",
    "phone": "phone",
    "street": "street_address",
    "city": "city",
    "zip": "postal_code",
    "country": "country",
    "state": "region",
    "first": "first_name",
    "last": "last_name",
    "note": "free_text",
}


def test_values_alone_say_what_a_column_is(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, {f"c{n}": values for n, values in enumerate(PEOPLE.values())}, hide_names=True)
    by_kind = dict(zip(PEOPLE, meanings(found).values(), strict=True))
    assert {kind: by_kind[kind] for kind in EXPECTED} == EXPECTED


def test_names_of_all_sorts_are_understood(con: duckdb.DuckDBPyConnection) -> None:
    names = {
        "custFName": "first",
        "LAST_NAME": "last",
        "e-mail": "email",
        "tel_no": "phone",
        "BillingAddress": "street",
        "ship.city": "city",
        "PostalCode": "zip",
        "ctry": "country",
        "stateProvince": "state",
        "DOB": "born",
        "Remarks": "note",
    }
    found = meanings(describe(con, {name: PEOPLE[kind] for name, kind in names.items()}))
    assert found == {name: EXPECTED.get(kind, "date_of_birth") for name, kind in names.items()}


def test_personal_is_what_the_catalogue_calls_so(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, {name: PEOPLE[name] for name in PEOPLE})
    personal = {name for name, column in found.items() if column.personal.value}
    assert personal == {"first", "last", "email", "phone", "street", "born"}
    assert {name for name, meaning in catalogue().items() if meaning.personal} == {
        "email", "phone", "first_name", "last_name", "person_name", "street_address", "full_address",
        "date_of_birth", "national_id", "credit_card", "iban", "ip_address", "username", "password_hash",
    }  # fmt: skip


def test_a_name_that_the_values_contradict_is_not_believed(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(
        con, {"email": ["blue", "red", "green", "black"], "city": ["17a8", "93", "0x1", "5-5-5"]}
    )
    assert meanings(found)["email"] != "email"
    assert meanings(found)["city"] != "city"


def test_names_about_something_else_do_not_mislead(con: duckdb.DuckDBPyConnection) -> None:
    columns = {
        "email_verified": ["yes", "no"] * 4,
        "city_id": ["17", "18"] * 4,
        "phone_type": ["work", "home"] * 4,
        "birth_year": ["1970", "1981"] * 4,
        "last_name_source": ["Web", "Form"] * 4,
    }
    found = describe(con, columns)
    assert not any(column.personal.value for column in found.values())
    assert meanings(found)["city_id"] == "unknown"


def test_the_name_of_a_thing_depends_on_the_table(con: duckdb.DuckDBPyConnection) -> None:
    names = {"id": list("1234"), "name": ["Blue Lotus", "Green Valley", "Old Harbour", "Red Fox"]}
    expected = {
        "products": "product_name",
        "suppliers": "company_name",
        "albums": "title",
        "departments": "organization_name",
        "airports": "place_name",
        "bands": "artist_or_org_name",
    }
    found = {table: meanings(describe(con, names, table=table))["name"] for table in expected}
    assert found == expected


def test_title_is_a_job_among_people_and_a_work_elsewhere(con: duckdb.DuckDBPyConnection) -> None:
    jobs = ["Sales Manager", "Accountant", "IT Staff", "Vice President, Sales"]
    staff = describe(con, {"title": jobs, "last_name": PEOPLE["last"][:4]}, table="employees")
    works = describe(con, {"title": ["Gone with the Wind", "Emma", "Ulysses", "Dune"]}, table="books")
    forms = describe(con, {"title": ["Mr.", "Mrs.", "Dr.", "Ms."], "last_name": PEOPLE["last"][:4]})
    assert [meanings(each)["title"] for each in (staff, works, forms)] == ["job_title", "title", "salutation"]
    odd = ["Keeper of Keys", "Wizard", "Firestarter", "Chief of Fun"]
    assert meanings(describe(con, {"title": odd}, table="employees"))["title"] == "job_title"


def test_family_names_stand_beside_first_names(con: duckdb.DuckDBPyConnection) -> None:
    """Most of these are names of towns as well."""
    towns = ["King", "Johnson", "Mitchell", "Park", "Adams", "Edwards", "Callahan", "Peacock"]
    columns = {
        "c1": PEOPLE["first"],
        "c2": towns,
        "c3": PEOPLE["street"],
        "c4": PEOPLE["zip"],
        "c5": PEOPLE["country"],
    }
    beside = meanings(describe(con, columns, hide_names=True))
    assert (beside["c1"], beside["c2"]) == ("first_name", "last_name")
    alone = describe(con, {"c1": list("12345678"), "c2": towns}, hide_names=True)
    assert meanings(alone)["c2"] == "city"


def test_hidden_names_say_nothing(con: duckdb.DuckDBPyConnection) -> None:
    columns = {"email": ["blue-ish one", "red-ish two"], "first_name": ["Zqxw", "Wqxz"]}
    found = describe(con, columns, table="people", hide_names=True)
    assert meanings(found) == {"email": "unknown", "first_name": "unknown"}


@pytest.mark.parametrize(
    ("meaning", "values"),
    [
        ("iban", ["DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"]),
        ("credit_card", ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 0000 0000 009"]),
        ("national_id", ["172-32-1176", "213-46-8915", "238-95-7766"]),
        ("ip_address", ["192.168.0.1", "10.20.30.40", "2001:db8::1"]),
        ("uuid", ["9f575c90-f498-586b-a04f-2fb17680423b", "2d240eb4-b0dd-396c-8325-e849be8aa372"]),
        ("url", ["https://example.org/a", "http://example.com"]),
        ("password_hash", ["$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"]),
        ("country_code", ["SE", "DE", "FR", "ES", "IT", "NO"]),
        ("region", ["WA", "OR", "TX", "NY", "CA"]),
        ("timezone", ["Europe/Berlin", "America/New_York"]),
        ("currency_code", ["EUR", "USD", "CHF", "JPY", "GBP"]),
        ("language", ["English", "German", "Japanese"]),
        ("money", ["$20.00", "$1,250.50", "$3.99"]),
        ("percentage", ["12%", "3.5 %"]),
        ("weekday", ["Mon", "Tue", "Sun"]),
        ("month_name", ["January", "March", "July"]),
        ("salutation", ["Mr.", "Mrs.", "Dr."]),
        ("person_name", ["Maria Anders", "Thomas Hardy", "Laura Callahan"]),
        ("full_address", ["12 Main Street, Springfield, IL 62701", "69 Salem Road, London, SW1 8JR"]),
        ("company_name", ["Miller Ltd", "Apple Inc.", "Schmidt GmbH"]),
        ("code_pattern", ["PS1372", "PC9999", "BU7832", "TC7777"]),
        ("unknown", ["qwrt zzgh", "plmk nnbv", "xxcv wwrt"]),
    ],
)
def test_forms_that_need_no_name(con: duckdb.DuckDBPyConnection, meaning: str, values: list[str]) -> None:
    assert meanings(describe(con, {"c1": values})) == {"c1": meaning}


def test_a_wrong_check_digit_is_no_card_and_no_iban(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, {"c1": ["4111 1111 1111 1112"] * 3, "c2": ["DE89370400440532013001"] * 3})
    assert not {"credit_card", "iban"} & set(meanings(found).values())


def test_evidence_never_quotes_values(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, PEOPLE)
    for name, column in found.items():
        text = " ".join(
            (column.type.evidence, column.mode.evidence, column.meaning.evidence, column.personal.evidence)
        )
        assert not [value for value in PEOPLE[name] if value in text]
        assert all(part.evidence for part in (column.type, column.mode, column.meaning, column.personal))


def test_declared_columns_keep_type_and_mode(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE raw.t (code VARCHAR, mail VARCHAR)")
    con.execute("INSERT INTO raw.t VALUES ('1', 'a@b.com'), ('2', 'c@d.org')")
    fields = [
        Field(name="code", type=parse_type("STRING"), mode=Mode.REQUIRED),
        Field(name="mail", type=parse_type("STRING"), description="where to write"),
    ]
    code, mail = describe_typed(con, "raw.t", fields, table="t", declared=True)
    assert (str(code.type.value), code.mode.value) == ("STRING", Mode.REQUIRED)
    assert {code.type.origin, code.mode.origin} == {Origin.DECLARED}
    assert (mail.meaning.value, mail.personal.value, mail.description) == ("email", True, "where to write")
    measured = describe_typed(con, "raw.t", fields, table="t", declared=False)
    assert {column.type.origin for column in measured} == {Origin.MEASURED}


def test_numbers_of_people_are_known_as_floating_point_too(con: duckdb.DuckDBPyConnection) -> None:
    """As tools write them that have no whole numbers with gaps."""
    con.execute(
        """CREATE TABLE raw.f AS SELECT unnest([4111111111111111, 5500005555555559, 4012888888881881,
        5105105105105100, 4222222222222220, NULL])::DOUBLE AS number, unnest(range(6)) + 0.5 AS weight"""
    )
    fields = [Field(name=name, type=parse_type("FLOAT64")) for name in ("number", "weight")]
    number, weight = describe_typed(con, "raw.f", fields, table="f", declared=True)
    assert (number.meaning.value, number.personal.value, weight.personal.value) == (
        "credit_card",
        True,
        False,
    )


def nested(con: duckdb.DuckDBPyConnection) -> list[Field]:
    con.execute(
        """CREATE TABLE raw.n (who STRUCT(last_name VARCHAR, home STRUCT(city VARCHAR, "zip" VARCHAR)),
        mails VARCHAR[], items STRUCT(sku VARCHAR, qty BIGINT)[])"""
    )
    for n, (last, city) in enumerate(zip(PEOPLE["last"], PEOPLE["city"], strict=True)):
        who = {"last_name": last, "home": {"city": city, "zip": "SW1 8JR"}}
        items = [{"sku": f"AB-{n}17", "qty": n}]
        con.execute("INSERT INTO raw.n VALUES (?, ?, ?)", [who, [f"u{n}@x.com"], items])
    con.execute("INSERT INTO raw.n VALUES (NULL, [], NULL)")
    return [
        Field(name="who", type=parse_type("STRUCT<last_name STRING, home STRUCT<city STRING, zip STRING>>")),
        Field(name="mails", type=parse_type("STRING"), mode=Mode.REPEATED),
        Field(name="items", type=parse_type("STRUCT<sku STRING, qty INT64>"), mode=Mode.REPEATED),
    ]


def test_nested_columns_are_personal_when_a_leaf_is(con: duckdb.DuckDBPyConnection) -> None:
    who, mails, items = describe_typed(con, "raw.n", nested(con), table="n", declared=True)
    assert [column.meaning.value for column in (who, mails, items)] == ["unknown"] * 3
    assert [column.personal.value for column in (who, mails, items)] == [True, True, False]
    assert "who.last_name" in who.personal.evidence
    assert "city" not in who.personal.evidence


def test_leaves_have_paths_and_meanings(con: duckdb.DuckDBPyConnection) -> None:
    fields = nested(con)
    found = {}
    for field in fields:
        found.update(describe_leaves(con, "raw.n", field))
    assert {path: meaning.value for path, (meaning, _) in found.items()} == {
        ("who", "last_name"): "last_name",
        ("who", "home", "city"): "city",
        ("who", "home", "zip"): "postal_code",
        ("mails",): "email",
        ("items", "sku"): "code_pattern",
        ("items", "qty"): "unknown",
    }


def test_an_empty_table_is_judged_by_its_names(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE raw.t (email VARCHAR, x VARCHAR)")
    (email, x), *_ = describe_text(con, "raw.t", ["email", "x"], Dialect(), table="t")
    assert (email.meaning.value, email.personal.value, x.meaning.value) == ("email", True, "unknown")


def test_the_catalogue_holds_every_meaning_and_refuses_unknown_checks() -> None:
    needed = """street_address full_address city region postal_code country country_code latitude longitude timezone
    first_name last_name person_name salutation gender date_of_birth job_title username password_hash email phone
    national_id credit_card iban ip_address company_name organization_name artist_or_org_name product_name
    place_name title category color code_pattern uuid url language currency_code money percentage month_name
    weekday free_text"""
    assert set(needed.split()) == set(catalogue())
    with pytest.raises(ValidationError, match="no check 'nothing'"):
        Meaning.model_validate({"check": "nothing"})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("custPhoneNbr", "customer phone number"),
        ("BillToAddress2", "bill to address 2"),
        ("e_mail", "e mail"),
        ("park.key", "park key"),
        ("postalcode", "postal code"),
        ("HTTPUrl", "http url"),
        ("Categories", "category"),
    ],
)
def test_words_of_names(name: str, words: str) -> None:
    assert " ".join(words_of(name)) == words


def test_json_columns_have_no_meaning(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, {"email": [json.dumps({"a": n}) for n in range(5)]})
    assert (str(found["email"].type.value), found["email"].meaning.value) == ("JSON", "unknown")


@pytest.mark.parametrize(
    ("name", "meaning", "values"),
    [
        ("iban", "iban", [f"DE00 3704 0044 0532 0130 {n:02}" for n in range(8)]),
        ("card_number", "credit_card", [f"40000000000000{n:02}" for n in range(20, 90, 10)]),
        ("codice_fiscale", "national_id", [f"RSSMRA85T1{n}A562X" for n in range(8)]),
    ],
)
def test_a_name_and_a_form_are_believed_without_check_digits(
    con: duckdb.DuckDBPyConnection, name: str, meaning: str, values: list[str]
) -> None:
    """Made-up and mistyped numbers stand among real ones."""
    found = describe(con, {name: values})[name]
    assert (found.meaning.value, found.personal.value) == (meaning, True)
    assert "check digits hold in only" in found.personal.evidence
    hidden = describe(con, {name: values}, hide_names=True)[name]
    # Hardly anything but Italy's numbers has their form.
    assert hidden.personal.value == (meaning == "national_id")


HALF_KNOWN = [
    *("Anna Smith", "Peter Miller", "Maria Garcia", "Thomas Brown", "Laura Fischer"),
    *("Zerp Qwandil", "Oxu Brakk", "Vint Jolp", "Wemm Krud"),
]


def test_what_may_be_personal_counts_as_personal_and_wants_a_look(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(con, {"zzk": HALF_KNOWN})["zzk"]
    assert (found.meaning.value, found.personal.value) == ("unknown", True)
    assert found.personal.confidence < 0.5 and "person name" in found.personal.evidence


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ([f"{word} Qwandil" for word in ("Zerp", "Oxu", "Brakk", "Vint", "Jolp", "Wemm")], True),
        (["Zerp Qwandil", "Brakk Oxu"] * 9, False),
        ([f"{n}.5 x" for n in range(20)], False),
        ([str(n) for n in range(20)], False),
    ],
)
def test_unknown_texts_that_may_tell_who_somebody_is_want_a_look(
    con: duckdb.DuckDBPyConnection, values: list[str], look: bool
) -> None:
    found = describe(con, {"zzk": values})["zzk"].personal
    assert not found.value
    assert (found.confidence < 0.5, "please look" in found.evidence) == (look, look)


def test_telling_texts_beside_a_person_are_personal(con: duckdb.DuckDBPyConnection) -> None:
    odd = [f"{word} Qwandil" for word in ("Zerp", "Oxu", "Brakk", "Vint", "Jolp", "Wemm", "Krud", "Lork")]
    found = describe(con, {"zzk": odd, "mail": PEOPLE["email"], "n": list("12345678"), "yyk": odd[::-1]})
    assert (found["zzk"].personal.value, found["yyk"].personal.value) == (True, False)
    assert found["zzk"].personal.confidence < 0.5 and found["yyk"].personal.confidence < 0.5


def test_what_a_name_calls_personal_and_the_values_do_not_wants_a_look(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = describe(con, {"passport_number": ["a", "b", "c", "d", "e", "f"]})["passport_number"].personal
    assert (found.value, found.confidence < 0.5) == (False, True)
    columns = {"driver_name": [f"Demo Driver {n}" for n in range(8)], "phone": PEOPLE["phone"]}
    drivers = describe(con, columns)["driver_name"]
    assert (drivers.meaning.value, drivers.personal.value) == ("job_title", True)
    assert drivers.personal.confidence < 0.5


def test_telephone_numbers_that_a_tool_kept_as_floating_points(con: duckdb.DuckDBPyConnection) -> None:
    numbers = [f"80906{n}8968.0" for n in range(9)]
    assert meanings(describe(con, {"phone": numbers, "contact": numbers})) == {
        "phone": "phone",
        "contact": "phone",
    }
    assert meanings(describe(con, {"contact": ["Anna Smith", "Peter Miller", "Maria Garcia"]})) == {
        "contact": "person_name"
    }


def test_a_passport_has_few_digits(con: duckdb.DuckDBPyConnection) -> None:
    numbers = ["XAJI0Y6DP", "HSAHXTHV3", "3ZMF8MDD4", "30T9NT3W5", "QLGZUI1B0", "LUG5FVME0"]
    assert describe(con, {"passport_number": numbers})["passport_number"].personal.value


def test_whole_addresses_are_no_streets(con: duckdb.DuckDBPyConnection) -> None:
    whole = [f"{n} East 55th Street, New York, NY 1002{n}" for n in range(2, 10)]
    assert meanings(describe(con, {"formatted_address": whole})) == {"formatted_address": "full_address"}


def test_a_location_is_what_its_values_are(con: duckdb.DuckDBPyConnection) -> None:
    towns = ["Toronto", "Hamilton", "Ottawa", "London", "Kingston", "Windsor", "Calgary", "Boston"]
    assert meanings(describe(con, {"location": towns})) == {"location": "city"}
    halls = ["Room 1.05", "Great hall", "Gym", "Aula", "Lobby east", "Roof", "Yard", "Cellar"]
    assert meanings(describe(con, {"location": halls})) == {"location": "place_name"}


def test_the_name_of_an_organization_among_people(con: duckdb.DuckDBPyConnection) -> None:
    firms = [f"Zerp {each}" for each in ("Works", "Yard", "Net", "One", "Hub", "Base", "Tec", "Lab")]
    columns = {"given name": PEOPLE["first"], "family name": PEOPLE["last"], "organization 1 - name": firms}
    assert not describe(con, columns)["organization 1 - name"].personal.value


def test_a_month_of_a_year_is_no_phone(con: duckdb.DuckDBPyConnection) -> None:
    assert not describe(con, {"zzk": ["08/2020"] * 9})["zzk"].personal.value


def test_a_name_without_the_form_is_not_believed(con: duckdb.DuckDBPyConnection) -> None:
    assert not describe(con, {"iban": [f"item {n}" for n in range(8)]})["iban"].personal.value


def test_names_are_known_with_accents_and_without(con: duckdb.DuckDBPyConnection) -> None:
    without = ["Jozsef", "Lukas", "Zofia", "Jerome", "Tomas", "Gulsen", "Ondrej", "Bela"]
    needless = ["Antón", "Márió", "Évà", "Erikä", "Päul", "Ánna", "Cárl", "Sôfia"]
    found = meanings(describe(con, {"c1": without, "zzk": needless}, hide_names=True))
    assert found == {"c1": "first_name", "zzk": "first_name"}


def test_family_names_are_known_by_what_they_end_with(con: duckdb.DuckDBPyConnection) -> None:
    made = [
        "Zerpowicz",
        "Qwandilová",
        "Braković",
        "Vintenko",
        "Jolpsson",
        "Wemmescu",
        "Krudopoulos",
        "Oxuyan",
    ]
    found = meanings(describe(con, {"c1": made, "c2": [name.lower() for name in made]}, hide_names=True))
    assert found == {"c1": "last_name", "c2": "unknown"}


@pytest.mark.parametrize("form", ["{0}-{1:02}-11", "{0}/{1:02}/31"])
def test_dates_beside_a_name_that_has_no_header_may_be_birthdays(
    con: duckdb.DuckDBPyConnection, form: str
) -> None:
    days = [form.format(1985 + 2 * n, n + 1) for n in range(8)]
    found = describe(con, {"c1": PEOPLE["first"], "c2": PEOPLE["last"], "c3": days})["c3"].personal
    assert (found.value, "date of birth" in found.evidence) == (True, True)
    alone = describe(con, {"c1": [str(n) for n in range(8)], "c2": days})["c2"].personal
    assert not alone.value


def test_a_few_texts_beside_a_person_are_personal(con: duckdb.DuckDBPyConnection) -> None:
    few = {"c1": ["Anna", "Peter", "Maria"], "c2": ["Zerp Qwandil", "Brakk Oxu", "Vint Jolp"]}
    assert describe(con, few)["c2"].personal.value
    assert not describe(con, {"c1": ["1", "2", "3"], "c2": few["c2"]})["c2"].personal.value
