"""Row counts, types, required columns, unique keys, whole links, ordered columns: each by one query.

The SQL is what DuckDB and BigQuery have in common; BigQuery compares no text with a number and no date with a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.model.base import Frozen
from synth_core.model.project import Column, Link, Project, Table
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.ports import Warehouse

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

    @property
    def ok(self) -> bool:
        """It holds."""
        return self.bad == 0


def failed(checks: Sequence[Check]) -> list[Check]:
    """Those that do not hold."""
    return [check for check in checks if not check.ok]


def verify(
    warehouse: Warehouse,
    project: Project,
    counts: Mapping[str, int],
    staged: Mapping[str, str],
    *,
    appended_to: Sequence[str] = (),
) -> list[Check]:
    """Check the staging tables (by table: staging name). `appended_to`: targets that exist and keep their rows, so that
    keys must be new there too."""
    checks: list[Check] = []
    for table in project.tables:
        if table.name in staged:
            name = warehouse.name_of(staged[table.name])
            checks += _of_table(warehouse, table, name, counts[table.name])
            checks += _unique(warehouse, project, table, name, is_appended=table.name in appended_to)
    for link in project.accepted_links:
        if link.table in staged and link.ref_table in staged:
            checks.append(_whole(warehouse, project, link, staged))
    return checks


def _count(warehouse: Warehouse, sql: str) -> int:
    return int(warehouse.query(f"SELECT count(*) AS n FROM ({sql}) AS found").column("n")[0].as_py())


def _of_table(warehouse: Warehouse, table: Table, name: str, wanted: int) -> list[Check]:
    rows = _count(warehouse, f"SELECT 1 AS x FROM {name}")
    checks = [Check(kind="rows", table=table.name, what=f"has {wanted:,} rows", bad=abs(rows - wanted))]
    required = [column.name for column in table.columns if column.mode.value is Mode.REQUIRED]
    if required:
        empty = " OR ".join(f"{warehouse.quote(column)} IS NULL" for column in required)
        bad = _count(warehouse, f"SELECT 1 AS x FROM {name} WHERE {empty}")
        checks.append(
            Check(kind="required", table=table.name, what=f"{', '.join(required)} never null", bad=bad)
        )
    for rule in table.rules:
        pairs = list(zip(rule.value.columns, rule.value.columns[1:], strict=False))
        broken = " OR ".join(
            " > ".join(
                _comparable(
                    table.column(before), warehouse.quote(before), table.column(after), warehouse.quote(after)
                )
            )
            for before, after in pairs
        )
        if broken:
            bad = _count(warehouse, f"SELECT 1 AS x FROM {name} WHERE {broken}")
            checks.append(Check(kind="rule", table=table.name, what=" ≤ ".join(rule.value.columns), bad=bad))
    return checks


def _unique(
    warehouse: Warehouse, project: Project, table: Table, name: str, *, is_appended: bool
) -> list[Check]:
    """The primary key, and whatever else links refer to: a child must not have two parents, nor get a second one in
    rows that are there already. A null in what is no primary key is nobody's parent."""
    checks = []
    for columns, why in _unique_columns(project, table).items():
        listed = ", ".join(warehouse.quote(column) for column in columns)
        filled = " AND ".join(f"{warehouse.quote(column)} IS NOT NULL" for column in columns)
        where = f" WHERE {filled}" if columns != table.key_columns else ""
        bad = _count(warehouse, f"SELECT {listed} FROM {name}{where} GROUP BY {listed} HAVING count(*) > 1")
        what = f"{', '.join(columns)} unique{why}"
        checks.append(Check(kind="unique", table=table.name, what=what, bad=bad))
        if is_appended:
            checks.append(_new(warehouse, table, name, columns))
    return checks


def _unique_columns(project: Project, table: Table) -> dict[tuple[str, ...], str]:
    """By columns: why they must be unique, where they are no primary key."""
    key = table.key_columns
    found = {key: ""} if key else {}
    for link in project.accepted_links:
        columns = tuple(sorted(link.ref_columns))
        if link.ref_table == table.name and not (key and set(key) <= set(columns)):
            found.setdefault(columns, f", as {link} needs")
    return found


def _new(warehouse: Warehouse, table: Table, name: str, columns: Sequence[str]) -> Check:
    target = warehouse.all_rows(table.name)
    same = " AND ".join(f"s.{warehouse.quote(column)} = t.{warehouse.quote(column)}" for column in columns)
    bad = _count(
        warehouse, f"SELECT 1 AS x FROM {name} AS s WHERE EXISTS (SELECT 1 FROM {target} AS t WHERE {same})"
    )
    return Check(kind="unique", table=table.name, what=f"{', '.join(columns)} new in the target", bad=bad)


def _whole(warehouse: Warehouse, project: Project, link: Link, staged: Mapping[str, str]) -> Check:
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
    bad = _count(
        warehouse,
        f"SELECT 1 AS x FROM {child} AS c WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {parent} AS p WHERE {same})",
    )
    return Check(kind="links", table=link.table, what=f"every {link}", bad=bad)


def _comparable(column: Column, value: str, other: Column, other_value: str) -> tuple[str, str]:
    """SQL of two columns' values as types that can be compared."""
    kinds = {column.type.value.kind, other.type.value.kind}
    if len(kinds) == 1 or kinds <= NUMERIC_KINDS:
        return value, other_value
    common = "DATETIME" if kinds <= _DAYS else "STRING"
    return f"CAST({value} AS {common})", f"CAST({other_value} AS {common})"
