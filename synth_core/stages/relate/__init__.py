"""Find primary keys, links and ordered rules of typed tables by measurement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import duckdb

from synth_core.model.base import Frozen
from synth_core.model.doubts import LinkDoubt
from synth_core.model.findings import Finding
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.measured import TableFacts
from synth_core.model.project import Link, Table
from synth_core.model.rule import Rule
from synth_core.model.warehouse import TableSchema
from synth_core.stages.relate.along import told_along
from synth_core.stages.relate.composite import composite_links
from synth_core.stages.relate.declared import declared_key, declared_links
from synth_core.stages.relate.evidence import Possible
from synth_core.stages.relate.inclusion import Includer
from synth_core.stages.relate.keyed import with_key
from synth_core.stages.relate.keys import (
    key_candidates,
    nearly_unique,
    primary_key,
    referred_key,
    shared_key,
    single_keys,
    varying,
)
from synth_core.stages.relate.links import find_links
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.nested import nested_links
from synth_core.stages.relate.pairs import pair_key
from synth_core.stages.relate.rules import find_rules
from synth_core.stages.relate.schema import ACCEPTED, Schema, partial_tables
from synth_core.stages.relate.stats import ColumnStats, measure, with_facts
from synth_core.stages.relate.together import composite_key
from synth_core.stages.relate.types import align

__all__ = ["Related", "align", "relate", "with_key"]

_PROPOSALS = 5
"""Links that are not accepted but worth a look: at most so many are returned."""

_SEVERAL = 3
"""So many links to another unique column say that it is the key."""

_Key = Inferred[tuple[str, ...]]


class Related(Frozen):
    """The tables with keys, rules and aligned types; the links between them."""

    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
    key_candidates: dict[str, tuple[tuple[str, ...], ...]] = {}
    """By table: columns that may be unique, alone or together."""
    doubts: tuple[LinkDoubt, ...] = ()
    """Columns that may be links, with all keys that were weighed for them."""


def relate(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    *,
    hide_names: bool = False,
    declared: Mapping[str, TableSchema] | None = None,
    facts: Mapping[str, TableFacts] | None = None,
) -> Related:
    """Find keys, links and rules of the tables; each is `main."<name>"` of the connection.

    `hide_names` ignores the names of tables and columns. `declared` holds what a warehouse declares, by bare
    table name: only tables without a declared key (or links) are measured for one. A primary key that a person gave
    a table comes before all others; one without columns says that it has none. `facts` are those of all rows of tables
    of which only a sample lies here: what they say comes before what the sample shows.
    """
    declared, facts = declared or {}, facts or {}
    here = measure(con, tables)
    loaded = _samples(tables, here)
    stats = {table: with_facts(columns, facts.get(table)) for table, columns in here.items()}
    names = None if hide_names else Names({t.name: [c.name for c in t.columns] for t in tables})
    unique = {table: single_keys(varying(columns, names), names) for table, columns in stats.items()}
    keys: dict[str, _Key] = {}
    for table in tables:
        key = _by_hand(table) or declared_key(declared.get(table.name)) or primary_key(unique[table.name])
        if key:
            keys[table.name] = key
    links, findings = declared_links(tables, declared)
    children = [t.name for t in tables if not (t.name in declared and declared[t.name].foreign_keys)]
    partial = partial_tables(tables, here)
    schema = Schema(
        stats=stats,
        keys=_referable(stats, keys, names, partial),
        unique=unique,
        names=names,
        partial=partial,
        loaded=loaded,
    )
    includer = Includer(con, facts)
    try:
        possible, doubts = find_links(schema, includer, children)
    finally:
        includer.close()
    links += _accepted(possible)
    for table in tables:
        measured = keys.get(table.name)
        if measured is None or measured.origin is Origin.MEASURED:
            referring = [
                (link.parent.name, f"{link.child.table}.{link.child.name}", link.alone)
                for link in possible
                if link.parent.table == table.name and link.alone >= ACCEPTED and not link.is_self
            ]
            referred = referred_key(unique[table.name], referring)
            if referred and (
                measured is None
                or _means_other(measured, names, table.name, referring, _chosen(possible, table.name))
            ):
                keys[table.name] = referred
        if table.name not in keys:
            shared = shared_key(unique[table.name], _chosen(possible, table.name), names)
            if shared:
                keys[table.name] = shared
        if table.name not in keys and stats[table.name]:
            linked = {name for link in links if link.table == table.name for name in link.columns}
            found = composite_key(
                con, varying(stats[table.name], names, linked), linked, names, facts.get(table.name)
            )
            if found:
                keys[table.name] = found
    keys = {name: pair_key(key, stats[name], links, stats, names) for name, key in keys.items()}
    values = {table: key.value for table, key in keys.items() if key.value}
    links += composite_links(con, stats, values, names, links, children, loaded, facts)
    links += _proposed(possible)
    links += nested_links(con, tables, values, stats, names, loaded)
    unsure = {table: rows for table, (rows, _) in loaded.items() if table not in facts}
    found_keys = {table: _of_sample(key, unsure.get(table)) for table, key in keys.items()}
    keyed = [with_key(table, found_keys[table.name]) if table.name in keys else table for table in tables]
    ruled = [
        table.model_copy(update={"rules": _rules(con, table, names, links, loaded, facts.get(table.name))})
        for table in keyed
    ]
    return Related(
        tables=told_along(align(ruled, links), links),
        links=tuple(links),
        findings=tuple(findings),
        key_candidates={
            table: key_candidates(keys[table].value if table in keys else None, here[table])
            for table in loaded
        },
        doubts=tuple(doubts),
    )


def _referable(
    stats: Mapping[str, Mapping[str, ColumnStats]],
    keys: Mapping[str, _Key],
    names: Names | None,
    partial: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """The keys, and where there is none what would be one but for a few rows: of a sample, in which much is different
    by chance, that can't be said."""
    found = {table: key.value for table, key in keys.items() if key.value}
    for table, columns in stats.items():
        if table not in keys and table not in partial and (nearly := nearly_unique(columns, names)):
            found[table] = (nearly.name,)
    return found


def _samples(
    tables: Sequence[Table], stats: Mapping[str, Mapping[str, ColumnStats]]
) -> dict[str, tuple[int, int]]:
    """Rows that lie here, and those of the table, where that is not the same."""
    rows = {
        name: max((column.rows for column in columns.values()), default=0) for name, columns in stats.items()
    }
    return {
        table.name: (rows[table.name], table.rows) for table in tables if 0 < rows[table.name] < table.rows
    }


def _of_sample(key: _Key, rows: int | None) -> _Key:
    """A key that was seen in so many rows of the table only."""
    if rows is None or key.origin is not Origin.MEASURED:
        return key
    evidence = f"in a sample of {rows:,} rows {key.evidence}"
    return key.model_copy(update={"evidence": evidence, "confidence": round(0.9 * key.confidence, 3)})


def _rules(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    names: Names | None,
    links: Sequence[Link],
    loaded: Mapping[str, tuple[int, int]],
    facts: TableFacts | None,
) -> tuple[Inferred[Rule], ...]:
    linked = {
        name for link in links if link.table == table.name and link.accepted.value for name in link.columns
    }
    rules = find_rules(con, table, names, linked, facts)
    if table.name not in loaded:
        return rules
    _, total = loaded[table.name]
    said = f"of a sample; the table has {total:,}"
    return tuple(
        rule
        if facts is not None and facts.rule(rule.value)
        else rule.model_copy(update={"evidence": f"{rule.evidence} {said}"})
        for rule in rules
    )


def _means_other(
    key: _Key,
    names: Names | None,
    table: str,
    referring: Sequence[tuple[str, str, float]],
    linked: Collection[str],
) -> bool:
    """Several columns refer to the table, and none of them to its key; or any does where nothing says that the key
    identifies. What is called just a `name` is no key beside one that is said to be, nor is what is `linked` to another
    table."""
    if any(name in key.value for name, _, _ in referring):
        return False
    if names is None:
        return len(referring) >= _SEVERAL
    if any(names.is_said_to_identify(table, name) for name in key.value):
        return sum(not names.is_plain_name(table, name) for name, _, _ in referring) >= _SEVERAL
    return not linked and bool(referring)


def _chosen(possible: Sequence[Possible], table: str) -> dict[str, str]:
    """Columns of a table that refer to another, with what they refer to."""
    return {
        link.child.name: f"{link.parent.table}.{link.parent.name}"
        for link in possible
        if link.child.table == table and link.confidence >= ACCEPTED and not link.is_self
    }


def _by_hand(table: Table) -> _Key | None:
    key = table.primary_key
    return key if key is not None and key.origin is Origin.HUMAN else None


def _accepted(possible: Sequence[Possible]) -> list[Link]:
    return [_link(link) for link in possible if link.confidence >= ACCEPTED]


def _proposed(possible: Sequence[Possible]) -> list[Link]:
    rest = sorted(
        (link for link in possible if link.confidence < ACCEPTED), key=lambda link: -link.confidence
    )
    return [_link(link) for link in rest[:_PROPOSALS]]


def _link(link: Possible) -> Link:
    return Link(
        table=link.child.table,
        columns=(link.child.name,),
        ref_table=link.parent.table,
        ref_columns=(link.parent.name,),
        accepted=Inferred(value=link.confidence >= ACCEPTED, confidence=link.said, evidence=link.sentence),
    )
