"""Nested values as BigQuery can hold them: it has no MAP, no list of lists and no UNION."""

from __future__ import annotations

import duckdb
from duckdb.sqltypes import DuckDBPyType

from synth_core.files.sql import literal, quote

_LISTS = ("list", "array", "map")
"""Types that become lists."""


def renest(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make a table (a name in SQL) anew where its columns have, however deep, what BigQuery can't hold."""
    held = con.table(table)
    if all(map(_is_held, held.types)):
        return
    pairs = zip(held.columns, held.types, strict=True)
    values = [f"{renested(quote(name), type)} AS {quote(name)}" for name, type in pairs]
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {', '.join(values)} FROM {table}")


def renested(value: str, type: DuckDBPyType, depth: int = 0) -> str:
    """SQL that yields a value of a type with lists of STRUCT(key, value) for the MAPs in it, and JSON for its lists of
    lists and UNIONs."""
    if _is_held(type):
        return value
    children = _children(type)
    if type.id == "union" or (type.id in ("list", "array") and children["child"].id in _LISTS):
        # `to_json` has a text 'null' for what is missing.
        return f"CASE WHEN {value} IS NOT NULL THEN to_json({value}) END"
    if type.id == "struct":
        fields = ", ".join(
            f"{literal(name)}: {renested(f'struct_extract({value}, {literal(name)})', child, depth)}"
            for name, child in children.items()
        )
        # Of a missing struct all fields are missing, which is not the same.
        return f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
    each = f"each_{depth}"
    if type.id == "map":
        entries = f"map_entries({value})"
        inner = {part: renested(f"{each}.{part}", child, depth + 1) for part, child in children.items()}
        if all(sql == f"{each}.{part}" for part, sql in inner.items()):
            return entries
        return (
            f"list_transform({entries}, lambda {each}: {{'key': {inner['key']}, 'value': {inner['value']}}})"
        )
    return f"list_transform({value}, lambda {each}: {renested(each, children['child'], depth + 1)})"


def _is_held(type: DuckDBPyType) -> bool:
    """BigQuery can hold it, as far as nesting goes."""
    children = _children(type).values()
    if type.id in ("map", "union") or (type.id != "struct" and any(child.id in _LISTS for child in children)):
        return False
    return all(map(_is_held, children))


def _children(type: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """Fields of a struct, `key` and `value` of a map, the `child` of a list; of other types nothing."""
    if type.id not in ("struct", *_LISTS):
        return {}
    return {name: child for name, child in type.children if isinstance(child, DuckDBPyType)}
