"""Columns that hold what the things of another table are called."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names

_ITEMS = "i + 1 AS id, 'Sharp ' || chr(65 + (i % 26)::INT) || chr(97 + (i // 26)::INT) || ' fang' AS {}"


@pytest.mark.parametrize(
    ("own", "child"),
    [("name_en", "item_en"), ("name_en", "item2_name"), ("name", "item"), ("title", "item_title")],
)
def test_the_name_of_another_tables_thing(con, own: str, child: str) -> None:
    lines = f"900 + i AS nr, 'Sharp ' || chr(65 + (i % 26)::INT) || 'b fang' AS {child}, i % 3 AS stars"
    tables = [
        add_rows_of(con, "item_base", _ITEMS.format(own), rows=78),
        add_rows_of(con, "quest_rewards", lines, rows=120),
    ]
    assert links_of(relate(con, tables)) == {f"quest_rewards({child}) → item_base({own})"}


def test_what_a_thing_is_called_beside_its_key_is_no_second_link(con) -> None:
    lines = (
        "900 + i AS nr, 1 + i % 26 AS item_id, 'Sharp ' || chr(65 + (i % 26)::INT) || 'a fang' AS item_name"
    )
    tables = [
        add_rows_of(con, "items", _ITEMS.format("name"), rows=78),
        add_rows_of(con, "quest_rewards", lines, rows=120),
    ]
    assert links_of(relate(con, tables)) == {"quest_rewards(item_id) → items(id)"}


@pytest.mark.parametrize(
    ("column", "told"),
    [("item_en", ("item",)), ("item2_name", ("item",)), ("name_de", ()), ("maker", ("maker",))],
)
def test_of_what_a_column_holds_the_name(column: str, told: tuple[str, ...]) -> None:
    assert Names({"rewards": [column], "items": ["id"]}).told("rewards", column) == told


@pytest.mark.parametrize(("table", "refers"), [("orders", False), ("employees", True)])
def test_the_manager_of_an_order_is_no_order(table: str, refers: bool) -> None:
    names = Names({table: ["id", "manager_id"]})
    assert (names.agreement(table, "manager_id", table, "id") > 0.6) == refers


def test_an_id_is_the_key_though_a_code_stands_before_it(con) -> None:
    teams = "700 + 13 * i AS code, 'T' || i AS called, i + 1 AS id"
    assert keys_of(relate(con, [add_rows_of(con, "teams", teams, rows=20)]))["teams"] == ("id",)


def test_a_surrogate_is_a_key_beside_an_id(con) -> None:
    words = "i + 1 AS pk, 'w-' || (3 * i) AS id, 'W' || i AS called"
    assert keys_of(relate(con, [add_rows_of(con, "words", words, rows=20)]))["words"] == ("pk",)


def test_years_that_other_tables_tell_are_a_key_whatever_they_are_years_of(con) -> None:
    tables = [
        add_rows_of(
            con, "games", "1896 + 4 * i AS host_year, 'C' || (i * 5 % 27) AS city, i % 9 AS days", rows=28
        ),
        add_rows_of(con, "medals", "i + 1 AS nr, 1896 + 4 * (i % 28) AS host_year, i % 5 AS gold", rows=90),
        add_rows_of(
            con, "athletes", "i + 1 AS nr, 1896 + 4 * (i * 3 % 28) AS host_year, i % 7 AS age", rows=90
        ),
    ]
    related = relate(con, tables)
    assert keys_of(related)["games"] == ("host_year",)
    assert links_of(related) == {f"{table}(host_year) → games(host_year)" for table in ("medals", "athletes")}


def test_a_table_says_that_it_is_one_before_what_it_holds() -> None:
    names = Names({"tblcustomer": ["id"], "tblorder": ["customer_id"], "tbl": ["x"]})
    assert [names.table(table) for table in ("tblcustomer", "tblorder", "tbl")] == [
        ("customer",),
        ("order",),
        ("tbl",),
    ]


def test_who_contributed_is_a_user(con) -> None:
    tables = [
        add_rows_of(con, "Users", "i + 1 AS Id, 'u' || i AS Login", rows=40),
        add_rows_of(con, "Repositories", "i + 1 AS Id, 'r' || i AS Place", rows=40),
        add_rows_of(con, "Commits", "i + 1 AS Id, 1 + i * 7 % 39 AS ContributorId", rows=90),
    ]
    assert links_of(relate(con, tables)) == {"Commits(ContributorId) → Users(Id)"}
