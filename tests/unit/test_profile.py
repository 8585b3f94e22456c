from __future__ import annotations

import duckdb
import pytest
from typed_tables import add_rows, add_table, link, project

from synth_core.model.inferred import Inferred
from synth_core.model.profile import ColumnProfile
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.stages.profile import measure_link, profile


@pytest.fixture
def con(con):
    con.execute("SET TimeZone = 'America/New_York'")
    return con


def _column(con: duckdb.DuckDBPyConnection, table: Table, *path: str, k: int = 10) -> ColumnProfile:
    return profile(con, project(table, k=k)).table(table.name).column(*path)


def test_counts(con) -> None:
    table = add_table(con, "t", "SELECT nullif(i % 5, 0) AS five, i AS all_different FROM range(20) r(i)")
    five, different = profile(con, project(table)).tables[0].columns
    assert (five.rows, five.nulls, five.distinct, five.unique) == (20, 4, 4, False)
    assert (different.rows, different.nulls, different.distinct, different.unique) == (20, 0, 20, True)


def test_top_is_ordered_by_count_then_value_and_leaves_out_what_is_rare(con) -> None:
    rows = [("b",)] * 12 + [("a",)] * 12 + [("c",)] * 30 + [("rare",)] * 9
    found = _column(con, add_rows(con, "t", "word VARCHAR", rows), "word")
    assert [(v.value, v.count) for v in found.top] == [("c", 30), ("a", 12), ("b", 12)]
    assert found.top_rows == 54


@pytest.mark.parametrize(
    ("expression", "top", "middle"),
    [
        ("123::BIGINT", "123", "123"),
        ("9223372036854775807::BIGINT", "9223372036854775807", "9223372036854775807"),
        ("1.50::DECIMAL(10, 2)", "1.50", "1.5"),
        ("0.25::DOUBLE", "0.25", "0.25"),
        ("DATE '2024-01-31'", "2024-01-31", "2024-01-31"),
        ("TIMESTAMP '2024-01-31 12:30:00'", "2024-01-31 12:30:00", "2024-01-31 12:30:00"),
        ("TIMESTAMP '2024-01-31 12:30:00.25'", "2024-01-31 12:30:00.250000", "2024-01-31 12:30:00.250000"),
        ("TIMESTAMPTZ '2024-01-31 12:30:00+02'", "2024-01-31 10:30:00", "2024-01-31 10:30:00"),
        ("TIME '12:30:00'", "12:30:00", "12:30:00"),
        ("true", "true", None),
    ],
)
def test_values_are_written_in_the_plain_form_of_their_type(con, expression, top, middle) -> None:
    found = _column(con, add_table(con, "t", f"SELECT {expression} AS v FROM range(12)"), "v")
    assert [v.value for v in found.top] == [top]
    assert found.quantiles == ((middle,) * 33 if middle else ())


def test_numbers_know_their_digits(con) -> None:
    query = (
        "SELECT i::DECIMAL(12, 4) / 4 AS quarters, i::DOUBLE AS whole, i / 1e7 AS tiny FROM range(1, 50) r(i)"
    )
    table = add_table(con, "t", query)
    quarters, whole, tiny = profile(con, project(table)).tables[0].columns
    assert (quarters.decimals, quarters.integral) == (2, False)
    assert (whole.decimals, whole.integral) == (0, True)
    assert tiny.decimals == 7


def test_times_are_no_finer_than_the_source(con) -> None:
    table = add_table(
        con, "t", "SELECT TIMESTAMP '2024-01-01' + to_days(i::INT * i::INT) AS d FROM range(40) r(i)"
    )
    found = _column(con, table, "d")
    assert found.resolution == "days"
    assert all(text.endswith(" 00:00:00") for text in found.quantiles)


def test_infinities_and_nan_are_left_out_of_quantiles(con) -> None:
    query = "SELECT CASE i WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' ELSE '5' END::DOUBLE AS v FROM range(30) r(i)"
    assert set(_column(con, add_table(con, "t", query), "v").quantiles) == {"5.0"}
    dates = "SELECT CASE i WHEN 0 THEN 'infinity' ELSE '2024-01-05' END::TIMESTAMP AS v FROM range(30) r(i)"
    assert set(_column(con, add_table(con, "d", dates), "v").quantiles) == {"2024-01-05 00:00:00"}


def test_shapes_keep_everything_but_letters_and_digits(con) -> None:
    rows = [(f"Éa-{i:03d}/ß",) for i in range(20)] + [("x" * 41,)] * 20 + [("K#1",)] * 9
    found = _column(con, add_rows(con, "t", "code VARCHAR", rows), "code")
    assert [(s.value, s.count) for s in found.shapes] == [("Aa-999/a", 20)]


def test_small_tables_show_a_shape_that_all_rows_share(con) -> None:
    rows = [(f"AB-{i}", f"CD-{i}", f"x{i}", "few" * i) for i in range(4)]
    columns = "id VARCHAR, other VARCHAR, who VARCHAR, unlike VARCHAR"
    of = project(add_rows(con, "t", columns, rows, key=("id",), personal=("who",)))
    (found,) = profile(con, of).tables
    shapes = {column.name: [shape.value for shape in column.shapes] for column in found.columns}
    assert shapes == {"id": ["AA-9"], "other": ["AA-9"], "who": [], "unlike": []}


@pytest.mark.parametrize(("rows", "personal"), [(100, ()), (100, ("v",)), (8, ())])
def test_few_short_texts_among_long_ones_show_no_form(con, rows: int, personal: tuple[str, ...]) -> None:
    value = "CASE WHEN i < 3 THEN i || repeat('7', i::INT) ELSE repeat('x y ', 60) || i END"
    query = f"SELECT {value} AS v FROM range({rows}) r(i)"
    (found,) = profile(con, project(add_table(con, "t", query, personal=personal))).tables
    assert found.column("v").forms == ()


def test_a_single_row_shows_no_shape(con) -> None:
    assert _column(con, add_rows(con, "t", "state VARCHAR", [("NY",)]), "state").shapes == ()


def test_lengths_and_words(con) -> None:
    found = _column(con, add_table(con, "t", "SELECT 'two words' AS v FROM range(12)"), "v")
    assert (set(found.length_quantiles), set(found.words_quantiles)) == ({9}, {2})
    assert len(found.length_quantiles) == len(found.words_quantiles) == 9


def test_personal_free_text_links_and_keys_show_no_values(con) -> None:
    names = ("who", "notes", "parent", "id", "year")
    rows = [("Ann", "same text", 1, i, 2000 + i % 2) for i in range(40)]
    child = add_rows(
        con,
        "child",
        "who VARCHAR, notes VARCHAR, parent BIGINT, id BIGINT, year BIGINT",
        rows,
        personal=("who",),
        meanings={"notes": "free_text"},
        key=("id", "year"),
    )
    parent = add_rows(con, "parents", "id BIGINT", [(1,)], key=("id",))
    links = (link("child", ("parent",), "parents", ("id",)),)
    found = profile(con, project(child, parent, links=links)).table("child")
    assert {name: bool(found.column(name).top) for name in names} == {
        "who": False,
        "notes": False,
        "parent": False,
        "id": False,
        "year": True,  # a short list that the key takes part in
    }


def test_order_of_rows(con) -> None:
    query = "SELECT i AS up, -i AS down, CASE WHEN i % 3 = 0 THEN i END AS gaps FROM range(5000) r(i)"
    up, down, gaps = profile(con, project(add_table(con, "t", query))).tables[0].columns
    assert (up.sorted, down.sorted, gaps.sorted) == (True, False, True)
    assert (up.falling, down.falling, gaps.falling) == (False, True, False)
    rows = [(5,), (None,), (3,), (9,)]  # the fall is hidden behind a NULL
    assert not _column(con, add_rows(con, "n", "v BIGINT", rows), "v").sorted


def test_leaves_of_nested_columns(con) -> None:
    query = """SELECT CASE WHEN i < 15 THEN {'city': 'Rome', 'zip': i} END AS place,
                      CASE WHEN i < 12 THEN [{'sku': 'A', 'n': 1}, {'sku': 'A', 'n': 2}] ELSE [] END AS items,
                      ['x', 'y', 'y'] AS tags FROM range(30) r(i)"""
    table = add_table(
        con,
        "t",
        query,
        types={
            "place": "STRUCT<city STRING, zip INT64>",
            "items": "STRUCT<sku STRING, n INT64>",
            "tags": "STRING",
        },
        repeated=("items", "tags"),
    )
    found = profile(con, project(table)).tables[0]
    assert (found.column("place").rows, found.column("place").nulls) == (30, 15)
    assert found.column("place", "city").rows == 15
    assert [v.value for v in found.column("place", "city").top] == ["Rome"]
    assert [(v.value, v.count) for v in found.column("items").array_lengths] == [("0", 18), ("2", 12)]
    assert (found.column("items").rows, found.column("items", "n").rows) == (30, 24)
    assert [(v.value, v.count) for v in found.column("tags").top] == [("y", 60), ("x", 30)]
    assert [(v.value, v.count) for v in found.column("tags").array_lengths] == [("3", 30)]


def test_a_table_without_rows(con) -> None:
    types = {"a": "STRUCT<b INT64>", "l": "STRING"}
    table = add_table(
        con,
        "t",
        "SELECT 1 AS i, 'x' AS s, {'b': 1} AS a, ['x'] AS l LIMIT 0",
        types=types | {"i": "INT64"},
        repeated=("l",),
    )
    found = profile(con, project(table)).tables[0]
    assert found.rows == 0
    assert all(c.rows == 0 and not c.quantiles and not c.top and not c.unique for c in found.columns)


def test_names_cannot_become_sql(con) -> None:
    evil = 'x"; DROP TABLE victim; --'
    con.execute("CREATE TABLE victim (a INT)")
    con.execute('CREATE TABLE "tmp" AS SELECT 1 AS a')
    query = f"""SELECT 'v' AS "{evil.replace('"', '""')}", {{'it''s': 1}} AS nested FROM range(12)"""
    table = add_table(con, evil, query, types={"nested": "STRUCT<`it's` INT64>"})
    found = profile(con, project(table)).table(evil)
    assert [v.value for v in found.column(evil).top] == ["v"]
    assert found.column("nested", "it's").rows == 12
    assert con.execute("SELECT count(*) FROM victim").fetchall() == [(0,)]


def test_a_column_is_measured_as_the_type_that_a_link_gave_it(con) -> None:
    table = add_table(con, "t", "SELECT 7::BIGINT AS v FROM range(12)", types={"v": "STRING"})
    found = _column(con, table, "v")
    assert [v.value for v in found.top] == ["7"] and [s.value for s in found.shapes] == ["9"]


def test_nothing_is_left_behind(con) -> None:
    profile(con, project(add_table(con, "t", "SELECT 'a' AS v, 1 AS n", types={"n": "INT64"})))
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("t",)]


def test_links(con) -> None:
    add_table(con, "parents", "SELECT i AS id FROM range(30) r(i)")
    add_table(
        con,
        "child",
        "SELECT CASE WHEN i < 20 THEN i % 10 WHEN i < 23 THEN 99 END AS parent FROM range(25) r(i)",
    )
    found = measure_link(con, "child", ["parent"], "parents", ["id"])
    assert (found.rows, found.nulls, found.orphans, found.parents) == (23, 2, 3, 30)
    assert found.children == ((0, 0, 20), (2, 2, 10))
    assert (found.unique, found.grouped) == (False, False)


def test_links_of_several_columns_and_of_different_types(con) -> None:
    add_table(con, "parents", "SELECT i AS a, (i % 3)::VARCHAR AS b FROM range(12) r(i)")
    add_table(con, "child", "SELECT i::DECIMAL(9, 2) AS x, i % 3 AS y FROM range(13) r(i)")
    found = measure_link(con, "child", ["x", "y"], "parents", ["a", "b"])
    assert (found.rows, found.orphans, found.parents, found.unique, found.grouped) == (13, 1, 12, True, True)


def test_a_link_to_an_empty_table(con) -> None:
    add_rows(con, "parents", "id BIGINT", [])
    add_rows(con, "child", "parent BIGINT", [(1,)])
    found = measure_link(con, "child", ["parent"], "parents", ["id"])
    assert (found.orphans, found.parents, found.children, found.unique) == (1, 0, (), False)


def test_ordered_rules(con) -> None:
    table = add_table(
        con,
        "t",
        "SELECT DATE '2024-01-01' + i::INT AS a, CASE WHEN i % 4 > 0 THEN DATE '2024-01-03' + i::INT END AS b"
        " FROM range(40) r(i)",
    )
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=("a", "b")))
    (found,) = profile(con, project(table.model_copy(update={"rules": (rule,)}))).rules
    assert (found.unit, found.gaps) == ("days", (("2",) * 33,))
    odd = "SELECT DATE '2024-01-01' AS x, DATE '2024-01-02' AS n, 1::BIGINT AS v, 2::BIGINT AS r, 3::BIGINT AS key"
    odd_rule = Inferred[Rule](value=Rule(kind="ordered", columns=("x", "n")))
    odd_table = add_table(con, "o", f"{odd} FROM range(12)").model_copy(update={"rules": (odd_rule,)})
    (found,) = profile(con, project(odd_table)).rules
    assert set(found.gaps[0]) == {"1"}
    query = "SELECT DATE '2024-01-10' AS a, DATE '2024-01-10' + CASE WHEN i < 10 THEN -3 ELSE 4 END AS b"
    broken = add_table(con, "broken", f"{query} FROM range(40) r(i)").model_copy(update={"rules": (rule,)})
    (found,) = profile(con, project(broken)).rules
    assert set(found.gaps[0]) == {"4"}
    times = add_table(
        con, "s", "SELECT TIMESTAMP '2024-01-01' AS a, TIMESTAMP '2024-01-01 00:01:30' AS b FROM range(10)"
    )
    (found,) = profile(con, project(times.model_copy(update={"rules": (rule,)}))).rules
    assert (found.unit, set(found.gaps[0])) == ("seconds", {"90"})


@pytest.mark.parametrize(
    ("step", "unit"),
    [
        ("to_days(i)", "days"),
        ("to_hours(i)", "hours"),
        ("to_minutes(i)", "minutes"),
        ("to_milliseconds(i)", "seconds"),
    ],
)
def test_gaps_are_no_finer_than_the_source(con, step: str, unit: str) -> None:
    start = "TIMESTAMP '2024-01-01 10:30:00'"
    table = add_table(
        con, "t", f"SELECT {start} AS a, {start} + {step} AS b FROM (SELECT i::INT AS i FROM range(40) r(i))"
    )
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=("a", "b")))
    (found,) = profile(con, project(table.model_copy(update={"rules": (rule,)}))).rules
    assert found.unit == unit
    assert ("." in "".join(found.gaps[0])) == (step == "to_milliseconds(i)")


def test_json_and_bytes_have_lengths_and_no_values(con) -> None:
    table = add_table(con, "t", """SELECT '{"a": 1}'::JSON AS j, '\\xAA\\xBB'::BLOB AS b FROM range(20)""")
    json, binary = profile(con, project(table)).tables[0].columns
    assert (set(json.length_quantiles), json.top, json.shapes, json.distinct) == ({8}, (), (), 1)
    assert (set(binary.length_quantiles), binary.top, binary.distinct) == ({2}, (), 1)


def test_of_very_many_texts_some_stand_for_all(con) -> None:
    value = "CASE WHEN i % 2 = 0 THEN 'same' ELSE 'n-' || lpad(i::VARCHAR, 6, '0') END"
    query = f"SELECT {value} AS v FROM range(500000) r(i)"
    found = _column(con, add_table(con, "t", query), "v")
    counts = {s.value: s.count for s in found.shapes}
    assert counts["aaaa"] == 250_000
    assert counts["a-999999"] == pytest.approx(250_000, rel=0.05)
    assert (found.distinct, found.length_quantiles[0], found.length_quantiles[-1]) == (250_001, 4, 8)


@pytest.mark.parametrize(
    ("expression", "forms"),
    [
        (
            "'SKU-' || chr((65 + i % 3)::INT) || lpad((i * 7919 % 100000)::VARCHAR, 5, '0')",
            ["SKU-[A-C]99999"],
        ),
        ("'SO-2400' || lpad(i::VARCHAR, 2, '0')", ["SO-2400[1-3]9"]),
        ("'C' || i", ["C[1-3]9"]),
        ("md5(i::VARCHAR)", ["x" * 32]),
        ("upper(left(md5(i::VARCHAR), 8))", ["#" * 8]),
        ("i::VARCHAR", ["[1-3]9"]),
        ("'same'", []),
        # Letters and digits anywhere: no shape is frequent, the outline is.
        ("'esp32-' || left(md5(i::VARCHAR), 6)", ["esp32-" + "x" * 6]),
        # Few words, each in many texts, are no letters in any order; \\A stands for itself.
        ("['SOLD', 'PART'][1 + i % 2] || i", [r"P\ART99", "SOLD99"]),
        ("'(0)' || lpad((i * 7919 % 9973)::VARCHAR, 5, '0') || 'x'", [r"(0)09999\x"]),
    ],
)
def test_how_texts_are_written(con, expression: str, forms: list[str]) -> None:
    found = _column(con, add_table(con, "t", f"SELECT {expression} AS v FROM range(10, 40) r(i)"), "v")
    assert [each.value for each in found.forms] == forms


def test_fewer_than_k_different_texts_have_nothing_in_common_that_is_shown(con) -> None:
    rows = "range(9) r(i), range(5)"
    found = _column(con, add_table(con, "t", f"SELECT 'SO-' || i AS v FROM {rows}"), "v")
    assert found.forms == ()


def test_words_have_no_form_but_their_shapes(con) -> None:
    value = (
        "['red','green','blue','white','black'][1 + i % 5] || ' ' || ['car','bicycle','boat'][1 + i % 3] || i"
    )
    found = _column(con, add_table(con, "t", f"SELECT {value} AS v FROM range(100, 200) r(i)"), "v")
    assert not [each for each in found.forms if "[" in each.value and " " not in each.value]
