"""Columns that number the rows of one parent: the lines of an order."""

from __future__ import annotations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import LinkProfile
from synth_core.model.project import Table
from synth_core.model.types import Kind, Mode
from synth_core.stages.profile.sql import table_ref

_STARTS = (0, 1)
_SHARE = 0.99
"""Of the parents, those whose rows are numbered without a gap."""


def running_numbers(
    con: duckdb.DuckDBPyConnection, table: Table, link: LinkProfile, k: int
) -> tuple[tuple[str, int], ...]:
    """Whole numbers that run on from the same start, 0 or 1, within each parent, and their start. At least k parents
    have several rows."""
    most = max((entry[1] for entry in link.children), default=0)
    names = [
        column.name
        for column in table.columns
        if column.type.value.kind is Kind.INT64
        and column.mode.value is not Mode.REPEATED
        and column.name not in link.columns
    ]
    if most < 2 or not names:
        return ()
    source = table_ref(table.name)
    ends = ", ".join(f"min({quote(name)}), max({quote(name)})" for name in names)
    seen = con.execute(f"SELECT {ends} FROM {source}").fetchall()[0]
    starts = {
        name: low
        for name, low, high in zip(names, seen[::2], seen[1::2], strict=True)
        # The most children of a parent may be a mean.
        if low in _STARTS and high < 2 * most + low
    }
    if not starts:
        return ()
    keys = ", ".join(map(quote, link.columns))
    filled = " AND ".join(f"{quote(name)} IS NOT NULL" for name in link.columns)
    each = ", ".join(
        f"min({c}) = {start} AND max({c}) - {start} + 1 = count(*) AND count(DISTINCT {c}) = count(*) AS c{place}"
        for place, (c, start) in enumerate((quote(name), start) for name, start in starts.items())
    )
    held = ", ".join(f"count(*) FILTER (c{place})" for place in range(len(starts)))
    parents, several, *runs = con.execute(
        f"SELECT count(*), count(*) FILTER (n > 1), {held}"
        f" FROM (SELECT count(*) AS n, {each} FROM {source} WHERE {filled} GROUP BY {keys})"
    ).fetchall()[0]
    return tuple(
        pair
        for pair, run in zip(starts.items(), runs, strict=True)
        if several >= k and run >= _SHARE * parents
    )
