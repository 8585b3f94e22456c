"""Rows that belong together: how many there are of each, and what only the first of them has or what counts them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import ColumnProfile, CountedColumn, GroupProfile
from synth_core.model.project import Column, Table
from synth_core.model.types import Kind
from synth_core.stages.profile.quantiles import merged
from synth_core.stages.profile.rows import are_grouped
from synth_core.stages.profile.sql import table_ref

_NAMING = frozenset({Kind.STRING, Kind.INT64})
_GROUPS = 20
_MEAN = 1.1
"""Rows a group, at least."""
_FIRST = 0.99

Facts = Mapping[tuple[str, ...], ColumnProfile]


def measure_group(
    con: duckdb.DuckDBPyConnection, table: Table, linked: Collection[str], facts: Facts, k: int
) -> GroupProfile | None:
    """Of the columns that others depend on, or are there once for each, and those of keys and links, the one whose rows
    stand together in the smallest groups."""
    rules = [rule.value for rule in table.rules if rule.value.kind in ("depends", "once")]
    heads = {rule.columns[0] for rule in rules if len(rule.columns) == 1}
    heads |= set(table.key_columns if len(table.key_columns) > 1 else ()) | set(linked)
    usable = [
        facts[(column.name,)]
        for column in table.columns
        if column.name in heads and column.type.value.kind in _NAMING and _may_group(facts[(column.name,)], k)
    ]
    # Names of the same groups: those of a key before others.
    usable.sort(key=lambda each: (-each.distinct, each.name not in table.key_columns))
    source = table_ref(table.name)
    for each in usable:
        if are_grouped(con, f"SELECT {quote(each.name)} AS key FROM {source}", each.distinct):
            return _measured(con, table, each.name, facts, k)
    return None


def _may_group(facts: ColumnProfile, k: int) -> bool:
    return not facts.nulls and facts.distinct >= max(_GROUPS, k) and facts.rows >= _MEAN * facts.distinct


def _measured(con: duckdb.DuckDBPyConnection, table: Table, name: str, facts: Facts, k: int) -> GroupProfile:
    source, key = table_ref(table.name), quote(name)
    histogram = con.execute(
        f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {source} GROUP BY {key}) GROUP BY n ORDER BY n"
    ).fetchall()
    rules = [rule.value for rule in table.rules if rule.value.kind == "once"]
    once = [rule.target for rule in rules if rule.columns == (name,)]
    numbers = {
        column.name: digits
        for column in table.columns
        if column.name != name and (column.name,) in facts
        if (digits := _digits(column, facts[(column.name,)])) is not None
        and facts[(column.name,)].distinct <= histogram[-1][0]
    }
    return GroupProfile(
        column=name,
        sizes=tuple(merged(histogram, k)),
        first=tuple(_first(con, source, key, once)),
        counted=tuple(_counted(con, source, key, numbers)),
    )


def _digits(column: Column, facts: ColumnProfile) -> int | None:
    """How many digits all of its texts have; 0 for whole numbers; None where it can't count."""
    if facts.nulls or column.field.is_nested:
        return None
    if column.type.value.kind is Kind.INT64:
        return 0
    widths = {*facts.length_quantiles}
    is_numbered = column.type.value.kind is Kind.STRING and len(widths) == 1 and facts.shapes
    return max(widths) if is_numbered and all(set(each.value) == {"9"} for each in facts.shapes) else None


def _first(con: duckdb.DuckDBPyConnection, source: str, key: str, names: Collection[str]) -> Iterator[str]:
    """Columns that hardly any other than the first row of a group has."""
    if not names:
        return
    counts = ", ".join(f"count(c{place}), count(c{place}) FILTER (p = 1)" for place in range(len(names)))
    (found,) = con.execute(f"SELECT {counts} FROM ({_placed(source, key, names)})").fetchall()
    for place, name in enumerate(names):
        rows, first = found[2 * place : 2 * place + 2]
        if rows and first >= _FIRST * rows:
            yield name


def _counted(
    con: duckdb.DuckDBPyConnection, source: str, key: str, names: Mapping[str, int]
) -> Iterator[CountedColumn]:
    """Columns of whole numbers that are the same in all first rows, and go on in equal steps."""
    if not names:
        return
    ends = ", ".join(
        f"min(c{place}) FILTER (p = 1), max(c{place}) FILTER (p = 1), {step}"
        for place in range(len(names))
        for step in [f"min(c{place} - b{place}), max(c{place} - b{place})"]
    )
    before = ", ".join(
        f"lag(c{place}) OVER (PARTITION BY k ORDER BY p) AS b{place}" for place in range(len(names))
    )
    (found,) = con.execute(
        f"SELECT {ends} FROM (SELECT *, {before} FROM ({_placed(source, key, names, 'TRY_CAST({} AS BIGINT)')}))"
    ).fetchall()
    for place, name in enumerate(names):
        first, last, least, most = found[4 * place : 4 * place + 4]
        if first == last and least == most and least is not None and least > 0:
            yield CountedColumn(name=name, start=first, step=least, digits=names[name])


def _placed(source: str, key: str, names: Collection[str], value: str = "{}") -> str:
    """A SELECT: `k`, the row's place in its group as `p`, and the columns, each as `value` says, as `c0` and so on."""
    columns = ", ".join(f"{value.format(quote(name))} AS c{place}" for place, name in enumerate(names))
    numbered = f"SELECT row_number() OVER () AS r, {key} AS k, {columns} FROM {source}"
    return f"SELECT *, row_number() OVER (PARTITION BY k ORDER BY r) AS p FROM ({numbered})"
