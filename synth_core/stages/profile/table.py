"""Facts of one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import duckdb

from synth_core.model.profile import ColumnProfile, TableProfile
from synth_core.model.project import Link, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.stages.profile.absences import measure_absences
from synth_core.stages.profile.balances import measure_balances
from synth_core.stages.profile.columns import TOP, Showing, column_profiles
from synth_core.stages.profile.groups import measure_group
from synth_core.stages.profile.languages import with_language
from synth_core.stages.profile.leaves import Leaf, leaves
from synth_core.stages.profile.logins import measure_logins
from synth_core.stages.profile.personal import PERSONAL_ROOM
from synth_core.stages.profile.rows import which_are_sorted
from synth_core.stages.profile.sql import duckdb_types, table_ref

_SORTABLE = NUMERIC_KINDS | TEMPORAL_KINDS | {Kind.STRING}
_TOGETHER, _VALUES = 100, 200_000
"""Columns that are measured side by side, and values in them."""


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
    types = duckdb_types(con, table.name)
    found: dict[tuple[str, ...], ColumnProfile] = {}
    all_of = list(leaves(table, types))
    for group in _groups(table, all_of, types, rows):
        shown = [
            showing(
                table,
                name := leaf.path[0],
                linked=bool({name, ".".join(leaf.path)} & linked),
                personal=(table.name, name) in personal,
                rows=rows,
                k=k,
            )
            for leaf in group
        ]
        facts = column_profiles(con, table_ref(table.name), group, k, shown)
        if group[0].value and group[0].kind in _SORTABLE:
            values = [leaf.value for leaf in group]
            in_order = which_are_sorted(con, table_ref(table.name), values, rows)
            facts = [
                each.model_copy(update={"sorted": rises, "falling": falls})
                for each, (rises, falls) in zip(facts, in_order, strict=True)
            ]
        if group[0].value and group[0].kind is Kind.STRING:
            facts = [
                with_language(con, table_ref(table.name), leaf.path[0], each, k)
                if len(leaf.path) == 1
                else each
                for leaf, each in zip(group, facts, strict=True)
            ]
        found |= {leaf.path: each for leaf, each in zip(group, facts, strict=True)}
    return TableProfile(
        table=table.name,
        rows=rows,
        columns=tuple(found[leaf.path] for leaf in all_of),
        nulls=tuple(measure_absences(con, table, found, k)),
        group=measure_group(con, table, linked, found, k),
        balances=measure_balances(con, table),
        logins=tuple(measure_logins(con, table, k)),
    )


def _groups(
    table: Table, found: Sequence[Leaf], types: Mapping[str, str], rows: int
) -> Iterator[Sequence[Leaf]]:
    """Columns whose values have one type, and each leaf of a nested column alone. Of a large table, columns come one by
    one: what is counted of them has to lie somewhere."""
    most = max(1, min(_TOGETHER, _VALUES // max(rows, 1)))
    alike: dict[tuple[object, ...], list[Leaf]] = {}
    for leaf in found:
        if not leaf.value:
            yield [leaf]
            continue
        name = leaf.path[0]
        alike.setdefault((leaf.kind, types[name], str(table.column(name).type.value)), []).append(leaf)
    for group in alike.values():
        for start in range(0, len(group), most):
            yield group[start : start + most]


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
        shape_rows=min(k, rows) if (is_key or rows > 1) and not personal else k,
        forms=not is_text,
        room=PERSONAL_ROOM if personal else 0,
    )
