"""No text that fewer than k rows have may be anywhere in a profile."""

from __future__ import annotations

import json
from collections import Counter

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_tables import add_rows, add_table, link, project

from synth_core.stages.profile import profile

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
