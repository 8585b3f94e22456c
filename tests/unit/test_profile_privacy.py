"""No value that fewer than k rows have may be anywhere in a profile, and none of a personal column."""

from __future__ import annotations

import json
from collections import Counter

import duckdb
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from secret_values import COLUMNS, frequencies, secret_table, spellings
from typed_tables import add_rows, add_table, link, project

from synth_core.model.inferred import Inferred
from synth_core.model.rule import Rule
from synth_core.stages.profile import profile, without_values

# Letters and digits that no shape, JSON key or number of a profile is made of by chance.
_WORDS = st.text(alphabet="QXZqxzÄöЖ7-#", min_size=3, max_size=12).filter(
    lambda w: any(c.isalpha() for c in w)
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(_WORDS, st.integers(1, 14)), min_size=1, max_size=12),
    st.integers(2, 12),
    st.booleans(),
)
def test_rare_texts_are_nowhere(words: list[tuple[str, int]], k: int, personal: bool) -> None:
    counts: Counter[str] = Counter()
    for word, times in words:
        counts[word] += times
    # One that is a part of another would be found in that one.
    assume(not any(one != other and one in other for one in counts for other in counts))
    rows = [(word, [word, word], {"leaf": word}) for word, times in counts.items() for _ in range(times)]
    with duckdb.connect() as con:
        table = add_rows(
            con,
            "t",
            "plain VARCHAR, many VARCHAR[], nested STRUCT(leaf VARCHAR)",
            rows,
            types={"many": "STRING", "nested": "STRUCT<leaf STRING>"},
            repeated=("many",),
            personal=("plain", "many", "nested") if personal else (),
        )
        found = profile(con, project(table, k=k))
    shown = {v.value for column in found.tables[0].columns for v in column.top}
    text = json.dumps(found.model_dump(mode="json"), ensure_ascii=False)
    for word, count in counts.items():
        if count < k or personal:
            assert word not in text
        else:
            assert word in shown


@settings(max_examples=6, deadline=None)
@given(frequencies, st.integers(2, 12), st.booleans())
@example([9, 12, 1, 30], 10, False)
@example([9, 12, 1, 30], 10, True)
def test_rare_numbers_and_dates_are_nowhere(rows: list[int], k: int, personal: bool) -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        found = profile(con, project(secret_table(con, rows, personal=personal), k=k))
    text = json.dumps(found.model_dump(mode="json"))
    for index, value in spellings():
        if rows[index] < k or personal:
            assert value not in text
    for name, kind in COLUMNS.items():
        column = found.tables[0].column(name)
        if personal:
            assert not column.quantiles and not column.top
            assert bool(column.shapes) == (sum(rows) >= k)
        else:
            assert len(column.top) == sum(count >= max(k, 2) for count in rows), kind


_NAMED = {"DECIMAL(38, 9)": {"v": "NUMERIC"}, "TIMESTAMPTZ": {"v": "TIMESTAMP"}}


@pytest.mark.parametrize(
    ("kind", "value", "shape"),
    [
        ("BIGINT", 4111111111111111, "9999999999999999"),
        ("BIGINT", -20, "-99"),
        ("DECIMAL(38, 9)", "1234.5", "9999.9"),
        ("DOUBLE", "4915112345678", "9999999999999"),
        ("DOUBLE", "-0.25", "-9.99"),
        ("DOUBLE", "1e300", None),
        ("DATE", "1980-05-17", "9999-99-99"),
        ("TIMESTAMPTZ", "1980-05-17 00:00:00+00", "9999-99-99 99:99:99"),
        ("TIME", "07:30:00", "99:99:99"),
    ],
)
def test_shapes_of_personal_numbers_and_dates(kind: str, value: object, shape: str | None) -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'America/New_York'")
        table = add_table(
            con,
            "t",
            f"SELECT CAST('{value}' AS {kind}) AS v FROM range(12)",
            types=_NAMED.get(kind),
            personal=("v",),
        )
        shapes = profile(con, project(table)).tables[0].columns[0].shapes
    assert [(each.value, each.count) for each in shapes] == ([(shape, 12)] if shape else [])


def test_what_a_link_ties_to_a_personal_column_is_personal() -> None:
    with duckdb.connect() as con:
        rows = [(f"PX-{i:04d}", i) for i in range(40)]
        columns = "pass VARCHAR, n BIGINT"
        parents = add_rows(con, "p", columns, rows, key=("pass",), personal=("pass",))
        child = add_rows(con, "c", columns, rows)
        both = project(parents, child, links=(link("c", ("pass",), "p", ("pass",)),))
        found = profile(con, both)
    # 40 of the texts that the form allows are real ones: too many to show it.
    assert [found.table(name).column("pass").forms for name in ("p", "c")] == [(), ()]
    assert found.table("c").column("n").quantiles


def test_what_many_personal_texts_share_may_stand_in_their_form() -> None:
    with duckdb.connect() as con:
        rows = [(f"+49 ({i % 2}) {i * 7_919_331 % 9_999_991:07d}",) for i in range(1, 200)]
        table = add_rows(con, "t", "phone VARCHAR", rows, personal=("phone",))
        (form,) = profile(con, project(table)).tables[0].columns[0].forms
    assert form.value == "+4\\9 ([01]) 9999999"


def test_links_show_no_values_of_theirs() -> None:
    with duckdb.connect() as con:
        parents = add_rows(con, "p", "id BIGINT", [(7_000_001 + i,) for i in range(12)], key=("id",))
        child = add_rows(con, "c", "parent BIGINT", [(7_000_003,)] * 40)
        found = profile(con, project(parents, child, links=(link("c", ("parent",), "p", ("id",)),)))
    assert "7000003" not in json.dumps(found.table("c").model_dump(mode="json"))


def test_a_personal_key_of_a_small_table_has_no_shape() -> None:
    with duckdb.connect() as con:
        rows = [(f"AB-{i}", f"CD-{i}") for i in range(4)]
        table = add_rows(con, "t", "id VARCHAR, no VARCHAR", rows, key=("id", "no"), personal=("id",))
        found = profile(con, project(table)).tables[0]
    assert found.column("id").shapes == ()
    assert [shape.value for shape in found.column("no").shapes] == ["AA-9"]


def test_shapes_keep_no_letter_and_no_digit_of_any_script() -> None:
    with duckdb.connect() as con:
        table = add_rows(con, "t", "v VARCHAR", [("अमित Ⅷ-④½ e\u0301",)] * 12, personal=("v",))
        (shape,) = profile(con, project(table)).tables[0].columns[0].shapes
    assert shape.value == "aaaa 9-99 aa"


@pytest.mark.parametrize("personal", [("a",), ("b",), ("c",), ("a", "b", "c"), ()])
def test_gaps_from_or_to_a_personal_date_are_not_told(personal: tuple[str, ...]) -> None:
    days = "DATE '2024-01-01' + {}::INT"
    query = ", ".join(f"{days.format(i)} AS {name}" for i, name in enumerate("abc"))
    rule = Inferred[Rule](value=Rule(kind="ordered", columns=("a", "b", "c")))
    with duckdb.connect() as con:
        table = add_table(con, "t", f"SELECT {query} FROM range(20)", personal=personal)
        (found,) = profile(con, project(table.model_copy(update={"rules": (rule,)}))).rules
    told = [not {"a", "b"} & {*personal}, not {"b", "c"} & {*personal}]
    assert [bool(gaps) for gaps in found.gaps] == told


def test_a_column_marked_since_then_keeps_shapes_only() -> None:
    """`profile.json` is older than the mark in `project.yaml`."""
    with duckdb.connect() as con:
        query = "SELECT 'QX-' || lpad(i::VARCHAR, 3, '0') AS id, DATE '2024-01-01' AS day, i % 3 AS n"
        query += ", DATE '2024-01-01' AS a, DATE '2024-01-01' + i::INT AS b"
        rule = Inferred[Rule](value=Rule(kind="ordered", columns=("day", "a", "b")))
        table = add_table(con, "t", f"{query} FROM range(40) r(i)").model_copy(update={"rules": (rule,)})
        old = profile(con, project(table))
    assert old.tables[0].column("id").forms and old.tables[0].column("day").top and all(old.rules[0].gaps)
    marked = tuple(
        column.model_copy(update={"personal": Inferred[bool](value=column.name in ("id", "day"))})
        for column in table.columns
    )
    left = without_values(project(table.model_copy(update={"columns": marked})), old)
    now = left.tables[0]
    assert [bool(gaps) for gaps in left.rules[0].gaps] == [False, True]
    assert now.column("id").forms == () and now.column("id").shapes
    assert not now.column("day").top and not now.column("day").quantiles
    assert now.column("n") == old.tables[0].column("n")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60, unique=True), st.integers(2, 10))
def test_the_largest_and_smallest_are_means(numbers: list[int], k: int) -> None:
    # Spread, so that no mean of several is one of them by chance.
    numbers = sorted(n * 1_000_003 for n in numbers)
    with duckdb.connect() as con:
        table = add_rows(con, "t", "n BIGINT", [(n,) for n in numbers])
        found = profile(con, project(table, k=k)).tables[0].columns[0]
    assert found.top == ()
    if len(numbers) < k:
        assert found.quantiles == ()
    else:
        assert numbers[0] < int(found.quantiles[0]) <= int(found.quantiles[-1]) < numbers[-1]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(2, 12))
def test_the_largest_family_is_not_told(families: list[int], k: int) -> None:
    families = sorted(families)
    with duckdb.connect() as con:
        parents = add_rows(con, "p", "id BIGINT", [(i,) for i in range(len(families))], key=("id",))
        rows = [(i,) for i, size in enumerate(families) for _ in range(size)]
        child = add_rows(con, "c", "parent BIGINT", rows)
        (found,) = profile(
            con, project(parents, child, links=(link("c", ("parent",), "p", ("id",)),), k=k)
        ).links
    assert sum(entry[2] for entry in found.children) == found.parents == len(families)
    if len(families) >= k:
        assert all(entry[2] >= k for entry in found.children)
        assert found.children[-1][1] <= max(found.children[-1][0], round(sum(families[-k:]) / k))
    else:
        assert len(found.children) == 1


def test_array_lengths_are_merged() -> None:
    with duckdb.connect() as con:
        query = (
            "SELECT range(CASE WHEN i = 0 THEN 5000 WHEN i < 20 THEN 1 ELSE 2 END) AS l FROM range(40) r(i)"
        )
        table = add_table(con, "t", query, types={"l": "INT64"}, repeated=("l",))
        found = profile(con, project(table)).tables[0].columns[0]
    assert sum(v.count for v in found.array_lengths) == 40
    assert all(v.count >= 10 and int(v.value) < 5000 for v in found.array_lengths)


def test_elements_of_one_row_are_one_rows() -> None:
    with duckdb.connect() as con:
        query = "SELECT CASE WHEN i = 0 THEN [7777, 7777, 7777, 7777] ELSE [i, i + 1, i + 2, i + 3] END AS l"
        table = add_table(con, "t", f"{query} FROM range(30) r(i)", types={"l": "INT64"}, repeated=("l",))
        found = profile(con, project(table, k=3)).tables[0].columns[0]
    assert "7777" not in {*found.quantiles, *(v.value for v in found.top)}
    assert found.top and found.quantiles
