"""Links of one column: candidates by type and range, inclusion, evidence, one best parent a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from synth_core.model.doubts import LinkCandidate, LinkDoubt
from synth_core.model.project import Table
from synth_core.stages.relate.evidence import ROLE, Possible
from synth_core.stages.relate.inclusion import Includer, Inclusion
from synth_core.stages.relate.keys import Candidate
from synth_core.stages.relate.lexicon import EXTENSION_WORDS
from synth_core.stages.relate.names import Names, is_silent
from synth_core.stages.relate.stats import ColumnStats, as_float

ACCEPTED = 0.5
PROPOSED = 0.3
_WORTH = 0.02
_WEIGHED = 4
"""Parents of a column that may be asked about: at most so many."""
_LEAST_KEY = -2.0
_OTHER_KEYS = 3
"""Unique columns a table, besides its primary key, that may be referred to."""
_EQUAL = 0.02
_MANY = 3
"""So many keys that fit equally well leave none of them likely."""
_SAME_OF_ADDED = 0.95
_SAME_SET = 1.1
"""A key that has not many more values than another may stand for the same things."""
_ACCIDENT = 0.01
_NEAR = 0.25
"""A parent that is hardly less likely may be taken for what it is."""
_NAMED = 0.6
"""Names that agree so well are looked at even if values do not fit."""


@dataclass(frozen=True)
class Schema:
    """What is known of the tables before links are looked for."""

    stats: Mapping[str, Mapping[str, ColumnStats]]
    keys: Mapping[str, tuple[str, ...]]
    """Primary keys of one column."""
    unique: Mapping[str, Sequence[Candidate]]
    names: Names | None
    partial: frozenset[str]
    """Tables that may be samples."""
    loaded: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By table of which only a sample lies here: its rows, and those of the table."""


def partial_tables(tables: Sequence[Table], stats: Mapping[str, Mapping[str, ColumnStats]]) -> frozenset[str]:
    """Tables of which we may have only a sample.

    Either fewer rows are loaded than the source has, or several tables have the same round number of rows:
    whoever wrote them stopped there.
    """
    loaded = {name: max((c.rows for c in columns.values()), default=0) for name, columns in stats.items()}
    shared = Counter(loaded.values())
    return frozenset(
        table.name
        for table in tables
        if loaded[table.name] < table.rows
        or (loaded[table.name] >= 100 and loaded[table.name] % 100 == 0 and shared[loaded[table.name]] > 1)
    )


def find_links(
    schema: Schema, includer: Includer, children: Sequence[str]
) -> tuple[list[Possible], list[LinkDoubt]]:
    """The best parent of each column of the given tables, if any is at all likely; and of each column all parents that
    were weighed."""
    parents = [parent for table in schema.stats for parent in _parents(schema, table)]
    found: dict[tuple[str, str], list[Possible]] = {}
    doubts = []
    for table in children:
        for child in schema.stats[table].values():
            weighed = _possible(schema, includer, child, parents)
            if possible := [link for link in weighed if link.confidence >= PROPOSED]:
                found[table, child.name] = _closest_first(schema, possible)
            if weighed:
                doubts.append(_doubt(child, weighed))
    return _without_copies(schema, _choose(schema, found)), doubts


def _doubt(child: ColumnStats, weighed: Sequence[Possible]) -> LinkDoubt:
    candidates = [
        LinkCandidate(
            ref_table=link.parent.table,
            ref_column=link.parent.name,
            share=link.inclusion.share,
            confidence=round(link.confidence, 3),
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
        c.stats for c in schema.unique.get(table, ()) if c.stats.name not in key and c.score > _LEAST_KEY
    ]
    return [
        c
        for c in (*chosen, *others[:_OTHER_KEYS])
        if c in chosen or (c.group and (c.distinct > 1 or _is_named(schema, c)))
    ]


def _is_named(schema: Schema, column: ColumnStats) -> bool:
    return schema.names is not None and schema.names.has_id_word(column.table, column.name)


def _possible(
    schema: Schema, includer: Includer, child: ColumnStats, parents: Sequence[ColumnStats]
) -> list[Possible]:
    if not child.group or child.filled == 0 or _is_flag(child):
        return []
    near = [p for p in parents if (p.table, p.name) != (child.table, child.name) and _fits(schema, child, p)]
    # A table has no second name for its own key: only a column other than the key can refer to it.
    near = [
        p
        for p in near
        if p.table != child.table or not (_is_key(schema, child) or includer.is_copy(child, p))
    ]
    measured = includer.measure(child, near)
    found = [
        _judge(schema, child, parent, seen, is_whole=includer.whole(child, parent) is not None)
        for parent, seen in zip(near, measured, strict=True)
    ]
    return sorted(
        (link for link in _shared(schema, found) if link.confidence >= _WORTH),
        key=lambda link: (
            -link.confidence,
            _extends(schema, link.parent.table),
            link.parent.table,
            link.parent.position,
        ),
    )


def _is_flag(column: ColumnStats) -> bool:
    """Only 0 and 1: yes or no, whatever else is numbered from there."""
    return column.group == "number" and as_float(column.low) == 0 and as_float(column.high) == 1


def _shared(schema: Schema, found: Sequence[Possible]) -> list[Possible]:
    """Where values alone speak and numbers that count from 1 fit many keys, each is less likely."""
    if schema.names is not None:
        return list(found)
    best = max((link.confidence for link in found), default=0.0)
    equals = sum(link.parent_is_key and link.confidence >= best - _EQUAL for link in found)
    if equals < _MANY:
        return list(found)
    return [replace(link, rivals=equals) for link in found]


def _judge(
    schema: Schema, child: ColumnStats, parent: ColumnStats, seen: Inclusion, *, is_whole: bool
) -> Possible:
    names = schema.names
    return Possible(
        child=child,
        parent=parent,
        inclusion=seen,
        agreement=_agreement(schema, child, parent),
        identifies=names is not None and names.has_id_word(child.table, child.name),
        measures=names is not None
        and (names.is_measure(child.table, child.name) or names.is_description(child.table, child.name)),
        counts=names is not None and names.counts(child.table, child.name),
        parent_is_key=schema.keys.get(parent.table) == (parent.name,),
        child_is_key=_is_key(schema, child),
        is_own_name=_is_own_name(schema, child, parent),
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


def _agreement(schema: Schema, child: ColumnStats, parent: ColumnStats) -> float | None:
    if schema.names is None or is_silent(child.name):
        return None
    is_key = _is_key(schema, parent)
    if is_silent(parent.name) and not is_key:
        return None
    found = schema.names.agreement(child.table, child.name, parent.table, parent.name, is_key=is_key)
    if is_key and not _is_key(schema, child) and _is_same_of_added(schema.names, child, parent):
        found = max(found, _SAME_OF_ADDED)
    # A key without a name can be meant by its table's name, but it can't disagree.
    return None if is_silent(parent.name) and found < _NAMED else found


def _is_same_of_added(names: Names, child: ColumnStats, parent: ColumnStats) -> bool:
    """`booking_status_texts.code` and `booking_status.code`."""
    same = names.column(child.table, child.name) == names.column(parent.table, parent.name)
    return same and names.adds_to(child.table, parent.table)


def _is_own_name(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """An identifier called after its own table, and not just as the key of the table that it adds to."""
    names = schema.names
    if names is None or is_silent(child.name):
        return False
    own = names.own_key(child.table, child.name)
    is_own = own >= 0.7 if _is_key(schema, child) else own >= 0.9 or names.is_of_head(child.table, child.name)
    if not is_own or not child.is_unique:
        return False
    if not names.base(child.table, child.name):
        return True
    if names.column(child.table, child.name) != names.column(parent.table, parent.name):
        return True
    return not names.adds_to(child.table, parent.table) and names.own_key(parent.table, parent.name) <= own


def _is_key(schema: Schema, column: ColumnStats) -> bool:
    return schema.keys.get(column.table) == (column.name,)


def _fits(schema: Schema, child: ColumnStats, parent: ColumnStats) -> bool:
    """Types can be compared, and the range of values does not rule the parent out."""
    if child.group != parent.group and {child.group, parent.group} != {"number", "text"}:
        return False
    if child.group == "time" and child.type.kind is not parent.type.kind:
        return False
    named = (_agreement(schema, child, parent) or 0.0) >= _NAMED
    if child.group != parent.group and not named:
        return False
    if parent.table in schema.partial or named:
        return named or child.group == "text" or _overlap(child, parent) > 0.5
    if child.distinct > 1.3 * parent.distinct + 3:
        return False
    return child.group != "number" or _overlap(child, parent) > 0.8


def _overlap(child: ColumnStats, parent: ColumnStats) -> float:
    """Share of the child's range that lies in the parent's."""
    low, high = as_float(child.low), as_float(child.high)
    inside = min(high, as_float(parent.high)) - max(low, as_float(parent.low))
    return (inside + 1) / (high - low + 1)


def _choose(schema: Schema, found: Mapping[tuple[str, str], list[Possible]]) -> list[Possible]:
    """One parent a column. Keys that refer to keys are settled first, so that of two one-to-one siblings the
    one that stands for the thing itself is everybody's parent."""
    above: dict[tuple[str, str], Possible] = {}
    chosen = []
    key_children = [child for child in found if found[child][0].child_is_key]
    for child in sorted(key_children, key=lambda c: -found[c][0].confidence):
        for link in found[child]:
            back = found.get((link.parent.table, link.parent.name), [])
            mutual = any((b.parent.table, b.parent.name) == child for b in back)
            # A key does not refer to a column that is no key itself but may well refer to it.
            upside_down = not link.parent_is_key or _is_root(schema, link.child, link.parent)
            if _leads_to(above, link, child) or (mutual and upside_down):
                continue
            above[child] = link
            chosen.append(link)
            break
    for child, possible in found.items():
        if child not in key_children:
            chosen.append(_prefer_own(schema, _prefer_root(possible, above), possible, above))
    return chosen


def _without_copies(schema: Schema, links: Sequence[Possible]) -> list[Possible]:
    """Where a table refers to another, what it repeats of that one's further names is a copy and no link of its own."""
    kept: dict[tuple[str, str], Possible] = {}
    for link in links:
        place = (link.child.table, link.parent.table)
        if link.confidence >= ACCEPTED and _repeats(schema, link):
            kept[place] = min(
                kept.get(place, link), link, key=lambda one: (not one.parent_is_key, one.parent.position)
            )
    return [
        link
        for link in links
        if link.parent_is_key
        or not _repeats(schema, link)
        or kept.get((link.child.table, link.parent.table), link) is link
    ]


def _repeats(schema: Schema, link: Possible) -> bool:
    """The child has the parent's very name: no role, and no name of its own."""
    names = schema.names
    return (
        names is not None
        and not link.is_self
        and names.column(link.child.table, link.child.name)
        == names.column(link.parent.table, link.parent.name)
    )


def _leads_to(above: Mapping[tuple[str, str], Possible], link: Possible, child: tuple[str, str]) -> bool:
    """Following keys from the parent upwards comes back to the child."""
    at = (link.parent.table, link.parent.name)
    while at in above:
        at = (above[at].parent.table, above[at].parent.name)
        if at == child:
            return True
    return False


def _is_root(schema: Schema, one: ColumnStats, other: ColumnStats) -> bool:
    """Of two tables with the same key: the first is the thing itself, the second adds to it."""
    return _root_rank(schema, one) < _root_rank(schema, other)


def _root_rank(schema: Schema, column: ColumnStats) -> tuple[int, float, int, int, int, str]:
    names = schema.names
    subject = names.table(column.table) if names else ()
    return (
        _extends(schema, column.table),
        # `employee_id` is the key of employees, and a link wherever else it stands.
        -names.own_key(column.table, column.name) if names else 0.0,
        -column.distinct,
        len(subject),
        -len(schema.stats[column.table]),
        column.table,
    )


def _extends(schema: Schema, table: str) -> int:
    """How many words of a table's name say that it only adds to another table."""
    return len(EXTENSION_WORDS.intersection(schema.names.table(table))) if schema.names else 0


def _prefer_root(possible: Sequence[Possible], above: Mapping[tuple[str, str], Possible]) -> Possible:
    best = possible[0]
    by_parent = {(link.parent.table, link.parent.name): link for link in possible}
    at = (best.parent.table, best.parent.name)
    while at in above:
        at = (above[at].parent.table, above[at].parent.name)
        link = by_parent.get(at)
        # A key with more values is that of a wider thing: what refers to sellers does not just refer to persons.
        if link is None or link.parent.distinct > _SAME_SET * best.parent.distinct:
            break
        if 2 * link.inclusion.distinct_in < best.inclusion.distinct_in:
            break
        if link.confidence >= best.confidence - _NEAR:
            best = link
    return best


def _closest_first(schema: Schema, possible: Sequence[Possible]) -> list[Possible]:
    """Of several tables with a key of the same name, as a person, an employee and a seller have: the one that the
    child's table is called after, else the one with the fewest values, unless these hold the child's by accident."""
    best = possible[0]
    near = [link for link in possible if _is_family(schema, best, link)]
    widest = max(near, key=lambda link: link.parent.distinct)
    named = [
        link for link in near if schema.names and schema.names.adds_to(link.child.table, link.parent.table)
    ]
    if named:
        chosen = max(
            named, key=lambda link: len(schema.names.table(link.parent.table)) if schema.names else 0
        )
    else:
        narrow = min(near, key=lambda link: link.parent.distinct)
        part = narrow.parent.distinct / widest.parent.distinct
        if part * _SAME_SET > 1 or part ** min(50, narrow.inclusion.distinct) > _ACCIDENT:
            return list(possible)
        chosen = narrow
        for link in near:
            if link.parent.distinct <= _SAME_SET * narrow.parent.distinct:
                chosen = link
                break
    return [chosen, *(link for link in possible if link is not chosen)]


def _is_family(schema: Schema, best: Possible, link: Possible) -> bool:
    """The key is as likely as the best one, and has its name."""
    if link is best:
        return True
    if schema.names is None or link.confidence < best.confidence - _NEAR or not link.parent_is_key:
        return False
    if link.inclusion.distinct_in < best.inclusion.distinct_in or link.is_self:
        return False
    ends = [schema.names.column(each.parent.table, each.parent.name) for each in (best, link)]
    return ends[0] == ends[1] and len(schema.names.base(link.parent.table, link.parent.name)) > 0


def _prefer_own(
    schema: Schema, best: Possible, possible: Sequence[Possible], above: Mapping[tuple[str, str], Possible]
) -> Possible:
    """A role such as manager means another row of its own table, even if a sibling of that table has the same key.

    Not where its own table is the one that adds to the other.
    """
    own = next((link for link in possible if link.is_self), None)
    if own is None or best.is_self or (own.agreement or 0.0) < max(ROLE, best.agreement or 0.0):
        return best
    adds = _leads_to(above, own, (best.parent.table, best.parent.name))
    if adds or _extends(schema, own.parent.table) > _extends(schema, best.parent.table):
        return best
    return own if own.confidence >= best.confidence - _NEAR else best
