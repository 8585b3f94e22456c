"""Columns, and fields inside of structs, that are empty where the value of another one says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from synth_core.files.sql import literal, quote
from synth_core.model.profile import ColumnProfile, NullShare, NullsProfile
from synth_core.model.project import Table
from synth_core.model.types import Field, Kind, Mode
from synth_core.rule_sql import MOSTLY
from synth_core.stages.profile.plain import plain
from synth_core.stages.profile.sql import table_ref

FEW = 50
"""Values that say where a column is empty."""
_SAYERS = frozenset({Kind.STRING, Kind.BOOL, Kind.INT64})
EXCEPTIONS = 0.005
"""Of the rows, so many may break a rule."""
CHANCE = 15
"""Dealt out anew, so many rows would have to break it."""
CLEARLY = 0.1
"""And of those, the rows that do break it are at most this share."""
_BETWEEN = 0.25
"""Of the rows with a value that goes with the other column, at least so many have it."""
_ROWS = 10
_COVERED = 0.9

Ints = npt.NDArray[np.int64]
Path = tuple[str, ...]


def left_open(rows: Ints, filled: Ints, beside_none: int = 0) -> int | None:
    """How many rows without a column have a value of another one that goes with it; None where the values do not say
    where it is empty. `rows`, `filled`: of each value, and those with the column; `beside_none`: rows with it that
    have no value."""
    without = MOSTLY * filled < rows
    among, broken = int(rows[without].sum()), int(filled[without].sum())
    if broken + beside_none > EXCEPTIONS * int(rows.sum()) or not filled.any():
        return None
    expected = among * filled.sum() / rows.sum()
    if expected < CHANCE or broken > CLEARLY * expected:
        return None
    with_it = ~without & (rows >= _ROWS)
    if not with_it.any() or (filled[with_it] < _BETWEEN * rows[with_it]).any():
        return None
    return int((rows - filled)[~without].sum())


def measure_absences(
    con: duckdb.DuckDBPyConnection, table: Table, facts: Mapping[Path, ColumnProfile], k: int
) -> Iterator[NullsProfile]:
    """Of the table's `filled` rules, and of the fields of structs; only beside values that the facts tell anyway."""
    for rule in (each.value for each in table.rules if each.value.kind == "filled"):
        by, target = rule.columns[0], rule.target
        query = (
            f"SELECT {quote(by)} AS a, count(*), count({quote(target)}) FROM {table_ref(table.name)}"
            f" WHERE {quote(by)} IS NOT NULL GROUP BY a ORDER BY 2 DESC, a"
        )
        shares = _shares(con.execute(query).fetchall(), facts.get((by,)), k)
        if shares:
            yield NullsProfile(path=(target,), by=(by,), shares=shares)
    for column in (each for each in table.columns if each.field.is_nested):
        query = f"SELECT row_number() OVER () AS r, {quote(column.name)} AS v FROM {table_ref(table.name)}"
        yield from _below(con, column.field, (column.name,), query, facts, k)


def _below(
    con: duckdb.DuckDBPyConnection,
    field: Field,
    path: Path,
    query: str,
    facts: Mapping[Path, ColumnProfile],
    k: int,
) -> Iterator[NullsProfile]:
    """Of the structs in the column `v` of the query, and in those below them."""
    if field.type.kind is not Kind.STRUCT:
        return
    if field.mode is Mode.REPEATED:
        query = f"SELECT r, unnest(v) AS v FROM ({query})"
    query = f"SELECT r, v FROM ({query}) WHERE v IS NOT NULL"
    inner = field.type.fields
    sayers = [each for each in inner if _may_say(each, facts.get((*path, each.name)))]
    targets = [each for each in _fields(field, ()) if _has_nulls(facts.get((*path, *each)))]
    found: dict[Path, tuple[int, NullsProfile]] = {}
    for by in sayers:
        behind = [each for each in targets if each[0] != by.name and _stands_behind(inner, by.name, each[0])]
        if not behind:
            continue
        counts = ", ".join(f"count({_value(each)})" for each in behind)
        rows = con.execute(
            f"SELECT {_value((by.name,))} AS a, count(*), {counts}, count(DISTINCT r) FROM ({query})"
            " GROUP BY a ORDER BY 2 DESC, a"
        ).fetchall()
        for place, each in enumerate(behind, 2):
            known = [row for row in rows if row[0] is not None]
            beside_none = sum(row[place] for row in rows if row[0] is None)
            left = left_open(_array(known, 1), _array(known, place), beside_none)
            if left is None or (each in found and found[each][0] <= left):
                continue
            counted = [(row[0], row[1], row[place]) for row in known if row[-1] >= k]
            shares = _shares(counted, facts.get((*path, by.name)), k)
            found[each] = left, NullsProfile(path=(*path, *each), by=(*path, by.name), shares=shares)
    yield from (each for _, each in found.values())
    for child in inner:
        below = f"SELECT r, struct_extract(v, {literal(child.name)}) AS v FROM ({query})"
        yield from _below(con, child, (*path, child.name), below, facts, k)


def _may_say(field: Field, facts: ColumnProfile | None) -> bool:
    if facts is None or field.is_nested or field.type.kind not in _SAYERS or facts.distinct > FEW:
        return False
    return facts.distinct > 1 and facts.top_rows >= _COVERED * (facts.rows - facts.nulls) > 0


def _fields(field: Field, path: Path) -> Iterator[Path]:
    """The fields of a struct, and those of structs in it, that are there once."""
    for each in field.type.fields:
        if each.mode is not Mode.REPEATED:
            yield (*path, each.name)
            if each.type.kind is Kind.STRUCT:
                yield from _fields(each, (*path, each.name))


def _has_nulls(facts: ColumnProfile | None) -> bool:
    return facts is not None and _ROWS <= facts.nulls <= facts.rows - _ROWS


def _stands_behind(fields: Sequence[Field], by: str, name: str) -> bool:
    """Fields are made in their order."""
    names = [each.name for each in fields]
    return names.index(by) < names.index(name)


def _value(path: Path) -> str:
    value = "v"
    for name in path:
        value = f"struct_extract({value}, {literal(name)})"
    return value


def _array(rows: Sequence[Sequence[Any]], place: int) -> Ints:
    return np.array([row[place] for row in rows], dtype=np.int64)


def _shares(
    counted: Sequence[tuple[Any, int, int]], by: ColumnProfile | None, k: int
) -> tuple[NullShare, ...]:
    shown = {entry.value for entry in by.top} if by is not None else set()
    shares = []
    for value, rows, filled in counted:
        nulls = rows if filled < k else 0 if rows - filled < k else rows - filled
        if plain(value) in shown:
            shares.append(NullShare(value=plain(value), rows=rows, nulls=nulls))
    return tuple(shares)
