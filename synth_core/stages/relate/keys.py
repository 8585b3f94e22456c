"""Primary keys: single columns first, then a few columns together. No key is an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, prod

import duckdb

from synth_core.files.sql import quote
from synth_core.model.inferred import Inferred
from synth_core.model.measured import TableFacts
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.lexicon import (
    DESCRIPTIVE_WORDS,
    HISTORY_WORDS,
    LATER_WORDS,
    LINE_WORDS,
    PERIOD_WORDS,
)
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.phrases import is_silent
from synth_core.stages.relate.stats import ColumnStats, as_float

_FEW = 10
"""In a table of so few rows many columns are unique by accident."""
_COLUMNS_TRIED = 8
_TESTS = 30
_HEAD = 20_000
COMPOSITE = 0.88
"""Of several columns nobody is sure that none is missing, or could be left out."""
_MOST_LEADING = 5
_SPARSE = 30
"""Of so many times more combinations than there are rows, hardly any two are the same by accident."""
_ASKED = 12
"""Keys that are counted exactly on a whole table."""


@dataclass(frozen=True)
class Candidate:
    """A column that could be the primary key alone; `score` 0 is a toss-up."""

    stats: ColumnStats
    score: float
    is_named: bool = False
    """It is called after its table, or just `id`."""


def single_keys(stats: Mapping[str, ColumnStats], names: Names | None) -> list[Candidate]:
    """Unique columns without NULLs, the best first. `names` is None where names are to be ignored."""
    found = [
        Candidate(
            column,
            _single_score(column, names),
            names is not None and names.own_key(column.table, column.name) >= 0.7,
        )
        for column in stats.values()
        if column.is_full and column.is_unique
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.stats.position))


def _single_score(column: ColumnStats, names: Names | None) -> float:
    if column.rows == 1 and (names is None or not names.has_id_word(column.table, column.name)):
        return -3.0
    score = -1.5 if column.rows > 1 else -0.5
    score += 1.5 if column.position == 0 else -min(1.0, 0.15 * column.position)
    score += 0.8 if column.rows >= 50 else 0.4 if column.rows >= _FEW else 0.0
    if column.group == "number" and column.type.kind is not Kind.FLOAT64:
        score += 0.8 if column.density > 0.9 else 0.4
        # Numbers without gaps from 0 or 1 on number the rows, wherever they stand.
        score += 0.6 if _counts_from_one(column) and column.rows >= _FEW else 0.0
    elif column.group == "text":
        named = names is not None and column.position == 0 and names.is_known_by(column.table, column.name)
        score += 0.5 if column.longest <= 40 and (column.spaced < 0.1 or named) else -1.0
        score -= 1.5 if column.longest > 100 else 0.0
    else:
        score -= 2.0
    if names is not None:
        half = names.is_half_of_pair(column.table, column.name)
        score += 0.0 if half else 2.0 * names.own_key(column.table, column.name)
        parts = names.column(column.table, column.name)
        if half:
            score -= 3.0
        elif names.has_id_word(column.table, column.name):
            score += 0.0 if names.is_of_other(column.table, column.name) else 1.0
        elif DESCRIPTIVE_WORDS.intersection(parts):
            is_known_by = column.position == 0 and names.is_known_by(column.table, column.name)
            score -= 0.0 if is_known_by else 1.5
        elif names.is_measure(column.table, column.name):
            score -= 2.0
    return score


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
    return Inferred(value=(best.stats.name,), confidence=min(most, _sure(best.score)), evidence=evidence)


def _sure(score: float) -> float:
    return round(min(0.99, 1 / (1 + exp(-(0.3 + 0.9 * score)))), 3)


def composite_key(
    con: duckdb.DuckDBPyConnection,
    stats: Mapping[str, ColumnStats],
    linked: Collection[str],
    names: Names | None,
    whole: TableFacts | None = None,
) -> Inferred[tuple[str, ...]] | None:
    """Two to four columns that are unique together; `linked` are the columns that refer to other tables. With facts of
    the whole table, only what they say to be unique is.

    A column that is unique alone is no part of a key, as a key has no column that it could do without. Only where
    all columns are links it may be one: a table that pairs two others is often so small that one side occurs once.
    """
    alone = {column.name for column in stats.values() if column.is_full and column.is_unique}
    scores = {
        column.name: _part_score(column, column.name in linked, names)
        for column in stats.values()
        if column.is_full and column.group and column.distinct > 1 and column.longest <= 60
        if column.name not in alone or column.name in linked
    }
    tried = sorted(scores, key=lambda name: (-scores[name], stats[name].position))[:_COLUMNS_TRIED]
    rows = max((column.rows for column in stats.values()), default=0)
    sets = [
        (sum(scores[name] for name in chosen) / size - 0.6 * (size - 2), chosen)
        for size in (2, 3, 4)
        for chosen in combinations(sorted(tried, key=lambda name: stats[name].position), size)
        if prod(max(1, stats[name].distinct) for name in chosen) * 1.1 >= rows
        if not alone.intersection(chosen) or set(chosen) <= set(linked)
    ]
    needed = 0.5 if rows >= _FEW else 1.2
    telling = {name: name in linked or names is None or _tells(stats[name], names) for name in tried}
    for score, chosen in sorted(sets, key=lambda entry: (-entry[0], len(entry[1])))[:_TESTS]:
        if score < needed + (0 if any(telling[name] for name in chosen) else 1.0):
            continue
        if _is_unique(con, stats, chosen, rows, whole):
            least = _minimal(con, stats, chosen, rows, whole)
            head = _head(stats, linked, names)
            value = head if set(least) < set(head) else least
            evidence = f"all {rows:,} combinations are filled and different; "
            single = [name for name in least if name in alone]
            evidence += (
                f"so is {' or '.join(single)} alone, but every column refers to another table"
                if single
                else "no column alone identifies a row"
            )
            if value is not least:
                evidence += f"; {', '.join(least)} would do, but the table begins with all of these"
            return Inferred(value=value, confidence=min(COMPOSITE, _sure(score - 0.5)), evidence=evidence)
    return _leading_key(con, stats, linked, names, whole)


def _leading_key(
    con: duckdb.DuckDBPyConnection,
    stats: Mapping[str, ColumnStats],
    linked: Collection[str],
    names: Names | None,
    whole: TableFacts | None,
) -> Inferred[tuple[str, ...]] | None:
    """The first columns, where these are all that a table ties together, or a grid that is mostly filled: keys stand
    first."""
    rows = max((column.rows for column in stats.values()), default=0)
    ties = {*linked, *(c.name for c in stats.values() if names and names.is_half_of_pair(c.table, c.name))}
    tied = _first(stats, lambda column: column.name in ties)
    if len(tied) > 1 and _is_unique(con, stats, tied, rows, whole):
        evidence = f"all {rows:,} combinations are filled and different; the table ties these together"
        return Inferred(value=tied, confidence=COMPOSITE - 0.1, evidence=evidence)
    first = _first(stats, lambda column: column.name in ties or _can_lead(column, names))
    for size in range(2, min(_MOST_LEADING, len(first)) + 1):
        cells = prod(stats[name].distinct for name in first[:size])
        if rows < _FEW or not rows <= cells <= _SPARSE * rows:
            continue
        if _is_unique(con, stats, first[:size], rows, whole):
            evidence = (
                f"all {rows:,} combinations are filled and different, of {cells:,} that there could be, "
                "and the table begins with these columns"
            )
            return Inferred(value=first[:size], confidence=COMPOSITE - 0.1, evidence=evidence)
    return None


def _first(stats: Mapping[str, ColumnStats], fits: Callable[[ColumnStats], bool]) -> tuple[str, ...]:
    """The columns that a table begins with, as long as they have no NULLs and fit."""
    found: list[str] = []
    for column in sorted(stats.values(), key=lambda column: column.position):
        if column.position != len(found) or not (column.is_full and column.group and fits(column)):
            break
        found.append(column.name)
    return tuple(found)


def _can_lead(column: ColumnStats, names: Names | None) -> bool:
    """A column of few values that may be part of a key: no number with a fraction, no long text, and no name that says
    that it describes or measures, unless it is a time."""
    if column.distinct < 2 or column.type.kind is Kind.FLOAT64 or column.longest > 40:
        return False
    if names is None:
        return True
    parts = names.column(column.table, column.name)
    if PERIOD_WORDS.intersection(parts):
        return True
    return not (DESCRIPTIVE_WORDS.intersection(parts) or names.is_measure(column.table, column.name))


def _head(stats: Mapping[str, ColumnStats], linked: Collection[str], names: Names | None) -> tuple[str, ...]:
    """The columns that a table which ties others together begins with: links, and in a history the date. Keys
    stand first, and such a table is mostly meant to hold each combination once, even if fewer columns are unique in
    the rows of today."""
    head: list[str] = []
    for column in sorted(stats.values(), key=lambda column: column.position):
        if column.position != len(head) or not column.is_full:
            break
        if column.name not in linked:
            parts = names.column(column.table, column.name) if names else ()
            is_history = names is not None and not HISTORY_WORDS.isdisjoint(names.table(column.table))
            is_date = is_history and column.type.kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP)
            if len(head) > 1 and is_date and not LATER_WORDS.intersection(parts):
                head.append(column.name)
            break
        head.append(column.name)
    return tuple(head) if len(head) > 2 else ()


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


def _tells(column: ColumnStats, names: Names) -> bool:
    """Name or type say that the column may be part of a key: being unique with others can be an accident."""
    if column.group == "time" or is_silent(column.name) or names.has_id_word(column.table, column.name):
        return True
    parts = names.column(column.table, column.name)
    return bool((LINE_WORDS | {"year", "date", *names.table(column.table)}).intersection(parts))


def _part_score(column: ColumnStats, linked: bool, names: Names | None) -> float:
    score = max(-1.0, 1.4 - 0.5 * column.position)
    score += 0.6 if linked else 0.0
    if column.type.kind is Kind.FLOAT64:
        score -= 2.5
    elif column.type.kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP):
        score += 0.5
    elif column.group == "text" and (column.spaced > 0.5 or column.longest > 40):
        score -= 0.8
    if names is None:
        return score
    parts = names.column(column.table, column.name)
    if LINE_WORDS.intersection(parts) and column.group == "number" and not linked:
        score += 3.0 if _counts_from_one(column) else 2.6
    elif names.has_id_word(column.table, column.name):
        score += 1.0
    elif LINE_WORDS.intersection(parts) or "year" in parts or "date" in parts:
        score += 0.6
    elif DESCRIPTIVE_WORDS.intersection(parts):
        score -= 0.7
    elif names.is_measure(column.table, column.name) and column.type.kind in NUMERIC_KINDS:
        score -= 1.5
    return score


def _counts_from_one(column: ColumnStats) -> bool:
    """Whole numbers from 0 or 1 without gaps, as lines of an order are numbered."""
    if column.group != "number":
        return False
    low, high = as_float(column.low), as_float(column.high)
    return low in (0.0, 1.0) and column.distinct >= 0.9 * (high - low + 1)


def _is_unique(
    con: duckdb.DuckDBPyConnection,
    stats: Mapping[str, ColumnStats],
    chosen: Sequence[str],
    rows: int,
    whole: TableFacts | None = None,
) -> bool:
    if whole is not None:
        key = whole.key(tuple(chosen))
        return key is not None and key.distinct == key.filled == whole.rows
    table = table_ref(stats[chosen[0]].table)
    columns = ", ".join(quote(name) for name in chosen)
    for limit in (_HEAD, rows):
        found, wanted = con.execute(
            f"SELECT count(*), sum(n) FROM (SELECT count(*) AS n"
            f" FROM (SELECT {columns} FROM {table} LIMIT {limit}) GROUP BY {columns})"
        ).fetchall()[0]
        if found != wanted:
            return False
        if rows <= _HEAD:
            break
    return True


def _minimal(
    con: duckdb.DuckDBPyConnection,
    stats: Mapping[str, ColumnStats],
    chosen: tuple[str, ...],
    rows: int,
    whole: TableFacts | None,
) -> tuple[str, ...]:
    """Leave out columns from the right as long as two or more others are unique without them."""
    for name in reversed(chosen):
        rest = tuple(other for other in chosen if other != name)
        if len(rest) >= 2 and _is_unique(con, stats, rest, rows, whole):
            chosen = rest
    return chosen
