"""Primary keys of one column. No key is an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from synth_core.model.inferred import Inferred
from synth_core.model.types import Kind
from synth_core.stages.relate.lexicon import DESCRIPTIVE_WORDS, NUMBERING_WORDS, PERIOD_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats, as_float

FEW = 10
"""In a table of so few rows many columns are unique by accident."""
COMPOSITE = 0.88
"""Of several columns nobody is sure that none is missing, or could be left out."""
_CALLED = 0.9
"""A column that is so well called after its table identifies its rows."""
_TWICE, _ENOUGH = 0.98, 50
"""Of so many rows or more this share is different, but for copies."""
_LISTED = 3
_ASKED = 12
"""Keys that are counted exactly on a whole table."""


@dataclass(frozen=True)
class Candidate:
    """A column that could be the primary key alone; `score` 0 is a toss-up."""

    stats: ColumnStats
    score: float
    is_named: bool = False
    """It is called after its table, or just `id`."""


def varying(
    stats: Mapping[str, ColumnStats], names: Names | None, linked: Collection[str] = ()
) -> dict[str, ColumnStats]:
    """The columns that have more than one value, identify something or refer to another table, counted anew from the
    first: where all rows are of one client, the table begins behind it."""
    constant = 0
    found = {}
    for column in sorted(stats.values(), key=lambda column: column.position):
        identifies = names is not None and names.has_id_word(column.table, column.name)
        if column.distinct <= 1 < column.rows and column.name not in linked and not identifies:
            constant += 1
        else:
            found[column.name] = replace(column, position=column.position - constant)
    return found


def single_keys(stats: Mapping[str, ColumnStats], names: Names | None) -> list[Candidate]:
    """Unique columns without NULLs, the best first. `names` is None where names are to be ignored."""
    found = [
        Candidate(
            column,
            _single_score(column, names, _place(column, stats, names), stats),
            names is not None and names.own_key(column.table, column.name) >= 0.7,
        )
        for column in stats.values()
        if column.is_full and column.is_unique
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.stats.position))


def nearly_unique(stats: Mapping[str, ColumnStats], names: Names | None) -> ColumnStats | None:
    """The column that identifies the rows of a table, but for a few that are there twice, as may happen in warehouses
    and files: no key, though others refer to it."""
    if names is None:
        return None
    for column in sorted(stats.values(), key=lambda each: each.position):
        is_nearly = _TWICE * column.filled <= column.distinct < column.filled
        if is_nearly and column.is_full and column.rows >= _ENOUGH and column.group in ("number", "text"):
            place = (column.table, column.name)
            # Half of a pair, `concept_id` of `concept_relationship`, may be different in nearly all rows, too.
            if names.has_id_word(*place) and (names.own_key(*place) >= _CALLED or names.is_of_head(*place)):
                return column
            if column.position == 0 and column.group == "text" and names.is_known_by(*place, _unique(stats)):
                return column
    return None


def _is_known_by(column: ColumnStats, names: Names | None, stats: Mapping[str, ColumnStats]) -> bool:
    return names is not None and names.is_known_by(column.table, column.name, _unique(stats))


def _unique(stats: Mapping[str, ColumnStats]) -> set[str]:
    return {column.name for column in stats.values() if column.is_unique and column.is_full}


def _place(column: ColumnStats, stats: Mapping[str, ColumnStats], names: Names | None) -> int:
    """Where a column stands, apart from those that only say in which order the rows do."""
    before = [other for other in stats.values() if other.position < column.position]
    orders = [other for other in before if names is not None and names.only_orders(other.table, other.name)]
    return column.position - len(orders)


def _is_list(column: ColumnStats, stats: Mapping[str, ColumnStats]) -> bool:
    """The table is a list of what the first column's values mean: `flag, meaning`."""
    others = [other for other in stats.values() if other is not column]
    return (
        column.position == 0
        and 0 < len(others) < _LISTED
        and all(other.group == "text" and other.spaced > 0 for other in others)
    )


def _single_score(
    column: ColumnStats, names: Names | None, place: int, stats: Mapping[str, ColumnStats]
) -> float:
    if column.rows == 1 and (names is None or not _is_named(column, names)):
        return -3.0
    score = -1.5 if column.rows > 1 else -0.5
    score += 1.5 if place == 0 else -min(1.0, 0.15 * place)
    score += 0.8 if column.rows >= 50 else 0.4 if column.rows >= FEW else 0.0
    if column.group == "number" and column.type.kind is not Kind.FLOAT64:
        score += 0.8 if column.density > 0.9 else 0.4
        # Numbers without gaps from 0 or 1 on number the rows, wherever they stand.
        score += 0.6 if counts_from_one(column) and column.rows >= FEW else 0.0
    elif column.group == "text":
        named = column.position == 0 and _is_known_by(column, names, stats)
        score += 0.5 if column.longest <= 40 and (column.spaced < 0.1 or named) else -1.0
        score -= 1.5 if column.longest > 100 else 0.0
    else:
        score -= 0.3 if place == 0 and names is not None and _is_period(column, names) else 2.0
    if names is not None:
        half = names.is_half_of_pair(column.table, column.name)
        score += 0.0 if half else 2.0 * names.own_key(column.table, column.name)
        parts = names.column(column.table, column.name)
        if half:
            score -= 3.0
        elif names.only_orders(column.table, column.name):
            score -= 2.0
        elif names.has_id_word(column.table, column.name):
            score += 0.0 if names.is_of_other(column.table, column.name) else 1.0
            score -= _BESIDE_ID if _is_number_beside_id(column, names, stats) else 0.0
        elif DESCRIPTIVE_WORDS.intersection(parts):
            # What is called by a number is numbered.
            is_called = column.group == "number" or _is_known_by(column, names, stats)
            score -= 0.0 if column.position == 0 and is_called else 1.5
        elif names.is_measure(column.table, column.name) and not _is_list(column, stats):
            score -= 0.0 if place == 0 and _is_period(column, names) else 2.0
    return score


def _is_number_beside_id(column: ColumnStats, names: Names, stats: Mapping[str, ColumnStats]) -> bool:
    """The `code` or `number` of what has an `id`, too."""
    if not NUMBERING_WORDS.issuperset(names.column(column.table, column.name)):
        return False
    return any(
        names.column(other.table, other.name) == _ID and other.is_unique and other.is_full
        for other in stats.values()
    )


_ID, _BESIDE_ID = ("id",), 2.0


def _is_period(column: ColumnStats, names: Names) -> bool:
    """`year` of seasons: nothing but years one after the other, each once, or years that other tables tell, too, as of
    elections and the `host_year` of games. Or a time in a table of times: `week_start` of weeks."""
    parts = names.column(column.table, column.name)
    if column.group == "time":
        return not PERIOD_WORDS.isdisjoint(names.table(column.table))
    if parts[-1] not in PERIOD_WORDS or column.group != "number":
        return False
    return (len(parts) == 1 and column.density > 0.9) or names.has_others(column.table, column.name) > 1


def _is_named(column: ColumnStats, names: Names) -> bool:
    """By its name alone it identifies something: `region` of a region as well as `region_id`."""
    return names.has_id_word(column.table, column.name) or names.own_key(column.table, column.name) > 0


def primary_key(candidates: Sequence[Candidate]) -> Inferred[tuple[str, ...]] | None:
    """The best single column as the primary key, if it is convincing."""
    if not candidates or candidates[0].score < 0:
        return None
    best = candidates[0]
    evidence = f"all {best.stats.rows:,} values are filled and different"
    if len(candidates) > 1:
        others = ", ".join(other.stats.name for other in candidates[1:4])
        evidence += f"; so are those of {others}"
    most = 0.99 if best.is_named else COMPOSITE
    return Inferred(value=(best.stats.name,), confidence=min(most, sure(best.score)), evidence=evidence)


def sure(score: float) -> float:
    return round(min(0.99, 1 / (1 + exp(-(0.3 + 0.9 * score)))), 3)


def referred_key(
    candidates: Sequence[Candidate], links: Sequence[tuple[str, str, float]]
) -> Inferred[tuple[str, ...]] | None:
    """The unique column that others refer to, where nothing else told which is the key. `links` of this table are the
    name of its column, who refers to it, and how sure that is."""
    unique = {candidate.stats.name: candidate.stats for candidate in candidates}
    sure = [link for link in links if link[0] in unique]
    if not sure:
        return None
    name, child, confidence = max(
        sure, key=lambda link: (sum(other[0] == link[0] for other in sure), link[2])
    )
    evidence = f"all {unique[name].rows:,} values are filled and different; {child} refers to it"
    return Inferred(value=(name,), confidence=min(COMPOSITE, confidence), evidence=evidence)


def shared_key(
    candidates: Sequence[Candidate], links: Mapping[str, str], names: Names | None
) -> Inferred[tuple[str, ...]] | None:
    """The first column, where it is unique and refers to the key of what the table adds to, and no other column refers
    to anything: `box_office.film`. `links`: what the table's columns refer to."""
    for candidate in candidates:
        column = candidate.stats
        is_half = names is not None and names.is_half_of_pair(column.table, column.name)
        if column.position == 0 and column.rows > 1 and [column.name] == list(links) and not is_half:
            evidence = (
                f"all {column.rows:,} values are filled and different; it refers to {links[column.name]}"
            )
            return Inferred(value=(column.name,), confidence=0.8, evidence=evidence)
    return None


def key_candidates(
    key: Sequence[str] | None, stats: Mapping[str, ColumnStats]
) -> tuple[tuple[str, ...], ...]:
    """What should be counted on the whole of a table of which only a sample was seen: each column that is unique in the
    sample, and the key of several columns that was found there, also with one column more."""
    alone = [(column.name,) for column in stats.values() if column.is_unique and column.group]
    together: list[tuple[str, ...]] = []
    if key is not None and len(key) > 1:
        more = [
            column.name
            for column in stats.values()
            if column.is_full and column.group and column.name not in key and column.longest <= 60
        ]
        together = [tuple(key), *((*key, name) for name in more)]
    return (*alone[:_ASKED], *together[:_ASKED])


def counts_from_one(column: ColumnStats) -> bool:
    """Whole numbers from 0 or 1 without gaps, as lines of an order are numbered."""
    if column.group != "number":
        return False
    low, high = as_float(column.low), as_float(column.high)
    return low in (0.0, 1.0) and column.distinct >= 0.9 * (high - low + 1)
