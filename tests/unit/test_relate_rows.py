"""Keys of rows: behind what is the same in all of them, by periods, by their numbers, by what they are called."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names


def test_a_table_begins_behind_what_is_the_same_in_all_rows(con) -> None:
    head = "670 AS MANDT, 4500000000 + i AS EBELN, i * 7 % 60 AS WKURS, 'C' || i % 9 AS BSTYP"
    line = "670 AS MANDT, 4500000000 + i // 3 AS EBELN, 10 * (1 + i % 3) AS EBELP, i * 7 % 11 AS KTMNG"
    tables = [add_rows_of(con, "EKKO", head, rows=60), add_rows_of(con, "EKPO", line, rows=180)]
    found = relate(con, tables)
    assert keys_of(found) == {"EKKO": ("EBELN",), "EKPO": ("EBELN", "EBELP")}
    assert links_of(found) == {"EKPO(EBELN) → EKKO(EBELN)"}


_BY_MONTH = "['at', 'be', 'cz', 'de', 'ee'][1 + i % 5] AS country"


def test_months_with_a_fraction_are_part_of_a_key_and_totals_are_no_parents(con) -> None:
    """By 5 countries and 12 months of 5 years, and the same by two sexes: which is nothing that these refer to."""
    month = "1993 + i // 60 + (1 + i // 5 % 12) / 100.0 AS month"
    months = "1993 + i // 120 + (1 + i // 10 % 12) / 100.0 AS month"
    tables = [
        add_rows_of(
            con, "countries", "['at', 'be', 'cz', 'de', 'ee'][1 + i] AS code, 'C ' || i AS name", rows=5
        ),
        add_rows_of(con, "sexes", "['f', 'm'][1 + i] AS code, 'S ' || i AS name", rows=2),
        add_rows_of(con, "rates", f"{_BY_MONTH}, {month}, i * 7919 % 1000 / 10.0 AS rate", rows=300),
        add_rows_of(
            con,
            "rates_by_sex",
            f"{_BY_MONTH}, ['f', 'm'][1 + i // 5 % 2] AS sex, {months}, i * 7919 % 1000 / 10.0 AS rate",
            rows=600,
        ),
    ]
    found = relate(con, tables)
    assert keys_of(found)["rates"] == ("country", "month")
    assert keys_of(found)["rates_by_sex"] == ("country", "sex", "month")
    assert not any(link.ref_table == "rates" for link in found.links if link.accepted.value)


@pytest.mark.parametrize("name", ["lead_time", "time"])
def test_a_time_with_a_fraction_is_measured_and_no_part_of_a_key(con, name: str) -> None:
    columns = f"1 + i % 9 AS lane_id, i * 7919 % 1000 / 10.0 + i / 1000.0 AS {name}, 'x' || i % 4 AS remark"
    assert keys_of(relate(con, [add_rows_of(con, "heats", columns, rows=300)])) == {"heats": ()}


def test_two_tables_that_number_their_rows_are_no_link_where_one_ends_first(con) -> None:
    tables = [
        add_rows_of(con, "drugs", "i + 1 AS row_id, 'd' || i * 13 AS drug", rows=60),
        add_rows_of(con, "codes", "i + 1 AS row_id, 'c' || i * 17 AS text", rows=300),
        add_rows_of(con, "tools", "'t' || i AS tool, i + 1 AS row_id", rows=20),
    ]
    assert links_of(relate(con, tables)) == set()


def test_the_rows_of_a_table_that_adds_to_another_may_be_its_first_ones(con) -> None:
    tables = [
        add_rows_of(con, "film", "i + 1 AS film_id, 'f ' || i AS title", rows=100),
        add_rows_of(con, "film_text", "i + 1 AS film_id, 't ' || i AS text", rows=60),
    ]
    assert links_of(relate(con, tables)) == {"film_text(film_id) → film(film_id)"}


def test_beside_the_numbers_of_its_rows_a_table_has_what_others_call_it_by(con) -> None:
    tables = [
        add_rows_of(con, "caregivers", "i + 1 AS row_id, 16174 + i * 3 AS cgid, 'RO' AS label", rows=300),
        add_rows_of(con, "events", "70001 + 11 * i AS row_id, 16174 + i * 7 % 300 * 3 AS cgid", rows=600),
    ]
    assert "events(cgid) → caregivers(cgid)" in links_of(relate(con, tables))


@pytest.mark.parametrize("rated", ["ratings", "levels"])
def test_what_is_measured_in_two_tables_refers_to_nothing(con, rated: str) -> None:
    """Though all values of one table are different."""
    tables = [
        add_rows_of(con, "grades", f"'g' || i AS grade, i + 1 AS {rated[:-1]}", rows=30),
        add_rows_of(con, "marks", f"i + 500 AS id, 1 + i % 30 AS {rated[:-1]}", rows=90),
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_list_beside_what_it_lists_has_a_name_of_its_own() -> None:
    names = Names({"passenger": ["id"], "passenger_list": ["flight_id", "passenger_id"], "dim_store": ["id"]})
    assert names.table("passenger_list") == ("passenger", "list") and names.table("dim_store") == ("store",)
    assert names.adds_to("passenger_list", "passenger")


def test_what_is_called_by_a_number_or_a_code_is_referred_to_by_its_name(con) -> None:
    """Though another column, which is not always filled, is called a reference."""
    bus = "1 + i * 7 % 90 AS bus0, 1 + i * 11 % 90 AS bus1"
    tables = [
        add_rows_of(
            con, "buses", "i + 1 AS name, 220.0 AS volts, CASE i % 4 WHEN 0 THEN 'r' || i END AS ref", rows=90
        ),
        add_rows_of(con, "lines", f"'L-' || i AS name, {bus}, i * 37 % 101 / 10.0 AS length", rows=200),
    ]
    found = relate(con, tables)
    assert keys_of(found)["buses"] == ("name",)
    assert {"lines(bus0) → buses(name)", "lines(bus1) → buses(name)"} == links_of(found)


def test_what_hardly_ever_has_the_same_name_twice_is_called_by_it(con) -> None:
    name = "'Land ' || CASE i WHEN 99 THEN 98 ELSE i END AS name"
    tables = [
        add_rows_of(con, "countries", f"{name}, CASE WHEN i % 9 > 0 THEN 'c' || i END AS iso_code", rows=100),
        add_rows_of(
            con, "airports", "1000 + i * 3 AS airport_id, 'Land ' || i * 7 % 99 AS country", rows=400
        ),
    ]
    assert links_of(relate(con, tables)) == {"airports(country) → countries(name)"}


def test_two_names_say_nothing_of_each_other() -> None:
    names = Names({"country": ["name", "code"], "province": ["name", "country"]})
    assert names.agreement("country", "name", "province", "name") < 0.3
