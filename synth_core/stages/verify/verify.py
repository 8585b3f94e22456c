"""Row counts, types, required columns, unique keys, whole links, ordered columns: by few queries.

The SQL is what DuckDB and BigQuery have in common; BigQuery compares no text with a number and no date with a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from synth_core.model.base import Frozen
from synth_core.model.project import Column, Link, Project, Table
from synth_core.model.rule import Rule
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.nested_sql import inner_values
from synth_core.ports import Warehouse
from synth_core.rule_sql import RuleSql

_DAYS = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP})


class Check(Frozen):
    """One check and what came of it."""

    kind: str
    """rows, required, unique, links or rule."""
    table: str
    what: str
    """As a sentence: what had to hold."""
    bad: int
    """Rows (or keys) for which it does not."""
    allowed: int = 0
    """So many may: a rule has exceptions in the source, too."""

    @property
    def ok(self) -> bool:
        """It holds."""
        return self.bad <= self.allowed


def failed(checks: Sequence[Check]) -> list[Check]:
    """Those that do not hold."""
    return [check for check in checks if not check.ok]


class _Question(NamedTuple):
    """A check that is not done yet: rows of the SELECT are bad ones."""

    kind: str
    table: str
    what: str
    sql: str
    wanted: int = 0
    """So many rows are right."""
    allowed: int = 0


def verify(
    warehouse: Warehouse,
    project: Project,
    counts: Mapping[str, int],
    staged: Mapping[str, str],
    *,
    appended_to: Sequence[str] = (),
    kept: Collection[tuple[str, Rule]] = (),
) -> list[Check]:
    """Check the staging tables (by table: staging name). `appended_to`: targets that exist and keep their rows, so that
    keys must be new there too. `kept`: (table, rule) of those that the recipe is meant to keep, besides orders."""
    questions: list[_Question] = []
    for table in project.tables:
        if table.name in staged:
            name = warehouse.name_of(staged[table.name])
            questions += _of_table(warehouse, table, name, counts[table.name])
            questions += _rules(warehouse, table, name, counts[table.name], kept)
            questions += _unique(warehouse, project, table, name, is_appended=table.name in appended_to)
    for link in project.kept_links:
        if link.table in staged and link.ref_table in staged:
            ask = _whole_inside if link.nested else _whole
            questions.append(ask(warehouse, project, link, staged))
    # A warehouse in the cloud takes its time, and its money, for each query: one for all that is about a table.
    groups = groupby(questions, key=lambda each: each.table)
    return [check for _, group in groups for check in _ask(warehouse, list(group))]


def _ask(warehouse: Warehouse, questions: Sequence[_Question]) -> list[Check]:
    counted = ", ".join(
        f"(SELECT count(*) FROM ({each.sql}) AS found) AS n{number}" for number, each in enumerate(questions)
    )
    answers = warehouse.query(f"SELECT {counted}")
    return [
        Check(
            kind=each.kind,
            table=each.table,
            what=each.what,
            bad=abs(int(answers.column(number)[0].as_py()) - each.wanted),
            allowed=each.allowed,
        )
        for number, each in enumerate(questions)
    ]


def _of_table(warehouse: Warehouse, table: Table, name: str, wanted: int) -> list[_Question]:
    questions = [_Question("rows", table.name, f"has {wanted:,} rows", f"SELECT 1 AS x FROM {name}", wanted)]
    required = [column.name for column in table.columns if column.mode.value is Mode.REQUIRED]
    if required:
        empty = " OR ".join(f"{warehouse.quote(column)} IS NULL" for column in required)
        sql = f"SELECT 1 AS x FROM {name} WHERE {empty}"
        questions.append(_Question("required", table.name, f"{', '.join(required)} never null", sql))
    return questions


def _rules(
    warehouse: Warehouse, table: Table, name: str, rows: int, kept: Collection[tuple[str, Rule]]
) -> Iterator[_Question]:
    """The source's own share of exceptions is allowed."""
    kinds = {column.name: column.type.value.kind for column in table.columns}
    for rule in table.rules:
        if rule.value.kind != "ordered" and (table.name, rule.value) not in kept:
            continue
        said = RuleSql(rule.value, kinds, warehouse.quote, warehouse.speech)
        if rule.value.kind == "depends":
            # No more keys can have several values than rows break it.
            keys = ", ".join(map(warehouse.quote, rule.value.columns))
            several = f"count(DISTINCT {warehouse.quote(rule.value.target)}) > 1"
            sql = f"SELECT {keys} FROM {name} WHERE {said.filled} GROUP BY {keys} HAVING {several}"
        elif rule.value.kind == "once":
            key = warehouse.quote(rule.value.columns[0])
            sql = f"SELECT {key} FROM {name} WHERE {said.filled} GROUP BY {key} HAVING count(*) > 1"
        elif rule.value.kind == "filled":
            # No more values can have a few rows with it than rows have it.
            sql = f"SELECT k FROM ({said.by_value(name, said.filled)}) AS b WHERE f > 0 AND {said.without}"
        else:
            sql = f"SELECT 1 AS x FROM {name} WHERE {said.breaks}"
        yield _Question("rule", table.name, str(rule.value), sql, allowed=int(rule.exceptions * rows))


def _unique(
    warehouse: Warehouse, project: Project, table: Table, name: str, *, is_appended: bool
) -> list[_Question]:
    """The primary key, and whatever else links refer to: a child must not have two parents, nor get a second one in
    rows that are there already. A null in what is no primary key is nobody's parent."""
    questions = []
    for columns, why in _unique_columns(project, table).items():
        listed = ", ".join(warehouse.quote(column) for column in columns)
        filled = " AND ".join(f"{warehouse.quote(column)} IS NOT NULL" for column in columns)
        where = f" WHERE {filled}" if columns != table.key_columns else ""
        sql = f"SELECT {listed} FROM {name}{where} GROUP BY {listed} HAVING count(*) > 1"
        questions.append(_Question("unique", table.name, f"{', '.join(columns)} unique{why}", sql))
        if is_appended:
            questions.append(_new(warehouse, table, name, columns))
    return questions


def _unique_columns(project: Project, table: Table) -> dict[tuple[str, ...], str]:
    """By columns: why they must be unique, where they are no primary key."""
    key = table.key_columns
    found = {key: ""} if key else {}
    for link in project.kept_links:
        columns = tuple(sorted(link.ref_columns))
        if link.ref_table == table.name and not (key and set(key) <= set(columns)):
            found.setdefault(columns, f", as {link} needs")
    return found


def _new(warehouse: Warehouse, table: Table, name: str, columns: Sequence[str]) -> _Question:
    target = warehouse.all_rows(table.name)
    same = " AND ".join(f"s.{warehouse.quote(column)} = t.{warehouse.quote(column)}" for column in columns)
    sql = f"SELECT 1 AS x FROM {name} AS s WHERE EXISTS (SELECT 1 FROM {target} AS t WHERE {same})"
    return _Question("unique", table.name, f"{', '.join(columns)} new in the target", sql)


def _whole(warehouse: Warehouse, project: Project, link: Link, staged: Mapping[str, str]) -> _Question:
    child, parent = (warehouse.name_of(staged[name]) for name in (link.table, link.ref_table))
    pairs = list(zip(link.columns, link.ref_columns, strict=True))
    columns, refs = project.table(link.table), project.table(link.ref_table)
    same = " AND ".join(
        " = ".join(
            _comparable(
                columns.column(column),
                f"c.{warehouse.quote(column)}",
                refs.column(ref),
                f"p.{warehouse.quote(ref)}",
            )
        )
        for column, ref in pairs
    )
    filled = " AND ".join(f"c.{warehouse.quote(column)} IS NOT NULL" for column, _ in pairs)
    sql = (
        f"SELECT 1 AS x FROM {child} AS c WHERE {filled} "
        f"AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {same})"
    )
    return _Question("links", link.table, f"every {link}", sql)


def _whole_inside(warehouse: Warehouse, project: Project, link: Link, staged: Mapping[str, str]) -> _Question:
    """The same of a field inside of a nested column; elements are counted."""
    child, parent = (warehouse.name_of(staged[name]) for name in (link.table, link.ref_table))
    table, [ref] = project.table(link.table), link.ref_columns
    inner = table.inner(link.columns[0])
    source, value = inner_values(table.fields, inner.path, f"{child} AS c", warehouse.quote, warehouse.speech)
    kinds = (inner.field.type.kind, project.table(link.ref_table).column(ref).type.value.kind)
    same = " = ".join(_alike(kinds, value, f"p.{warehouse.quote(ref)}"))
    sql = (
        f"SELECT 1 AS x FROM {source} WHERE {value} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {same})"
    )
    return _Question("links", link.table, f"every {link}", sql)


def _comparable(column: Column, value: str, other: Column, other_value: str) -> tuple[str, str]:
    """SQL of two columns' values as types that can be compared."""
    return _alike((column.type.value.kind, other.type.value.kind), value, other_value)


def _alike(both: tuple[Kind, Kind], value: str, other_value: str) -> tuple[str, str]:
    kinds = set(both)
    if len(kinds) == 1 or kinds <= NUMERIC_KINDS:
        return value, other_value
    common = "DATETIME" if kinds <= _DAYS else "STRING"
    return f"CAST({value} AS {common})", f"CAST({other_value} AS {common})"
