"""How many rows keep likely rules, counted on all rows there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from synth_core.files.sql import quote
from synth_core.model.measured import TableFacts
from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.rule_sql import RuleSql
from synth_core.stages.profile.sql import table_ref

_AT_ONCE = 30


@dataclass(frozen=True)
class Counted:
    """Rows that the rule says something of, and those of them that break it."""

    rows: int
    broken: int


def count_rules(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rules: Sequence[Rule],
    kinds: Mapping[str, Kind],
    facts: TableFacts | None,
) -> list[Counted]:
    """In the order of the rules; of all rows of the table where `facts` have it, else of those that lie here."""
    known = {rule: found for rule in rules if facts is not None and (found := facts.rule(rule)) is not None}
    asked = {
        rule: RuleSql(rule, kinds, quote, "duckdb") for rule in dict.fromkeys(rules) if rule not in known
    }
    counted = {rule: Counted(found.rows, found.broken) for rule, found in known.items()}
    single = [rule for rule in asked if not rule.is_of_groups]
    for start in range(0, len(single), _AT_ONCE):
        some = single[start : start + _AT_ONCE]
        parts = ", ".join(f"{asked[rule].count_filled}, {asked[rule].count_broken}" for rule in some)
        (numbers,) = con.execute(f"SELECT {parts} FROM {table_ref(table)}").fetchall()
        for place, rule in enumerate(some):
            counted[rule] = Counted(numbers[2 * place], numbers[2 * place + 1])
    for rule in asked:
        if rule.is_of_groups:
            ((rows, broken),) = con.execute(asked[rule].counts(table_ref(table))).fetchall()
            counted[rule] = Counted(int(rows), int(broken))
    return [counted[rule] for rule in rules]
