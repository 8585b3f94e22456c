"""Links of one column: candidates by type and range, inclusion, evidence, one best parent a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from synth_core.model.doubts import LinkCandidate, LinkDoubt
from synth_core.stages.relate.agreement import (
    EXPLAINED,
    NAMED,
    OWN,
    agreement_of,
    counts_many,
    is_extension,
    is_line_of,
    is_only_place,
    is_own_name,
    is_primary_key,
    measures,
)
from synth_core.stages.relate.choose import choose, closest_first, extends, without_copies, without_numbers
from synth_core.stages.relate.divide import Divisions, divisions
from synth_core.stages.relate.evidence import Possible
from synth_core.stages.relate.inclusion import Includer, Inclusion
from synth_core.stages.relate.lexicon import KIND_WORDS
from synth_core.stages.relate.phrases import is_silent, likeness
from synth_core.stages.relate.schema import Schema
from synth_core.stages.relate.stats import ColumnStats, as_float

PROPOSED = 0.3
_WORTH = 0.02
_WEIGHED = 4
"""Parents of a column that may be asked about: at most so many."""
_LEAST_KEY = -2.0
_OTHER_KEYS = 3
"""Unique columns a table, besides its primary key, that may be referred to."""
_RIVAL = 0.85
"""Two keys that are so likely leave doubt which of them it is."""
_OF_MANY = 0.5
"""A number called after many things is about them and stands for none."""
_PLAIN = 0.8
"""Names that agree so well say that a column of noughts and ones is no flag."""


def find_links(
    schema: Schema, includer: Includer, children: Sequence[str]
) -> tuple[list[Possible], list[LinkDoubt]]:
    """The best parent of each column of the given tables, if any is at all likely; and of each column all parents that
    were weighed."""
    parents = [parent for table in schema.stats for parent in _parents(schema, table)]
    divided = divisions(schema, includer)
    found: dict[tuple[str, str], list[Possible]] = {}
    doubts = []
    for table in children:
        for child in schema.stats[table].values():
            weighed = _possible(schema, includer, child, parents, divided)
            if possible := [link for link in weighed if link.confidence >= PROPOSED]:
                found[table, child.name] = closest_first(schema, possible)
            if weighed:
                doubts.append(_doubt(child, weighed))
    return without_numbers(schema, without_copies(schema, choose(schema, found))), doubts


def _doubt(child: ColumnStats, weighed: Sequence[Possible]) -> LinkDoubt:
    candidates = [
        LinkCandidate(
            ref_table=link.parent.table,
            ref_column=link.parent.name,
            share=link.inclusion.share,
            confidence=link.said,
        )
        for link in weighed[:_WEIGHED]
    ]
    return LinkDoubt(table=child.table, column=child.name, candidates=tuple(candidates))


def _parents(schema: Schema, table: str) -> list[ColumnStats]:
    key = schema.keys.get(table, ())
    stats = schema.stats[table]
    # One column of a composite key is no key.
    chosen = [stats[name] for name in key if name in stats and len(key) == 1]
    others = [
        c.stats
        for c in schema.unique.get(table, ())
        if c.stats.name not in key
        and (c.score > _LEAST_KEY or _is_login(schema, c.stats) or _is_repeated(schema, c.stats))
    ]
    others = others[:_OTHER_KEYS]
    others += [
        c.stats for c in schema.unique.get(table, ()) if c.stats not in others and _is_told(schema, c.stats)
    ]
    # These are meant where nothing else is, see `_possible`.
    others += [
        c
        for c in stats.values()
        if c.is_unique and not c.is_full and c.name not in key and _is_named(schema, c)
    ]
    return [
        c
        for c in (*chosen, *others)
        if c in chosen or (c.group and (c.distinct > 1 or _is_named(schema, c)) and not _is_line(schema, c))
    ]


def _is_repeated(schema: Schema, column: ColumnStats) -> bool:
    """What a table's things are called, in a column that other tables have, too: `film` of `pixar_films`, or what is
    said of them where the other table lacks their key: `title` of `films` in `films_people`, and `dept_name` of
    departments in `employees`, for it is called after them."""
    names = schema.names
    if names is None or column.group != "text":
        return False
    called = names.column(column.table, column.name)
    stands = names.stands_for(column.table, column.name)
    after = len(called) > 1 and any(likeness(a, b) for a in called for b in names.table(column.table))
    key = {names.column(column.table, name) for name in schema.keys.get(column.table, ())}
    for table, columns in schema.stats.items():
        has = {names.column(table, name) for name in columns} if table != column.table else set()
        is_told = after or names.adds_to(table, column.table)
        if called in has and (stands or (is_told and has.isdisjoint(key))):
            return True
    return False


def _is_told(schema: Schema, column: ColumnStats) -> bool:
    """The name of the table's things, where columns of texts are called after these."""
    names = schema.names
    if names is None or column.group != "text" or not names.is_plain_name(column.table, column.name):
        return False
    if column.name in schema.keys.get(column.table, ()):
        return False
    return any(
        other.group == "text" and names.is_told_by_name(table, other.name, column.table, column.name)
        for table, columns in schema.stats.items()
        for other in columns.values()
    )


def _is_login(schema: Schema, column: ColumnStats) -> bool:
    return schema.names is not None and schema.names.is_login(column.table, column.name)


def _is_line(schema: Schema, column: ColumnStats) -> bool:
    return schema.names is not None and schema.names.numbers_lines(column.table, column.name)


def _is_named(schema: Schema, column: ColumnStats) -> bool:
    return schema.names is not None and schema.names.has_id_word(column.table, column.name)


def _possible(
    schema: Schema,
    includer: Includer,
    child: ColumnStats,
    parents: Sequence[ColumnStats],
    divided: Divisions,
) -> list[Possible]:
    if not child.group or child.filled == 0 or _is_polymorphic(schema, child):
        return []
    near = [p for p in parents if (p.table, p.name) != (child.table, child.name) and _fits(schema, child, p)]
    if _is_flag(schema, child):
        # Two kinds of something may be numbered 0 and 1: then the names say so.
        is_named = _is_named(schema, child)
        near = [p for p in near if is_named and (agreement_of(schema, child, p) or 0.0) >= _PLAIN]
    # A table has no second name for its own key: only a column other than the key can refer to it.
    near = [
        p
        for p in near
        if p.table != child.table or not (is_primary_key(schema, child) or includer.is_copy(child, p))
    ]
    near = [p for p in near if not (_is_upside_down(schema, child, p) or _is_any_day(schema, child, p))]
    near = [p for p in near if p.is_full or is_only_place(schema, child, p)]
    measured = includer.measure(child, near)
    found = [
        _judge(schema, child, parent, seen, divided, is_whole=includer.whole(child, parent) is not None)
        for parent, seen in zip(near, measured, strict=True)
    ]
    if _is_unexplained(schema, child, found):
        found = [replace(link, agreement=None, is_unexplained=True) for link in found]
    found = [_with_hierarchy(includer, link) for link in found]
    return sorted(
        _in_competition(found),
        key=lambda link: (
            -link.confidence,
            extends(schema, link.parent.table),
            link.parent.table,
            link.parent.position,
        ),
    )


def _is_polymorphic(schema: Schema, child: ColumnStats) -> bool:
    """Each row refers to the table that another column names, and all rows to none."""
    beside = [
        column.name
        for column in schema.stats[child.table].values()
        if column.group == "text" and column.distinct > 1
    ]
    return schema.names is not None and schema.names.is_polymorphic(child.table, child.name, beside)


def _is_unexplained(schema: Schema, child: ColumnStats, found: Sequence[Possible]) -> bool:
    """Its name says that it identifies something, but no table or key with any of its values is called so, nor what its
    own table holds: of what, only the values can tell."""
    names = schema.names
    place = (child.table, child.name)
    if names is None or not names.has_id_word(*place) or not names.base(*place):
        return False
    if names.counts(*place) or names.is_measure(*place) or names.own_key(*place) >= OWN:
        return False
    if names.base(*place)[-1] in KIND_WORDS:
        # Kinds are seldom a table, and no table of other things.
        return False
    if any(names.called_after(*place, table) for table in schema.stats if table != child.table):
        return False
    named = [link for link in found if (link.agreement or 0.0) >= EXPLAINED]
    return not any(link.inclusion.distinct_in or link.partial for link in named)


def _with_hierarchy(includer: Includer, link: Possible) -> Possible:
    if not link.is_self or link.agreement is not None or link.partial or link.inclusion.share < 1.0:
        return link
    return replace(link, hierarchy=includer.hierarchy(link.child, link.parent))


def _is_upside_down(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """The child is the key of what the parent's table is built of, so that it is the parent that refers."""
    names = schema.names
    if names is None or not is_primary_key(schema, child) or not names.is_built_of(parent.table, child.table):
        return False
    return names.own_key(child.table, child.name) >= 0.7


def _is_any_day(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """A date that a calendar has, as it has all: where days are written as identifiers (`DateKey`), so are links to
    them."""
    if child.group != "time" or not _is_named(schema, parent):
        return False
    return not (_is_named(schema, child) or is_silent(child.name))


def _is_flag(schema: Schema, column: ColumnStats) -> bool:
    """Only 0 and 1: yes or no, whatever else is numbered from there. If it is always the same of these, an identifier's
    name says that it is none."""
    low, high = as_float(column.low), as_float(column.high)
    if column.group != "number" or low < 0 or high > 1:
        return False
    return low < high or not _is_named(schema, column)


def _in_competition(found: Sequence[Possible]) -> list[Possible]:
    """Each key that is at all likely, beside the others."""
    likely = [link for link in found if link.confidence >= _WORTH]
    total = sum(link.odds for link in likely)
    best = sorted((link.confidence for link in likely if link.parent_is_key), reverse=True)
    contested = len(best) > 1 and best[1] >= _RIVAL
    return [
        replace(link, others=total - link.odds, contested=contested and link.confidence >= _RIVAL)
        for link in likely
    ]


def _judge(
    schema: Schema,
    child: ColumnStats,
    parent: ColumnStats,
    seen: Inclusion,
    divided: Divisions,
    *,
    is_whole: bool,
) -> Possible:
    names = schema.names
    are_keys = is_primary_key(schema, child) and is_primary_key(schema, parent)
    rest = divided.get((child.table, parent.table), ()) if are_keys else ()
    many = counts_many(names, child, parent)
    counts = many or (names is not None and names.counts(child.table, child.name))
    agreement = agreement_of(schema, child, parent)
    return Possible(
        child=child,
        parent=parent,
        inclusion=seen,
        agreement=min(agreement, _OF_MANY) if many and agreement is not None else agreement,
        identifies=names is not None and names.has_id_word(child.table, child.name) and not counts,
        measures=names is not None and measures(names, child) and not is_line_of(names, child, parent),
        counts=counts,
        parent_is_key=schema.keys.get(parent.table) == (parent.name,),
        child_is_key=is_primary_key(schema, child),
        is_own_name=not rest and is_own_name(schema, child, parent),
        is_extension=names is not None and is_extension(names, child, parent),
        rest=rest,
        partial=parent.table in schema.partial and not is_whole,
        basis=basis(schema.loaded, child.table, parent.table, seen.rows if is_whole else None),
    )


def basis(loaded: Mapping[str, tuple[int, int]], child: str, parent: str, whole: int | None) -> str:
    """Of what something was counted, in words; empty where all rows lie here. `whole`: of so many rows in the
    warehouse."""
    if child not in loaded and parent not in loaded:
        return ""
    if whole is not None:
        return f"counted over all {whole:,} rows"
    samples = [
        f"{rows:,} of {total:,} rows of {table}"
        for table, (rows, total) in loaded.items()
        if table in (child, parent)
    ]
    return f"counted over a sample of {' and '.join(samples)}"


def _fits(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """Types can be compared, and the range of values does not rule the parent out."""
    if child.group != parent.group and {child.group, parent.group} != {"number", "text"}:
        return False
    if child.group == "time" and child.type.kind is not parent.type.kind:
        return False
    if child.group == parent.group and _can_hold(schema, child, parent):
        return True
    return (agreement_of(schema, child, parent) or 0.0) >= NAMED


def _can_hold(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    if parent.table in schema.partial:
        return child.group == "text" or _overlap(child, parent) > 0.5
    if child.distinct > 1.3 * parent.distinct + 3:
        return False
    return child.group != "number" or _overlap(child, parent) > 0.8


def _overlap(child: ColumnStats, parent: ColumnStats) -> float:
    """Share of the child's range that lies in the parent's."""
    low, high = as_float(child.low), as_float(child.high)
    inside = min(high, as_float(parent.high)) - max(low, as_float(parent.low))
    return (inside + 1) / (high - low + 1)
