"""Schemas of applications: parts of them before the names of tables, pointers, kinds, roles."""

from __future__ import annotations

import pytest
from related import add_rows_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names


def test_a_part_of_an_application_before_a_table_says_nothing(con) -> None:
    """Nor does `revision` only count where there is a table of such."""
    tables = [
        add_rows_of(con, "core_page", "i + 1 AS id, 'p ' || i AS heading"),
        add_rows_of(con, "core_revision", "i + 1 AS id, 'r ' || i AS change", rows=90),
        add_rows_of(con, "core_locale", "i + 1 AS id, 'l' || i AS locale", rows=3),
        add_rows_of(con, "baker", "100 + i AS id, 1 + i * 7 % 90 AS latest_revision", rows=30),
        add_rows_of(con, "bread", "200 + i AS id, 1 + i * 3 % 40 AS page", rows=30),
    ]
    expected = {"baker(latest_revision) → core_revision(id)", "bread(page) → core_page(id)"}
    assert links_of(relate(con, tables)) == expected


def test_a_number_that_tells_lines_apart_is_no_place_in_a_table_of_such(con) -> None:
    tables = [
        add_rows_of(con, "encounter_slots", "i + 1 AS id, 's' || i AS text", rows=30),
        add_rows_of(con, "abilities", "7 + i // 3 AS pokemon_id, 1 + i % 3 AS slot", rows=90),
    ]
    assert links_of(relate(con, tables)) == set()


@pytest.mark.parametrize(
    ("column", "table", "least", "most"),
    [
        ("concept_map_type_id", "encounter_type", 0.0, 0.5),
        ("ident_type", "resource_type", 0.0, 0.5),
        ("person_b", "person", 0.85, 1.0),
        ("work_ou", "org_unit", 0.7, 1.0),
        ("go_to", "tag_option", 0.0, 0.5),
        ("striker", "player", 0.6, 1.0),
        ("requestor", "usr", 0.6, 1.0),
        ("owner", "usr_setting", 0.0, 0.5),
    ],
)
def test_what_a_column_is_called_like(column: str, table: str, least: float, most: float) -> None:
    names = Names({"facts": [column], table: ["id", "label"]})
    assert least <= names.agreement("facts", column, table, "id") <= most


def test_a_table_of_orders_is_not_put_in_order_by_its_key() -> None:
    names = Names({"orders": ["order_id", "sort_order"], "lines": ["sequence_no"]})
    assert not names.only_orders("orders", "order_id") and names.only_orders("lines", "sequence_no")


def test_another_row_is_meant_by_the_key_and_not_by_a_number_beside_it(con) -> None:
    columns = "3 * i + 1 AS order_id, 3 * i + 1 AS order_number, CASE WHEN i > 30 THEN 3 * i - 29 END"
    tables = [add_rows_of(con, "orders", f"{columns} AS previous_order_id", rows=40)]
    assert links_of(relate(con, tables)) == {"orders(previous_order_id) → orders(order_id)"}


def test_a_name_is_that_of_another_table_only_where_nothing_else_says_whose(con) -> None:
    artists = "i + 1 AS id, 'Band ' || i AS name"
    credits = "i + 500 AS id, 1 + i % 40 AS artist, 'Band ' || i % 40 AS name"
    tables = [add_rows_of(con, "artist", artists), add_rows_of(con, "artist_credit", credits, rows=90)]
    assert links_of(relate(con, tables)) == {"artist_credit(artist) → artist(id)"}


def test_a_pointer_leads_to_another_table_though_its_own_is_called_so_too(con) -> None:
    pages = add_rows_of(con, "core_page", "i + 1 AS id, 'page ' || i AS heading", rows=80)
    posts = add_rows_of(con, "blog_page", "20 + 3 * i AS page_ptr_id, 'post ' || i AS body", rows=15)
    others = [
        add_rows_of(con, f"core_{name}", f"i + 1 AS id, '{name} ' || i AS v") for name in ("site", "tag")
    ]
    assert links_of(relate(con, [pages, posts, *others])) == {"blog_page(page_ptr_id) → core_page(id)"}


@pytest.mark.parametrize("kind", ["billing_address", "mailing_address"])
def test_a_number_describes_nothing(con, kind: str) -> None:
    tables = [
        add_rows_of(con, "org_address", "i + 1 AS id, (7 * i + 3) || ' High Street' AS street1", rows=25),
        add_rows_of(con, "org_unit", f"i + 101 AS id, 'unit ' || i AS title, 1 + i * 7 % 25 AS {kind}"),
    ]
    assert links_of(relate(con, tables)) == {f"org_unit({kind}) → org_address(id)"}


def test_a_table_that_adds_to_another_calls_it_by_its_first_word(con) -> None:
    tables = [
        add_rows_of(con, "hold_request", "i + 1 AS id, 'book ' || i AS wanted", rows=80),
        add_rows_of(
            con, "hold_request_note", "i + 1 AS id, 1 + i * 7 % 80 AS hold, 'n' || i AS body", rows=50
        ),
    ]
    assert links_of(relate(con, tables)) == {"hold_request_note(hold) → hold_request(id)"}


_PERSON = "2 + 3 * i + i % 2 AS person_id, 'p' || i AS code"


def test_a_patient_is_a_person(con) -> None:
    tables = [
        add_rows_of(con, "person", _PERSON, rows=60),
        add_rows_of(con, "patient", "2 + 12 * i AS patient_id, 'b' || i % 4 AS ward", rows=14),
    ]
    assert links_of(relate(con, tables)) == {"patient(patient_id) → person(person_id)"}


def test_a_patient_who_has_a_person_is_none_by_the_key(con) -> None:
    tables = [
        add_rows_of(con, "person", _PERSON, rows=60),
        add_rows_of(con, "patient", "2 + 12 * i AS patient_id, 2 + 6 * i AS person_id", rows=14),
    ]
    assert links_of(relate(con, tables)) == {"patient(person_id) → person(person_id)"}


def test_patients_who_are_counted_are_no_persons(con) -> None:
    tables = [
        add_rows_of(con, "person", "i + 1 AS person_id, 'p' || i AS code", rows=60),
        add_rows_of(con, "patient", "i + 1 AS patient_id, 'b' || i % 4 AS ward", rows=14),
    ]
    assert links_of(relate(con, tables)) == set()


_USERS = (
    "i + 1 AS id, 'first' || i % 9 AS first_name, 'nick' || 7 * i AS username, 'u' || i || '@x.org' AS email"
)


def test_who_did_something_may_be_told_by_what_they_sign_in_with(con) -> None:
    tables = [
        add_rows_of(con, "auth_user", _USERS, rows=12),
        add_rows_of(
            con, "page_log", "i + 40 AS id, 'nick' || 7 * (i * 5 % 12) AS created_by, i % 3 AS action"
        ),
    ]
    assert links_of(relate(con, tables)) == {"page_log(created_by) → auth_user(username)"}


def test_what_refers_to_a_profile_by_its_user_refers_to_the_user(con) -> None:
    tables = [
        add_rows_of(con, "auth_user", _USERS, rows=12),
        add_rows_of(con, "user_profile", "i + 1 AS id, 'nick' || 7 * i AS user, i % 2 = 0 AS dark", rows=11),
        add_rows_of(con, "comment", "i + 40 AS id, 'nick' || 7 * (i * 5 % 11) AS user, 'so ' || i AS body"),
    ]
    assert links_of(relate(con, tables)) == {
        "user_profile(user) → auth_user(username)",
        "comment(user) → auth_user(username)",
    }
