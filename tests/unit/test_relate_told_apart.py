"""What a link is not: to kinds of things, of several columns to what only adds to the table that is meant; and links to
columns that not all rows have."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names


def test_an_identifier_that_some_rows_lack_is_referred_to_where_only_they_are_told_apart_by_it(con) -> None:
    player, coach = "CASE WHEN i % 5 THEN 'p' || 7 * i END", "CASE WHEN i % 5 = 0 THEN 'c' || 3 * i END"
    people = f"{player} AS player_id, {coach} AS coach_id, 'N' || i % 30 AS last_name"
    tables = [
        add_rows_of(con, "master", people, rows=200),
        add_rows_of(
            con, "scoring", "1950 + i // 100 AS year, 'p' || 7 * (5 * (i % 40) + 1) AS player_id", rows=300
        ),
        add_rows_of(con, "coaches", "1950 + i // 20 AS year, 'c' || 15 * (i * 7 % 40) AS coach_id", rows=90),
    ]
    assert links_of(relate(con, tables)) == {
        "scoring(player_id) → master(player_id)",
        "coaches(coach_id) → master(coach_id)",
    }


def test_what_two_tables_repeat_is_no_identifier_of_the_one_that_lacks_it_in_some_rows(con) -> None:
    """There is a table of shops, where nobody lacks it."""
    tables = [
        add_rows_of(con, "shops", "i + 10 AS shop_id, 'S' || i AS label", rows=60),
        add_rows_of(con, "keepers", "i + 500 AS id, CASE WHEN i < 50 THEN i + 10 END AS shop_id", rows=60),
        add_rows_of(con, "visits", "i + 900 AS id, 10 + i * 7 % 50 AS shop_id", rows=200),
    ]
    assert "visits(shop_id) → shops(shop_id)" in links_of(relate(con, tables))


def test_a_number_of_a_kind_that_no_table_holds_refers_to_nothing(con) -> None:
    tables = [
        add_rows_of(con, "posts", "i + 1 AS id, 'post ' || i AS body", rows=80),
        add_rows_of(
            con,
            "edits",
            "i + 1000 AS id, 1 + i * 7 % 80 AS post_id, 1 + i * 5 % 60 AS edit_type_id",
            rows=300,
        ),
    ]
    assert links_of(relate(con, tables)) == {"edits(post_id) → posts(id)"}


def test_a_genitive_counts_nothing(con) -> None:
    """Though it ends as plurals do."""
    staff = "i + 301 AS mitarbeiter_id, 1 + i * 7 % 25 AS adresse_des_mitarbeiters"
    tables = [
        add_rows_of(con, "adressen", "i + 1 AS adresse_id, 'Weg ' || i AS strasse", rows=25),
        add_rows_of(con, "mitarbeiter", staff, rows=60),
    ]
    assert links_of(relate(con, tables)) == {"mitarbeiter(adresse_des_mitarbeiters) → adressen(adresse_id)"}


def test_years_that_other_tables_tell_too_are_a_key(con) -> None:
    tables = [
        add_rows_of(
            con, "elections", "1990 + 4 * i AS year, DATE '1990-09-20' + 1461 * i::INT AS held_on", rows=8
        ),
        add_rows_of(
            con, "votes", "1990 + 4 * (i % 8) AS year, i // 8 AS district, 3000 + 17 * i AS votes", rows=96
        ),
        add_rows_of(
            con, "lists", "1990 + 4 * (i % 8) AS year, 'L' || i // 8 AS list, i % 5 AS place", rows=72
        ),
    ]
    related = relate(con, tables)
    assert keys_of(related)["elections"] == ("year",)
    assert {"votes(year) → elections(year)", "lists(year) → elections(year)"} <= links_of(related)


def test_of_two_tables_with_the_same_key_the_one_with_the_plainer_name_is_meant(con) -> None:
    key = "1950 + i // 12 AS year, 'T' || i % 12 AS team_id"
    tables = [
        add_rows_of(con, "team_splits", f"{key}, i % 9 AS home_wins", rows=120),
        add_rows_of(con, "teams", f"{key}, 'Town ' || i % 12 AS label", rows=120),
        add_rows_of(
            con, "games", "i + 1 AS game_id, 1950 + i // 30 AS year, 'T' || i * 5 % 12 AS team_id", rows=300
        ),
    ]
    assert "games(year, team_id) → teams(year, team_id)" in links_of(relate(con, tables))


@pytest.mark.parametrize(
    ("table", "column", "other", "least", "most"),
    [
        ("facts", "post_type_id", "posts", 0.0, 0.25),
        ("facts", "post_history_type_id", "posts", 0.0, 0.25),
        ("facts", "post_type_id", "post_types", 0.9, 1.0),
        ("facts", "post_id", "posts", 0.9, 1.0),
        ("facts", "adresse_des_kunden", "adressen", 0.6, 1.0),
        ("facts", "tipo_de_recorde", "recordes", 0.0, 0.5),
        ("activity", "status_id", "membership_status", 0.0, 0.5),
        ("membership", "status_id", "membership_status", 0.9, 1.0),
        ("participant", "status_id", "participant_status_type", 0.9, 1.0),
        ("event", "status_id", "status", 0.9, 1.0),
        ("contact", "email_greeting_id", "email", 0.0, 0.45),
        ("contact", "addressee_id", "address", 0.0, 0.3),
        ("activity", "source_record_id", "address", 0.0, 0.3),
        ("flight", "source_airport_id", "airport", 0.8, 1.0),
        ("link", "product_id", "catalog_product_entity", 0.8, 1.0),
    ],
)
def test_what_a_column_of_a_table_is_called_like(
    table: str, column: str, other: str, least: float, most: float
) -> None:
    names = Names({table: [column], other: ["id", "label"]})
    assert least <= names.agreement(table, column, other, "id") <= most


def test_a_status_of_the_part_of_an_application_is_one_of_its_things() -> None:
    tables = {f"auth_{name}": ["id", "label"] for name in ("status", "group", "permission")}
    names = Names({**tables, "person": ["status_id"]})
    assert names.agreement("person", "status_id", "auth_status", "id") >= 0.9


def test_where_another_column_says_of_which_table_it_is_of_none(con) -> None:
    notes = "i + 1 AS id, 1 + i * 7 % 60 AS entity_id, CASE WHEN i % 2 THEN 'page' ELSE 'file' END AS entity_table"
    tables = [
        add_rows_of(con, "page", "i + 1 AS id, 'page ' || i AS heading", rows=60),
        add_rows_of(con, "entity_tag", "i + 1 AS id, 'tag ' || i AS label", rows=60),
        add_rows_of(con, "remark", f"{notes}, 'so ' || i AS body", rows=200),
    ]
    assert links_of(relate(con, tables)) == set()
    assert links_of(relate(con, tables), accepted=False) == set()


def test_keys_that_count_the_rows_of_several_tables_refer_to_none_of_them(con) -> None:
    tables = [
        add_rows_of(con, f"part_{kind}", f"i + 1 AS value_id, '{kind} ' || i AS content", rows=rows)
        for kind, rows in (("text", 60), ("date", 60), ("price", 64), ("flag", 62))
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_kind_of_what_another_table_holds_has_its_key(con) -> None:
    tables = [
        add_rows_of(con, "eav_attribute", "2 * i + 7 AS attribute_id, 'a' || i AS code", rows=90),
        add_rows_of(
            con, "catalog_eav_attribute", "6 * i + 7 AS attribute_id, i % 3 = 0 AS is_shown", rows=30
        ),
    ]
    expected = {"catalog_eav_attribute(attribute_id) → eav_attribute(attribute_id)"}
    assert links_of(relate(con, tables)) == expected
