"""Tables that divide the rows of another among them, by its key: cars and lorries do so with vehicles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from synth_core.stages.relate.agreement import agreement_of
from synth_core.stages.relate.inclusion import Includer
from synth_core.stages.relate.schema import Schema
from synth_core.stages.relate.stats import ColumnStats, as_float

_FEWEST = 10
"""Keys of the table that is divided."""
_COVERED = 0.9
"""Share of its keys that the others have together."""
_TWICE = 0.05
"""Share of these that two of them may have: somebody is a teacher and a student, too."""
_TRIED = 8
"""Tables that are tried together."""
_PARTS = 4
"""Of so many tables it may be divided among, at most."""
_AGREED = 0.4
"""A key that agrees less with the name of what is divided is called after something else."""
_CHANCE, _NAMED_CHANCE = 0.05, 0.3
"""As many divisions may be expected by chance, and where names agree."""

Divisions = Mapping[tuple[str, str], tuple[str, ...]]
"""By child and parent: the tables that have the parent's other rows."""
_Parts = tuple[ColumnStats, ...]


def divisions(schema: Schema, includer: Includer) -> Divisions:
    """Keys that count the rows of their tables all begin with 1, so that those of different tables overlap. Where some
    begin elsewhere, all lie in the key of another table, and have nearly all of its values together and hardly one
    twice, they are of one kind, unless so many tables were tried that some had to fit. Not where they are called after
    something else.

    Where blocks of numbers of fitting sizes lie anywhere in a key of n values, the first at its beginning, k of them
    divide it with no more than s left over or twice with a chance of ((2 s + 1) / n) ** (k - 1)."""
    keys = [
        schema.stats[table][key[0]]
        for table, key in schema.keys.items()
        if len(key) == 1 and table not in schema.partial
    ]
    keys = [key for key in keys if key.group == "number"]
    tried = [(parent, parts) for parent in keys for parts in _tried(schema, includer, parent, keys)]
    by_size = Counter(len(parts) for _, parts in tried)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for parent, parts in tried:
        left = _left(includer, parent, parts)
        if left is None:
            continue
        chance = by_size[len(parts)] * ((2 * left + 1) / parent.distinct) ** (len(parts) - 1)
        if chance <= (_NAMED_CHANCE if _are_called_so(schema, parts, parent) else _CHANCE):
            for part in parts:
                rest = tuple(other.table for other in parts if other is not part)
                found.setdefault((part.table, parent.table), rest)
    return found


def _left(includer: Includer, parent: ColumnStats, parts: _Parts) -> int | None:
    """Keys that none of the parts has, or two; None where these are too many for a division."""
    together = includer.together(parts)
    twice = sum(part.distinct for part in parts) - together
    if together < _COVERED * parent.distinct or twice > _TWICE * together:
        return None
    return max(parent.distinct - together, twice)


def _tried(
    schema: Schema, includer: Includer, parent: ColumnStats, keys: Sequence[ColumnStats]
) -> Iterator[_Parts]:
    """The sets of tables that may divide a parent by the sizes of their keys, of each name that these have."""
    if parent.distinct < _FEWEST:
        return
    groups: dict[tuple[str, ...], list[ColumnStats]] = {}
    for key in keys:
        if (
            key.table != parent.table
            and 1 < key.distinct < parent.distinct
            and _lies_in(key, parent)
            and not _is_called_otherwise(schema, key, parent)
        ):
            name = schema.names.column(key.table, key.name) if schema.names else ()
            groups.setdefault(name, []).append(key)
    for group in groups.values():
        # Those that begin elsewhere tell; of those that begin with the parent only one can be a part.
        group.sort(key=lambda key: (key.low == parent.low, -key.distinct))
        sets = [
            parts
            for size in range(2, _PARTS + 1)
            for parts in combinations(group[:_TRIED], size)
            if _may_divide(parent, parts)
        ]
        # Only what may divide it is looked for in the parent.
        tried = dict.fromkeys(key for parts in sets for key in parts)
        inside = {key.table: includer.measure(key, [parent])[0].share == 1.0 for key in tried}
        yield from (parts for parts in sets if all(inside[part.table] for part in parts))


def _may_divide(parent: ColumnStats, parts: _Parts) -> bool:
    rows = sum(part.distinct for part in parts)
    begin = sum(part.low == parent.low for part in parts)
    return begin <= 1 and _COVERED * parent.distinct <= rows <= (1 + _TWICE) * parent.distinct


def _is_called_otherwise(schema: Schema, key: ColumnStats, parent: ColumnStats) -> bool:
    """`employee_id` of an employee has nothing to do with a product."""
    names = schema.names
    if names is None or not names.base(key.table, key.name):
        return False
    return (agreement_of(schema, key, parent) or 0.0) < _AGREED


def _are_called_so(schema: Schema, parts: _Parts, parent: ColumnStats) -> bool:
    return all((agreement_of(schema, part, parent) or 0.0) >= _AGREED for part in parts)


def _lies_in(key: ColumnStats, parent: ColumnStats) -> bool:
    return as_float(parent.low) <= as_float(key.low) and as_float(key.high) <= as_float(parent.high)
