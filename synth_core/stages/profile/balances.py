"""Running balances: columns that go on from row to row by what another one has."""

from __future__ import annotations

from itertools import permutations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import BalanceProfile
from synth_core.model.project import Table
from synth_core.model.types import Kind
from synth_core.stages.profile.sql import table_ref

_HEAD = 2000
"""Rows that are looked at, from the first on."""
_ROWS = 20
_KEPT = 0.98
"""Of the rows, so many go on from the one before."""
_MOST = 8
"""Columns of amounts; of more of them none is looked at."""
_AMOUNTS = frozenset({Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64})


def measure_balances(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[BalanceProfile, ...]:
    """Of each column the amounts that explain it: one, or what comes in without what goes out. Newest rows may come
    first."""
    names = [
        column.name
        for column in table.columns
        if column.type.value.kind in _AMOUNTS and not column.field.is_nested
    ]
    if not 2 <= len(names) <= _MOST:
        return ()
    found = []
    for balance in names:
        others = [name for name in names if name != balance]
        ways = [(name,) for name in others] + list(permutations(others, 2))
        step = f"{_of(balance)} - lag({_of(balance)}) OVER w"
        parts = []
        for way in ways:
            own = " - ".join(f"coalesce({_of(name)}, 0)" for name in way)
            parts += [f"abs({step} - ({own})) < 0.005", f"abs(({step}) + lag({own}) OVER w) < 0.005"]
        asked = ", ".join(f"({part}) AS s{place}" for place, part in enumerate(parts))
        counts = ", ".join(f"count(*) FILTER (s{place})" for place in range(len(parts)))
        changes = f"{_of(balance)} IS DISTINCT FROM lag({_of(balance)}) OVER w AS moved"
        rows, moved, *kept = con.execute(
            f"SELECT count(*), count(*) FILTER (moved), {counts} FROM (SELECT {changes}, {asked} FROM"
            f" (SELECT row_number() OVER () AS synth_row, * FROM {table_ref(table.name)} LIMIT {_HEAD})"
            " WINDOW w AS (ORDER BY synth_row))"
        ).fetchall()[0]
        if rows - 1 < _ROWS or moved < rows / 2:
            continue
        best = max(range(len(kept)), key=lambda place: (kept[place], -place))
        if kept[best] >= _KEPT * (rows - 1):
            found.append(BalanceProfile(column=balance, amounts=ways[best // 2]))
    return tuple(found)


def _of(name: str) -> str:
    return f"CAST({quote(name)} AS DOUBLE)"
