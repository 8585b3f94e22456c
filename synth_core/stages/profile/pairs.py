"""Facts of a dependency of one column on another: which value goes with which."""

from __future__ import annotations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import Pair, PairsProfile, TableProfile
from synth_core.model.rule import Rule
from synth_core.stages.profile.plain import plain
from synth_core.stages.profile.sql import table_ref


def measure_pairs(
    con: duckdb.DuckDBPyConnection, rule: Rule, facts: TableProfile, k: int
) -> PairsProfile | None:
    """Of each value that the first column shows, what the second one has in most of its rows, if those are k. Only
    values that the facts of the two columns tell anyway come in, so none of keys, links and personal columns."""
    column, target = rule.columns[0], rule.target
    shown = {each.path: {entry.value for entry in each.top} for each in facts.columns}
    firsts, seconds = shown.get((column,), set()), shown.get((target,), set())
    if not firsts or not seconds:
        return None
    found = con.execute(
        f"""WITH counted AS (SELECT {quote(column)} AS a, {quote(target)} AS b, count(*) AS n
                FROM {table_ref(facts.table)} WHERE {quote(column)} IS NOT NULL GROUP BY ALL)
            SELECT a, b, n FROM counted
            QUALIFY row_number() OVER (PARTITION BY a ORDER BY b IS NULL, n DESC, b) = 1 AND n >= ?
            ORDER BY n DESC, a""",
        [k],
    ).fetchall()
    pairs = (Pair(value=plain(a), target=None if b is None else plain(b), count=int(n)) for a, b, n in found)
    kept = tuple(pair for pair in pairs if pair.value in firsts and pair.target in {*seconds, None})
    return PairsProfile(table=facts.table, column=column, target=target, pairs=kept) if kept else None
