"""Facts of one table."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from synth_core.model.profile import TableProfile
from synth_core.model.project import Link, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.columns import TOP, Showing, column_profile
from synth_core.stages.profile.leaves import leaves
from synth_core.stages.profile.rows import is_sorted
from synth_core.stages.profile.sql import duckdb_types, table_ref

_SORTABLE = NUMERIC_KINDS | TEMPORAL_KINDS | {Kind.STRING}


def table_profile(
    con: duckdb.DuckDBPyConnection, table: Table, links: Iterable[Link], k: int
) -> TableProfile:
    """Measure a table; `links` are the accepted ones of the project."""
    rows = con.execute(f"SELECT count(*) FROM {table_ref(table.name)}").fetchall()[0][0]
    linked = {name for link in links if link.table == table.name for name in link.columns}
    columns = []
    for leaf in leaves(table, duckdb_types(con, table.name)):
        facts = column_profile(con, leaf, k, showing(table, leaf.path[0], linked, rows, k))
        top_level = len(leaf.path) == 1 and not leaf.lists
        if top_level and leaf.kind in _SORTABLE:
            facts = facts.model_copy(update={"sorted": is_sorted(con, leaf.query)})
        columns.append(facts)
    return TableProfile(table=table.name, rows=rows, columns=tuple(columns))


def showing(table: Table, name: str, linked: set[str], rows: int, k: int) -> Showing:
    """What may be shown of a top-level column's values, or of the leaves below it.

    Personal columns, free text and links show none. Key columns are re-made, never copied, unless they are
    a short list that the key only takes part in (a year, a league).
    """
    column = table.column(name)
    is_key = name in table.key_columns
    hidden = column.personal.value or column.meaning.value == "free_text" or name in linked
    return Showing(
        values=not hidden and not (is_key and len(table.key_columns) == 1),
        most_values=TOP if is_key else None,
        shape_rows=min(k, rows) if is_key else k,
        prefix=not column.personal.value and column.meaning.value != "free_text",
    )
