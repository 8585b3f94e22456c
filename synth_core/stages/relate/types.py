"""One type for both sides of a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synth_core.model.project import Link, Table
from synth_core.model.types import INT64, STRING, BigQueryType, Kind

_Place = tuple[str, str]


def common_type(types: Iterable[BigQueryType]) -> BigQueryType:
    """The type that holds the keys of all: the wider number, or STRING as soon as one is a text.

    FLOAT64 is never a key's type here: only columns of whole numbers become links, so INT64 holds them.
    """
    distinct = list(dict.fromkeys(types))
    if len(distinct) == 1:
        return distinct[0]
    kinds = {item.kind for item in distinct}
    if Kind.STRING in kinds or not kinds <= {Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64}:
        return STRING
    if kinds <= {Kind.INT64, Kind.FLOAT64}:
        return INT64
    kind = Kind.BIGNUMERIC if Kind.BIGNUMERIC in kinds else Kind.NUMERIC
    decimals = [item for item in distinct if item.kind in (Kind.NUMERIC, Kind.BIGNUMERIC)]
    if len(decimals) < len(distinct) or any(item.precision is None for item in decimals):
        return BigQueryType(kind=kind)
    scale = max(item.scale or 0 for item in decimals)
    whole = max((item.precision or 0) - (item.scale or 0) for item in decimals)
    return BigQueryType(kind=kind, precision=whole + scale, scale=scale)


def align(tables: Sequence[Table], links: Sequence[Link]) -> tuple[Table, ...]:
    """The tables with one type for all columns that accepted links join, directly or through others."""
    joined = _joined(links)
    types = {(table.name, column.name): column.type.value for table in tables for column in table.columns}
    wanted = {
        place: common_type(types[other] for other in sorted(group)) for group in joined for place in group
    }
    return tuple(_retyped(table, wanted) for table in tables)


def _joined(links: Sequence[Link]) -> list[set[_Place]]:
    groups: list[set[_Place]] = []
    for link in links:
        if not link.accepted.value or link.nested:
            continue
        for child, parent in zip(link.columns, link.ref_columns, strict=True):
            pair = {(link.table, child), (link.ref_table, parent)}
            touching = [group for group in groups if group & pair]
            groups = [group for group in groups if not group & pair]
            groups.append(pair.union(*touching))
    return groups


def _retyped(table: Table, wanted: Mapping[_Place, BigQueryType]) -> Table:
    columns = []
    for column in table.columns:
        before, after = column.type.value, wanted.get((table.name, column.name), column.type.value)
        if before != after:
            evidence = (
                f"{column.type.evidence}; {before} became {after}, the type that both sides of a link share"
            )
            kept = column.type.model_copy(update={"value": after, "evidence": evidence.removeprefix("; ")})
            column = column.model_copy(update={"type": kept})
        columns.append(column)
    return table.model_copy(update={"columns": tuple(columns)})
