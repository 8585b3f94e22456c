"""Meanings as tables of databases call and fill their columns: lookups, prefixes, whole addresses, other languages."""

from __future__ import annotations

import duckdb
import pytest

from tests.unit.described import describe

STREETS = ["12 Hill Road", "7 Mill Lane", "33 Park Avenue", "5 Lake Street", "48 Oak Drive", "9 High Street"]
TOWNS = ["Dover", "Salem", "Austin", "Boston", "Dayton", "Albany"]
CODES = ["DE 19901", "OR 97301", "TX 73301", "MA 02108", "OH 45402", "NY 12207"]


@pytest.fixture
def con(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("CREATE SCHEMA raw")
    return con


def _of(con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str]) -> tuple[str, bool]:
    found = describe(con, {name: values, "n": [str(n) for n in range(len(values))]}, table=table)[name]
    return found.meaning.value, found.personal.value


@pytest.mark.parametrize(
    "values",
    [
        [f"{street}, {town} {code}" for street, town, code in zip(STREETS, TOWNS, CODES, strict=True)],
        [f"{street}\n{town}, {code}" for street, town, code in zip(STREETS, TOWNS, CODES, strict=True)],
        [f"Gartenweg {n}, {n}1234 Burgstadt" for n in range(1, 7)],
        [f"Am Park {n}, Burgstadt {n}1234" for n in range(1, 7)],
    ],
)
@pytest.mark.parametrize("name", ["address", "address_details", "c"])
def test_a_street_with_its_town_is_a_whole_address(
    con: duckdb.DuckDBPyConnection, name: str, values: list[str]
) -> None:
    assert _of(con, "stores", name, values) == ("full_address", True)


def test_a_street_alone_is_none(con: duckdb.DuckDBPyConnection) -> None:
    flats = [f"{street}, Suite {n}20" for n, street in enumerate(STREETS, start=1)]
    assert _of(con, "stores", "address", flats) == ("street_address", True)


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("title", "title", ["Senior Engineer", "Staff", "Team Leader", "Manager"] * 3, "job_title"),
        ("films", "title", ["The Red Door", "Staff", "A Long Night", "Home Again"], "title"),
        ("airlines", "carrier", ["AA", "B6", "DL", "UA", "WN"], "code_pattern"),
        ("airlines", "carrier", ["Delta", "Ryanair", "Condor", "Iberia"], "company_name"),
        ("colors", "name", ["Black", "Dark Tan", "Sand Green", "Trans Yellow"], "color"),
        ("colors", "rgb", ["05131D", "237841", "C91A09", "F2CD37"], "color"),
        ("orders", "order_status_code", ["New", "PartFilled", "Completed"] * 2, "category"),
        ("semester", "semester", ["Spring", "Summer", "Autumn"], "category"),
        ("part_categories", "name", ["Bricks", "Plates", "Hinges", "Tiles"], "category"),
        ("product_description", "name", ["Blue Lamp", "Oak Table", "Desk Chair"], "product_name"),
        ("ski_model", "Name", ["Wildcat", "Sierra", "Deathwish"], "product_name"),
        ("sets", "set_num", ["70782-1", "40056-1", "41016-2", "79003-1"], "code_pattern"),
        ("orders", "shippostalcode", ["10277", "10310", "10249", "10318"], "postal_code"),
        ("teams", "side", ["East", "West"] * 6, "category"),
        ("people", "gender", ["masculine", "feminine"] * 4, "gender"),
        ("gerichte", "name", ["Kohlsuppe", "Bratwurst", "Spinat"], "product_name"),
        ("equipos", "nombre", ["Lobos", "Halcones", "Leones"], "organization_name"),
        ("pedidos", "forma_pago", ["PayPal", "Cheque", "Transferencia"] * 3, "category"),
        ("predmety", "nazov", ["Fyzika", "Dejepis", "Biologia"], "title"),
    ],
)
def test_columns_of_lookups_and_things(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str], meaning: str
) -> None:
    assert _of(con, table, name, values) == (meaning, False)


def test_numbers_of_drugs_are_no_telephone_numbers(con: duckdb.DuckDBPyConnection) -> None:
    values = ["12345-678-90", "36915-258-07", "24680-135-79", "95146-753-19"]
    assert _of(con, "drugs", "c", values)[1] is False


def test_letters_that_all_names_begin_with_are_left_out(con: duckdb.DuckDBPyConnection) -> None:
    found = describe(
        con,
        {
            "xqtxid": ["TX1", "TX2", "TX3", "TX4"],
            "xqtxprice": ["10.5", "3.25", "7.75", "8"],
            "xqtxtype": ["buy", "sell", "buy", "sell"],
            "xqtxcity": ["Someville", "Newtown", "Mytown", "Oldtown"],
        },
        table="xqtransaction",
    )
    said = {name: column.meaning.value for name, column in found.items()}
    assert said == {
        "xqtxid": "code_pattern",
        "xqtxprice": "money",
        "xqtxtype": "category",
        "xqtxcity": "city",
    }


def test_accounts_under_a_name_that_nobody_knows(con: duckdb.DuckDBPyConnection) -> None:
    people = {
        "name": ["John Smith", "Jane Doe", "Brendan Burns", "Gilbert Strang"],
        "uniqnom": ["jsmith", "jdoe", "bburns", "gstrang"],
    }
    assert describe(con, people, table="instructor")["uniqnom"].meaning.value == "username"
