"""Which table a thing lives in, and what only looks like a link to it."""

from __future__ import annotations

from related import keys_of, links_of
from typed_tables import add_table

from synth_core.model.project import Table
from synth_core.stages.relate import relate


def _films(con) -> list[Table]:
    film = "'The Film ' || chr((65 + i % 26)::INTEGER) || ' ' || (i * 7) AS film"
    return [
        add_table(
            con, "big_films", f"SELECT i + 1 AS number, {film}, 90 + i AS run_time FROM range(40) r(i)"
        ),
        add_table(con, "box_office", f"SELECT {film}, 1000 + i * 77 AS budget FROM range(40) r(i)"),
        add_table(
            con,
            "genres",
            "SELECT 'The Film ' || chr((65 + i // 2 % 26)::INTEGER) || ' ' || (i // 2 * 7)"
            " AS film, 'genre ' || i % 3 AS value FROM range(80) r(i)",
        ),
        add_table(
            con,
            "prizes",
            "SELECT 'The Film ' || chr((65 + i // 2 % 26)::INTEGER) || ' ' || (i // 2 * 7)"
            " AS film, 'prize ' || i % 2 AS prize FROM range(80) r(i)",
        ),
    ]


def test_a_column_called_as_the_things_of_a_table_refers_to_that_table(con) -> None:
    found = relate(con, _films(con))
    assert links_of(found) == {
        "box_office(film) → big_films(film)",
        "genres(film) → big_films(film)",
        "prizes(film) → big_films(film)",
    }
    # What all others refer to is the key, and it is shared by the table that adds to it.
    assert keys_of(found)["big_films"] == ("film",)
    assert keys_of(found)["box_office"] == ("film",)


def test_texts_that_a_table_of_pairs_repeats_are_a_link_where_it_lacks_the_key(con) -> None:
    films = add_table(
        con, "films", "SELECT i + 4 AS episode_id, 'The Long Way ' || i AS title FROM range(6) r(i)"
    )
    pairs = add_table(
        con,
        "films_people",
        "SELECT 'The Long Way ' || i % 6 AS title, 'Person ' || i // 6 AS person FROM range(60) r(i)",
    )
    assert links_of(relate(con, [films, pairs])) == {"films_people(title) → films(title)"}


def test_numbers_of_many_things_count_them(con) -> None:
    shops = "SELECT i + 1 AS shop_id, 1 + i * 7 % 50 AS number_employees, 1 + i % 30 AS happy_employees"
    tables = [
        add_table(con, "employees", "SELECT i + 1 AS employee_id, 'Name ' || i AS name FROM range(60) r(i)"),
        add_table(con, "shops", f"{shops} FROM range(60) r(i)"),
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_number_called_as_its_table_refers_to_it_in_the_plural_too(con) -> None:
    tables = [
        add_table(
            con, "procedures", "SELECT 1 + i AS code, 'Name ' || i AS name, i * 7 AS cost FROM range(30) r(i)"
        ),
        add_table(
            con,
            "treatments",
            "SELECT 500 + 3 * i AS treatment_id, 1 + i * 7 % 30 AS procedures FROM range(90) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {"treatments(procedures) → procedures(code)"}


def test_dates_lie_in_a_calendar_of_all_days_and_do_not_refer_to_it(con) -> None:
    day = "DATE '2020-01-01' + CAST(i * 13 % 400 AS INTEGER)"
    tables = [
        add_table(
            con,
            "dim_date",
            "SELECT DATE '2020-01-01' + CAST(i AS INTEGER) AS date_key, 1 + i % 7 AS weekday FROM range(400) r(i)",
        ),
        add_table(
            con,
            "fact_sales",
            f"SELECT i * 7 + 1000 AS sales_key, {day} AS date_key, {day} AS date, {day} + 0 AS start_date"
            " FROM range(300) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {"fact_sales(date_key) → dim_date(date_key)"}


def test_another_key_of_its_own_table_refers_to_no_other(con) -> None:
    tables = [
        add_table(
            con, "dim_product", "SELECT i + 1 AS product_key, 'Name ' || i AS name FROM range(60) r(i)"
        ),
        add_table(
            con,
            "dim_product_category",
            "SELECT i + 1 AS product_category_key, 4 - i AS product_category_alternate_key,"
            " 'Kind ' || i AS name FROM range(4) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == set()


def test_who_is_sent_something_is_a_customer_rather_than_one_of_the_staff(con) -> None:
    tables = [
        add_table(con, "employee", "SELECT i + 1 AS employee_id, 'Name ' || i AS name FROM range(12) r(i)"),
        add_table(con, "client", "SELECT i + 1 AS account_number, 'Name ' || i AS name FROM range(12) r(i)"),
        add_table(
            con,
            "package",
            "SELECT 700 + 3 * i AS package_number, 1 + i * 5 % 11 AS sender, 1 + i * 7 % 12 AS recipient"
            " FROM range(40) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "package(sender) → client(account_number)",
        "package(recipient) → client(account_number)",
    }


def test_rows_without_names_that_stand_below_each_other_refer_to_their_own_table(con) -> None:
    other = add_table(con, "t1", "SELECT i + 1 AS c0, 'Name ' || i AS c1 FROM range(9) r(i)")
    above = "CASE WHEN i > 0 THEN 1 + (i - 1) // 3 END"
    rows = add_table(con, "t0", f"SELECT i + 1 AS c0, 'Name ' || i AS c1, {above} AS c2 FROM range(30) r(i)")
    assert links_of(relate(con, [rows, other])) == {"t0(c2) → t0(c0)"}
