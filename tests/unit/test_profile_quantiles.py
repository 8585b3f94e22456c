from fractions import Fraction
from itertools import pairwise

import duckdb
from drawing import drawn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synth_core.stages.profile.quantiles import merged, quantiles


def _quantiles(values: list[int], k: int, positions: int = 33) -> list[Fraction]:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE numbers (x BIGINT)")
        if values:
            con.execute("INSERT INTO numbers SELECT unnest(?)", [values])
        return quantiles(con, "SELECT x, count(*) AS n FROM numbers GROUP BY x", k, positions)


def test_ends_are_means_of_the_k_smallest_and_largest() -> None:
    found = _quantiles([-1000, *range(100), 9000], k=10)
    assert len(found) == 33
    assert found[0] == Fraction(-1000 + sum(range(9)), 10)
    assert found[-1] == Fraction(9000 + sum(range(91, 100)), 10)


def test_a_value_of_k_rows_is_kept_exact_and_a_rarer_one_is_not() -> None:
    values = [*range(40), *[100] * 20, *range(201, 241)]
    found = _quantiles(values, k=10)
    assert found.count(Fraction(100)) >= 5
    assert 100 not in _quantiles(values, k=21)


def test_fewer_than_k_values_show_nothing() -> None:
    assert _quantiles([1] * 9, k=10) == []
    assert _quantiles([1] * 10, k=10) == [Fraction(1)] * 33


@settings(max_examples=drawn(20), deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=4, max_size=120), st.integers(1, 4))
def test_quantiles_never_decrease_and_stay_in_range(values: list[int], k: int) -> None:
    found = _quantiles(values, k, positions=9)
    assert found == sorted(found)
    assert min(values) <= found[0] and found[-1] <= max(values)


def test_large_integers_stay_exact() -> None:
    big = 9_007_199_254_740_993  # 2**53 + 1: no float holds it
    assert _quantiles([big] * 12, k=10) == [Fraction(big)] * 33


def test_merged_entries_have_k_rows_each() -> None:
    assert merged([(0, 50), (1, 4), (2, 3), (3, 5), (4, 40)], 10) == [(0, 0, 50), (1, 3, 12), (4, 4, 40)]


def test_the_few_largest_take_no_more_of_one_value_than_they_need() -> None:
    assert merged([(0, 90), (500, 1), (900, 2)], 10) == [(0, 0, 83), (230, 230, 10)]


def test_the_few_largest_whose_mean_is_the_value_before_are_no_entry_of_their_own() -> None:
    assert merged([(0, 50), (1, 95), (2, 4)], 10) == [(0, 0, 50), (1, 1, 99)]


def test_one_outlier_does_not_widen_an_entry() -> None:
    assert merged([(0, 50), (5, 9), (400, 1), (500, 12)], 10) == [(0, 0, 50), (5, 84, 10), (500, 500, 12)]


def test_fewer_than_k_in_all_are_one_mean() -> None:
    assert merged([(0, 2), (7, 2)], 10) == [(4, 4, 4)]
    assert merged([], 10) == []


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 30), max_size=15), st.integers(1, 12))
@example({0: 50, 1: 95, 2: 4}, 10)  # two entries for the value 1 lost one of them in the recipe
@example({0: 90, 500: 1, 900: 2}, 10)  # half of the children of the largest families were lost
def test_merged_covers_every_row_once_and_hides_the_largest(counts: dict[int, int], k: int) -> None:
    ordered = sorted(counts.items())
    entries = merged(ordered, k)
    total = sum(counts.values())
    assert sum(rows for _, _, rows in entries) == total
    if total >= k:
        assert all(rows >= k for _, _, rows in entries)
        largest = sorted(value for value, rows in ordered for _ in range(rows))[-k:]
        assert entries[-1][1] <= max(entries[-1][0], round(Fraction(sum(largest), k)))
    assert all(low <= high for low, high, _ in entries)
    assert all(before[1] < after[0] for before, after in pairwise(entries))
    dealt = sum(Fraction(low + high, 2) * rows for low, high, rows in entries)
    assert abs(dealt - sum(value * rows for value, rows in ordered)) <= Fraction(total, 2)
