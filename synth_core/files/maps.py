"""MAPs as lists of their entries: BigQuery has no MAP, and nothing behind reading knows one."""

from __future__ import annotations

import duckdb
from duckdb.sqltypes import DuckDBPyType

from synth_core.files.sql import literal, quote


def source_without_maps(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """What can be selected from in SQL, with lists of STRUCT(key, value) for the MAPs in its columns, however deep."""
    read = con.sql(f"SELECT * FROM {source}")
    if not any(map(_has_maps, read.types)):
        return source
    pairs = zip(read.columns, read.types, strict=True)
    values = [f"{without_maps(quote(name), type)} AS {quote(name)}" for name, type in pairs]
    return f"(SELECT {', '.join(values)} FROM {source})"


def without_maps(value: str, type: DuckDBPyType, depth: int = 0) -> str:
    """SQL that yields a value of a type with lists of STRUCT(key, value) for the MAPs in it."""
    if not _has_maps(type):
        return value
    children = _children(type)
    if type.id == "struct":
        fields = ", ".join(
            f"{literal(name)}: {without_maps(f'struct_extract({value}, {literal(name)})', child, depth)}"
            for name, child in children.items()
        )
        # Of a missing struct all fields are missing, which is not the same.
        return f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
    each = f"each_{depth}"
    if type.id == "map":
        entries = f"map_entries({value})"
        inner = {part: without_maps(f"{each}.{part}", child, depth + 1) for part, child in children.items()}
        if all(sql == f"{each}.{part}" for part, sql in inner.items()):
            return entries
        return (
            f"list_transform({entries}, lambda {each}: {{'key': {inner['key']}, 'value': {inner['value']}}})"
        )
    return f"list_transform({value}, lambda {each}: {without_maps(each, children['child'], depth + 1)})"


def _has_maps(type: DuckDBPyType) -> bool:
    """In it, or it is one."""
    return type.id == "map" or any(map(_has_maps, _children(type).values()))


def _children(type: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """Fields of a struct, `key` and `value` of a map, the `child` of a list; of other types nothing."""
    if type.id not in ("struct", "list", "array", "map"):
        return {}
    return {name: child for name, child in type.children if isinstance(child, DuckDBPyType)}
