"""Facts of one link."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import LinkProfile
from synth_core.model.project import Link, Table
from synth_core.stages.profile.leaves import leaves
from synth_core.stages.profile.quantiles import merged
from synth_core.stages.profile.rows import are_grouped
from synth_core.stages.profile.sql import duckdb_types, table_ref


def measure_link(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    ref_table: str,
    ref_columns: Sequence[str],
    *,
    k: int = 10,
) -> LinkProfile:
    """Measure a link by exact joins. Sides of different types are compared as `comparable` says."""
    child_key, parent_key = _keys(con, table, columns, ref_table, ref_columns)
    ends = (table, tuple(columns), ref_table, tuple(ref_columns))
    return _measured(con, ends, f"SELECT {child_key} AS key FROM {table_ref(table)}", parent_key, k)


def measure_nested(con: duckdb.DuckDBPyConnection, table: Table, link: Link, *, k: int = 10) -> LinkProfile:
    """The same of a link from inside of a nested column, where each element is a child."""
    [leaf] = [
        each
        for each in leaves(table, duckdb_types(con, table.name))
        if (".".join(each.path),) == link.columns
    ]
    child_type = {name: type for name, type, *_ in con.execute(f"DESCRIBE {leaf.query}").fetchall()}["v"]
    [ref] = link.ref_columns
    value, key = comparable("v", child_type, quote(ref), duckdb_types(con, link.ref_table)[ref])
    ends = (link.table, link.columns, link.ref_table, link.ref_columns)
    return _measured(con, ends, f"SELECT {value} AS key FROM ({leaf.query})", key, k)


Ends = tuple[str, tuple[str, ...], str, tuple[str, ...]]


def _measured(con: duckdb.DuckDBPyConnection, ends: Ends, child: str, parent_key: str, k: int) -> LinkProfile:
    """`child` is SELECT … AS key of all children; `parent_key` an expression on a row of the parent's table."""
    table, columns, ref_table, ref_columns = ends
    filled = f"SELECT key FROM ({child}) WHERE key IS NOT NULL"
    parent = f"SELECT DISTINCT {parent_key} AS key FROM {table_ref(ref_table)} WHERE {parent_key} IS NOT NULL"
    counts = f"SELECT key, count(*) AS n FROM ({filled}) GROUP BY key"
    rows, nulls, keys, orphans = con.execute(
        f"SELECT (SELECT count(*) FROM ({filled})), (SELECT count(*) FROM ({child}) WHERE key IS NULL),"
        " count(*),"
        f" coalesce(sum(n) FILTER (key NOT IN ({parent})), 0)::BIGINT FROM ({counts})"
    ).fetchall()[0]
    histogram = con.execute(
        f"SELECT coalesce(n, 0) AS children, count(*) FROM ({parent}) LEFT JOIN ({counts}) USING (key)"
        " GROUP BY children ORDER BY children"
    ).fetchall()
    return LinkProfile(
        table=table,
        columns=columns,
        ref_table=ref_table,
        ref_columns=ref_columns,
        rows=rows,
        nulls=nulls,
        orphans=orphans,
        parents=sum(parents for _, parents in histogram),
        unique=bool(histogram) and histogram[-1][0] == 1,
        children=tuple(merged(histogram, k)),
        grouped=are_grouped(con, filled, keys),
    )


def _keys(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    ref_table: str,
    ref_columns: Sequence[str],
) -> tuple[str, str]:
    """Expressions for both keys: NULL when a part is, a row of parts when there are several."""
    child_types, parent_types = duckdb_types(con, table), duckdb_types(con, ref_table)
    pairs = [
        comparable(quote(child), child_types[child], quote(parent), parent_types[parent])
        for child, parent in zip(columns, ref_columns, strict=True)
    ]
    return _row([child for child, _ in pairs]), _row([parent for _, parent in pairs])


def _row(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    filled = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    fields = ", ".join(f"p{i} := {part}" for i, part in enumerate(parts))
    return f"CASE WHEN {filled} THEN struct_pack({fields}) END"


def comparable(left: str, left_type: str, right: str, right_type: str) -> tuple[str, str]:
    """Both in one type: as they are when types agree, numbers as the wider number, all else as text."""
    if left_type == right_type:
        return left, right
    kinds = {_number_class(left_type), _number_class(right_type)}
    if None in kinds:
        return f"CAST({left} AS VARCHAR)", f"CAST({right} AS VARCHAR)"
    common = "DOUBLE" if "DOUBLE" in kinds else "DECIMAL(38, 9)" if "DECIMAL" in kinds else "HUGEINT"
    return f"TRY_CAST({left} AS {common})", f"TRY_CAST({right} AS {common})"


def _number_class(name: str) -> str | None:
    if name.startswith("DECIMAL"):
        return "DECIMAL"
    if name in ("DOUBLE", "FLOAT"):
        return "DOUBLE"
    if name in (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
    ):
        return "INTEGER"
    return None
