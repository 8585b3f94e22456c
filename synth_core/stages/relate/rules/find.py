"""All rules of a table: likely ones from a sample, of which those are kept that hold on all rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from synth_core.model.inferred import Inferred
from synth_core.model.measured import TableFacts
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.stages.profile.absences import EXCEPTIONS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.rules.arithmetic import Numbers
from synth_core.stages.relate.rules.choose import choose
from synth_core.stages.relate.rules.count import Counted, count_rules
from synth_core.stages.relate.rules.depends import Dependencies, find_dependencies
from synth_core.stages.relate.rules.implied import implied_orders
from synth_core.stages.relate.rules.nulls import find_filled, find_joint_nulls, rows_without
from synth_core.stages.relate.rules.once import find_once
from synth_core.stages.relate.rules.ordered import ordered_rules
from synth_core.stages.relate.rules.parts import find_elapsed, find_parts
from synth_core.stages.relate.rules.sample import Sample, Seen, take_sample
from synth_core.stages.relate.rules.words import evidence

_MOST = {"equal": 10, "formula": 15, "depends": 15, "two": 6, "joint nulls": 8, "filled": 8, "once": 8}
"""So many of a table are as many as a person reads."""
_ROWS = 20
_SCREENED = 200
_SURE = 0.98
_DOUBT = {"depends": 6, "filled": 10, "equal": 25, "joint nulls": 25, "once": 10}
_DOUBT_OF_TWO = 11
"""How many rows less than none speak for what agrees by chance more easily than a formula does: so that of the rules
said with .9 or more, found in parts of tables, 98 of 100 hold in the rest."""


def find_rules(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    names: Names | None,
    linked: Collection[str],
    facts: TableFacts | None = None,
) -> tuple[Inferred[Rule], ...]:
    """The rules of a table that lies in the connection. `linked` columns refer to others; `facts` are those of all
    rows, where only a sample lies here."""
    sample = take_sample(con, table)
    copies = _copies(sample)
    left = Sample(
        sample.rows,
        {name: each for name, each in sample.columns.items() if name not in {c.target for c in copies}},
    )
    ids = frozenset(name for name, each in left.columns.items() if _identifies(table, names, linked, each))
    certain = [*find_parts(left), *find_elapsed(left)]
    formulas = choose(left, certain, Numbers(left, ids).fits(), table.name, names)
    computed = frozenset(rule.target for rule in formulas)
    found = find_dependencies(left, computed)
    dependencies = _dependencies(found, [set(rule.all_columns) for rule in formulas])
    together = list(find_joint_nulls(left, computed))
    later = frozenset(name for rule in together for name in rule.columns[1:])
    likely = [
        *copies[: _MOST["equal"]],
        *formulas[: _MOST["formula"]],
        *dependencies,
        *together[: _MOST["joint nulls"]],
        *list(find_once(left, computed, later))[: _MOST["once"]],
        *list(find_filled(left, computed, ids, together, dependencies))[: _MOST["filled"]],
    ]
    kinds = {column.name: column.type.value.kind for column in table.columns}
    counted = count_rules(con, table.name, likely, kinds, facts)
    both_ways = {group[0]: set(group[1:]) for group in found.alike}
    exact = {
        rule.target for rule, counts in zip(likely, counted, strict=True) if counts.rows and not counts.broken
    }
    rules = [
        _inferred(
            rule,
            counts,
            is_mutual=rule.target in both_ways.get(rule.columns[0], ()),
            tests=_tests(sample, rule),
        )
        for rule, counts in zip(likely, counted, strict=True)
        if counts.rows >= _ROWS and counts.broken <= EXCEPTIONS * counts.rows
        # Of what is known exactly nothing is told that is nearly so.
        if not (rule.kind == "depends" and counts.broken and rule.target in exact)
    ]
    ordered = ordered_rules(con, table, names, left, ids, implied_orders(left, formulas))
    return (*_of_all_rows(ordered, facts), *rules)


def _of_all_rows(found: Sequence[Inferred[Rule]], facts: TableFacts | None) -> Iterator[Inferred[Rule]]:
    """What was counted on all rows comes before what the sample shows."""
    for rule in found:
        counted = facts.rule(rule.value) if facts is not None else None
        if counted is None:
            yield rule
        elif counted.rows and counted.broken <= EXCEPTIONS * counted.rows:
            counts = Counted(counted.rows, counted.broken)
            yield _inferred(rule.value, counts, is_mutual=False, tests=None)


def _identifies(table: Table, names: Names | None, linked: Collection[str], seen: Seen) -> bool:
    """It counts nothing, so it is no number to compute with."""
    if seen.name in linked or table.key_columns == (seen.name,):
        return True
    if seen.kind is not Kind.INT64:
        return False
    filled = int(seen.filled.sum())
    if names is not None and names.has_id_word(table.name, seen.name):
        return True
    numbers = seen.numbers
    if numbers is None or seen.distinct < filled or filled < _ROWS:
        return False
    return bool(np.nanmax(numbers) - np.nanmin(numbers) < 4 * filled)


def _copies(sample: Sample) -> list[Rule]:
    """Columns that are equal to one on their left."""
    firsts: list[Seen] = []
    rules = []
    for each in sorted(sample.columns.values(), key=lambda each: each.position):
        source = next((first for first in firsts if _is_copy(first, each)), None)
        if source is None:
            firsts.append(each)
        else:
            rules.append(Rule(kind="equal", target=each.name, columns=(source.name,)))
    return rules


def _is_copy(one: Seen, two: Seen) -> bool:
    if (one.numbers is None, one.moments is None) != (two.numbers is None, two.moments is None):
        return False
    if min(one.distinct, two.distinct) < 3 or abs(one.distinct - two.distinct) > 0.05 * one.distinct + 1:
        return False
    known = one.filled & two.filled
    rows = int(known.sum())
    if rows < _ROWS or rows < 0.5 * max(int(one.filled.sum()), int(two.filled.sum())):
        return False
    first, second = _comparable(one), _comparable(two)
    few = np.flatnonzero(known)[:_SCREENED]
    if first is None or second is None or (first[few] != second[few]).mean() > 0.05:
        return False
    same = first[known] == second[known]
    # More than chance: with few values many rows agree anyway.
    usual = max(float(np.bincount(each.codes[known]).max()) for each in (one, two)) / rows
    return bool((~same).sum() <= min(EXCEPTIONS, 0.1 * (1 - usual)) * rows)


def _comparable(seen: Seen) -> npt.NDArray[Any] | None:
    return next((each for each in (seen.numbers, seen.moments, seen.values) if each is not None), None)


def _dependencies(found: Dependencies, formulas: Sequence[set[str]]) -> Sequence[Rule]:
    """Those that no formula says."""
    alike = [
        Rule(kind="depends", target=other, columns=(group[0],))
        for group in found.alike
        for other in group[1:]
    ]
    ones = [each for each in found.found if len(each.columns) == 1]
    twos = [
        each
        for each in found.found
        if len(each.columns) == 2 and not any({*each.columns, each.target} <= columns for columns in formulas)
    ]
    kept = [*ones[: max(0, _MOST["depends"] - len(alike))], *twos[: _MOST["two"]]]
    return [
        *alike[: _MOST["depends"]],
        *(Rule(kind="depends", target=each.target, columns=each.columns) for each in kept),
    ]


def _tests(sample: Sample, rule: Rule) -> int | None:
    """Rows that could have broken a dependency: of those with the same values the first one can't; of `filled` those
    that go without. None: all could."""
    if rule.kind == "filled":
        return rows_without(sample.columns[rule.columns[0]], sample.columns[rule.target])
    if rule.kind != "depends":
        return None
    codes = np.stack([sample.columns[name].codes for name in (*rule.columns, rule.target)])
    known = codes[:-1, (codes >= 0).all(axis=0)].astype(np.int64)
    keys = known[0] if len(known) == 1 else known[0] * (known[1].max(initial=0) + 1) + known[1]
    return len(keys) - len(np.unique(keys))


def _inferred(rule: Rule, counts: Counted, *, is_mutual: bool, tests: int | None) -> Inferred[Rule]:
    share = 1 - counts.broken / counts.rows
    rows = counts.rows if tests is None else min(tests, counts.rows)
    doubt = _DOUBT_OF_TWO if rule.kind == "depends" and len(rule.columns) > 1 else _DOUBT.get(rule.kind, 1)
    return Inferred(
        value=rule,
        confidence=round(_SURE * share * (1 - doubt / (rows + doubt + 1)), 3),
        evidence=evidence(rule, counts.rows, counts.broken, is_mutual=is_mutual),
        exceptions=round(counts.broken / counts.rows, 6),
    )
