"""What belongs to what: jobs to the staff, parts of a name to a table, rows to other rows of their own table."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.names import Names

_STAFF = "300 + 7 * i AS nr, 'N' || i AS called, 900 + 11 * i AS pay"


def test_a_pilot_is_one_of_the_staff(con) -> None:
    tables = [
        add_rows_of(con, "staff", _STAFF, rows=40),
        add_rows_of(con, "pilot", "321 + 14 * i AS nr, 'L' || i AS licence", rows=12),
    ]
    assert links_of(relate(con, tables)) == {"pilot(nr) → staff(nr)"}


def test_pilots_who_are_counted_for_themselves_are_none_of_the_staff_by_their_key(con) -> None:
    tables = [
        add_rows_of(con, "staff", "i + 1 AS nr, 'N' || i AS called, 900 + 11 * i AS pay", rows=40),
        add_rows_of(con, "pilot", "i + 1 AS nr, 'L' || i AS licence", rows=8),
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_table_that_has_another_in_its_name_has_its_key(con) -> None:
    tables = [
        add_rows_of(con, "customer", "500 + 3 * i AS nr, 'C' || i AS called", rows=30),
        add_rows_of(con, "flight", "80 + 2 * i AS flight_id, 'F' || i AS gate", rows=20),
        add_rows_of(con, "flight_customer", "i + 1 AS fc_id, 500 + 3 * (i * 7 % 30) AS nr", rows=25),
    ]
    assert "flight_customer(nr) → customer(nr)" in links_of(relate(con, tables))


def test_a_pointer_leads_to_another_row_even_as_the_key_of_few(con) -> None:
    tables = [
        add_rows_of(con, "CaseWork_state", "i + 1 AS id, 'S' || i AS said", rows=30),
        add_rows_of(con, "CaseWork_animal", "i + 1 AS id, 'A' || i AS called", rows=9),
        add_rows_of(con, "CaseWork_paid", "1 + i AS state_ptr_id, 'P' || i AS bill", rows=2),
    ]
    assert links_of(relate(con, tables)) == {"CaseWork_paid(state_ptr_id) → CaseWork_state(id)"}


@pytest.mark.parametrize("column", ["emp_mng", "emp_mngr", "customer_ref"])
def test_another_row_of_the_same_table(con, column: str) -> None:
    table = "customers" if column.startswith("customer") else "employees"
    first = column.split("_")[0]
    rows = f"101 + i AS {first}_num, 'N' || i AS called, CASE WHEN i > 2 THEN 101 + i * 5 % 3 END AS {column}"
    found = links_of(relate(con, [add_rows_of(con, table, rows, rows=20)]))
    assert found == {f"{table}({column}) → {table}({first}_num)"}


def test_a_reference_of_a_row_is_no_other_row_where_the_key_is_a_reference(con) -> None:
    names = Names({"orders": ["order_ref", "order_reference", "paid"]})
    assert names.agreement("orders", "order_reference", "orders", "order_ref") == 0.0


def test_a_department_is_known_by_its_name_though_its_budget_has_a_code(con) -> None:
    department = (
        "'Dep ' || chr(65 + i::INT) AS DepartmentName, 'BC-' || (100 + i) AS BudgetCode, i % 2 AS Floor"
    )
    tables = [
        add_rows_of(con, "DEPARTMENT", department, rows=8),
        add_rows_of(
            con,
            "EMPLOYEE",
            "i + 1 AS StaffNumber, 'Dep ' || chr(65 + (i % 7)::INT) AS Department",
            rows=30,
        ),
    ]
    related = relate(con, tables)
    assert keys_of(related)["DEPARTMENT"] == ("DepartmentName",)
    assert links_of(related) == {"EMPLOYEE(Department) → DEPARTMENT(DepartmentName)"}


@pytest.mark.parametrize(
    ("table", "piece"),
    [("StoreSales_OrderLine", ("order", "line")), ("StoreGoods_Article", ("article",))],
)
def test_what_stands_behind_the_last_underscore_is_the_thing(table: str, piece: tuple[str, ...]) -> None:
    names = Names({"StoreSales_OrderLine": ["id"], "StoreGoods_Article": ["id"]})
    assert names.last_piece(table) == piece


def test_where_underscores_only_part_words_nothing_stands_behind_them() -> None:
    assert Names({"order_line": ["id"], "order": ["id"]}).last_piece("order_line") == ()


def test_of_two_tables_the_one_whose_part_of_an_application_stands_apart_is_meant(con) -> None:
    tables = [
        add_rows_of(con, "VetBills_lineproduct", "i + 1 AS id, 'L' || i AS said", rows=20),
        add_rows_of(con, "VetGoods_product", "i + 1 AS id, 'G' || i AS said", rows=20),
        add_rows_of(con, "VetCases_case", "i + 1 AS id, 1 + i * 7 % 19 AS product_id", rows=60),
    ]
    assert links_of(relate(con, tables)) == {"VetCases_case(product_id) → VetGoods_product(id)"}
