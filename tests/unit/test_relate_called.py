"""What a column is called after: words that say nothing, words written together, orders, copies and second names."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of
from typed_tables import add_rows, add_table

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names


def test_what_all_tables_begin_with_says_nothing_in_columns_either(con) -> None:
    number = "lpad((1 + i{})::VARCHAR, 3, '0') AS {}"
    tables = [
        add_rows_of(con, "acmeRole", f"{number.format('', 'acmeRoleID')}, 'role ' || i AS name", rows=5),
        add_rows_of(con, "acmeTerm", f"{number.format('', 'acmeTermID')}, 'term ' || i AS name", rows=7),
        add_rows_of(con, "acmeSpace", f"{number.format('', 'acmeSpaceID')}, 'space ' || i AS name", rows=9),
        add_rows_of(
            con,
            "acmeUser",
            f"lpad((700 + 3 * i)::VARCHAR, 10, '0') AS acmeUserID, {number.format('% 5', 'acmeRoleIDPrimary')}",
        ),
    ]
    assert links_of(relate(con, tables)) == {"acmeUser(acmeRoleIDPrimary) → acmeRole(acmeRoleID)"}


def test_what_all_tables_end_with_says_nothing() -> None:
    tables = {
        "CIS_open": ["Code CIS"],
        "CIS_GEN_open": ["Code CIS"],
        "LINK_open": ["x"],
        "INFO_HAS_open": ["y"],
    }
    names = Names(tables)
    assert names.table("CIS_open") == ("cis",)
    assert names.own_key("CIS_open", "Code CIS") == 1.0


def test_different_values_of_few_rows_are_counted_exactly(con) -> None:
    """Counted by estimate, these four are three."""
    rows = [("ACTUAL",), ("ADJUSTMENT",), ("BUDGET",), ("FORECAST",)]
    budgets = add_rows(con, "category", "category_id VARCHAR", rows)
    assert keys_of(relate(con, [budgets]))["category"] == ("category_id",)


def test_places_are_known_behind_the_role_that_is_written_before_them(con) -> None:
    tables = [
        add_rows(
            con,
            "flughaefen",
            "iatacodeflughafen VARCHAR, stadt VARCHAR",
            [
                ("BER", "Berlin"),
                ("MUC", "München"),
                ("FRA", "Frankfurt"),
                ("HAM", "Hamburg"),
                ("CGN", "Köln"),
            ],
        ),
        add_rows_of(con, "orte", "i + 1 AS ortsid, 'Ort ' || i AS ortsname", rows=6),
        add_rows(
            con,
            "fluege",
            "startflughafen VARCHAR, zielflughafen VARCHAR, startort BIGINT, preis DOUBLE",
            [
                (start, to, 1 + n % 5, 80.5 + n)
                for n, (start, to) in enumerate(
                    (a, b) for a in ("BER", "MUC", "FRA") for b in ("HAM", "BER", "CGN") if a != b
                )
            ],
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "fluege(startflughafen) → flughaefen(iatacodeflughafen)",
        "fluege(zielflughafen) → flughaefen(iatacodeflughafen)",
        "fluege(startort) → orte(ortsid)",
    }


def test_names_that_others_have_instead_of_the_key_are_what_they_refer_to(con) -> None:
    name = "'Works ' || chr((65 + i % 9)::INTEGER) AS {}"
    tables = [
        add_rows_of(con, "company", f"101 + 7 * i AS comp_id, {name.format('comp_name')}", rows=9),
        add_rows_of(con, "project", "4000 + 31 * i AS project_id, 'Plan ' || i AS project_title", rows=9),
        add_rows_of(
            con,
            "employee",
            f"9000 + 13 * i AS employee_id, {name.format('comp_name')}, 'Plan ' || i % 8 AS project_title",
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "employee(comp_name) → company(comp_name)",
        "employee(project_title) → project(project_title)",
    }


def test_where_the_key_stands_too_the_name_is_a_copy(con) -> None:
    tables = [
        add_rows_of(con, "project", "4000 + 31 * i AS project_id, 'Plan ' || i AS project_title", rows=9),
        add_rows_of(
            con,
            "task",
            "9000 + i AS task_id, 4000 + 31 * (i % 9) AS project_id, 'Plan ' || i % 9 AS project_title",
        ),
    ]
    assert links_of(relate(con, tables)) == {"task(project_id) → project(project_id)"}


def test_a_number_beside_the_identifier_counts(con) -> None:
    tables = [
        add_rows_of(con, "installment", "i + 1 AS installment_id, 10 * i AS percent", rows=12),
        add_rows_of(
            con,
            "installment_pay",
            "500 + i // 2 AS payment_id, 1 + i % 12 AS installment_id, 1 + i % 6 AS installment_number",
        ),
    ]
    assert links_of(relate(con, tables)) == {"installment_pay(installment_id) → installment(installment_id)"}


def test_what_only_orders_rows_is_no_key_and_no_link(con) -> None:
    tables = [
        add_rows_of(con, "time_period", "i + 1 AS sequence, 1960 + 10 * i AS period", rows=7),
        add_rows_of(con, "year_group", "i + 1 AS id, 'Year ' || i AS name, i + 1 AS sequence_number", rows=7),
        add_rows_of(con, "weekday", "i + 1 AS id, 'Day ' || i AS name, i + 1 AS sequence_number", rows=7),
    ]
    found = relate(con, tables)
    assert links_of(found) == set()
    assert keys_of(found)["time_period"] == ("period",)


def test_another_systems_number_of_a_thing_refers_to_nothing(con) -> None:
    tables = [
        add_rows_of(con, "country", "i + 1 AS id, 3 + 5 * i AS old_country_id", rows=30),
        add_rows_of(con, "country_iso", "3 + 5 * i AS id, 'Land ' || i AS name", rows=60),
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_thing_lives_where_it_is_written_out(con) -> None:
    """`tech` is a technology; a table of their lifetimes only repeats it."""
    tech = "'E' || lpad((i {}* 7 % 97)::VARCHAR, 2, '0') AS tech"
    tables = [
        add_rows_of(con, "technology", f"{tech.format('')}, 'a plant' AS description", rows=23),
        add_rows_of(con, "lifetime_tech", f"{tech.format('')}, 20 + i AS lifetime", rows=19),
        add_rows_of(
            con, "cost_of_tech", f"{tech.format('% 19 ')}, 1990 + 10 * (i // 19) AS year, i AS cost", rows=57
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "lifetime_tech(tech) → technology(tech)",
        "cost_of_tech(tech) → technology(tech)",
    }


def test_initials_mean_the_table_that_has_them(con) -> None:
    tables = [
        add_rows(con, "time_of_day", "hours DOUBLE, tod VARCHAR", [(16.0, "day"), (8.0, "night")]),
        add_rows_of(
            con, "demand", "2000 + i // 2 AS period, ['day', 'night'][1 + i % 2] AS tod, i * 1.5 AS need"
        ),
    ]
    found = relate(con, tables)
    assert links_of(found) == {"demand(tod) → time_of_day(tod)"}
    assert keys_of(found)["time_of_day"] == ("tod",)


def test_the_only_row_of_a_table_called_as_its_column_is_referred_to(con) -> None:
    tables = [
        add_rows(con, "region", "region VARCHAR, notes VARCHAR", [("utopia", None)]),
        add_rows_of(con, "plant", "'utopia' AS region, 'P' || i AS plant, 1990 + i % 3 AS built"),
    ]
    found = relate(con, tables)
    assert keys_of(found)["region"] == ("region",)
    assert links_of(found) == {"plant(region) → region(region)"}


def test_a_role_in_two_words_means_a_code_of_its_own_table(con) -> None:
    subjects = add_rows_of(
        con,
        "subjects",
        "i + 1 AS subject_id, 'BUS ' || (100 + i) AS subject_code,"
        " CASE WHEN i % 4 = 1 THEN 'BUS ' || (99 + i) END AS subject_pre_req",
    )
    assert links_of(relate(con, [subjects])) == {"subjects(subject_pre_req) → subjects(subject_code)"}


def test_who_chairs_is_one_of_the_staff(con) -> None:
    tables = [
        add_rows_of(con, "staff", "98000 + 7 * i AS staff_id, 'x' || i AS v", rows=27),
        add_rows_of(
            con, "departments", "i + 1 AS department_id, 98000 + 7 * (3 + 4 * i) AS dept_chair", rows=5
        ),
    ]
    assert links_of(relate(con, tables)) == {"departments(dept_chair) → staff(staff_id)"}


def test_what_is_called_after_a_part_of_a_thing_refers_to_that_part(con) -> None:
    """Each of the faculty is one of the staff; `faculty_subjects` are those of the faculty."""
    tables = [
        add_rows_of(con, "staff", "98000 + 7 * i AS staff_id, 'x' || i AS v", rows=27),
        add_rows_of(con, "faculty", "98000 + 7 * (i + 1) AS staff_id, 'y' || i AS status", rows=25),
        add_rows_of(con, "faculty_subjects", "98000 + 7 * (1 + i % 25) AS staff_id, i AS hours", rows=60),
    ]
    assert links_of(relate(con, tables)) == {
        "faculty(staff_id) → staff(staff_id)",
        "faculty_subjects(staff_id) → faculty(staff_id)",
    }


def test_the_end_of_a_name_says_which_column_is_meant(con) -> None:
    tables = [
        add_rows_of(con, "contribution", "i + 1 AS pk, (i + 1)::VARCHAR AS id", rows=150),
        add_rows_of(con, "feature", "9000 + i AS pk, (1 + i * 7 % 150) AS contribution_pk", rows=190),
    ]
    assert links_of(relate(con, tables)) == {"feature(contribution_pk) → contribution(pk)"}


def test_a_link_that_identifies_nothing_is_no_part_of_a_key_of_identifiers(con) -> None:
    tables = [
        add_rows_of(con, "students", "1001 + i AS student_id, 'n' || i AS v", rows=18),
        add_rows_of(con, "classes", "4000 + 10 * i AS class_id, 'm' || i AS v", rows=30),
        add_rows_of(con, "class_status", "i + 1 AS class_status, 'o' || i AS v", rows=3),
        add_rows_of(
            con,
            "student_schedules",
            "1001 + i % 18 AS student_id, 4000 + 10 * (i // 18 + i % 18) AS class_id,"
            " 1 + i * i % 3 AS class_status, i * 1.5 AS grade",
            rows=120,
        ),
    ]
    assert keys_of(relate(con, tables))["student_schedules"] == ("student_id", "class_id")


@pytest.mark.parametrize("parent", ["agg_sales", "closure"])
def test_no_link_of_two_columns_leads_to_what_is_made_of_its_table(con, parent) -> None:
    """An aggregate of sales, and the pairs of employees and all above them."""
    if parent == "agg_sales":
        tables = [
            add_rows_of(
                con,
                "sales",
                "7 + i // 900 AS product_id, 100 + i % 30 AS customer_id, 1 + i // 60 % 15 * 2 AS day_id, 1.5 AS price",
                rows=2700,
            ),
            add_rows_of(
                con,
                "agg_sales",
                "100 + i % 30 AS customer_id, 1 + i // 30 * 2 AS day_id, i AS total",
                rows=450,
            ),
        ]
    else:
        tables = [
            add_rows_of(
                con, "employee", "i + 1 AS employee_id, 1 + i // 3 AS supervisor_id, 'x' || i AS v", rows=90
            ),
            add_table(
                con,
                "employee_closure",
                "SELECT 1 + i // 3 AS supervisor_id, i + 1 AS employee_id, 1 AS distance FROM range(90) r(i)"
                " UNION ALL SELECT 1, i + 1, 2 FROM range(9, 90) r(i)",
            ),
        ]
    longer = [link for link in relate(con, tables).links if len(link.columns) > 1]
    assert not [link for link in longer if link.ref_table in ("agg_sales", "employee_closure")]


def test_few_uuids_are_a_link_whatever_they_are_called(con) -> None:
    uuid = "md5(({})::VARCHAR)::UUID::VARCHAR"
    tables = [
        add_rows_of(con, "payers", f"{uuid.format('i')} AS id, 'p' || i AS name", rows=10),
        add_rows_of(con, "claims", f"i + 1 AS id, {uuid.format('i % 9 + 2')} AS first_cover", rows=300),
    ]
    assert links_of(relate(con, tables)) == {"claims(first_cover) → payers(id)"}
