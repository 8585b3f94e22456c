"""The columns of a table and the leaves of its nested ones, each as a query of one column `v`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synth_core.files.sql import literal, quote
from synth_core.model.project import Table
from synth_core.model.types import Field, Kind, Mode
from synth_core.stages.profile.sql import as_type, table_ref


@dataclass(frozen=True)
class Leaf:
    """One place of a table's schema: a top-level column, or a field inside a nested one."""

    path: tuple[str, ...]
    kind: Kind
    query: str
    """SELECT … AS v: one row for each row or, inside an array, for each element. A field of a STRUCT is
    measured only where the STRUCT itself is not NULL."""
    lists: str = ""
    """For a REPEATED column: SELECT … AS v, the arrays themselves."""
    lists_in_array: bool = False
    """The arrays are elements of other arrays."""
    value: str = ""
    """Of a column that is not nested: its value in SQL over the table."""
    in_array: bool = False
    """The query yields elements, several of one row; its column `r` is the number of the table's row."""


def leaves(table: Table, types: dict[str, str]) -> Iterator[Leaf]:
    """All leaves in the schema's order. `types` are DuckDB's types of the top-level columns."""
    for column in table.columns:
        field = column.field
        value = quote(column.name)
        if not field.is_nested:
            value = as_type(value, types[column.name], field.type)
        query = f"SELECT {value} AS v FROM {table_ref(table.name)}"
        if not field.is_nested:
            yield Leaf((column.name,), field.type.kind, query, value=value)
            continue
        yield from _below(field, (column.name,), query)


def _below(field: Field, path: tuple[str, ...], query: str, *, in_array: bool = False) -> Iterator[Leaf]:
    lists, rows, inside = "", query, in_array
    if field.mode is Mode.REPEATED:
        lists = query
        row = "r" if in_array else "row_number() OVER () AS r"
        query = f"SELECT {row}, unnest(v) AS v FROM ({query})"
        inside = True
        rows = query if not field.type.is_nested else rows
    yield Leaf(
        path,
        field.type.kind,
        rows,
        lists,
        lists_in_array=bool(lists) and in_array,
        in_array=inside if rows is query else in_array,
    )
    if field.type.is_nested:
        row = "r, " if inside else ""
        for child in field.type.fields:
            value = f"struct_extract(v, {literal(child.name)})"
            inner = f"SELECT {row}{value} AS v FROM ({query}) WHERE v IS NOT NULL"
            yield from _below(child, (*path, child.name), inner, in_array=inside)
