"""Links of several columns: to a composite primary key, by names and by inclusion of the combinations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import NamedTuple

import duckdb

from synth_core.files.sql import quote
from synth_core.model.inferred import Inferred
from synth_core.model.measured import TableFacts
from synth_core.model.project import Link
from synth_core.stages.profile.links import comparable
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.evidence import TOLERATED
from synth_core.stages.relate.links import basis
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.phrases import is_silent
from synth_core.stages.relate.stats import ColumnStats

_FEWEST = 5
"""Distinct combinations a child must have."""
_ACCIDENT = 0.05
_DENSE = 0.65
"""Where nearly all combinations exist, such as months and plots, only the names speak."""

Stats = Mapping[str, Mapping[str, ColumnStats]]


class _Seen(NamedTuple):
    """What is known where not all rows lie here."""

    loaded: Mapping[str, tuple[int, int]]
    facts: Mapping[str, TableFacts]


def composite_links(
    con: duckdb.DuckDBPyConnection,
    stats: Stats,
    keys: Mapping[str, tuple[str, ...]],
    names: Names | None,
    links: Sequence[Link],
    children: Sequence[str],
    loaded: Mapping[str, tuple[int, int]] | None = None,
    facts: Mapping[str, TableFacts] | None = None,
) -> list[Link]:
    """The best composite link of each child table to each composite key. Columns are matched by name, or by
    referring to the same parent; without either there is none.

    `loaded` has the tables of which only a sample lies here: rows of a parent's sample are missed by most children, so
    that such a link is only proposed until `facts` of all rows tell.
    """
    seen = _Seen(loaded or {}, facts or {})
    found: list[Link] = []
    for parent, key in keys.items():
        if len(key) < 2 or any(name not in stats[parent] for name in key):
            continue
        for child in children:
            columns = _matched(stats, names, links, child, parent, key)
            if (
                child != parent
                and columns
                and not _is_reversed(found, child, parent)
                and not _is_made_of(names, links, child, columns, parent, key)
                and not _is_sibling(keys, names, child, columns, parent)
                and not _are_totals(stats, keys, names, links, child, columns, parent)
            ):
                named = _is_named(names, links, child, columns, parent, key)
                link = _measured(con, stats, child, columns, parent, key, seen, named=named)
                found += [link] if link else []
    return _without_parts(found, names)


def _is_named(
    names: Names | None,
    links: Sequence[Link],
    child: str,
    columns: Sequence[str],
    parent: str,
    key: Sequence[str],
) -> bool:
    """The names alone say that the columns are the key, and no links of one column do: all are the same, and one
    identifies something, or both tables are of one group, as `plant_quadrats` and `plant_censuses` are."""
    if names is None or not all(
        _same_name(names, (child, a), (parent, b)) for a, b in zip(columns, key, strict=True)
    ):
        return False
    own = {
        link.columns[0]: link.ref_table
        for link in links
        if link.table == child and len(link.columns) == 1 and link.accepted.value
    }
    back = any(link.table == parent and link.ref_table == child and link.accepted.value for link in links)
    if back or own.keys() >= set(columns):
        return False
    is_group = names.table(child)[0] == names.table(parent)[0]
    return is_group or any(names.has_id_word(child, name) for name in columns)


def _is_reversed(found: Sequence[Link], child: str, parent: str) -> bool:
    return any(link.table == parent and link.ref_table == child for link in found)


def _is_made_of(
    names: Names | None,
    links: Sequence[Link],
    child: str,
    columns: Sequence[str],
    parent: str,
    key: Sequence[str],
) -> bool:
    """The rows of the would-be parent are made of the child's: it is called after the child and more, as
    `agg_sales_fact` of a `sales_fact`, or a part of its key refers to that part of the child."""
    if names is not None and names.is_built_of(parent, child):
        return True
    up = {
        (link.columns, link.ref_columns) for link in links if (link.table, link.ref_table) == (parent, child)
    }
    return any(((b,), (a,)) in up for a, b in zip(columns, key, strict=True))


def _is_sibling(
    keys: Mapping[str, tuple[str, ...]], names: Names | None, child: str, columns: Sequence[str], parent: str
) -> bool:
    """Both tables have the same key, as two histories of one thing by date have: neither refers to the other."""
    return set(keys.get(child, ())) == set(columns) and not (names and names.adds_to(child, parent))


def _are_totals(
    stats: Stats,
    keys: Mapping[str, tuple[str, ...]],
    names: Names | None,
    links: Sequence[Link],
    child: str,
    columns: Sequence[str],
    parent: str,
) -> bool:
    """Both tables hold figures by periods and other tables' things, the child by one more of these: the parent's are
    the totals of the same and nothing that the child refers to."""
    key = keys.get(child, ())
    linked = {
        link.columns[0]
        for link in links
        if link.table == child and link.ref_table != parent and len(link.columns) == 1
    }
    periods = {
        name
        for name in key
        if stats[child][name].group == "time" or (names is not None and names.only_tells_when(child, name))
    }
    is_by_period = not periods.isdisjoint(columns)
    return is_by_period and set(key) > set(columns) and periods | linked >= set(key)


def _matched(
    stats: Stats, names: Names | None, links: Sequence[Link], child: str, parent: str, key: Sequence[str]
) -> tuple[str, ...]:
    refers = {
        (link.table, link.columns[0]): (link.ref_table, link.ref_columns[0])
        for link in links
        if len(link.columns) == 1
    }
    chosen: list[str] = []
    for name in key:
        wanted = {(parent, name), refers.get((parent, name), (parent, name))}
        same = [
            column.name
            for column in stats[child].values()
            if column.group == stats[parent][name].group
            and column.name not in chosen
            and (
                _same_name(names, (child, column.name), (parent, name))
                or refers.get((child, column.name)) in wanted
            )
        ]
        if not same:
            return ()
        exact = [other for other in same if _same_name(names, (child, other), (parent, name))]
        chosen.append((exact or same)[0])
    return tuple(chosen)


def _same_name(names: Names | None, one: tuple[str, str], other: tuple[str, str]) -> bool:
    if names is None or is_silent(one[1]):
        return False
    return names.column(*one) == names.column(*other)


def _measured(
    con: duckdb.DuckDBPyConnection,
    stats: Stats,
    child: str,
    columns: Sequence[str],
    parent: str,
    key: Sequence[str],
    seen: _Seen,
    *,
    named: bool,
) -> Link | None:
    known = seen.facts.get(child)
    link = known.link(tuple(columns), parent, tuple(key)) if known else None
    if link is not None:
        parents = sum(number for _, number in link.children)
        counts = (link.keys, link.keys_in, parents)
        return _judged(stats, child, columns, parent, key, counts, seen, whole=link.rows, named=named)
    pairs = [
        comparable(quote(a), stats[child][a].found_type, quote(b), stats[parent][b].found_type)
        for a, b in zip(columns, key, strict=True)
    ]
    own = ", ".join(f"{a} AS c{i}" for i, (a, _) in enumerate(pairs))
    other = ", ".join(f"{b} AS c{i}" for i, (_, b) in enumerate(pairs))
    using = ", ".join(f"c{i}" for i in range(len(pairs)))
    filled = " AND ".join(f"c{i} IS NOT NULL" for i in range(len(pairs)))
    distinct, inside, tuples = con.execute(
        f"WITH own AS (SELECT DISTINCT {own} FROM {table_ref(child)}),"
        f" other AS (SELECT DISTINCT {other} FROM {table_ref(parent)})"
        f" SELECT (SELECT count(*) FROM own WHERE {filled}),"
        f" (SELECT count(*) FROM own SEMI JOIN other USING ({using})), (SELECT count(*) FROM other)"
    ).fetchall()[0]
    counts = (distinct, inside, tuples)
    return _judged(stats, child, columns, parent, key, counts, seen, whole=None, named=named)


def _judged(
    stats: Stats,
    child: str,
    columns: Sequence[str],
    parent: str,
    key: Sequence[str],
    counts: tuple[int, int, int],
    seen: _Seen,
    *,
    whole: int | None,
    named: bool,
) -> Link | None:
    distinct, inside, tuples = counts
    unsure = whole is None and parent in seen.loaded
    if distinct < _FEWEST or (inside < TOLERATED * distinct and not unsure):
        return None
    density = min(1.0, tuples / max(1, prod(stats[parent][name].distinct for name in key)))
    is_dense = density ** min(distinct, 50) > _ACCIDENT
    if is_dense and not unsure and not named:
        return None
    confidence = 0.4 if unsure else _DENSE if is_dense else 0.85 if inside == distinct else 0.7
    missing = distinct - inside
    evidence = f"{100 * inside / distinct:.1f} % of the combinations occur in the key of {parent}"
    evidence += f"; {missing:,} do not" if missing else ""
    said = basis(seen.loaded, child, parent, whole)
    evidence += f"; {said}" if said else ""
    return Link(
        table=child,
        columns=tuple(columns),
        ref_table=parent,
        ref_columns=tuple(key),
        accepted=Inferred(value=not unsure, confidence=confidence, evidence=evidence),
    )


def _without_parts(found: Sequence[Link], names: Names | None) -> list[Link]:
    """The surest links, then the longest, then those to what is called in the fewest words: `teams` and no
    `team_splits`. Others of the same columns or of some of these mean the same thing."""

    def rank(link: Link) -> tuple[float, int, int]:
        called = len(names.table(link.ref_table)) if names else 0
        return -link.accepted.confidence, -len(link.columns), called

    kept: list[Link] = []
    for link in sorted(found, key=rank):
        others = [set(other.columns) for other in kept if other.table == link.table]
        if not any(other <= set(link.columns) or other >= set(link.columns) for other in others):
            kept.append(link)
    return kept
