"""What the columns of one table say about each other: meanings that no column has by itself."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from described import describe

ODD = ["Qwandil", "Oxumer", "Brakkul", "Vintoq", "Jolpar", "Wemmog", "Krudiz", "Lorkum"]
ODDER = ["Zerpul", "Tharq", "Mubbo", "Xilond", "Pravvy", "Golnek", "Huzzim", "Dwoley"]
FIRST = ["Anna", "Peter", "Maria", "John", "Sophie", "Thomas", "Laura", "Michael"]
EITHER = ["James", "William", "Thomas", "Henry", "Scott", "Jordan", "Taylor", "Kelly"]
FAMILY = ["Miller", "Davis", "Anderson", "Jackson", "Moore", "Wilson", "Johnson", "Brown"]
MAIL = ["a@x.com", "b@x.com", "c@x.com", "d@x.com", "e@x.com", "f@x.com", "g@x.com", "h@x.com"]


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE SCHEMA raw")
    return con


def meanings(
    con: duckdb.DuckDBPyConnection, *columns: Sequence[str], table: str = "t"
) -> list[tuple[str, bool]]:
    """Of columns without names: what they are, and whether they are personal."""
    found = describe(con, {f"c{n}": values for n, values in enumerate(columns)}, table=table).values()
    return [(column.meaning.value, column.personal.value) for column in found]


def test_names_that_the_mailboxes_are_made_of(con: duckdb.DuckDBPyConnection) -> None:
    mail = [f"{a.lower()}.{b.lower()}@x.com" for a, b in zip(ODD, ODDER, strict=True)]
    whole = [f"{a} {b}" for a, b in zip(ODD, ODDER, strict=True)]
    assert meanings(con, mail, whole) == [("email", True), ("person_name", True)]
    assert meanings(con, mail, ODD, ODDER) == [("email", True), ("first_name", True), ("last_name", True)]
    assert meanings(con, mail, whole[1:] + whole[:1])[1][0] == "unknown"
    evidence = describe(con, {"c0": mail, "c1": whole})["c1"].meaning.evidence
    assert evidence == "the e-mail addresses in 8 of 8 rows are made of them"


def test_firms_whose_mailboxes_are_not_made_of_them_stay_firms(con: duckdb.DuckDBPyConnection) -> None:
    firms = [f"{name} Works" for name in ODD]
    found = describe(con, {"name": firms, "email": [f"info@{n.lower()}.com" for n in ODD]}, table="suppliers")
    assert (found["name"].meaning.value, found["name"].personal.value) == ("company_name", False)


SHOPS = [
    "Value Lamps",
    "Eastern Lamps",
    "Lamps Gallery",
    "Period Lamps",
    "Battle Creek Lamps",
    "Bright Ideas",
]


def test_customers_whose_names_end_alike_are_firms(con: duckdb.DuckDBPyConnection) -> None:
    """Families that many customers are of have names that are known."""
    customers = {"CustomerName": [*SHOPS, "Kaneo Homes", "Mountain Scenes"]}
    found = describe(con, customers, table="customer")["CustomerName"]
    assert (found.meaning.value, found.personal.value) == ("company_name", False)
    kim = [f"{first} Kim" for first in FIRST]
    found = describe(con, {"CustomerName": kim}, table="customer")["CustomerName"]
    assert (found.meaning.value, found.personal.value) == ("person_name", True)


@pytest.mark.parametrize("login", ["{1}{0}", "{0[0]}.{1}", "{0[0]}{1}7"])
def test_names_to_log_in_with_are_made_of_the_names_in_the_row(
    con: duckdb.DuckDBPyConnection, login: str
) -> None:
    accounts = [login.format(first, last) for first, last in zip(FIRST, FAMILY, strict=True)]
    assert meanings(con, FIRST, FAMILY, accounts)[2] == ("username", True)


def test_given_names_that_are_family_names_too(con: duckdb.DuckDBPyConnection) -> None:
    assert [meaning for meaning, _ in meanings(con, EITHER, FAMILY)] == ["first_name", "last_name"]
    assert [meaning for meaning, _ in meanings(con, FAMILY, EITHER)] == ["last_name", "first_name"]


def test_what_stands_beside_given_names_and_is_written_like_names(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, FIRST, ODD) == [("first_name", True), ("last_name", True)]
    assert meanings(con, [str(n) for n in range(8)], ODD)[1] == ("unknown", False)
    assert meanings(con, FIRST, [name.lower() for name in ODD])[1][0] == "unknown"


def test_names_that_no_list_knows_in_a_table_of_people(con: duckdb.DuckDBPyConnection) -> None:
    numbers = [str(n) for n in range(8)]
    assert meanings(con, numbers, ODD, table="students")[1] == ("first_name", True)
    assert meanings(con, numbers, ODD, table="machines")[1] == ("unknown", False)


def test_words_of_a_short_list_are_no_names(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, ["Good", "Fair", "Noble"] * 8)[0] == ("category", False)


def test_a_form_of_address_makes_a_name(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, [f"Dr. {name}" for name in ODD])[0] == ("person_name", True)


def test_bare_digits_beside_a_name_may_be_telephone_numbers(con: duckdb.DuckDBPyConnection) -> None:
    numbers = ["07512388412", "07733910247", "07900128834", "07446102938", "07811239900"]
    numbers += ["07002931847", "07629384756", "07384950617"]
    assert meanings(con, FIRST, numbers)[1] == ("phone", True)
    assert not meanings(con, numbers, FIRST)[0][1]
    assert not meanings(con, FIRST, [f"0750000000{n}" for n in range(8)])[1][1]


def test_of_several_days_the_first_is_the_birthday(con: duckdb.DuckDBPyConnection) -> None:
    born = [f"{1961 + 3 * n}-03-1{n}" for n in range(8)]
    hired = [f"{1990 + 2 * n}-05-0{n + 1}" for n in range(8)]
    found = meanings(con, FIRST, FAMILY, hired, born)
    assert [personal for _, personal in found] == [True, True, False, True]


def test_whole_names_under_the_name_of_given_names(con: duckdb.DuckDBPyConnection) -> None:
    whole = [f"{first} {last}" for first, last in zip(FIRST, FAMILY, strict=True)]
    assert describe(con, {"first_name": whole})["first_name"].meaning.value == "person_name"
    found = describe(con, {"first_name": whole, "last_name": FAMILY})
    assert found["first_name"].meaning.value == "first_name"


def test_a_title_beside_a_whole_name_is_not_personal(con: duckdb.DuckDBPyConnection) -> None:
    titles = [f"The {name} of Zerp" for name in ODD]
    assert meanings(con, titles, [f"{a} {b}" for a, b in zip(FIRST, FAMILY, strict=True)])[0][1] is False


def test_names_joined_by_a_dot_are_names_to_log_in_with(con: duckdb.DuckDBPyConnection) -> None:
    accounts = [f"{first.lower()}.{last.lower()}" for first, last in zip(FIRST, ODD, strict=True)]
    assert meanings(con, accounts * 4)[0] == ("username", True)
    assert meanings(con, [f"{name.lower()}.brakk" for name in ODD])[0] == ("unknown", False)


def test_years_of_study_are_no_telephone_numbers(con: duckdb.DuckDBPyConnection) -> None:
    assert not meanings(con, ["2024-2025", "2025-2026", "2023-2024"] * 4)[0][1]


def test_professions_beside_given_names_are_no_family_names(con: duckdb.DuckDBPyConnection) -> None:
    posts = ["Manager", "Engineer", "Nurse", "Teacher", "Qwandil", "Brakkul", "Vintoq", "Jolpar"]
    assert not meanings(con, FIRST, posts)[1][0].endswith("name")


def test_amounts_with_a_unit_are_no_addresses(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, [f"Court {name} {n}h" for n, name in enumerate(ODD, 1)])[0] == ("unknown", False)


@pytest.mark.parametrize(
    ("name", "values", "meaning"),
    [
        ("nama pelanggan", [f"{a} {b}" for a, b in zip(FIRST, FAMILY, strict=True)], "person_name"),
        ("harga_produk", ["12.50", "3.99", "7.25", "8.10", "5.05", "6.60", "9.95", "1.20"], "money"),
        ("unit_price_usd", ["12", "3", "7", "8", "5", "6", "9", "1"], "money"),
        ("Jenis_Kelamin", ["Laki-laki", "Perempuan"] * 4, "gender"),
        ("заплата", ["3500", "4200", "3800", "2900", "3100", "4500", "3300", "3900"], "money"),
        (
            "password",
            ["12345", "23456", "34567", "45678", "56789", "67890", "78901", "89012"],
            "password_hash",
        ),
        ("mobile", ["+91xxxxxxxxxx", "+91xxxxxxxxx"] * 4, "phone"),
        ("payment_failed", ["0", "1"] * 4, "unknown"),
        ("Instagram", [f"@{name.lower()}" for name in ODD], "username"),
        ("utm_content", ["text_link", "cta_button"] * 12, "category"),
    ],
)
def test_names_and_values(con: duckdb.DuckDBPyConnection, name: str, values: list[str], meaning: str) -> None:
    assert describe(con, {name: values})[name].meaning.value == meaning


STREETS = [f"{name} {7 * n}" for n, name in enumerate(ODD, 3)]


def test_streets_and_towns_that_no_list_knows(con: duckdb.DuckDBPyConnection) -> None:
    codes = [f"SW{n}A {n}AB" for n in range(1, 9)]
    found = meanings(con, STREETS, ODDER, codes)
    assert found == [("street_address", True), ("city", False), ("postal_code", False)]
    assert meanings(con, STREETS, MAIL)[0] == ("street_address", True)
    assert meanings(con, [f"Row {n}" for n in range(8)], MAIL)[0][0] == "unknown"
    assert meanings(con, ODDER, MAIL)[0][0] == "unknown"


def test_hashes_and_odd_words_beside_what_people_log_in_with_are_passwords(
    con: duckdb.DuckDBPyConnection,
) -> None:
    hashes = [f"{n:02x}" * 32 for n in range(101, 109)]
    odd = [f"{name}{n * 13}!" for n, name in enumerate(ODD)]
    assert meanings(con, MAIL, hashes)[1] == ("password_hash", True)
    assert meanings(con, MAIL, odd)[1] == ("password_hash", True)
    assert meanings(con, hashes, ODDER)[0][0] == "unknown"


def test_long_numbers_of_people_are_personal(con: duckdb.DuckDBPyConnection) -> None:
    numbers = [f"{n}4{n * 7919 % 1000:03}5210{n}" for n in range(1, 9)]
    assert meanings(con, FIRST, MAIL, numbers)[2] == ("national_id", True)
    titles = [f"The {name} of Zerp" for name in ODD]
    assert not meanings(con, titles, [f"{a} {b}" for a, b in zip(FIRST, FAMILY, strict=True)], numbers)[2][1]


def test_every_telephone_number_of_a_table_is_one(con: duckdb.DuckDBPyConnection) -> None:
    home = [f"({n}12) 555-0{n}34" for n in range(2, 10)]
    mobile = [f"{n}{n * 7919 % 10000:04}5210{n}" for n in range(2, 10)]
    assert meanings(con, FIRST, home, mobile)[1:] == [("phone", True), ("phone", True)]
    assert meanings(con, FIRST[:3], ["0751238841", "0773391024", "0790012883"])[1] == ("phone", True)


def test_names_most_of_which_no_list_knows(con: duckdb.DuckDBPyConnection) -> None:
    half = [f"{first} {last}" for first, last in zip(FIRST[:4] + ODDER[4:], ODD, strict=True)]
    assert meanings(con, half)[0] == ("person_name", True)
    assert meanings(con, half * 5)[0][1] is False


def test_the_family_comes_first_in_many_lists(con: duckdb.DuckDBPyConnection) -> None:
    families = ["KOWALCZYK", "TREMBLAY", "SZABO", "NOVAK", "HORVATH", "LINDQVIST", "FERNANDEZ", "NGUYEN"]
    whole = [f"{last} {first}" for first, last in zip(FIRST, families, strict=True)]
    assert meanings(con, whole)[0] == ("person_name", True)


def test_firms_that_the_domains_of_their_addresses_are_called_after(con: duckdb.DuckDBPyConnection) -> None:
    domains = [f"contact@{name.lower()}.com" for name in ODD]
    assert meanings(con, ODD, domains)[0] == ("company_name", False)
    assert meanings(con, ODD[1:] + ODD[:1], domains)[0][0] == "unknown"


def test_amounts_in_groups_of_three_are_no_telephone_numbers(con: duckdb.DuckDBPyConnection) -> None:
    assert not meanings(con, ["830 018", "3 127 683", "14 141 626", "733 759", "8 794 957"])[0][1]
    assert meanings(con, ["600 123 456", "512 883 901", "733 759 120"])[0] == ("phone", True)


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("athletes", "Name", ODD, "person_name"),
        ("usuarios", "nome", ODD, "person_name"),
        ("t", "days_since_last_donation", ["3", "14", "15"], "unknown"),
        ("t", "(% total) 2015", ["3", "14", "15"], "percentage"),
        ("t", "documentos", ["1012345678,2034526378", "3045678190", "4056789123"], "national_id"),
        ("t", "technical_owner", ["Platform", "Application", "Security"] * 8, "category"),
        ("users", "Role", ["ADMIN", "HOSPITAL", "BLOOD_BANK"] * 3, "category"),
        ("menu", "lugar", ["habitacion", "restaurante", "bar,restaurante"] * 6, "category"),
        ("t", "c", ["€3\xa0680", "€2\xa0815", "€3\xa0394"], "money"),
        ("t", "item_num", ["AB001", "AB002", "AB003"], "code_pattern"),
    ],
)
def test_names_values_and_tables(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str], meaning: str
) -> None:
    assert describe(con, {name: values}, table=table)[name].meaning.value == meaning


def test_words_in_small_letters_in_a_table_of_people_are_what_they_log_in_with(
    con: duckdb.DuckDBPyConnection,
) -> None:
    words = [name.lower() for name in ODD]
    assert meanings(con, words, table="usuarios")[0] == ("username", True)
    assert not meanings(con, words, table="machines")[0][1]


def test_numbers_of_people_have_several_lengths(con: duckdb.DuckDBPyConnection) -> None:
    numbers = [
        "51553871",
        "1223334444",
        "1002168408",
        "456123000",
        "42584441",
        "1001450231",
        "78945612",
        "9012",
    ]
    whole = [f"{first} {last}" for first, last in zip(FIRST, FAMILY, strict=True)]
    assert meanings(con, whole[:7], MAIL[:7], numbers[:7])[2] == ("national_id", True)
    assert not meanings(con, whole, MAIL, numbers)[2][1]


def test_ranks_before_names_are_no_accounts(con: duckdb.DuckDBPyConnection) -> None:
    ranks = ["CR", "VP", "CS", "CR"] * 2
    mail = [f"{first.lower()}.{last.lower()}@x.com" for first, last in zip(FIRST, FAMILY, strict=True)]
    assert meanings(con, [f"{rank} {last}" for rank, last in zip(ranks, FAMILY, strict=True)], mail, ranks)[
        2
    ][0] != ("username")


def test_phrases_beside_addresses_are_not_personal(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, MAIL, [f"{name} is broken" for name in ODD])[1][1] is False


@pytest.mark.parametrize(
    ("name", "values", "meaning"),
    [
        ("c1", [f"{name.lower()}@gmail" for name in ODD], "email"),
        ("c1", ["07.00 - 08.00", "08.00 - 09.00", "09.00 - 10.00"], "unknown"),
        ("c1", [f"{b}_{a}" for a, b in zip(FIRST, FAMILY, strict=True)], "person_name"),
        ("owner", ["John", "Anna"] * 5, "person_name"),
        ("Hari", ["Senin", "Selasa", "Rabu"], "weekday"),
    ],
)
def test_more_values(con: duckdb.DuckDBPyConnection, name: str, values: list[str], meaning: str) -> None:
    assert describe(con, {name: values})[name].meaning.value == meaning
