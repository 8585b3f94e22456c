"""Words that mostly say nothing, where they do: tables of codes and of groups of data, a part before a table's name."""

from __future__ import annotations

import pytest
from related import add_rows_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names


def test_where_there_is_a_table_of_codes_their_identifier_is_one_of_these(con) -> None:
    tables = [
        add_rows_of(con, "m_code", "i + 1 AS id, 'C' || i AS said", rows=30),
        add_rows_of(con, "m_office", "i + 1 AS id, 'O' || i AS said", rows=30),
        add_rows_of(con, "m_code_value", "i + 1 AS id, 1 + i * 7 % 29 AS code_id", rows=90),
    ]
    assert links_of(relate(con, tables)) == {"m_code_value(code_id) → m_code(id)"}


def test_what_a_column_says_is_no_empty_word_of_the_table(con) -> None:
    tables = [
        add_rows_of(con, "hr_data_group", "i + 1 AS id, 'G' || i AS said", rows=30),
        add_rows_of(con, "hr_screen", "i + 1 AS id, 'S' || i AS said", rows=30),
        add_rows_of(con, "hr_data_group_screen", "i + 1 AS id, 1 + i * 7 % 29 AS data_group_id", rows=90),
    ]
    assert links_of(relate(con, tables)) == {"hr_data_group_screen(data_group_id) → hr_data_group(id)"}


def test_without_such_a_column_it_is_empty() -> None:
    assert Names({"hr_data_group": ["id"], "x": ["group_id"]}).table("hr_data_group") == ("hr", "group")


def test_the_media_of_a_product_are_some_of_all_media(con) -> None:
    tables = [
        add_rows_of(con, "Core_Media", "i + 1 AS Id, 'm' || i AS Said", rows=18),
        add_rows_of(con, "Core_ShopUser", "i + 1 AS Id, 'u' || i AS Said", rows=18),
        add_rows_of(con, "Catalog_ProductMedia", "i + 40 AS Id, 1 + i * 5 % 18 AS MediaId", rows=18),
    ]
    assert links_of(relate(con, tables)) == {"Catalog_ProductMedia(MediaId) → Core_Media(Id)"}


@pytest.mark.parametrize(
    ("table", "column", "refers"),
    [("dept", "rptdept", "dept"), ("orders", "salesrep", "employee"), ("lessons", "instructor_id", "staff")],
)
def test_more_roles(table: str, column: str, refers: str) -> None:
    names = Names({"dept": ["deptnum", "rptdept"], "employee": ["empnum"], "staff": ["id"], table: [column]})
    key = {"dept": "deptnum", "employee": "empnum", "staff": "id"}[refers]
    if table == refers:
        names = Names({"dept": ["deptnum", "rptdept"]})
    assert names.agreement(table, column, refers, key) >= 0.6


@pytest.mark.parametrize(
    ("table", "least", "most"), [("File", 0.6, 0.7), ("Core_Media", 0.6, 0.7), ("Agent", 0.0, 0.5)]
)
def test_an_image_is_a_file(table: str, least: float, most: float) -> None:
    names = Names({table: ["id"], "Client": ["id", "thumbnail_image_id"]})
    assert least <= names.agreement("Client", "thumbnail_image_id", table, "id") <= most
