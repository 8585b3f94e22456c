from __future__ import annotations

import pytest
from related import keys_of, links_of
from typed_tables import add_rows, add_table
from yardstick import timed

from synth_core.model.inferred import Origin
from synth_core.model.project import Table
from synth_core.model.types import Field, Mode
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.stages.relate import Related, relate


def _shop(con) -> list[Table]:
    return [
        add_table(
            con,
            "customers",
            "SELECT 100 + 7 * i AS id, 'Name ' || i AS name, 1 + i % 5 AS rating FROM range(60) r(i)",
        ),
        add_table(
            con,
            "orders",
            "SELECT i + 1 AS order_no, 100 + 7 * (i * i % 55) AS customer_id, 1 + i % 4 AS quantity,"
            " 2020 + i % 3 AS year, i % 2 AS is_paid, (i * 37 % 1000) / 4 AS total FROM range(300) r(i)",
        ),
        add_table(
            con,
            "order_lines",
            "SELECT 1 + i // 3 AS order_no, 1 + i % 3 AS line_no, i * 31 % 90 AS amount FROM range(900) r(i)",
        ),
    ]


def test_keys_and_links_of_a_shop(con) -> None:
    found = relate(con, _shop(con))
    assert keys_of(found) == {
        "customers": ("id",),
        "orders": ("order_no",),
        "order_lines": ("order_no", "line_no"),
    }
    assert links_of(found) == {
        "orders(customer_id) → customers(id)",
        "order_lines(order_no) → orders(order_no)",
    }


def test_key_columns_are_required_and_know_why(con) -> None:
    lines = relate(con, _shop(con)).tables[2]
    assert [c.mode.value for c in lines.columns] == [Mode.REQUIRED, Mode.REQUIRED, Mode.NULLABLE]
    assert lines.columns[0].mode.evidence == "part of the primary key"
    assert lines.columns[0].mode.origin is Origin.MEASURED
    assert "900 combinations" in lines.primary_key.evidence


def test_the_evidence_counts_what_dangles(con) -> None:
    parents = add_table(con, "customers", "SELECT 100 + 7 * i AS id FROM range(200) r(i)")
    orders = add_table(con, "orders", "SELECT 107 + 7 * i AS customer_id, 'x' AS v FROM range(200) r(i)")
    (link,) = relate(con, [parents, orders]).links
    assert link.accepted.value
    assert link.accepted.evidence.startswith(
        "99.5 % of orders.customer_id occur in customers.id; 1 value does not"
    )


def test_without_names_values_speak(con) -> None:
    words = "substr(md5((i % 80)::VARCHAR), 1, 8)"
    tables = [
        add_table(con, "t0", f"SELECT {words} AS c0, i * 0.5 AS c1 FROM range(80) r(i)"),
        add_table(
            con, "t1", f"SELECT i + 1 AS c0, {words} AS c1, i % 2 AS c2, i % 7 AS c3 FROM range(400) r(i)"
        ),
    ]
    for found in (relate(con, tables, hide_names=True), relate(con, tables)):
        # Names that only count are no names: neither c0 = c0 nor c1 = c1 means anything.
        assert links_of(found) == {"t1(c1) → t0(c0)"}
        assert "names" not in found.links[0].accepted.evidence


def test_values_that_the_key_lacks_speak_against_a_link(con) -> None:
    words = "substr(md5((i % {})::VARCHAR), 1, 8)"
    tables = [
        add_table(
            con, "regions", f"SELECT {words.format(80)} AS region_code, i * 0.5 AS area FROM range(80) r(i)"
        ),
        add_table(
            con, "sites", f"SELECT i + 1 AS id, {words.format(200)} AS region_code FROM range(400) r(i)"
        ),
    ]
    assert links_of(relate(con, tables)) == set()


def test_hidden_names_do_not_help(con) -> None:
    """The same small integers are a link by name, and too little without."""
    tables = [
        add_table(con, "shippers", "SELECT i + 1 AS shipper_id, 'x' || i AS v FROM range(9) r(i)"),
        add_table(con, "orders", "SELECT i + 1 AS id, 1 + i % 2 AS shipper_id FROM range(400) r(i)"),
    ]
    assert links_of(relate(con, tables)) == {"orders(shipper_id) → shippers(shipper_id)"}
    assert links_of(relate(con, tables, hide_names=True)) == set()


def test_self_links_by_role(con) -> None:
    query = (
        "SELECT 100 + i AS employee_id, 'n' || i AS name, CASE WHEN i > 0 THEN 100 + i // 4 END AS reports_to"
    )
    found = relate(con, [add_table(con, "employees", f"{query} FROM range(40) r(i)")])
    assert links_of(found) == {"employees(reports_to) → employees(employee_id)"}


def test_of_two_siblings_the_thing_itself_is_the_parent(con) -> None:
    isbn = "'978-' || (1000 + 17 * i)"
    tables = [
        add_table(con, "book_info", f"SELECT {isbn} AS isbn, 'text ' || i AS blurb FROM range(40) r(i)"),
        add_table(
            con, "books", f"SELECT {isbn} AS isbn, 'T ' || i AS title, i * 2 AS pages FROM range(40) r(i)"
        ),
        add_table(
            con, "loans", "SELECT i + 1 AS id, '978-' || (1000 + 17 * (i % 40)) AS isbn FROM range(200) r(i)"
        ),
    ]
    assert links_of(relate(con, tables)) == {"book_info(isbn) → books(isbn)", "loans(isbn) → books(isbn)"}


def _staff(key: str, role: str) -> str:
    boss = f"CASE WHEN i > 0 THEN 100 + i // 4 END AS {role}"
    return f"SELECT 100 + i AS {key}, 'n' || i AS name, {boss} FROM range(40) r(i)"


@pytest.mark.parametrize(
    ("sibling", "key", "rows"),
    [
        ("employee_details", "id", 40),
        ("users", "id", 30),
        ("contacts", "employee_id", 40),
    ],
)
@pytest.mark.parametrize("role", ["manager_id", "reports_to"])
def test_a_self_link_is_found_beside_a_one_to_one_sibling(con, sibling, key, rows, role) -> None:
    tables = [
        add_table(con, "employees", _staff(key, role)),
        add_table(
            con,
            sibling,
            f"SELECT 100 + i AS {key}, 'street ' || i AS address, i % 7 AS zone FROM range({rows}) r(i)",
        ),
    ]
    siblings = {f"{sibling}(employee_id) → employees(employee_id)"} if key != "id" else set()
    for order in (tables, tables[::-1]):
        assert links_of(relate(con, order)) == {f"employees({role}) → employees({key})", *siblings}


@pytest.mark.parametrize("key", ["id", "employee_id"])
def test_a_role_in_a_table_that_adds_to_another_means_that_one(con, key) -> None:
    tables = [
        add_table(con, "employee_details", _staff(key, "manager_id")),
        add_table(con, "employees", f"SELECT 100 + i AS {key}, 'n' || i AS name FROM range(40) r(i)"),
    ]
    assert f"employee_details(manager_id) → employees({key})" in links_of(relate(con, tables))


def test_cycles_between_tables(con) -> None:
    tables = [
        add_table(
            con,
            "departments",
            "SELECT 10 * i + 10 AS department_id, 200 + i AS manager_id FROM range(12) r(i)",
        ),
        add_table(
            con,
            "employees",
            "SELECT 200 + i AS employee_id, 10 * (i % 12) + 10 AS department_id FROM range(90) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "departments(manager_id) → employees(employee_id)",
        "employees(department_id) → departments(department_id)",
    }


@pytest.mark.parametrize(
    ("rooms_left", "links"), [("true", set()), ("(building * 7 + room // 3) % 3 > 0", {"both"})]
)
def test_links_of_several_columns(con, rooms_left, links) -> None:
    """With all possible pairs there, numbers as dense as that show nothing by being included."""
    rooms = f"FROM (SELECT 1 + i // 7 AS building, 1 + 3 * (i % 7) AS room FROM range(42) r(i)) WHERE {rooms_left}"
    tables = [
        add_table(con, "rooms", f"SELECT *, 9 * room + building AS seats {rooms}"),
        add_table(
            con, "bookings", f"SELECT row_number() OVER () AS id, * {rooms} UNION ALL SELECT 500, 1, 4"
        ),
    ]
    found = relate(con, tables)
    assert keys_of(found) == {"rooms": ("building", "room"), "bookings": ("id",)}
    names = {"both": "bookings(building, room) → rooms(building, room)"}
    assert links_of(found) == {names[link] for link in links}


def test_junction_tables(con) -> None:
    tables = [
        add_table(con, "students", "SELECT 1000 + 3 * i AS id, 'n' || i AS name FROM range(80) r(i)"),
        add_table(con, "courses", "SELECT 'C' || (7 * i) AS code, 'n ' || i AS title FROM range(40) r(i)"),
        add_table(
            con,
            "student_courses",
            "SELECT 1000 + 3 * (i % 80) AS student_id, 'C' || (7 * (i % 37)) AS course_code"
            " FROM range(600) r(i)",
        ),
    ]
    found = relate(con, tables)
    assert keys_of(found)["student_courses"] == ("student_id", "course_code")
    assert links_of(found) == {
        "student_courses(student_id) → students(id)",
        "student_courses(course_code) → courses(code)",
    }


def test_samples_have_few_values_in_common(con) -> None:
    tables = [
        add_table(
            con, "users", "SELECT (hash(i) % 90000)::BIGINT AS user_id, 'n' || i AS name FROM range(200) r(i)"
        ),
        add_table(
            con,
            "posts",
            "SELECT i AS id, (hash(i + 190) % 90000)::BIGINT AS user_id, 'x' AS v FROM range(200) r(i)",
        ),
    ]
    (link,) = relate(con, tables).links
    assert str(link) == "posts(user_id) → users(user_id)" and link.accepted.value
    assert "which may be left out of a sample" in link.accepted.evidence


@pytest.mark.parametrize(
    "query",
    [
        "SELECT i % 5 AS a, i % 3 AS b FROM range(300) r(i)",  # nothing is unique
        "SELECT i * 0.37 AS price, 'x' AS v FROM range(60) r(i)",  # unique by accident
        "SELECT 'a text about ' || md5(i::VARCHAR) || repeat(' and more', 20) AS body FROM range(60) r(i)",
        "SELECT CASE WHEN i > 0 THEN i END AS id FROM range(60) r(i)",  # a NULL
        "SELECT CASE WHEN i > 0 THEN i ELSE 1 END AS id FROM range(60) r(i)",  # two rows alike
    ],
)
def test_no_key_is_an_answer(con, query) -> None:
    assert keys_of(relate(con, [add_table(con, "t", query)])) == {"t": ()}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        # A description that is different in each row is no key, and nothing is one together with it.
        ("SELECT 1 + i % 7 AS shelf_id, 1 + i % 5 AS box_id, 'a ' || md5(i::VARCHAR) AS description", ()),
        (
            "SELECT 'on ' || i AS comment, DATE '2024-01-01' + (i // 3)::INT AS day, i % 3 AS line_no",
            ("day", "line_no"),
        ),
    ],
)
def test_a_key_holds_no_column_that_is_unique_alone(con, query, key) -> None:
    (table,) = relate(con, [add_table(con, "stock", f"{query} FROM range(300) r(i)")]).tables
    assert table.key_columns == key


def test_a_table_that_pairs_others_has_both_as_its_key(con) -> None:
    """Even where each of the one side occurs once by chance; the evidence says so."""
    tables = [
        add_table(con, "agents", "SELECT 1000 + 3 * i AS agent_id, 'n' || i AS name FROM range(40) r(i)"),
        add_table(con, "areas", "SELECT 'C' || (7 * i) AS area_code, 'n ' || i AS title FROM range(90) r(i)"),
        add_table(
            con,
            "agent_areas",
            "SELECT 1000 + 3 * (i % 30) AS agent_id, 'C' || (7 * i) AS area_code FROM range(80) r(i)",
        ),
    ]
    pairs = relate(con, tables).tables[2]
    assert pairs.primary_key.value == ("agent_id", "area_code")
    assert "area_code alone" in pairs.primary_key.evidence
    assert "no column alone" not in pairs.primary_key.evidence


def test_both_sides_get_one_type(con) -> None:
    tables = [
        add_table(
            con, "customers", "SELECT 100 + 7 * i AS customer_id, 'n' || i AS name FROM range(60) r(i)"
        ),
        add_table(
            con, "orders", "SELECT i AS id, (100 + 7 * (i % 50))::VARCHAR AS customer_id FROM range(300) r(i)"
        ),
    ]
    found = relate(con, tables)
    assert links_of(found) == {"orders(customer_id) → customers(customer_id)"}
    assert {str(t.column("customer_id").type.value) for t in found.tables} == {"STRING"}


def _schema(name: str, *columns: str, key=(), foreign=()) -> TableSchema:
    fields = tuple(Field.model_validate({"name": column, "type": "INT64"}) for column in columns)
    return TableSchema(name=name, fields=fields, primary_key=key, foreign_keys=foreign)


def test_what_is_declared_comes_first_and_is_not_contradicted(con) -> None:
    customers, orders, lines = _shop(con)
    declared = {
        "orders": _schema(
            "orders",
            *(c.name for c in orders.columns),
            key=("order_no", "year"),
            foreign=(
                ForeignKey(columns=("quantity",), ref_table="customers", ref_columns=("rating",)),
                ForeignKey(columns=("year",), ref_table="years", ref_columns=("year",)),
            ),
        )
    }
    found = relate(con, [customers, orders, lines], declared=declared)
    assert keys_of(found)["orders"] == ("order_no", "year")
    assert found.tables[1].primary_key.origin is Origin.DECLARED
    own = [link for link in found.links if link.table == "orders"]
    assert [str(link) for link in own] == ["orders(quantity) → customers(rating)"]
    assert (own[0].accepted.origin, own[0].accepted.confidence) == (Origin.DECLARED, 1.0)
    assert [(f.code, f.table, f.column) for f in found.findings] == [
        ("relate.parent-left-out", "orders", "year")
    ]
    assert keys_of(found)["customers"] == ("id",)  # measured: it declares nothing


def test_empty_tables_and_odd_columns(con) -> None:
    tables = [
        add_rows(con, "empty", "id BIGINT, v VARCHAR", []),
        add_table(con, "only_null", "SELECT NULL::BIGINT AS id FROM range(9)"),
        add_table(con, "nested", "SELECT {'a': i} AS s FROM range(9) r(i)", types={"s": "STRUCT<a INT64>"}),
    ]
    found = relate(con, tables)
    assert found.links == () and set(keys_of(found).values()) == {()}


def test_names_cannot_become_sql(con) -> None:
    evil = 'a"; DROP TABLE victim; --'
    con.execute("CREATE TABLE victim (a INT)")
    quoted = evil.replace('"', '""')
    tables = [
        add_table(con, evil, f'SELECT 5 * i + 3 AS "{quoted}", i % 2 AS "per cent %" FROM range(30) r(i)'),
        add_table(con, "child", f'SELECT i + 1 AS id, 5 * (i % 30) + 3 AS "{quoted}" FROM range(90) r(i)'),
    ]
    found = relate(con, tables)
    assert keys_of(found)[evil] == (evil,)
    assert links_of(found) == {f"child({evil}) → {evil}({evil})"}
    assert con.execute("SELECT count(*) FROM victim").fetchall() == [(0,)]


def test_nothing_is_left_behind_and_the_answer_is_the_same_again(con) -> None:
    tables = _shop(con)
    first = relate(con, tables)
    assert relate(con, tables) == first
    names = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert names == {"customers", "orders", "order_lines"}


def _ids(first: int, step: int, rows: int) -> str:
    return f"SELECT {first} + {step} * i AS entity_id, 'n' || i AS note FROM range({rows}) r(i)"


def test_of_keys_of_one_name_the_narrowest_that_holds_the_values_is_meant(con) -> None:
    tables = [
        add_table(con, "entities", _ids(1, 1, 400)),
        add_table(con, "workers", _ids(5, 1, 60)),
        add_table(
            con,
            "reviews",
            "SELECT i AS review_id, 5 + i * 7 % 60 AS entity_id, i % 5 AS mark FROM range(200) r(i)",
        ),
    ]
    assert "reviews(entity_id) → workers(entity_id)" in links_of(relate(con, tables))


def test_a_column_refers_to_what_it_is_called_after(con) -> None:
    tables = [
        add_table(con, "items", "SELECT i + 1 AS id, 'item ' || i AS label FROM range(400) r(i)"),
        add_table(
            con, "item_texts", "SELECT i + 1 AS item_id, 'long text ' || i AS text FROM range(120) r(i)"
        ),
        add_table(
            con,
            "finds",
            "SELECT i AS find_id, 1 + i * 7 % 115 AS item_id, 1 + i * 11 % 115 AS held_item_id FROM range(300) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {
        "finds(item_id) → items(id)",
        "finds(held_item_id) → items(id)",
        "item_texts(item_id) → items(id)",
    }


def test_the_key_of_what_a_table_adds_to_is_a_link(con) -> None:
    tables = [
        add_table(con, "old_kingdoms", "SELECT i + 1 AS id, i * 5 % 7 AS kind FROM range(17) r(i)"),
        add_table(
            con, "old_kingdom_names", "SELECT i + 1 AS kingdom_id, 'Name ' || i AS name FROM range(17) r(i)"
        ),
    ]
    assert links_of(relate(con, tables)) == {"old_kingdom_names(kingdom_id) → old_kingdoms(id)"}


def test_another_name_of_each_row_is_no_link(con) -> None:
    value = "'s' || (1000 + 3 * i)"
    query = f"SELECT {value} AS stop_id, {value} AS stop_code, i % 7 AS zone FROM range(90) r(i)"
    assert links_of(relate(con, [add_table(con, "stops", query)])) == set()


def test_flags_and_counts_are_no_links(con) -> None:
    query = "SELECT i AS team_id, i % 2 AS home_team, 1 + i % 9 AS count_team, 'n' || i AS title FROM range(60) r(i)"
    matches = "SELECT i AS match_id, i % 2 AS home_team, 1 + i % 9 AS count_teams FROM range(90) r(i)"
    tables = [add_table(con, "team", query), add_table(con, "matches", matches)]
    assert links_of(relate(con, tables)) == set()


def test_long_identifiers_need_no_name(con) -> None:
    value = "md5('e' || {})"
    tables = [
        add_table(con, "encounters", f"SELECT {value.format('i')} AS id, i % 5 AS kind FROM range(90) r(i)"),
        add_table(
            con,
            "claims",
            f"SELECT 7 * i + 3 AS claim_no, {value.format('i % 80')} AS appointmentid FROM range(200) r(i)",
        ),
    ]
    assert "claims(appointmentid) → encounters(id)" in links_of(relate(con, tables))


def test_two_lists_that_count_from_one_do_not_refer_to_each_other(con) -> None:
    tables = [
        add_table(con, name, f"SELECT 1 + i AS status_id, '{name} ' || i AS label FROM range({rows}) r(i)")
        for name, rows in (("address_status", 2), ("order_status", 6))
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_key_is_what_others_refer_to(con) -> None:
    line = "'LN-' || (100 + {})"
    tables = [
        add_table(
            con,
            "c",
            f"SELECT i // 30 AS a, 'long text ' || i AS b, {line.format('i')} AS d FROM range(40) r(i)",
        ),
        add_table(con, "e", f"SELECT 3 * i + 7 AS f, {line.format('i % 40')} AS g FROM range(300) r(i)"),
    ]
    found = relate(con, tables, hide_names=True)
    assert keys_of(found)["c"] == ("d",)
    assert "e(g) → c(d)" in links_of(found)


def test_a_table_that_ties_three_has_all_of_them_as_its_key(con) -> None:
    things = [
        add_table(con, name, f"SELECT 100 * i + {n} AS {name}_id, 'x' || i AS label FROM range(30) r(i)")
        for n, name in enumerate(("student", "course", "term"), 1)
    ]
    tie = (
        "SELECT 100 * (i % 30) + 1 AS student_id, 100 * (i // 30) + 2 AS course_id,"
        " 100 * (i % 3) + 3 AS term_id, i % 6 AS grade FROM range(90) r(i)"
    )
    keys = keys_of(relate(con, [*things, add_table(con, "enrolment", tie)]))
    assert keys["enrolment"] == ("student_id", "course_id", "term_id")


def test_histories_by_date_do_not_refer_to_each_other(con) -> None:
    start = "DATE '2020-01-01' + CAST(i * 37 % 60 AS INTEGER)"
    rows = f"SELECT 10 + i // 3 AS product_id, {start} AS start_date, i * 1.5 AS price"
    tables = [
        add_table(con, "product", "SELECT 10 + i AS product_id, 'p' || i AS name FROM range(40) r(i)"),
        add_table(con, "cost_history", f"{rows} FROM range(120) r(i)"),
        add_table(con, "price_history", f"{rows} FROM range(90) r(i)"),
    ]
    assert links_of(relate(con, tables)) == {
        "cost_history(product_id) → product(product_id)",
        "price_history(product_id) → product(product_id)",
    }


def test_sixty_keys_are_counted_without_long_planning(con) -> None:
    tables = [
        add_table(con, f"t{n}", f"SELECT 1 + i AS t{n}_id, 1 + i % 40 AS other FROM range(60) r(i)")
        for n in range(60)
    ]
    with timed() as took:
        relate(con, tables)
    assert took.seconds < 60


def test_of_keys_that_fit_as_well_none_is_taken_without_names(con) -> None:
    """Whole numbers from 1 on lie in each of them; alone, the first would be a link."""
    fits = add_table(con, "t0", "SELECT i + 1 AS c0, 'a' || i AS c1 FROM range(60) r(i)")
    child = add_table(con, "t1", "SELECT 1000 + 3 * i AS c0, 1 + (i * 7) % 60 AS c1 FROM range(300) r(i)")
    [alone] = relate(con, [fits, child]).links
    assert alone.accepted.value and alone.accepted.confidence < 0.9
    others = [
        add_table(con, f"t{n}", f"SELECT i + 1 AS c0, '{n}' || i AS c1 FROM range({60 + n}) r(i)")
        for n in (2, 3, 4)
    ]
    assert links_of(relate(con, [fits, child, *others])) == set()


def test_a_link_that_another_key_fits_as_well_is_not_said_to_be_sure(con) -> None:
    codes = "substr(md5(i::VARCHAR), 1, 8)"
    products = add_table(con, "products", f"SELECT {codes} AS product_code, i AS n FROM range(80) r(i)")
    sales = add_table(
        con,
        "sales",
        "SELECT i AS id, substr(md5((i % 80)::VARCHAR), 1, 8) AS product_code FROM range(300) r(i)",
    )
    [link] = relate(con, [products, sales]).links
    assert link.accepted.confidence > 0.95
    again = add_table(con, "product", f"SELECT {codes} AS product_code, i AS m FROM range(80) r(i)")
    [link] = [each for each in relate(con, [products, sales, again]).links if each.table == "sales"]
    assert link.accepted.value and link.accepted.confidence < 0.9


def test_a_key_without_a_name_numbers_the_rows_wherever_it_stands(con) -> None:
    table = add_table(
        con, "t0", "SELECT 0.5 * (i % 9) AS c0, i % 4 AS c1, i + 1 AS c2, 'x' AS c3 FROM range(60) r(i)"
    )
    assert keys_of(relate(con, [table])) == {"t0": ("c2",)}


def _managers(con, people: int, others: str = "", step: int = 1) -> Related:
    return relate(
        con,
        [
            add_table(
                con,
                "employee",
                f"SELECT 100 + {step} * i AS emp_no, 'n' || i AS label FROM range({people}) r(i)",
            ),
            add_table(
                con, "department", "SELECT 'd' || (10 + i) AS dept_no, 'D' || i AS label FROM range(9) r(i)"
            ),
            add_table(
                con,
                "dept_manager",
                "SELECT 100 + 7 * i AS emp_no, 'd' || (10 + i % 9) AS dept_no, DATE '2020-01-01' + i::INT AS since"
                f"{others} FROM range(16) r(i)",
            ),
        ],
    )


def test_a_table_that_ties_others_has_both_as_its_key_where_one_is_unique_by_chance(con) -> None:
    found = _managers(con, 1000)
    assert keys_of(found)["dept_manager"] == ("emp_no", "dept_no")
    key = found.tables[2].primary_key
    assert key.confidence < 0.9 and key.evidence.endswith(
        "16 rows that refer to 1,000 of employee would hardly repeat one"
    )


def test_one_that_says_more_of_each_is_about_the_first(con) -> None:
    assert keys_of(_managers(con, 1000, ", i * 1.5 AS bonus"))["dept_manager"] == ("emp_no",)


def test_one_that_has_nearly_all_is_about_them(con) -> None:
    assert keys_of(_managers(con, 20, step=7))["dept_manager"] == ("emp_no",)


def test_texts_in_one_language_are_keyed_by_it_too(con) -> None:
    tables = [
        add_table(con, "items", "SELECT 100 + 3 * i AS id, i % 7 AS weight FROM range(50) r(i)"),
        add_table(
            con,
            "item_texts",
            "SELECT 100 + 3 * i AS item_id, 9 AS language_id, 'text ' || i AS text FROM range(50) r(i)",
        ),
    ]
    assert keys_of(relate(con, tables))["item_texts"] == ("item_id", "language_id")


def test_a_status_that_is_always_one_refers_to_nothing(con) -> None:
    tables = [
        add_table(
            con, "order_status", "SELECT i + 1 AS order_status_id, 's' || i AS name FROM range(9) r(i)"
        ),
        add_table(
            con, "banner", "SELECT i + 1 AS banner_id, 1 AS status, 1 AS sort_order FROM range(6) r(i)"
        ),
        add_table(con, "event", "SELECT i + 1 AS event_id, 1 + i AS sort_order FROM range(9) r(i)"),
        add_table(con, "language", "SELECT 1 AS language_id, 'English' AS name"),
        add_table(con, "texts", "SELECT i AS text_id, 1 AS language_id FROM range(9) r(i)"),
    ]
    assert links_of(relate(con, tables)) == {"texts(language_id) → language(language_id)"}


def test_the_key_of_what_a_table_is_built_of_does_not_refer_to_it(con) -> None:
    tables = [
        add_table(con, "geo_zone", "SELECT 7 * i AS geo_zone_id, 'g' || i AS name FROM range(60) r(i)"),
        add_table(
            con,
            "zone_to_geo_zone",
            "SELECT 7 * i AS zone_to_geo_zone_id, 7 * (i % 60) AS geo_zone_id FROM range(66) r(i)",
        ),
    ]
    assert links_of(relate(con, tables)) == {"zone_to_geo_zone(geo_zone_id) → geo_zone(geo_zone_id)"}


def test_names_of_people_that_all_occur_in_a_key_refer_to_it(con) -> None:
    people = "chr((97 + i % 26)::INT) || md5((i)::VARCHAR)[:5] || ' ' || md5((i + 7)::VARCHAR)[:6]"
    tables = [
        add_table(con, "person", f"SELECT {people} AS name, i % 50 AS height FROM range(60) r(i)"),
        add_table(
            con, "cast_of_film", f"SELECT 'Film ' || (j % 6) AS film, {people} AS who"
            " FROM (SELECT j, j % 40 AS i FROM range(120) q(j))",
        ),
    ]  # fmt: skip
    assert "cast_of_film(who) → person(name)" in links_of(relate(con, tables))


def test_of_keys_that_are_all_called_id_the_table_decides(con) -> None:
    tables = [
        add_table(con, name, f"SELECT i + 1 AS id, 'x' || i AS name FROM range({rows}) r(i)")
        for name, rows in (("hr_role", 28), ("sales_contactrole", 28), ("web_role", 300))
    ]
    hired = add_table(con, "web_worker", "SELECT i AS id, 1 + i % 28 AS role_id FROM range(90) r(i)")
    assert links_of(relate(con, [*tables, hired])) == {"web_worker(role_id) → web_role(id)"}


def test_a_table_called_after_two_things_has_both_as_its_key(con) -> None:
    tables = [
        add_table(con, "page", "SELECT i + 1 AS page_id, 'x' || i AS title FROM range(20) r(i)"),
        add_table(con, "page_to_store", "SELECT i + 1 AS page_id, 0 AS store_id FROM range(20) r(i)"),
    ]
    assert keys_of(relate(con, tables))["page_to_store"] == ("page_id", "store_id")


def test_a_language_right_behind_the_key_is_part_of_it(con) -> None:
    texts = add_table(
        con, "order_status", "SELECT i + 1 AS order_status_id, 1 AS language_id, 'x' || i AS name"
        " FROM range(20) r(i)",
    )  # fmt: skip
    film = add_table(
        con, "film", "SELECT i + 1 AS film_id, 'x' || i AS name, 1 AS language_id FROM range(20) r(i)"
    )
    assert keys_of(relate(con, [texts, film])) == {
        "order_status": ("order_status_id", "language_id"),
        "film": ("film_id",),
    }


def test_the_first_columns_are_the_key_where_they_are_a_grid(con) -> None:
    plots = add_table(
        con,
        "treatments",
        "SELECT 1977 + i // 288 AS year, 1 + i // 24 % 12 AS month, 1 + i % 24 AS plot,"
        " ['none', 'seed', 'cut'][1 + i % 3] AS treatment FROM range(2880) r(i) WHERE hash(i) % 9 > 0",
    )
    (table,) = relate(con, [plots]).tables
    assert table.key_columns == ("year", "month", "plot")
    assert "of 2,880 that there could be" in table.primary_key.evidence


def test_of_two_columns_that_could_refer_to_each_other_one_does(con) -> None:
    token = "md5(((i * 7) % 200)::VARCHAR)"
    tables = [
        add_table(con, "customers", f"SELECT i + 1 AS id, {token} AS token FROM range(200) r(i)"),
        add_table(con, "orders", f"SELECT i + 1 AS id, {token} AS customer_token FROM range(200) r(i)"),
    ]
    assert links_of(relate(con, tables)) == {"orders(customer_token) → customers(token)"}


def test_of_two_keys_of_a_table_the_one_of_the_same_name_is_meant(con) -> None:
    tables = [
        add_table(
            con, "users", "SELECT i + 1 AS uid, i + 1 AS user_id, 'x' || i AS name FROM range(40) r(i)"
        ),
        add_table(con, "review", "SELECT i + 1 AS rid, 1 + i % 40 AS user_id FROM range(90) r(i)"),
    ]
    assert links_of(relate(con, tables)) == {"review(user_id) → users(user_id)"}


@pytest.mark.parametrize(("name", "is_link"), [("code", True), ("state", False)])
def test_short_texts_that_fill_a_key_are_a_link_but_not_those_that_fill_any_column(
    con, name, is_link
) -> None:
    codes = "chr((65 + i % 12)::INT) || chr((70 + i % 12)::INT) || 'X'"
    own = "" if is_link else "i + 1 AS store_id, 'name ' || i AS store_name, "
    tables = [
        add_table(con, "stores", f"SELECT {own}{codes} AS {name} FROM range(12) r(i)"),
        add_table(con, "people", f"SELECT i + 1 AS id, {codes} AS place FROM range(400) r(i)"),
    ]
    assert (f"people(place) → stores({name})" in links_of(relate(con, tables))) is is_link
