"""No value that fewer than k rows have may be anywhere in a drafted recipe, and none of a personal column."""

from __future__ import annotations

from collections import Counter

import duckdb
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from secret_values import COLUMNS, frequencies, secret_table, spellings
from typed_tables import add_rows, project

from synth_core.stages.draft import draft
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile

keys = st.sampled_from(
    [
        (),
        *((name,) for name in COLUMNS if name != "time"),
        ("bigint", "date"),
        ("double", "timestamp"),
        ("decimal", "ended"),
    ]
)


@settings(max_examples=6, deadline=None)
@given(frequencies, st.integers(2, 12), st.booleans(), keys)
@example([9, 12, 1, 30], 10, False, ())
@example([9, 12, 1, 30], 10, True, ())
@example([1, 1, 0, 0], 2, False, ("bigint", "timestamptz"))
@example([9, 12, 1, 30], 10, True, ("bigint", "date"))
def test_rare_and_personal_numbers_and_dates_are_nowhere(
    rows: list[int], k: int, personal: bool, key: tuple[str, ...]
) -> None:
    with duckdb.connect() as con:
        source = project(secret_table(con, rows, personal=personal, key=key), k=k)
        text = draft(source, profile(con, source)).text
    for index, value in spellings():
        if rows[index] < k or personal:
            assert value not in text
    assert not [each for each in lint(text, source) if each.level == "error"]


# Letters and digits that no shape, YAML or comment is made of by chance.
words = st.text(alphabet="QXZqxzÄöЖ7-# ", min_size=3, max_size=12).filter(
    lambda w: any(c.isalpha() for c in w)
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(words, st.integers(1, 14)), min_size=1, max_size=12),
    st.integers(2, 12),
    st.booleans(),
    st.sampled_from([(), ("plain",), ("plain", "other")]),
)
def test_rare_and_personal_texts_are_nowhere(
    texts: list[tuple[str, int]], k: int, personal: bool, key: tuple[str, ...]
) -> None:
    counts: Counter[str] = Counter()
    for word, times in texts:
        counts[word] += times
    # One that is a part of another would be found in that one.
    assume(not any(one != other and one.strip() in other for one in counts for other in counts))
    rows = [
        (word, word, [word, word], {"leaf": word}) for word, times in counts.items() for _ in range(times)
    ]
    with duckdb.connect() as con:
        table = add_rows(
            con,
            "t",
            "plain VARCHAR, other VARCHAR, many VARCHAR[], nested STRUCT(leaf VARCHAR)",
            rows,
            types={"many": "STRING", "nested": "STRUCT<leaf STRING>"},
            repeated=("many",),
            personal=("plain", "other", "many", "nested") if personal else (),
            key=key,
        )
        source = project(table, k=k)
        text = draft(source, profile(con, source)).text
    for word, count in counts.items():
        if count < k or personal:
            assert word not in text
            assert word.strip() not in text
    assert not [each for each in lint(text, source) if each.level == "error"]
