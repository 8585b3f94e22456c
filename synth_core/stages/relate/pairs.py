"""Keys of tables that tie others together: a column that is unique in the rows of today is not the key for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Link
from synth_core.stages.relate.keys import COMPOSITE
from synth_core.stages.relate.lexicon import LANGUAGE_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats
from synth_core.stages.relate.together import run

_EXPECTED = 3.0
"""So many pairs of rows with the same value were to be expected, where there is none, before that says anything."""

_NUMBER = 6
"""Longer texts are no numbers with noughts before them."""
_CALLED = 0.9
"""A column that is so well called after its table is its key."""


def pair_key(
    key: Inferred[tuple[str, ...]],
    stats: Mapping[str, ColumnStats],
    links: Sequence[Link],
    parents: Mapping[str, Mapping[str, ColumnStats]],
    names: Names | None,
) -> Inferred[tuple[str, ...]]:
    """The key with more columns, where the only one says little by being unique.

    Either it stands behind a link, is not called after the table, and nobody refers to it alone; or it is itself a link
    in a table of another thing: so few rows refer to so many that chance would hardly repeat one, or the column beside
    it is as unique, or the thing's own number is not. Or the second column is a language, of which there is only one; a
    language right behind the key is part of it even where the key is no link.
    """
    if key.origin is not Origin.MEASURED or len(key.value) != 1 or names is None:
        return key
    [name] = key.value
    own = stats[name]
    behind = next((column for column in stats.values() if column.position == own.position + 1), None)
    if own.position == 0 and behind is not None and _is_only_language(behind, names):
        return _both(own, behind, f"{own.name} is, while {behind.name} is always the same")
    linked = {
        link.columns[0]: parents[link.ref_table][link.ref_columns[0]]
        for link in links
        if link.table == own.table and len(link.columns) == 1 and link.accepted.value
    }
    columns = sorted(stats.values(), key=lambda column: column.position)
    if own.position > 0 and (found := _behind_links(own, columns, links, names)):
        return found
    if own.position == 0 and len(columns) > 1 and (found := _tied(own, columns, set(linked), names)):
        return found
    if name not in linked or own.position > 1:
        return key
    for other in columns[:3]:
        if other is own or not other.is_full:
            continue
        if _is_only_language(other, names):
            return _both(own, other, f"{own.name} is, while {other.name} is always the same")
        ties = all(column.name in linked or column.group == "time" for column in stats.values())
        expected = own.rows**2 / (2 * max(1, linked[name].distinct))
        # An `id` is the table's own, whatever it refers to.
        ties = ties and names.own_key(own.table, own.name) < _CALLED
        if ties and other.position < 2 and other.name in linked and expected < _EXPECTED:
            parent = linked[name]
            why = (
                f"{own.name} is alone, but {own.rows:,} rows that refer to {parent.distinct:,} of {parent.table}"
                " would hardly repeat one"
            )
            return _both(own, other, why)
    return key


def _behind_links(
    own: ColumnStats, columns: Sequence[ColumnStats], links: Sequence[Link], names: Names
) -> Inferred[tuple[str, ...]] | None:
    """Keys stand first: a column behind links that is unique today is so within what these refer to."""
    linked = {
        link.columns[0]: (link.ref_table, link.ref_columns[0])
        for link in links
        if link.table == own.table and len(link.columns) == 1 and link.accepted.value
    }
    first = run(columns, 0, lambda column: column.is_full and column.name in linked)
    if not first or names.own_key(own.table, own.name) >= _CALLED:
        return None
    if own.length > _NUMBER and (
        names.is_identifier(own.table, own.name) or names.own_key(own.table, own.name) > 0
    ):
        # Numbers are counted anew within a parent, names and long codes are not.
        return None
    if own not in first:
        first = [column for column in first if column.position < own.position]
    for link in links:
        if link.accepted.value and (link.ref_table, link.ref_columns) == (own.table, (own.name,)):
            # Who refers to both has the first column, too.
            both = any(
                other.table == link.table and (other.ref_table, other.ref_columns[0]) == linked[first[0].name]
                for other in links
            )
            if not both:
                return None
    names_of = [column.name for column in first if column is not own]
    why = f"{own.name} is alone, but keys stand first, and it stands behind {', '.join(names_of)}"
    return _all(first if own in first else [*first, own], why)


def _tied(
    own: ColumnStats, columns: Sequence[ColumnStats], linked: set[str], names: Names
) -> Inferred[tuple[str, ...]] | None:
    """The first column is called the identifier of another thing, and the second belongs to it."""
    other = columns[1]
    if other.position != 1 or not other.is_full or not names.has_id_word(own.table, other.name):
        return None
    called = names.own_key(own.table, other.name)
    if own.name in linked and called >= _CALLED and not other.is_unique:
        return _all(
            (own, other), f"{own.name} is alone, but {other.name}, after which the table is called, is not"
        )
    if not linked.intersection((own.name, other.name)) or not other.is_unique or called >= _CALLED:
        return None
    if len(columns) > 2 and not linked.issuperset((own.name, other.name)):
        return None
    if names.own_key(own.table, own.name) >= _CALLED or not names.has_id_word(own.table, own.name):
        return None
    return _all(
        (own, other), f"so are those of {own.name} and {other.name} alone, but the table ties two things"
    )


def _is_only_language(column: ColumnStats, names: Names) -> bool:
    words = names.column(column.table, column.name)
    return column.is_full and column.distinct == 1 and not LANGUAGE_WORDS.isdisjoint(words)


def _both(own: ColumnStats, other: ColumnStats, why: str) -> Inferred[tuple[str, ...]]:
    return _all(sorted((own, other), key=lambda column: column.position), why)


def _all(columns: Sequence[ColumnStats], why: str) -> Inferred[tuple[str, ...]]:
    return Inferred(
        value=tuple(column.name for column in columns),
        confidence=COMPOSITE - 0.1,
        evidence=f"all {columns[0].rows:,} combinations are filled and different; {why}",
    )
