"""Quantiles that show nobody: means of k neighbours, except where k rows share the exact value."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction

import duckdb


def quantiles(con: duckdb.DuckDBPyConnection, counted: str, k: int, positions: int) -> list[Fraction]:
    """Evenly spaced quantiles of numbers, exact; empty when there are fewer than k.

    `counted` is a query of numbers `x` (not NULL) and how many rows `n` have each. At a position whose value
    has at least k rows the answer is that value, elsewhere the mean of the k values around it. So the ends
    are the means of the k smallest and k largest. The result never decreases.
    """
    return quantiles_of_each(con, f"SELECT 0 AS place, x, n FROM ({counted})", k, positions).get(0, [])


def quantiles_of_each(
    con: duckdb.DuckDBPyConnection, counted: str, k: int, positions: int
) -> dict[int, list[Fraction]]:
    """The same of several columns, by the number that `counted` has as `place`; those with fewer than k are left out.

    All columns stand in one row of ranks, one behind the other, so that one query answers for all of them.
    """
    sizes = con.execute(f"SELECT place, sum(n) FROM ({counted}) GROUP BY place ORDER BY place").fetchall()
    asked: dict[int, list[tuple[int, int]]] = {}
    before = 0
    for place, size in sizes:
        total = int(size)
        if total >= k:
            ranks = [round(Fraction(i * (total - 1), positions - 1)) for i in range(positions)]
            asked[place] = [(before + rank, before + min(max(rank - k // 2, 0), total - k)) for rank in ranks]
        before += total
    if not asked:
        return {}
    windows = ", ".join(
        f"({start})" for start in sorted({start for each in asked.values() for _, start in each})
    )
    # Of the windows that begin before a value ends, the last one reaches farthest: the others need not be compared.
    near = con.execute(
        f"""WITH ranked AS (SELECT x, n, sum(n) OVER (ORDER BY place, x) AS ends FROM ({counted})),
                 windows(start) AS (VALUES {windows})
            SELECT x, n, ends FROM ranked ASOF JOIN windows ON ends > start
            WHERE ends - n < start + {k} ORDER BY ends"""
    ).fetchall()
    steps = [(Fraction(x), int(ends) - int(n), int(ends)) for x, n, ends in near]
    ends = [end for _, _, end in steps]
    found = {}
    for place, each in asked.items():
        firsts = [bisect_right(ends, start) for _, start in each]
        found[place] = [
            _at(steps[first : first + k], rank, start, k)
            for first, (rank, start) in zip(firsts, each, strict=True)
        ]
    return found


def _at(steps: list[tuple[Fraction, int, int]], rank: int, start: int, k: int) -> Fraction:
    """The quantile at a rank; `steps` are those from its window's beginning on, of which k are enough to fill it."""
    weighted = Fraction(0)
    for x, first, end in steps:
        if first <= rank < end and end - first >= k:
            return x
        weighted += x * max(0, min(end, start + k) - max(first, start))
    return weighted / k


def merged(counts: list[tuple[int, int]], k: int) -> list[tuple[int, int, int]]:
    """Neighbouring values merged until each entry has at least k rows: (fewest, most, rows).

    `counts` are (value, rows) in order. Entries ascend and share no value. The middle of an entry is the mean of
    its rows, so that whoever deals evenly between its ends keeps the mean of all. The outer ends lie within the
    means of the k smallest and k largest, so the largest value is never told. With fewer than k rows altogether:
    one entry with the rounded mean at both ends.
    """
    if not counts:
        return []
    groups: list[list[tuple[int, int]]] = []
    gathered: list[tuple[int, int]] = []
    for value, rows in counts:
        gathered.append((value, rows))
        if sum(rows for _, rows in gathered) >= k:
            groups.append(gathered)
            gathered = []
    if gathered:
        groups = [*groups[:-1], *_with_rest(groups[-1], gathered, k)] if groups else [gathered]
    entries: list[tuple[int, int, int]] = []
    for index, group in enumerate(groups):
        low = _mean_of_first(group, k) if index == 0 else Fraction(group[0][0])
        high = _mean_of_first(group[::-1], k) if index == len(groups) - 1 else Fraction(group[-1][0])
        mean, rows = _mean(group), sum(rows for _, rows in group)
        reach = min(mean - low, high - mean)
        least, most = round(mean - reach), round(mean + reach)
        if entries and least <= entries[-1][1]:
            # The mean of the few largest rounds down to the one value before them.
            least, most, before = entries.pop()
            rows += before
        entries.append((least, most, rows))
    return entries


def _with_rest(
    last: list[tuple[int, int]], rest: list[tuple[int, int]], k: int
) -> list[list[tuple[int, int]]]:
    """The few largest joined to the entry before: to no more of it than it takes, if that is one value."""
    (value, before), *more = last
    lent = k - sum(rows for _, rows in rest)
    if not more and before - lent >= k:
        return [[(value, before - lent)], [(value, lent), *rest]]
    return [[*last, *rest]]


def _mean(counts: list[tuple[int, int]]) -> Fraction:
    return Fraction(sum(value * rows for value, rows in counts), sum(rows for _, rows in counts))


def _mean_of_first(counts: list[tuple[int, int]], k: int) -> Fraction:
    """The mean of the first k rows, or of all when there are fewer."""
    taken: list[tuple[int, int]] = []
    left = k
    for value, rows in counts:
        if left:
            taken.append((value, min(left, rows)))
            left -= taken[-1][1]
    return _mean(taken)
