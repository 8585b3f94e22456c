"""Keys of several columns where fewer would do in the rows of today, and the links that they are referred to by."""

from __future__ import annotations

import duckdb
import pytest
from related import links_of
from typed_tables import add_table

from synth_core.model.project import Table
from synth_core.stages.relate import Related, relate


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def _related(con, **queries: str) -> Related:
    return relate(con, [add_table(con, name, query) for name, query in queries.items()])


def _table(found: Related, name: str) -> Table:
    return next(table for table in found.tables if table.name == name)


_CUSTOMERS = "SELECT 100 + i AS customer_no, 'n' || i AS name FROM range(60) r(i)"
_ROUTES = "SELECT 'R' || i AS route_id, 'way ' || i AS route_name FROM range(9) r(i)"


def test_what_is_unique_behind_a_link_is_so_within_it(con) -> None:
    payments = "SELECT 100 + i % 50 AS customer_no, 'CK' || i * 7919 AS check_no, i % 9 AS amount FROM range(200) r(i)"
    key = _table(_related(con, customers=_CUSTOMERS, payments=payments), "payments").primary_key
    assert key.value == ("customer_no", "check_no") and key.confidence < 0.9
    assert key.evidence == (
        "all 200 combinations are filled and different; check_no is alone, but keys stand first, "
        "and it stands behind customer_no"
    )


def test_what_a_table_is_called_after_is_its_key_wherever_it_stands(con) -> None:
    jobs = "SELECT 100 + i % 50 AS customer_no, 500 + i AS job_id, i % 3 AS kind FROM range(200) r(i)"
    assert _table(_related(con, customers=_CUSTOMERS, jobs=jobs), "jobs").key_columns == ("job_id",)


def test_what_others_refer_to_alone_is_a_key_alone(con) -> None:
    runs = "SELECT 'R' || i % 9 AS route_id, 'T' || 100 + i AS trip_id, i % 2 AS way FROM range(90) r(i)"
    stops = "SELECT 'T' || 100 + i // 4 AS trip_id, 1 + i % 4 AS stop_sequence FROM range(360) r(i)"
    tables = [
        add_table(con, name, query) for name, query in (("routes", _ROUTES), ("runs", runs), ("stops", stops))
    ]
    assert relate(con, tables[:2]).tables[1].key_columns == ("route_id", "trip_id")
    assert relate(con, tables).tables[1].key_columns == ("trip_id",)


def test_who_refers_to_all_of_a_key_has_its_first_column_too(con) -> None:
    connections = (
        "SELECT 'R' || i % 9 AS route_id, 1000 + 7 * i AS line_no, i % 5 AS gate FROM range(60) r(i)"
    )
    days = (
        "SELECT 'R' || i % 60 % 9 AS route_id, 1000 + 7 * (i % 60) AS line_no, DATE '2024-01-01' + CAST(i // 60 AS INT)"
        " AS day, i % 90 AS seats FROM range(240) r(i)"
    )
    found = _related(con, routes=_ROUTES, connections=connections, departures=days)
    assert _table(found, "connections").key_columns == ("route_id", "line_no")
    assert _table(found, "departures").key_columns == ("route_id", "line_no", "day")
    assert "departures(route_id, line_no) → connections(route_id, line_no)" in links_of(found)


def test_a_table_that_ties_two_things_has_both_as_its_key_where_both_are_unique(con) -> None:
    ties = "SELECT 100 + 3 * i AS customer_no, 'R' || i AS route_id FROM range(7) r(i)"
    key = _table(_related(con, customers=_CUSTOMERS, routes=_ROUTES, bookings=ties), "bookings").primary_key
    assert key.value == ("customer_no", "route_id") and "the table ties two things" in key.evidence


def test_the_own_number_of_a_thing_is_part_of_its_key(con) -> None:
    fares = "SELECT 'R' || i AS route_id, i % 3 AS fare_code, 10.5 + i AS amount FROM range(9) r(i)"
    found = _related(con, routes=_ROUTES, fares=fares)
    assert _table(found, "fares").key_columns == ("route_id", "fare_code")


_SEATS = (
    "SELECT 'R' || i // 12 AS route_id, 100 + i // 4 % 3 AS leg_no, DATE '2024-01-01' + CAST(i % 2 AS INT) AS day,"
    " i % 12 AS seat_no, 'N' || i % 5 AS passenger FROM range(108) r(i)"
)
_TITLES = (
    "SELECT 100 + i // 3 AS customer_no, ['Engineer', 'Lead'][1 + i % 2] AS title, DATE '2020-01-01' +"
    " CAST(90 * (i % 3) AS INT) AS from_date, DATE '2021-01-01' AS to_date FROM range(180) r(i)"
)
_SECTIONS = (
    "SELECT 'R' || i // 4 AS route_id, 1 + i % 4 AS section_no, ['Fall', 'Spring'][1 + i % 2] AS semester,"
    " 2020 + i % 3 AS year, 'B' || i % 7 AS building FROM range(36) r(i)"
)
_LINES = (
    "SELECT 'R' || i // 4 AS route_id, 100 + i % 50 AS customer_no, 1 + i % 4 AS line_no, i % 7 AS quantity"
    " FROM range(36) r(i)"
)


@pytest.mark.parametrize(
    ("name", "query", "key"),
    [
        # Between the columns that are unique together stand others that identify, or tell when.
        ("seats", _SEATS, ("route_id", "leg_no", "day", "seat_no")),
        ("titles", _TITLES, ("customer_no", "title", "from_date")),
        # A section is one of a semester.
        ("sections", _SECTIONS, ("route_id", "section_no", "semester", "year")),
        # Lines are numbered below what they belong to, whatever else stands between.
        ("lines", _LINES, ("route_id", "line_no")),
    ],
)
def test_columns_of_a_key_stand_side_by_side(con, name, query, key) -> None:
    found = _related(con, customers=_CUSTOMERS, routes=_ROUTES, **{name: query})
    assert _table(found, name).key_columns == key
    said = (_table(found, name).primary_key or pytest.fail("no key")).evidence
    assert ("would do" in said) is (name != "lines")


_GAMES = "SELECT 7 + i // 3 AS match_id, 1 + i % 3 AS game_no, 'A' || i % 5 AS winner FROM range(90) r(i)"
_SCORES = (
    "SELECT 7 + i // 3 % 30 AS match_id, 1 + i % 3 AS game_no, 40 + i // 90 AS bowler FROM range(360) r(i)"
)


def test_where_all_combinations_exist_names_say_what_is_referred_to(con) -> None:
    found = _related(con, games=_GAMES, scores=_SCORES)
    assert _table(found, "scores").key_columns == ("match_id", "game_no", "bowler")
    [link] = [link for link in found.links if len(link.columns) == 2]
    assert str(link) == "scores(match_id, game_no) → games(match_id, game_no)"
    assert link.accepted.value and link.accepted.confidence < 0.8


def test_where_all_combinations_exist_two_tables_of_months_say_nothing(con) -> None:
    months = "SELECT 2020 + i // 12 AS year, 1 + i % 12 AS month, i * 3 AS rain FROM range(48) r(i)"
    trades = "SELECT 2020 + i // 24 AS year, 1 + i // 2 % 12 AS month, i % 2 AS side FROM range(96) r(i)"
    assert links_of(_related(con, weather=months, trades=trades)) == set()


def test_an_initial_before_number_stands_for_a_table_and_a_role_before_a_key_for_it(con) -> None:
    found = _related(
        con,
        department="SELECT 'D' || i AS dname, 11 + 2 * i AS dnumber, 333000111 + 7919 * i AS mgrssn FROM range(4) r(i)",
        employee="SELECT 'F' || i AS fname, 'L' || i AS lname, 333000111 + 7919 * i AS ssn, i * 900 % 7000 AS salary,"
        " 11 + 2 * (i % 4) AS dno FROM range(9) r(i)",
        project="SELECT 'P' || i AS pname, 1 + i * 3 AS pnumber, 11 + 2 * (i % 3) AS dnum FROM range(6) r(i)",
        works_on="SELECT 333000111 + 7919 * (i // 2) AS essn, 1 + 3 * (i % 6) AS pno, i AS hours FROM range(18) r(i)",
    )
    assert links_of(found) == {
        "department(mgrssn) → employee(ssn)",
        "employee(dno) → department(dnumber)",
        "project(dnum) → department(dnumber)",
        "works_on(essn) → employee(ssn)",
        "works_on(pno) → project(pnumber)",
    }
    assert {table.name: table.key_columns for table in found.tables} == {
        "department": ("dnumber",),
        "employee": ("ssn",),
        "project": ("pnumber",),
        "works_on": ("essn", "pno"),
    }


def test_of_two_keys_of_one_name_the_wider_is_meant_where_few_values_lie_in_both(con) -> None:
    found = _related(
        con,
        book="SELECT 1 + i AS book_id, 'T' || i AS title FROM range(16) r(i)",
        inventory="SELECT 1 + i + i // 5 AS book_id, ['left', 'right'][1 + i % 2] AS shelf FROM range(14) r(i)",
        sale="SELECT 900 + i AS sale_id, 1 + i % 5 + 6 * (i // 5 % 2) AS book_id FROM range(16) r(i)",
    )
    assert "sale(book_id) → book(book_id)" in links_of(found)


@pytest.mark.parametrize(("column", "key"), [("city_name", ("city_name",)), ("first_name", ())])
def test_a_table_without_identifiers_is_keyed_by_what_its_rows_are_called(con, column, key) -> None:
    query = (
        f"SELECT 'San ' || i * 7919 AS {column}, ['north', 'south'][1 + i % 2] AS region FROM range(60) r(i)"
    )
    assert _table(_related(con, geographic=query), "geographic").key_columns == key


def test_codes_that_identify_are_no_numbers_within_what_stands_before_them(con) -> None:
    events = "SELECT 'SE_' || i AS event_id, i * 7 % 90 AS longitude FROM range(50) r(i)"
    samples = "SELECT 'SE_' || i % 50 AS event_id, 'SAMN0' || i * 7919 AS archive_id FROM range(200) r(i)"
    flights = "SELECT 'SE_' || i % 50 AS event_id, lpad(i::VARCHAR, 4, '0') AS leg_id FROM range(200) r(i)"
    found = _related(con, events=events, samples=samples, flights=flights)
    assert _table(found, "samples").key_columns == ("archive_id",)
    assert _table(found, "flights").key_columns == ("event_id", "leg_id")


def test_a_link_between_the_columns_of_a_key_is_part_of_it(con) -> None:
    countries = "SELECT 'C' || i AS code, 'land ' || i AS name FROM range(30) r(i)"
    lakes = (
        "SELECT 'lake' || i // 2 AS lake, 'C' || i // 2 % 30 AS country, 'prov' || i % 30 AS province"
        " FROM range(90) r(i)"
    )
    found = _related(con, country=countries, geo_lake=lakes)
    assert _table(found, "geo_lake").key_columns == ("lake", "country", "province")
