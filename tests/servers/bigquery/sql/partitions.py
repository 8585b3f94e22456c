"""Partitions of a table: their ids, rows and bytes."""

from __future__ import annotations

from servers.bigquery.catalogue import Table
from servers.bigquery.problems import invalid
from servers.bigquery.state import State
from servers.bigquery.store import ARRIVED, size_of
from servers.bigquery.types import quoted

FORMS = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}


def identity(table: Table) -> str:
    """SQL for the id of the partition of a row."""
    if not table.partition:
        return "CAST(NULL AS VARCHAR)"
    column = ARRIVED if table.arrived else quoted(table.partition)
    if ranges := table.resource.get("rangePartitioning"):
        start, end, step = (int(ranges["range"][key]) for key in ("start", "end", "interval"))
        bucket = f"CAST({start} + ({column} - {start}) // {step} * {step} AS VARCHAR)"
        return (
            f"CASE WHEN {column} IS NULL THEN '__NULL__' "
            f"WHEN {column} < {start} OR {column} >= {end} THEN '__UNPARTITIONED__' ELSE {bucket} END"
        )
    form = FORMS[table.resource["timePartitioning"]["type"]]
    return f"COALESCE(strftime({column}, '{form}'), '__NULL__')"


def limit(state: State, table: Table, since: int) -> None:
    """Refuse rows (those from the row id `since` on) that go into more partitions than one job may write to."""
    if not table.partition:
        return
    sql = f"SELECT count(DISTINCT {identity(table)}) FROM {table.physical} WHERE rowid >= {since}"
    count = int(state.store.do(sql)[0][0])
    if count > state.behaviour.partitions:
        raise invalid(
            f"Too many partitions produced by query, allowed {state.behaviour.partitions}, "
            f"query produces at least {count} partitions"
        )


def of(state: State, table: Table) -> list[tuple[str | None, int, int]]:
    """Id, rows and bytes of each partition; a table without partitions is one of its own, without an id."""
    sizes = " + ".join(size_of(field, quoted(field["name"])) for field in table.fields) or "0"
    return [
        (ident, int(rows), int(size or 0))
        for ident, rows, size in state.store.do(
            f"SELECT {identity(table)} AS ident, count(*), sum({sizes}) FROM {table.physical} GROUP BY 1 ORDER BY 1"
        )
    ]
