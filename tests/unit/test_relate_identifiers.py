"""What identifiers stand for: those that no table is called after, flags, lines, years, teams, abbreviations."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names

_QUESTIONS = "i + 1 AS id, 'q ' || i AS question"


def test_an_identifier_that_nothing_is_called_like_refers_to_what_has_its_values(con) -> None:
    """All numbers of many, or values that do not lie there by accident."""
    tables = [
        add_rows_of(con, "variables", "'v' || i * 37 AS id, 'variable ' || i AS label"),
        add_rows_of(con, "answers", "1000 + 3 * i AS id, 'v' || i % 40 * 37 AS parameter_id", rows=300),
        add_rows_of(con, "glossary", _QUESTIONS, rows=90),
        add_rows_of(con, "articles", "500 + 7 * i AS id, 1 + i % 90 AS subject_id", rows=400),
    ]
    found = relate(con, tables)
    assert links_of(found) == {"answers(parameter_id) → variables(id)", "articles(subject_id) → glossary(id)"}
    assert all(link.accepted.confidence < 0.9 for link in found.links)


@pytest.mark.parametrize("values", ["1 + i % 12", "1 + i % 60"])
def test_small_numbers_and_a_part_of_many_may_identify_what_is_not_here(con, values: str) -> None:
    keys = 12 if "12" in values else 90
    tables = [
        add_rows_of(con, "glossary", _QUESTIONS, rows=keys),
        add_rows_of(con, "moves", f"500 + 7 * i AS id, {values} AS effect_id", rows=400),
    ]
    assert links_of(relate(con, tables)) == set()


def test_what_a_table_is_called_like_is_meant_though_it_has_no_key(con) -> None:
    tables = [
        add_rows_of(con, "stage", "i % 20 AS number, 2000 + i % 7 AS year", rows=200),
        add_rows_of(con, "glossary", _QUESTIONS, rows=60),
        add_rows_of(con, "event", "500 + 7 * i AS id, 1 + i % 60 AS stage_id", rows=300),
    ]
    assert links_of(relate(con, tables)) == set()


def test_two_kinds_may_be_numbered_nought_and_one_if_the_names_say_so(con) -> None:
    tables = [
        add_rows_of(con, "sport", "i AS ID, ['run', 'swim'][1 + i] AS name", rows=2),
        add_rows_of(
            con, "event", "10 + 3 * i AS ID, i % 2 AS IdSport, i % 2 AS sport, i % 2 AS won_id", rows=30
        ),
    ]
    assert links_of(relate(con, tables)) == {"event(IdSport) → sport(ID)"}


def test_what_all_columns_of_one_table_begin_with_is_a_part_of_the_name_elsewhere(con) -> None:
    tables = [
        add_rows_of(
            con,
            "Tournaments",
            "i + 1 AS TourneyID, DATE '2024-01-01' + i::INT AS TourneyDate, i % 3 AS TourneyLevel",
        ),
        add_rows_of(
            con, "Tourney_Matches", "i + 1 AS MatchID, 1 + i % 14 AS TourneyID, i % 4 AS lane", rows=70
        ),
    ]
    assert links_of(relate(con, tables)) == {"Tourney_Matches(TourneyID) → Tournaments(TourneyID)"}


def test_years_are_the_key_of_seasons(con) -> None:
    races = "100 + i AS race_id, 1990 + i % 30 AS year, 1 + i // 30 AS round"
    seasons = add_rows_of(
        con, "seasons", "1990 + i AS year, 'https://a.example/' || 1990 + i AS url", rows=30
    )
    run = add_rows_of(con, "races", races, rows=300)
    found = relate(con, [seasons, run])
    assert keys_of(found)["seasons"] == ("year",)
    assert links_of(found) == {"races(year) → seasons(year)"}


def test_tables_of_so_much_a_year_are_siblings(con) -> None:
    tables = [
        add_rows_of(con, name, f"1990 + i AS year, 300 + i * {step} % 90 AS amount", rows=30)
        for name, step in (("rainfall", 37), ("harvest", 41))
    ]
    found = relate(con, tables)
    assert keys_of(found) == {"rainfall": ("year",), "harvest": ("year",)}
    assert links_of(found) == set()


def test_the_first_days_of_weeks_are_their_key(con) -> None:
    days = "DATE '2024-01-01' + (7 * i)::INT AS {}, DATE '2024-01-07' + (7 * i)::INT AS {}"
    found = relate(
        con,
        [
            add_rows_of(con, "weeks", days.format("week_start", "week_end")),
            add_rows_of(con, "visits", days.format("arrived", "left_again")),
        ],
    )
    assert keys_of(found)["weeks"] == ("week_start",)
    assert keys_of(found)["visits"] == ()


@pytest.mark.parametrize(
    "column", ["bestellmenge", "unitprice", "score_performance", "product_inventory", "PerformanceLineNumber"]
)
def test_what_counts_measures_or_numbers_refers_to_nothing(con, column: str) -> None:
    tables = [
        add_rows_of(con, "performance", "i + 1 AS performance_id, 'p' || i AS title"),
        add_rows_of(con, "bestellung", "i + 1 AS bestell_nr, 'p' || i AS title"),
        add_rows_of(con, "inventory", f"i + 1 AS inventory_id, 1 + i * 7 % 35 AS {column}", rows=41),
    ]
    assert links_of(relate(con, tables)) == set()


def test_the_home_team_is_a_team(con) -> None:
    tables = [
        add_rows_of(con, "equipa", "i + 1 AS equipaID, 'club ' || i AS nome", rows=14),
        add_rows_of(
            con,
            "jogo",
            "700 + i AS jogoID, 1 + i % 14 AS visitadoID, 1 + (i + 1 + i // 14) % 14 AS visitanteID",
            rows=150,
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "jogo(visitadoID) → equipa(equipaID)",
        "jogo(visitanteID) → equipa(equipaID)",
    }


def test_each_row_of_a_history_has_the_identifier_of_its_thing(con) -> None:
    """`web_page_id` is no reason, though both are written alike."""
    tables = [
        add_rows_of(
            con, "reason", "i + 1 AS reason_sk, 'AAA' || lpad(i::VARCHAR, 4, '0') AS reason_id", rows=60
        ),
        add_rows_of(
            con, "web_page", "i + 1 AS web_page_sk, 'AAA' || lpad((i // 2)::VARCHAR, 4, '0') AS web_page_id"
        ),
    ]
    assert links_of(relate(con, tables)) == set()


def test_the_required_course_is_a_course_though_its_table_is_called_so(con) -> None:
    tables = [
        add_rows_of(con, "course", "'C' || 100 + i AS course_id, 'course ' || i AS title"),
        add_rows_of(con, "prereq", "'C' || 110 + i AS course_id, 'C' || 100 + i // 2 AS prereq_id", rows=30),
    ]
    assert "prereq(prereq_id) → course(course_id)" in links_of(relate(con, tables))


NAMES = Names(
    {
        "household_demographics": ["hd_demo_sk", "hd_band"],
        "customer_demographics": ["cd_demo_sk", "cd_gender"],
        "buses": ["name", "v_nom"],
        "tipo_de_recorde": ["id", "nome"],
        "recorde": ["id", "id_tipo_de_recorde", "valor"],
        "sales": ["sale_id", "bill_hdemo_sk", "bus0", "bus_1_id"],
    }
)


@pytest.mark.parametrize(
    ("column", "table", "key", "agrees"),
    [
        ("sales.bill_hdemo_sk", "household_demographics", "hd_demo_sk", True),
        ("sales.bill_hdemo_sk", "customer_demographics", "cd_demo_sk", False),
        ("sales.bus0", "buses", "name", True),
        ("sales.bus_1_id", "buses", "name", True),
        ("recorde.id_tipo_de_recorde", "tipo_de_recorde", "id", True),
        ("recorde.id_tipo_de_recorde", "recorde", "id", False),
    ],
)
def test_abbreviations_numbers_and_genitives(column: str, table: str, key: str, agrees: bool) -> None:
    own, _, name = column.partition(".")
    assert (NAMES.agreement(own, name, table, key) >= 0.7) is agrees


@pytest.mark.parametrize(("twice", "is_found"), [(1, True), (3, False)])
def test_others_refer_to_what_would_be_a_key_but_for_a_copy(con, twice: int, is_found: bool) -> None:
    tables = [
        add_rows_of(
            con, "business", f"1000 + 3 * (i % {100 - twice}) AS business_id, 'b ' || i AS name", rows=100
        ),
        add_rows_of(con, "inspection", "1000 + 3 * (i * 7 % 90) AS business_id, i % 40 AS score", rows=300),
    ]
    found = relate(con, tables)
    assert keys_of(found)["business"] == ()
    assert links_of(found) == ({"inspection(business_id) → business(business_id)"} if is_found else set())
    for link in found.links if is_found else ():
        assert (
            link.accepted.confidence < 0.9
            and "in business 1 of its rows repeats a value" in link.accepted.evidence
        )


def test_several_identifiers_are_called_as_one_is(con) -> None:
    tables = [
        add_rows_of(con, "languages", "i + 1 AS ID, 'tongue ' || i AS Name", rows=77),
        # Here and there two of them in one value.
        add_rows_of(
            con,
            "media",
            "'m' || i * 7919 AS Code, CASE WHEN i = 5 THEN '3 4' ELSE (1 + i % 77)::VARCHAR END AS Language_IDs",
            rows=300,
        ),
    ]
    assert links_of(relate(con, tables)) == {"media(Language_IDs) → languages(ID)"}


def test_a_list_of_what_flags_mean_has_them_as_its_key(con) -> None:
    meaning = "'it is said ' || i AS meaning"
    tables = [
        add_rows_of(con, "dataflags", f"i + 1 AS flag, {meaning}", rows=9),
        add_rows_of(con, "parcels", f"i + 1 AS weight, i * 7 % 5 AS height, {meaning}", rows=9),
    ]
    assert keys_of(relate(con, tables)) == {"dataflags": ("flag",), "parcels": ()}


def test_of_samples_numbers_that_nothing_is_called_like_tell_nothing(con) -> None:
    """Two samples of so many rows each: what one lacks the other may have."""
    tables = [
        add_rows_of(con, "abilities", "1 + i * 50 AS id, 'can ' || i AS label", rows=200),
        add_rows_of(con, "evolution", "50000 + i AS id, CASE WHEN i < 3 THEN 1 END AS gender_id", rows=200),
    ]
    assert links_of(relate(con, tables)) == set()


def test_half_of_a_pair_is_referred_to_by_nobody_though_hardly_any_row_repeats_one(con) -> None:
    pair = "100 + 3 * (i % 99) AS concept_id, 200 + 7 * (i * 13 % 90) AS other_id"
    tables = [
        add_rows_of(con, "concept_relationship", pair, rows=100),
        add_rows_of(con, "visit", "i + 1 AS visit_id, 100 + 3 * (i * 7 % 90) AS type_concept_id", rows=300),
    ]
    assert links_of(relate(con, tables)) == set()


def test_an_account_counts_nothing() -> None:
    names = Names({"pipeline": ["account", "unitprice", "bestellmenge", "country", "discount"]})
    measures = [
        name
        for name in ("account", "unitprice", "bestellmenge", "country", "discount")
        if names.is_measure("pipeline", name)
    ]
    assert measures == ["unitprice", "bestellmenge", "discount"]
