"""Columns that a table has from the rows that it refers to: the price of the product, the customer of the order."""

from __future__ import annotations

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import LinkProfile
from synth_core.model.project import Column, Table
from synth_core.model.types import NUMERIC_KINDS, Kind, Mode
from synth_core.stages.profile.links import comparable
from synth_core.stages.profile.sql import duckdb_types, table_ref

_SAME = 0.995
"""So many of the rows have what the row has that they refer to."""
_MOST = 0.9
"""Where more rows share one value, others are the same by chance."""
_ROWS = 20


def copied_columns(
    con: duckdb.DuckDBPyConnection, table: Table, ref: Table, link: LinkProfile
) -> tuple[tuple[str, str], ...]:
    """(column, the column of the other table) of those that have the same in nearly all rows, and nothing where the
    link is empty. One is called like the other, or ends like it: `unit_price`, `price`."""
    pairs = [
        (each.name, other.name)
        for each in _flat(table)
        for other in _flat(ref)
        if each.name not in {*link.columns, *table.key_columns}
        and other.name not in link.ref_columns
        and _kind(each) == _kind(other)
        and _alike(each.name, other.name)
    ]
    if not pairs or link.table == link.ref_table or link.rows < _ROWS:
        return ()
    own, others = duckdb_types(con, table.name), duckdb_types(con, ref.name)
    ties = [
        " = ".join(comparable(f"c.{quote(column)}", own[column], f"p.{quote(key)}", others[key]))
        for column, key in zip(link.columns, link.ref_columns, strict=True)
    ]
    compared = [
        (f"c.{quote(name)}", comparable(f"c.{quote(name)}", own[name], f"p.{quote(other)}", others[other]))
        for name, other in pairs
    ]
    same = ", ".join(
        f"count(*) FILTER ({one} IS NOT DISTINCT FROM {another}), count(DISTINCT {column})"
        for column, (one, another) in compared
    )
    joined = f"{table_ref(table.name)} AS c LEFT JOIN {table_ref(ref.name)} AS p ON {' AND '.join(ties)}"
    rows, *counted = con.execute(f"SELECT count(*), {same} FROM {joined}").fetchall()[0]
    held = [
        pair
        for pair, fits, distinct in zip(pairs, counted[::2], counted[1::2], strict=True)
        if fits >= _SAME * rows and distinct > 1
    ]
    found: dict[str, str] = {}
    for name, other in held:
        if name not in found and _most_frequent(con, table.name, name) <= _MOST * rows:
            found[name] = other
    return tuple(found.items())


def _flat(table: Table) -> list[Column]:
    return [
        each for each in table.columns if not each.field.is_nested and each.mode.value is not Mode.REPEATED
    ]


def _kind(column: Column) -> Kind | None:
    """None for any number."""
    kind = column.type.value.kind
    return None if kind in NUMERIC_KINDS else kind


def _alike(name: str, other: str) -> bool:
    own, its = ("".join(filter(str.isalnum, each.casefold())) for each in (name, other))
    return own.endswith(its) or its.endswith(own)


def _most_frequent(con: duckdb.DuckDBPyConnection, table: str, name: str) -> int:
    query = f"SELECT max(n) FROM (SELECT count(*) AS n FROM {table_ref(table)} GROUP BY {quote(name)})"
    return int(con.execute(query).fetchall()[0][0])
