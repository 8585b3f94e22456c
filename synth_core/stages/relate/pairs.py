"""Keys of tables that tie others together: a column that is unique in the rows of today is not the key for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Link
from synth_core.stages.relate.keys import COMPOSITE
from synth_core.stages.relate.lexicon import LANGUAGE_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats

_EXPECTED = 3.0
"""So many pairs of rows with the same value were to be expected, where there is none, before that says anything."""


def pair_key(
    key: Inferred[tuple[str, ...]],
    stats: Mapping[str, ColumnStats],
    links: Sequence[Link],
    parents: Mapping[str, Mapping[str, ColumnStats]],
    names: Names | None,
) -> Inferred[tuple[str, ...]]:
    """The key with a second column, where the only one is itself a link and its being unique says little.

    Either so few rows refer to so many that chance would hardly repeat one, in a table of nothing but links and dates;
    or the second column is a language, of which there is only one. A language right behind the key is part of it
    even where the key is no link.
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
    if name not in linked or own.position > 1:
        return key
    for other in sorted(stats.values(), key=lambda column: column.position)[:3]:
        if other is own or not other.is_full:
            continue
        if _is_only_language(other, names):
            return _both(own, other, f"{own.name} is, while {other.name} is always the same")
        ties = all(column.name in linked or column.group == "time" for column in stats.values())
        expected = own.rows**2 / (2 * max(1, linked[name].distinct))
        if ties and other.position < 2 and other.name in linked and expected < _EXPECTED:
            parent = linked[name]
            why = (
                f"{own.name} is alone, but {own.rows:,} rows that refer to {parent.distinct:,} of {parent.table}"
                " would hardly repeat one"
            )
            return _both(own, other, why)
    return key


def _is_only_language(column: ColumnStats, names: Names) -> bool:
    words = names.column(column.table, column.name)
    return column.is_full and column.distinct == 1 and not LANGUAGE_WORDS.isdisjoint(words)


def _both(own: ColumnStats, other: ColumnStats, why: str) -> Inferred[tuple[str, ...]]:
    first, second = sorted((own, other), key=lambda column: column.position)
    return Inferred(
        value=(first.name, second.name),
        confidence=COMPOSITE - 0.1,
        evidence=f"all {own.rows:,} combinations are filled and different; {why}",
    )
