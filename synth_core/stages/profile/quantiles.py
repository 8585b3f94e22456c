"""Quantiles that show nobody: means of k neighbours, except where k rows share the exact value."""

from __future__ import annotations

from fractions import Fraction

import duckdb


def quantiles(con: duckdb.DuckDBPyConnection, counted: str, k: int, positions: int) -> list[Fraction]:
    """Evenly spaced quantiles of numbers, exact; empty when there are fewer than k.

    `counted` is a query of numbers `x` (not NULL) and how many rows `n` have each. At a position whose value
    has at least k rows the answer is that value, elsewhere the mean of the k values around it. So the ends
    are the means of the k smallest and k largest. The result never decreases.
    """
    size = con.execute(f"SELECT coalesce(sum(n), 0) FROM ({counted})").fetchall()[0][0]
    total = int(size)
    if total < k:
        return []
    ranks = [round(Fraction(i * (total - 1), positions - 1)) for i in range(positions)]
    starts = [min(max(rank - k // 2, 0), total - k) for rank in ranks]
    windows = ", ".join(f"({start})" for start in sorted(set(starts)))
    near = con.execute(
        f"""WITH ranked AS (SELECT x, n, sum(n) OVER (ORDER BY x) AS ends FROM ({counted})),
                 windows(start) AS (VALUES {windows})
            SELECT DISTINCT x, n, ends FROM ranked JOIN windows
            ON ends > start AND ends - n < start + {k} ORDER BY ends"""
    ).fetchall()
    steps = [(Fraction(x), int(ends) - int(n), int(ends)) for x, n, ends in near]
    return [_at(steps, rank, start, k) for rank, start in zip(ranks, starts, strict=True)]


def _at(steps: list[tuple[Fraction, int, int]], rank: int, start: int, k: int) -> Fraction:
    weighted = Fraction(0)
    for x, first, end in steps:
        if first <= rank < end and end - first >= k:
            return x
        weighted += x * max(0, min(end, start + k) - max(first, start))
    return weighted / k


def merged(counts: list[tuple[int, int]], k: int) -> list[tuple[int, int, int]]:
    """Neighbouring values merged until each entry has at least k rows: (fewest, most, rows).

    `counts` are (value, rows) in order. The outer ends of merged entries are means of the k smallest and k
    largest, rounded. With fewer than k rows altogether: one entry with the rounded mean at both ends.
    """
    total = sum(rows for _, rows in counts)
    if total == 0:
        return []
    if total < k:
        mean = round(Fraction(sum(value * rows for value, rows in counts), total))
        return [(mean, mean, total)]
    entries: list[tuple[int, int, int]] = []
    fewest, gathered = counts[0][0], 0
    for value, rows in counts:
        if gathered == 0:
            fewest = value
        gathered += rows
        if gathered >= k:
            entries.append((fewest, value, gathered))
            gathered = 0
    if gathered:
        entries += _with_rest(entries.pop(), (fewest, counts[-1][0], gathered), k)
    low, high, rows = entries[0]
    entries[0] = (min(_mean_of_first(counts, k), high), high, rows)
    low, _, rows = entries[-1]
    entries[-1] = (low, max(low, _mean_of_first(counts[::-1], k)), rows)
    return entries


def _with_rest(last: tuple[int, int, int], rest: tuple[int, int, int], k: int) -> list[tuple[int, int, int]]:
    """The few largest joined to the entry before: to no more of it than it takes, if that is one value."""
    low, high, before = last
    _, most, rows = rest
    lent = k - rows
    if low == high and before - lent >= k:
        return [(low, high, before - lent), (low, most, k)]
    return [(low, most, before + rows)]


def _mean_of_first(counts: list[tuple[int, int]], k: int) -> int:
    left, weighted = k, 0
    for value, rows in counts:
        taken = min(left, rows)
        weighted += value * taken
        left -= taken
    return round(Fraction(weighted, k))
