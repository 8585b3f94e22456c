"""Facts of one table."""

from __future__ import annotations

from collections.abc import Iterable, Set

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
    con: duckdb.DuckDBPyConnection,
    table: Table,
    links: Iterable[Link],
    personal: Set[tuple[str, str]],
    k: int,
) -> TableProfile:
    """Measure a table; `links` are those that the project keeps, `personal` as `personal_columns` gives it."""
    rows = con.execute(f"SELECT count(*) FROM {table_ref(table.name)}").fetchall()[0][0]
    linked = {name for link in links if link.table == table.name for name in link.columns}
    columns = []
    for leaf in leaves(table, duckdb_types(con, table.name)):
        name = leaf.path[0]
        shown = showing(
            table,
            name,
            linked=bool({name, ".".join(leaf.path)} & linked),
            personal=(table.name, name) in personal,
            rows=rows,
            k=k,
        )
        facts = column_profile(con, leaf, k, shown)
        top_level = len(leaf.path) == 1 and not leaf.lists
        if top_level and leaf.kind in _SORTABLE:
            facts = facts.model_copy(update={"sorted": is_sorted(con, leaf.query, rows)})
        columns.append(facts)
    return TableProfile(table=table.name, rows=rows, columns=tuple(columns))


def showing(table: Table, name: str, *, linked: bool, personal: bool, rows: int, k: int) -> Showing:
    """What may be shown of a top-level column's values, or of the leaves below it.

    Personal columns, free text and links show none: a link's value may be one entity's, however many rows have
    it. Key columns are re-made, never copied, unless they are a short list that the key only takes part in (a
    year, a league).
    """
    is_text = table.column(name).meaning.value == "free_text"
    is_key = name in table.key_columns
    return Showing(
        values=not (personal or is_text or linked) and not (is_key and len(table.key_columns) == 1),
        most_values=TOP if is_key else None,
        quantiles=not (personal or linked),
        shape_rows=min(k, rows) if is_key and not personal else k,
        prefix=not (personal or is_text),
    )
