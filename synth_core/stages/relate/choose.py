"""One parent a column, of those that are likely: siblings, wider and narrower keys, roles, copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.stages.relate.evidence import ROLE, Possible
from synth_core.stages.relate.lexicon import EXTENSION_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.schema import ACCEPTED, Schema
from synth_core.stages.relate.stats import ColumnStats

_SAME_SET = 1.1
"""A key that has not many more values than another may stand for the same things."""
_ACCIDENT = 0.01
_NEAR = 0.25
"""A parent that is hardly less likely may be taken for what it is."""


def choose(schema: Schema, found: Mapping[tuple[str, str], list[Possible]]) -> list[Possible]:
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
            is_thing = link.parent_is_key or (schema.names and schema.names.stands_for(*_place(link.parent)))
            upside_down = not is_thing or _is_root(schema, link.child, link.parent)
            if _leads_to(above, link, child) or (mutual and upside_down):
                continue
            above[child] = link
            chosen.append(link)
            break
    for child, (best, *_) in found.items():
        # So may others without repeats: the `user` of profiles, by which these are found, is a user's name.
        if child not in key_children and best.child.is_unique and not _leads_to(above, best, child):
            above[child] = best
    for child, possible in found.items():
        if child not in key_children:
            named = _prefer_same(schema, possible) or _prefer_named(schema, possible)
            best = named or _prefer_root(schema, possible, above)
            chosen.append(_prefer_own(schema, best, possible, above))
    return _one_way(chosen)


def _one_way(links: Sequence[Possible]) -> list[Possible]:
    """Of two columns that could each refer to the other, the likelier child."""
    by_ends = {(*_place(link.child), *_place(link.parent)): link for link in links}

    def is_weaker(link: Possible) -> bool:
        back = by_ends.get((*_place(link.parent), *_place(link.child)))
        if back is None or link.is_self:
            return False
        return (link.confidence, _place(link.child)) < (back.confidence, _place(back.child))

    return [link for link in links if not is_weaker(link)]


def _place(column: ColumnStats) -> tuple[str, str]:
    return column.table, column.name


def without_copies(schema: Schema, links: Sequence[Possible]) -> list[Possible]:
    """Where a table refers to another, what it repeats of that one's further names is a copy and no link of its own."""
    kept: dict[tuple[str, str], Possible] = {}
    for link in links:
        place = (link.child.table, link.parent.table)
        if link.confidence >= ACCEPTED and _repeats(schema, link):
            kept[place] = min(
                kept.get(place, link), link, key=lambda one: (not one.parent_is_key, one.parent.position)
            )

    def is_own(link: Possible) -> bool:
        if link.parent_is_key:
            return True
        if _tells_again(schema, link, links):
            return False
        return not _repeats(schema, link) or kept.get((link.child.table, link.parent.table), link) is link

    return [link for link in links if is_own(link)]


def _tells_again(schema: Schema, link: Possible, links: Sequence[Possible]) -> bool:
    """`customer_name` beside `customer_id`."""
    names = schema.names
    if names is None or not names.is_told_by_name(*_place(link.child), *_place(link.parent)):
        return False
    told = names.told(*_place(link.child))
    return any(
        other.parent_is_key
        and other.confidence >= ACCEPTED
        and (other.child.table, other.parent.table) == (link.child.table, link.parent.table)
        and names.base(*_place(other.child)) in (told, ())
        for other in links
    )


def _repeats(schema: Schema, link: Possible) -> bool:
    """The child has the parent's very name: no role, and no name of its own."""
    names = schema.names
    return (
        names is not None
        and not link.is_self
        and names.column(link.child.table, link.child.name)
        == names.column(link.parent.table, link.parent.name)
    )


def without_numbers(schema: Schema, links: Sequence[Possible]) -> list[Possible]:
    """Where a table has the very name of a key, what is called the same but for the word for identifiers is no second
    link to it: beside `installment_id`, `installment_number` only counts."""
    names = schema.names
    if names is None:
        return list(links)
    exact = {
        (link.child.table, *_place(link.parent), names.base(*_place(link.child))): link
        for link in links
        if _repeats(schema, link) and link.parent_is_key
    }

    def is_number(link: Possible) -> bool:
        meant = exact.get((link.child.table, *_place(link.parent), names.base(*_place(link.child))))
        return meant is not None and meant is not link

    return [link for link in links if not is_number(link)]


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
        extends(schema, column.table),
        # `employee_id` is the key of employees, and a link wherever else it stands.
        -names.is_of_own(*_place(column)) if names else 0.0,
        -column.distinct,
        len(subject),
        -len(schema.stats[column.table]),
        column.table,
    )


def extends(schema: Schema, table: str) -> int:
    """How many words of a table's name say that it only adds to another table."""
    return len(EXTENSION_WORDS.intersection(schema.names.table(table))) if schema.names else 0


def _prefer_same(schema: Schema, possible: Sequence[Possible]) -> Possible | None:
    """Of two columns of one table that fit, the one that has the child's very name, or is the key and has its end:
    `user_id` is not meant by the `uid` beside it, nor `user_pk` by the `id`."""
    names, best = schema.names, possible[0]
    if names is None:
        return None
    own = names.column(best.child.table, best.child.name)

    def has_name(link: Possible) -> bool:
        other = names.column(*_place(link.parent))
        return own == other or (link.parent_is_key and own[-len(other) :] == other)

    for link in possible[1:]:
        if (
            link.parent.table == best.parent.table
            and has_name(link)
            and not has_name(best)
            and link.confidence >= best.confidence - _NEAR
            and link.inclusion.distinct_in >= best.inclusion.distinct_in
        ):
            return link
    return None


def _prefer_named(schema: Schema, possible: Sequence[Possible]) -> Possible | None:
    """A parent that is as likely as the best one, has as many of the values, and is what the column is called after:
    `item_id` stands for an item, though a table of their texts has a key `item_id`, too."""
    names, best = schema.names, possible[0]
    if names is None:
        return None
    ranks = [names.called_after(link.child.table, link.child.name, link.parent.table) for link in possible]
    near = [
        (rank, link)
        for rank, link in zip(ranks, possible, strict=True)
        if rank > max(1, ranks[0])
        and link.parent_is_key
        and not link.is_self
        # Among keys of one name, unless it is just `id`, the closest was taken.
        and not _have_one_name(names, link.parent, best.parent)
        and link.confidence >= best.confidence - _NEAR
        and link.inclusion.distinct_in >= best.inclusion.distinct_in
    ]
    return max(near, key=lambda each: each[0])[1] if near else None


def _have_one_name(names: Names, one: ColumnStats, other: ColumnStats) -> bool:
    same = names.column(one.table, one.name) == names.column(other.table, other.name)
    return same and len(names.base(one.table, one.name)) > 0


def _prefer_root(
    schema: Schema, possible: Sequence[Possible], above: Mapping[tuple[str, str], Possible]
) -> Possible:
    best = possible[0]
    if best.parent_is_key and schema.names and schema.names.adds_to(best.child.table, best.parent.table):
        # `faculty_classes` are of the faculty, though each of them is one of the staff.
        return best
    by_parent = {(link.parent.table, link.parent.name): link for link in possible}
    at = (best.parent.table, best.parent.name)
    while at in above:
        at = (above[at].parent.table, above[at].parent.name)
        link = by_parent.get(at)
        # A key with more values is that of a wider thing: what refers to sellers does not just refer to persons.
        if link is None or (
            link.parent.distinct > _SAME_SET * best.parent.distinct and not _may_be_accident(best, link)
        ):
            break
        if 2 * link.inclusion.distinct_in < best.inclusion.distinct_in:
            break
        if link.confidence >= best.confidence - _NEAR:
            best = link
    return best


def closest_first(schema: Schema, possible: Sequence[Possible]) -> list[Possible]:
    """Of several tables with a key of the same name, as a person, an employee and a seller have: the one that the
    child's table is called after, else the one with the fewest values, unless these hold the child's by accident."""
    best = next((link for link in possible if link.rest), possible[0])
    if best.rest:
        # What divides another table is of it, whatever else has its values under its name.
        return [best, *(link for link in possible if link is not best)]
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
        if part * _SAME_SET > 1 or _may_be_accident(narrow, widest):
            return list(possible)
        chosen = narrow
        for link in near:
            if link.parent.distinct <= _SAME_SET * narrow.parent.distinct:
                chosen = link
                break
    return [chosen, *(link for link in possible if link is not chosen)]


def _may_be_accident(narrow: Possible, wide: Possible) -> bool:
    """Values of the wider key may well happen to lie in the narrower one, too, as few as they are. Without names
    nothing else says that the wider one is meant."""
    if wide.agreement is None:
        return False
    part = narrow.parent.distinct / wide.parent.distinct
    return part ** min(50, narrow.inclusion.distinct) > _ACCIDENT


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
    if adds or extends(schema, own.parent.table) > extends(schema, best.parent.table):
        return best
    return own if own.confidence >= best.confidence - _NEAR else best
