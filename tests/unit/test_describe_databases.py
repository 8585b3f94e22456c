"""Meanings as tables of databases call and fill their columns: lookups, prefixes, whole addresses, other languages."""

from __future__ import annotations

import duckdb
import pytest
from described import describe

from synth_core.stages.describe.tokens import words_of

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
        ("order_statuses", "name", ["Processed", "Shipped", "Delivered"], "category"),
        ("sea", "name", ["Baltic Sea", "Red Sea", "Java Sea"], "place_name"),
        ("fares", "currency_type", ["USD", "USD", "EUR"], "currency_code"),
        ("invoices", "number", ["20-228-0335", "83-559-4105", "75-587-6626"], "code_pattern"),
        ("clients", "name", ["Yadelo", "Kwideon", "Vintex", "Myworkser"], "company_name"),
        ("dept", "dname", ["Sales", "Research", "Accounting"], "organization_name"),
        ("orte", "name", ["Burgstadt", "Neuhausen", "Altdorf"], "city"),
        ("cities", "airport", ["ATH", "MIA", "JFK", "OSL"], "code_pattern"),
        ("cities", "airport", ["Schiphol", "Gatwick", "Arlanda", "Fornebu"], "place_name"),
        (
            "rates",
            "from_key",
            ["USD", "EUR", "DEM", "CHF", "ATS", "JPY", "SEK", "NOK", "GBP"],
            "currency_code",
        ),
        ("fd_group", "FdGrp_Desc", ["Dairy and Egg Products", "Spices and Herbs", "Sweets"], "category"),
        ("machines", "site", ["Halle A", "Halle B", "Halle C"] * 5, "category"),
        ("products", "Handle", ["blue-shirt", "oak-table", "desk-chair", "mug"], "unknown"),
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


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("dependent", "Bdate", ["1983-10-25", "1942-02-28", "1988-12-30", "1967-05-05"], "date_of_birth"),
        (
            "emp",
            "ename",
            ["SMITH", "ALLEN", "WARD", "JONES", "MARTIN", "BLAKE", "KING", "FORD"],
            "person_name",
        ),
        ("customer", "fed_id", ["333-33-3333", "04-2222222", "555-55-5555"], "national_id"),
        ("cliente", "linea_direccion1", ["Wall-e Avenue", "Null Strasse", "Casa Nova"], "street_address"),
        ("player", "dt_of_bir", ["1983-10-25", "1992-02-28", "1988-12-30", "1987-05-05"], "date_of_birth"),
        ("users", "login", ["user-4187", "user-1125", "anna-smith", "peter-king"], "username"),
        ("users", "handle", ["bluebird", "oak_tree", "j-smith", "mug77"], "username"),
        ("owners", "c", ["Anna B", "Peter K", "Maria S", "Thomas L"], "person_name"),
        ("clients", "name", ["Yasmeen", "Tara", "Cristobal", "Lexus"], "person_name"),
        ("phones", "number", ["310-555-0135", "310-555-0177", "212-555-0121"], "phone"),
    ],
)
def test_personal_columns_of_databases(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str], meaning: str
) -> None:
    assert _of(con, table, name, values) == (meaning, True)


DEGREES = [("40.81277", "-73.95481"), ("37.87493", "-122.51941"), ("51.50735", "0.12776")]


def test_two_columns_of_fine_degrees_are_a_place(con: duckdb.DuckDBPyConnection) -> None:
    north, east = map(list, zip(*DEGREES, strict=True))
    for columns, meanings in (
        ([north, east], ["latitude", "longitude"]),
        ([east, north], ["longitude", "latitude"]),
        ([north, east, east, north], ["unknown"] * 4),
    ):
        assert _nameless(con, columns) == meanings


def _nameless(con: duckdb.DuckDBPyConnection, columns: list[list[str]]) -> list[str]:
    found = describe(con, {f"c{number}": values for number, values in enumerate(columns)})
    return [column.meaning.value for column in found.values()]


def test_digits_beside_towns_are_postal_codes(con: duckdb.DuckDBPyConnection) -> None:
    codes = ["19901", "97301", "73301", "92108", "45402", "12207"]
    assert _nameless(con, [TOWNS, codes]) == ["city", "postal_code"]
    assert _nameless(con, [codes, ["a", "b", "c", "d", "e", "f"]])[0] == "unknown"


@pytest.mark.parametrize(
    ("values", "meaning"),
    [
        (["The Red Door", "Home Again", "A Long Night", "Rain", "The Sea", "Upstairs"], "title"),
        (["Antavius", "Andrew", "Elka", "Ilene", "Lena", "Dasha"], "first_name"),
        (["Sand Green", "Black", "Dark Red", "auburn, white", "Light Grey", "Tan"], "color"),
        (
            ["Hill Road", "Mill Lane", "Park Avenue", "Lake Street", "Oak Drive", "High Street"],
            "street_address",
        ),
        (["Dr. Okoro", "Dr. Zubiri", "Dr. Ilves", "Dr. Quist", "Dr. Yolanda", "Dr. Abebe"], "person_name"),
        (["Clint27", "Lennie_Hart40", "Donald.Fritsch", "Anna_Purdy85", "Peter.Ward"], "username"),
    ],
)
def test_values_alone(con: duckdb.DuckDBPyConnection, values: list[str], meaning: str) -> None:
    assert _nameless(con, [values]) == [meaning]


def test_words_of_whole_names_are_parts_of_them(con: duckdb.DuckDBPyConnection) -> None:
    whole = ["Annetta Prewl", "Edduard Kimberlo", "Sandyne Blakewoo", "Jasmindra Hunt"]
    first, last = map(list, zip(*(name.split() for name in whole), strict=True))
    found = describe(con, {"full_name": whole, "c1": first, "c2": last}, table="bakers")
    assert [found[name].meaning.value for name in ("c1", "c2")] == ["first_name", "last_name"]


def test_a_town_that_addresses_are_made_of_is_no_name(con: duckdb.DuckDBPyConnection) -> None:
    towns = ["Santa Cruz", "Baldwin", "Rowlett"]
    mail = ["santacruz@bikes.shop", "baldwin@bikes.shop", "rowlett@bikes.shop"]
    assert _nameless(con, [mail, towns])[1] == "city"


def test_one_day_beside_a_gender_is_a_birthday(con: duckdb.DuckDBPyConnection) -> None:
    days = ["1964-06-02", "1954-05-01", "1953-04-20", "1961-11-30", "1970-01-17", "1959-09-09"]
    assert _nameless(con, [["M", "F"] * 3, days]) == ["gender", "date_of_birth"]
    assert _nameless(con, [["A", "B"] * 3, days])[1] == "unknown"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mobileno", "mobile number"),
        ("taxamt", "tax amount"),
        ("ipaddr", "ip address"),
        ("tzname", "tz name"),
        ("mailid", "mail id"),
        ("fst_nm", "first name"),
        ("team_long_name", "team long name"),
        ("long", "longitude"),
        ("casino", "casino"),
        ("volcano", "volcano"),
        ("orderstatuses", "order status"),
        ("shippostalcode", "ship postal code"),
    ],
)
def test_words_without_anything_between_them(name: str, words: str) -> None:
    assert " ".join(words_of(name)) == words
