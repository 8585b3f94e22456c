"""Fields inside STRUCTs and ARRAYs that refer to a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from synth_core.files.sql import quote
from synth_core.model.inferred import Inferred
from synth_core.model.project import Link, Table
from synth_core.model.types import Kind
from synth_core.stages.profile.leaves import Leaf, leaves
from synth_core.stages.profile.sql import duckdb_types, table_ref
from synth_core.stages.relate.evidence import TOLERATED
from synth_core.stages.relate.links import basis
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats

_NAMED = 0.8
"""The names of a nested field and a key must agree so well: its values alone are not weighed."""
_WHOLE, _TOLERANT, _UNSURE = 0.85, 0.7, 0.4
"""How sure a link is whose values all occur in the key, or nearly all; and one of whose key only a sample is here."""
_KINDS = {Kind.INT64: "number", Kind.NUMERIC: "number", Kind.STRING: "text"}


def nested_links(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    keys: Mapping[str, tuple[str, ...]],
    stats: Mapping[str, Mapping[str, ColumnStats]],
    names: Names | None,
    loaded: Mapping[str, tuple[int, int]],
) -> list[Link]:
    """A link for each nested field that is called after a table and whose values occur in its key. Without names there
    are none. `loaded` has the tables of which only a sample lies here: a link to one is only proposed."""
    if names is None:
        return []
    parents = [
        stats[table][key[0]] for table, key in keys.items() if len(key) == 1 and key[0] in stats[table]
    ]
    links = []
    for table in tables:
        if not any(column.field.is_nested for column in table.columns):
            continue
        for leaf in leaves(table, duckdb_types(con, table.name)):
            if (len(leaf.path) > 1 or leaf.in_array) and leaf.kind in _KINDS:
                links += _of_leaf(con, table, leaf, parents, names, loaded)
    return links


def _of_leaf(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    leaf: Leaf,
    parents: Sequence[ColumnStats],
    names: Names,
    loaded: Mapping[str, tuple[int, int]],
) -> list[Link]:
    likely = [
        (
            names.nested_agreement(leaf.path, parent.table, parent.name, is_text=leaf.kind is Kind.STRING),
            parent,
        )
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
        if inside and (parent.table in loaded or inside >= TOLERATED * filled):
            said = basis(loaded, table.name, parent.table, None)
            return [
                _link(
                    table, ".".join(leaf.path), parent, (filled, inside), said, unsure=parent.table in loaded
                )
            ]
    return []


def _link(
    table: Table, place: str, parent: ColumnStats, counted: tuple[int, int], said: str, *, unsure: bool
) -> Link:
    filled, inside = counted
    missing = filled - inside
    share = f"{1000 * inside // filled / 10:.1f}".removesuffix(".0")
    evidence = f"{share} % of {table.name}.{place} occur in {parent.table}.{parent.name}"
    evidence += f"; {missing:,} do not" if missing else ""
    evidence += "; the names agree"
    evidence += f"; {said}" if said else ""
    confidence = _UNSURE if unsure else _TOLERANT if missing else _WHOLE
    return Link(
        table=table.name,
        columns=(place,),
        ref_table=parent.table,
        ref_columns=(parent.name,),
        accepted=Inferred(value=not unsure, confidence=confidence, evidence=evidence),
        nested=True,
    )
