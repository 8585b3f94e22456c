"""How like its source a column is said to be."""

from __future__ import annotations

import duckdb
import pytest
from typed_tables import add_table, project

from synth_core.stages.compare import Likeness, compare
from synth_core.stages.profile import profile


def likeness(source: str, made: str, rows: int = 300) -> Likeness:
    """Of a column whose values two expressions of `i`, from 0 on, make."""
    facts = []
    for expression in (source, made):
        with duckdb.connect() as con:
            table = add_table(con, "t", f"SELECT {expression} AS v FROM range({rows}) r(i)")
            facts.append(profile(con, project(table)))
    [found] = compare(*facts)
    return found


@pytest.mark.parametrize(
    ("source", "made"),
    [
        (
            "CASE WHEN i % 3 = 0 THEN i % 21 ELSE i % 41 END",
            "CASE WHEN i % 3 = 1 THEN i % 20 ELSE i % 41 END",
        ),
        (
            "CASE WHEN i < 15 THEN 1 WHEN i < 40 THEN 2 ELSE 100 + i END",
            "CASE WHEN i < 12 THEN 3 ELSE 100 + i END",
        ),
        ("round(sqrt(i) * 3) / 10", "round(sqrt(300 - i) * 3) / 10"),
        ("DATE '2020-01-01' + round(sqrt(i) * 3)::INT", "DATE '2020-01-01' + round(sqrt(300 - i) * 3)::INT"),
    ],
)
def test_a_few_frequent_values_do_not_stand_for_a_spread(source: str, made: str) -> None:
    """That k rows share some of the numbers is chance; all of them are spread alike."""
    found = likeness(source, made)
    assert found.what == "spread and nulls" and found.score > 0.9


def test_texts_whose_frequent_values_are_few_are_compared_by_shape() -> None:
    source = "CASE WHEN i < 30 THEN 'AB-12' ELSE printf('XY-%02d', i % 95) END"
    found = likeness(source, "printf('QQ-%02d', i % 95)")
    assert found.what == "shapes and nulls" and found.score == 1.0


def test_a_value_that_chance_made_rare_may_be_there() -> None:
    """Of 300 rows it has 11 in the one, and 9 in the other, where no value of so few rows is told."""
    source = "CASE WHEN i < 11 THEN 'rare' ELSE 'often' END"
    assert likeness(source, "CASE WHEN i < 9 THEN 'rare' ELSE 'often' END").score > 0.99
    assert likeness(source, "'often'").score == pytest.approx(1 - 11 / 300, abs=0.001), (
        "there is no room for it"
    )


def test_frequent_values_that_are_others_have_nothing_in_common() -> None:
    assert likeness("'abc'[i % 3 + 1]", "'xyz'[i % 3 + 1]").score == 0.0
    assert likeness("i % 3", "i % 3 + 10").score == 0.0


def test_one_far_end_does_not_make_all_else_unlike() -> None:
    """What is drawn between the lowest quantile and the next lies anywhere, if that one is very far away."""
    bulk = "9780000000000 + i * 1000000"
    source = f"CASE WHEN i < 4 THEN 8000000 + i ELSE {bulk} END"
    assert likeness(source, f"CASE WHEN i < 20 THEN 4000000000000 + i ELSE {bulk} END").score > 0.9
    assert likeness(source, "i").score < 0.1


def test_nulls_count() -> None:
    assert likeness("CASE WHEN i % 2 = 0 THEN i % 3 END", "i % 3").score == 0.5
