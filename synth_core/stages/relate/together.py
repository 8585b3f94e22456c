"""Primary keys of several columns: the fewest that are unique together, and those that belong to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations
from math import prod

import duckdb

from synth_core.files.sql import quote
from synth_core.model.inferred import Inferred
from synth_core.model.measured import TableFacts
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.keys import COMPOSITE, FEW, counts_from_one, sure
from synth_core.stages.relate.lexicon import (
    DESCRIPTIVE_WORDS,
    HISTORY_WORDS,
    LATER_WORDS,
    LINE_WORDS,
    PERIOD_WORDS,
)
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.phrases import is_silent
from synth_core.stages.relate.stats import ColumnStats

_COLUMNS_TRIED = 8
_TESTS = 30
_LARGER = {2: 0.0, 3: 0.6, 4: 1.0}
"""How much more each of so many columns must look like a part of a key."""
_HEAD = 20_000
_MOST_LEADING = 5
_SPARSE = 30
"""Of so many times more combinations than there are rows, hardly any two are the same by accident."""


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
        if column.is_full and _is_comparable(column, names) and column.distinct > 1 and column.longest <= 60
        if column.name not in alone or column.name in linked
    }
    tried = sorted(scores, key=lambda name: (-scores[name], stats[name].position))[:_COLUMNS_TRIED]
    rows = max((column.rows for column in stats.values()), default=0)
    sets = [
        (sum(scores[name] for name in chosen) / size - _LARGER[size], chosen)
        for size in (2, 3, 4)
        for chosen in combinations(sorted(tried, key=lambda name: stats[name].position), size)
        if prod(max(1, stats[name].distinct) for name in chosen) * 1.1 >= rows
        if not alone.intersection(chosen) or set(chosen) <= set(linked)
    ]
    needed = 0.5 if rows >= FEW else 1.2
    telling = {name: name in linked or names is None or _tells(stats[name], names) for name in tried}
    for score, chosen in sorted(sets, key=lambda entry: (-entry[0], len(entry[1])))[:_TESTS]:
        if score < needed + (0 if any(telling[name] for name in chosen) else 1.0):
            continue
        if _is_unique(con, stats, chosen, rows, whole):
            least = _minimal(con, stats, chosen, rows, whole)
            value = _completed(stats, least, linked, names)
            evidence = f"all {rows:,} combinations are filled and different; "
            single = [name for name in least if name in alone]
            evidence += (
                f"so is {' or '.join(single)} alone, but every column refers to another table"
                if single
                else "no column alone identifies a row"
            )
            if set(value) > set(least):
                evidence += f"; {', '.join(least)} would do, but these stand together"
            return Inferred(value=value, confidence=min(COMPOSITE, sure(score - 0.5)), evidence=evidence)
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
    tied = _first(stats, lambda column: bool(column.group) and column.name in ties)
    if len(tied) > 1 and _is_unique(con, stats, tied, rows, whole):
        evidence = f"all {rows:,} combinations are filled and different; the table ties these together"
        return Inferred(value=tied, confidence=COMPOSITE - 0.1, evidence=evidence)
    first = _first(
        stats,
        lambda column: _is_comparable(column, names) and (column.name in ties or _can_lead(column, names)),
    )
    for size in range(2, min(_MOST_LEADING, len(first)) + 1):
        cells = prod(stats[name].distinct for name in first[:size])
        if rows < FEW or not rows <= cells <= _SPARSE * rows:
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
    columns = sorted(stats.values(), key=lambda column: column.position)
    found = run(columns, 0, lambda column: column.is_full and fits(column))
    return tuple(column.name for column in found)


def _is_comparable(column: ColumnStats, names: Names | None) -> bool:
    """Two rows can have the same: no number with a fraction, unless it is a month written as `1993.01`."""
    return bool(column.group) or (column.type.kind in NUMERIC_KINDS and _is_period(column, names))


def _is_period(column: ColumnStats, names: Names | None) -> bool:
    """Called `month` or `time` and nothing else: a `lead_time` is measured, and so is a `time` with a fraction."""
    if names is None or not names.only_tells_when(column.table, column.name):
        return False
    return bool(column.group) or "time" not in names.column(column.table, column.name)


def _can_lead(column: ColumnStats, names: Names | None) -> bool:
    """A column of few values that may be part of a key: no number with a fraction, no long text, and no name that says
    that it describes or measures, unless it is a time."""
    if column.distinct < 2 or column.longest > 40:
        return False
    if names is not None and names.is_of_time(column.table, column.name):
        return bool(column.group) or _is_period(column, names)
    if column.type.kind is Kind.FLOAT64:
        return False
    if names is None:
        return True
    parts = names.column(column.table, column.name)
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


def _completed(
    stats: Mapping[str, ColumnStats], least: tuple[str, ...], linked: Collection[str], names: Names | None
) -> tuple[str, ...]:
    """A key that is unique, with the columns that are part of it although fewer are unique in the rows of today. Keys
    stand first and side by side: what a table that ties others together begins with; a link before the others; what
    identifies a row or tells when, between them; and behind them the period that they are of."""
    head = _head(stats, linked, names)
    if set(least) < set(head):
        named = {name for name in head if names and names.has_id_word(stats[name].table, name)}
        # Behind identifiers a link that is none, `class_status`, tells of the row what may change.
        return tuple(name for name in head if name in (*least, *named)) if named.issuperset(least) else head
    columns = sorted(stats.values(), key=lambda column: column.position)
    places = sorted(stats[name].position for name in least)
    before = [column for column in columns if column.position < places[0]]
    if before and all(column.is_full and column.name in linked for column in before):
        places = [*(column.position for column in before), *places]
    by_place = {column.position: column for column in columns}
    if names is None:
        return tuple(by_place[place].name for place in places)
    last = by_place[places[-1]]
    if places[0] == 0 and LINE_WORDS.isdisjoint(names.column(last.table, last.name)):
        gap = [column for column in columns if column.position < places[-1] and column.position not in places]
        is_whole = len(gap) + len(places) == places[-1] + 1
        if not (is_whole and all(_belongs(column, names) for column in gap)):
            gap = run(
                gap,
                1,
                lambda column: (
                    column.is_full and (column.name in linked or names.has_id_word(column.table, column.name))
                ),
            )
        places = sorted([*places, *(column.position for column in gap)])
    if places == list(range(len(places))):
        periods = run(columns[len(places) :], len(places), lambda column: _is_of_period(column, names))
        places += [column.position for column in periods]
    return tuple(by_place[place].name for place in places)


def run(columns: Sequence[ColumnStats], first: int, fits: Callable[[ColumnStats], bool]) -> list[ColumnStats]:
    """Those that stand side by side from a place on, as long as they fit."""
    found: list[ColumnStats] = []
    for column in columns:
        if column.position != first + len(found) or not fits(column):
            break
        found.append(column)
    return found


def _belongs(column: ColumnStats, names: Names) -> bool:
    """Between two columns of a key: it identifies a row, it is what the table is called after, or it tells when."""
    if not column.is_full or not column.group or column.longest > 60:
        return False
    if names.has_id_word(column.table, column.name) or names.own_key(column.table, column.name) >= 0.7:
        return True
    is_later = LATER_WORDS.intersection(names.column(column.table, column.name))
    return column.type.kind is Kind.DATE and not is_later


def _is_of_period(column: ColumnStats, names: Names) -> bool:
    """Just `year` or `semester`, and no date."""
    parts = names.column(column.table, column.name)
    is_period = len(parts) == 1 and parts[0] in PERIOD_WORDS
    return is_period and column.is_full and column.group in ("number", "text")


def _tells(column: ColumnStats, names: Names) -> bool:
    """Name or type say that the column may be part of a key: being unique with others can be an accident."""
    if column.group == "time" or is_silent(column.name) or names.has_id_word(column.table, column.name):
        return True
    parts = names.column(column.table, column.name)
    return bool((LINE_WORDS | {"year", "date", *names.table(column.table)}).intersection(parts))


def _part_score(column: ColumnStats, linked: bool, names: Names | None) -> float:
    score = max(-1.0, 1.4 - 0.5 * column.position)
    score += 0.6 if linked else 0.0
    if column.type.kind is Kind.FLOAT64 and not _is_period(column, names):
        score -= 2.5
    elif column.type.kind in (Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP):
        score += 0.5
    elif column.group == "text" and not linked and (column.spaced > 0.5 or column.longest > 40):
        score -= 0.8
    if names is None:
        return score
    parts = names.column(column.table, column.name)
    if LINE_WORDS.intersection(parts) and column.group == "number" and not linked:
        score += 3.0 if counts_from_one(column) else 2.6
    elif names.has_id_word(column.table, column.name):
        # Its own number within what it is a part of: `leg_number` of a flight_leg.
        score += 1.0 + (0.5 if names.own_key(column.table, column.name) >= 0.7 and not linked else 0.0)
    elif LINE_WORDS.intersection(parts) or "year" in parts or "date" in parts:
        score += 0.6
    elif DESCRIPTIVE_WORDS.intersection(parts):
        score -= 0.7
    elif (
        names.is_measure(column.table, column.name)
        and column.type.kind in NUMERIC_KINDS
        and not _is_period(column, names)
    ):
        score -= 1.5
    return score


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
