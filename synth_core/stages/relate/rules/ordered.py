"""Dates, times and numbers that never decrease from left to right: a chain of columns is one rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.inferred import Inferred
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.stages.profile.plain import number_sql
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.lexicon import EARLIER_WORDS, HIGH_WORDS, LATER_WORDS, LOW_WORDS, MIDDLE_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.rules.numbers import likely_numbers
from synth_core.stages.relate.rules.sample import Sample, Seen

_KINDS = (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP)
_SHARE = 0.995
_ROWS = 20
_NAMED_ROWS = 5
_AT_ONCE = 200
_ORDERS = (
    (EARLIER_WORDS, LATER_WORDS),
    (LOW_WORDS, HIGH_WORDS),
    (LOW_WORDS, MIDDLE_WORDS),
    (MIDDLE_WORDS, HIGH_WORDS),
)
"""Words of the smaller one and of the greater one."""
_MOST_COLUMNS = 80
"""Of one kind: the time to look for chains grows with the fourth power of their length."""


@dataclass(frozen=True)
class _Pair:
    both: int
    ordered: int
    gap: float
    """Median, in days or microseconds."""
    varies: bool
    """Gaps differ, and the ranges of both columns overlap: the order is more than a fact of each column."""


def ordered_rules(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    names: Names | None,
    sample: Sample,
    left_out: Collection[str],
    tied: Collection[frozenset[str]],
) -> tuple[Inferred[Rule], ...]:
    """Chains of columns of one kind, and pairs that tie chains together. None are tied together twice: so each column
    can be made from one other. Numbers that are `left_out` count nothing, and the order of those that are `tied`
    follows from another rule."""
    rules: list[Inferred[Rule]] = []
    for kind in _KINDS:
        columns = [
            column.name
            for column in table.columns
            if column.type.value.kind is kind and column.name in sample.columns
        ][:_MOST_COLUMNS]
        if len(columns) < 2:
            continue
        # Most pairs fall on a sample; only the others are counted on the whole table.
        likely = _likely({name: sample.columns[name] for name in columns})
        rules += _of_kind(con, table.name, names, kind, likely)
    numbers = [
        each for each in sample.columns.values() if each.numbers is not None and each.name not in left_out
    ]
    close = [
        pair
        for pair in likely_numbers(numbers, lambda pair: _named(pair, table.name, names))
        if frozenset(pair) not in tied
    ]
    return (*rules, *_of_kind(con, table.name, names, Kind.FLOAT64, close, tied))


def _of_kind(
    con: duckdb.DuckDBPyConnection,
    table: str,
    names: Names | None,
    kind: Kind,
    likely: Sequence[tuple[str, str]],
    tied: Collection[frozenset[str]] = (),
) -> list[Inferred[Rule]]:
    pairs = _measure(con, table_ref(table), kind, likely)
    holding = {pair: seen for pair, seen in pairs.items() if _holds(seen, pair, table, names)}
    beside: dict[str, set[str]] = {}
    for one, other in tied:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    near = {pair: seen for pair, seen in holding.items() if not _is_farther(pair, holding, beside)}
    return [_rule(chain, near) for chain in _chains(near, table, names)]


def _is_farther(
    pair: tuple[str, str],
    holding: Mapping[tuple[str, str], _Pair],
    beside: Mapping[str, Collection[str]],
) -> bool:
    """One of the two is also in order with what the other is computed from, or with what is computed from that, and
    nearer: costs are below the net amount, so below the gross amount."""
    before, after = pair
    others = [(before, each) for each in beside.get(after, ())]
    others += [(each, after) for each in beside.get(before, ())]
    return any(other in holding and holding[other].gap < holding[pair].gap for other in others)


def _likely(columns: Mapping[str, Seen]) -> list[tuple[str, str]]:
    """Pairs of dates that are in order on a sample. A table of many dates has thousands of pairs, which arrays compare
    in a hundredth of the time that a query takes."""
    likely = []
    for before, after in permutations(columns, 2):
        one, two = columns[before], columns[after]
        assert one.moments is not None and two.moments is not None
        # What is not there is in no order.
        ordered = int((one.moments <= two.moments).sum())
        both = int((one.filled & two.filled).sum())
        if both >= _NAMED_ROWS and ordered >= _SHARE * both:
            likely.append((before, after))
    return likely


def _measure(
    con: duckdb.DuckDBPyConnection, source: str, kind: Kind, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], _Pair]:
    # A table of many dates has thousands of pairs: more than one query can count.
    found: dict[tuple[str, str], _Pair] = {}
    for start in range(0, len(pairs), _AT_ONCE):
        found |= _measured(con, source, kind, pairs[start : start + _AT_ONCE])
    return found


def _measured(
    con: duckdb.DuckDBPyConnection, source: str, kind: Kind, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], _Pair]:
    """All pairs stand below each other, so that the database has to understand one question: for each of thousands anew
    that takes far longer than to answer it."""
    # Numbers of all types are compared as one.
    texts = (
        [f"CAST({quote(name)} AS DOUBLE)" if kind is Kind.FLOAT64 else quote(name) for name in side]
        for side in zip(*pairs, strict=True)
    )
    before, after = (f"unnest([{', '.join(side)}])" for side in texts)
    stacked = f"SELECT {before} AS a, {after} AS b, unnest(range({len(pairs)})) AS place FROM {source}"
    gap = f"{number_sql(kind, 'b')} - {number_sql(kind, 'a')}"
    ordered = f"count(*), count(*) FILTER (a <= b), approx_quantile({gap}, 0.5)"
    varies = f"min({gap}) <> max({gap}) AND max(a) >= min(b)"
    query = (
        f"SELECT place, {ordered}, {varies} FROM ({stacked}) WHERE isfinite(a) AND isfinite(b) GROUP BY place"
    )
    found = dict.fromkeys(pairs, _Pair(0, 0, 0.0, varies=False))
    for place, both, fitting, middle, differs in con.execute(query).fetchall():
        found[pairs[place]] = _Pair(both, fitting, float(middle or 0), varies=bool(differs))
    return found


def _named(pair: tuple[str, str], table: str, names: Names | None) -> bool:
    """The names say which comes first."""
    if names is None:
        return False
    before, after = (set(names.column(table, name)) for name in pair)
    return any(bool((before - after) & low) and bool((after - before) & high) for low, high in _ORDERS)


def _holds(seen: _Pair, pair: tuple[str, str], table: str, names: Names | None) -> bool:
    named = _named(pair, table, names)
    enough = seen.both >= (_NAMED_ROWS if named else _ROWS)
    return enough and seen.varies and seen.ordered >= _SHARE * seen.both


def _chains(
    holding: Mapping[tuple[str, str], _Pair], table: str, names: Names | None
) -> list[tuple[str, ...]]:
    """Pairs joined to chains, the most sensible first: names that say so, then small gaps. A column is in one chain,
    and pairs tie chains together: of an order's days, the one to ship until is in no order with the one it was shipped
    on."""
    ranked = sorted(holding, key=lambda pair: (not _named(pair, table, names), holding[pair].gap, pair))
    chains: list[tuple[str, ...]] = []
    tied: dict[str, frozenset[str]] = {}
    for pair in ranked:
        if not any(name in tied for name in pair):
            chain: tuple[str, ...] = pair
            grown = True
            while grown:
                longer = _grown(chain, holding, tied)
                grown = longer != chain
                chain = longer
            chains.append(chain)
            tied |= dict.fromkeys(chain, frozenset(chain))
    for pair in ranked:
        before, after = (tied.get(name, frozenset({name})) for name in pair)
        if before != after:
            chains.append(pair)
            tied |= dict.fromkeys(before | after, before | after)
    return chains


def _grown(
    chain: tuple[str, ...], holding: Mapping[tuple[str, str], _Pair], taken: Collection[str]
) -> tuple[str, ...]:
    """The chain with one more column, where it is in order with every other; the smallest gap first."""
    best: tuple[float, tuple[str, ...]] | None = None
    others = {name for pair in holding for name in pair if name not in chain and name not in taken}
    for name in sorted(others):
        for place in range(len(chain) + 1):
            before, after = chain[:place], chain[place:]
            pairs = [(x, name) for x in before] + [(name, x) for x in after]
            if all(pair in holding for pair in pairs):
                gap = min(holding[pair].gap for pair in pairs)
                if best is None or gap < best[0]:
                    best = (gap, (*before, name, *after))
    return best[1] if best else chain


def _rule(chain: tuple[str, ...], holding: Mapping[tuple[str, str], _Pair]) -> Inferred[Rule]:
    seen = [holding[pair] for pair in pairwise(chain)]
    worst = min(seen, key=lambda pair: pair.ordered / pair.both)
    share = worst.ordered / worst.both
    order = " ≤ ".join(chain)
    broken = worst.both - worst.ordered
    evidence = (
        f"{order} in all {worst.both:,} rows"
        if not broken
        else f"{order} except in {broken:,} of {worst.both:,} rows"
    )
    confidence = round(share * (1 - 1 / (worst.both + 2)) * 0.98, 3)
    return Inferred(
        value=Rule(kind="ordered", columns=chain),
        confidence=confidence,
        evidence=evidence,
        exceptions=round(broken / worst.both, 6),
    )
