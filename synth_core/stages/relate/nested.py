"""Fields inside STRUCTs and ARRAYs that refer to a key. A recipe can't keep such a link yet, so it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from synth_core.files.sql import quote
from synth_core.model.findings import Finding, Level
from synth_core.model.project import Table
from synth_core.model.types import Kind
from synth_core.stages.profile.leaves import Leaf, leaves
from synth_core.stages.profile.sql import duckdb_types, table_ref
from synth_core.stages.relate.evidence import TOLERATED
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats

_NAMED = 0.8
"""The names of a nested field and a key must agree so well: its values alone are not weighed."""
_KINDS = {Kind.INT64: "number", Kind.NUMERIC: "number", Kind.STRING: "text"}


def nested_links(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    keys: Mapping[str, tuple[str, ...]],
    stats: Mapping[str, Mapping[str, ColumnStats]],
    names: Names | None,
) -> list[Finding]:
    """A warning for each nested field that is called after a table and whose values occur in its key."""
    if names is None:
        return []
    parents = [
        stats[table][key[0]] for table, key in keys.items() if len(key) == 1 and key[0] in stats[table]
    ]
    findings = []
    for table in tables:
        if not any(column.field.is_nested for column in table.columns):
            continue
        for leaf in leaves(table, duckdb_types(con, table.name)):
            if (len(leaf.path) > 1 or leaf.in_array) and leaf.kind in _KINDS:
                findings += _of_leaf(con, table, leaf, parents, names)
    return findings


def _of_leaf(
    con: duckdb.DuckDBPyConnection, table: Table, leaf: Leaf, parents: Sequence[ColumnStats], names: Names
) -> list[Finding]:
    likely = [
        (names.nested_agreement(leaf.path, parent.table, parent.name), parent)
        for parent in parents
        if parent.group == _KINDS[leaf.kind]
    ]
    for agreement, parent in sorted(likely, key=lambda entry: (-entry[0], entry[1].table)):
        if agreement < _NAMED:
            break
        filled, inside = con.execute(
            f"SELECT count(*), count(*) FILTER (CAST(v AS VARCHAR) IN (SELECT CAST({quote(parent.name)} AS VARCHAR)"
            f" FROM {table_ref(parent.table)})) FROM ({leaf.query}) WHERE v IS NOT NULL"
        ).fetchall()[0]
        if filled and inside >= TOLERATED * filled:
            return [_warning(table, ".".join(leaf.path), parent, inside / filled)]
    return []


def _warning(table: Table, path: str, parent: ColumnStats, share: float) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="relate.nested-link",
        message=(
            f"{100 * share:.1f} % of {table.name}.{path} occur in {parent.table}.{parent.name}, but links from nested"
            " fields are not kept: its values are made like those of any other field."
        ),
        hint="Where generated rows must match, give the table a column of its own for it, or mend the recipe by hand.",
        table=table.name,
        column=path,
    )
