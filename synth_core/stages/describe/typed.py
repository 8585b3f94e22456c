"""Describes the columns of a table whose types are known, and the leaves of its nested columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import duckdb

from synth_core.files.sql import literal, quote
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Field, Kind, Mode
from synth_core.stages.describe.catalogue import UNKNOWN
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.judge import Subject, judge
from synth_core.stages.describe.sample import sample_query, take_sample

Path = tuple[str, ...]
Described = tuple[Inferred[str], Inferred[bool]]


def describe_typed(
    con: duckdb.DuckDBPyConnection,
    table_sql: str,
    fields: Sequence[Field],
    *,
    table: str,
    declared: bool,
    hide_names: bool = False,
) -> tuple[Column, ...]:
    """Meaning and personal of each column; types and modes are those of `fields`.

    `table_sql` is the quoted name of a base table. `declared`: a schema says so; otherwise types were measured. A
    nested column has no meaning of its own and is personal when a leaf is.
    """
    flat = [field for field in fields if not field.is_nested]
    samples = take_sample(con, table_sql, [field.name for field in flat])
    subjects = [
        Subject(
            field.name,
            Facts.of(field.type.kind, sample.values, columns=len(flat), rows=sample.side_by_side),
        )
        for field, sample in zip(flat, samples, strict=True)
    ]
    judged = dict(zip((s.name for s in subjects), judge(subjects, table, hide_names=hide_names), strict=True))
    columns = []
    for field in fields:
        meaning, personal = judged.get(field.name) or _nested(con, table_sql, field, table, hide_names)
        origin = Origin.DECLARED if declared else Origin.MEASURED
        evidence = "declared by the source" if declared else "the type that holds every value"
        columns.append(
            Column(
                name=field.name,
                type=Inferred[BigQueryType](value=field.type, origin=origin, evidence=evidence),
                mode=Inferred[Mode](value=field.mode, origin=origin, evidence=evidence),
                meaning=meaning,
                personal=personal,
                description=field.description,
            )
        )
    return tuple(columns)


def describe_leaves(
    con: duckdb.DuckDBPyConnection, table_sql: str, field: Field, *, table: str = "", hide_names: bool = False
) -> dict[Path, Described]:
    """Meaning and personal of each scalar inside a nested column, by path; a path begins with the column's name.

    The fields of one STRUCT are judged together, its own name being that of their table.
    """
    start = f"SELECT {quote(field.name)} AS v FROM {table_sql}"
    result: dict[Path, Described] = {}
    for parent, group in groupby(_leaves(field, (field.name,), start), key=lambda leaf: leaf[0][:-1]):
        leaves = list(group)
        subjects = [
            Subject(path[-1], Facts.of(kind, sample_query(con, query))) for path, kind, query in leaves
        ]
        judged = judge(subjects, parent[-1] if parent else table, hide_names=hide_names, nested=bool(parent))
        result.update(zip((path for path, _, _ in leaves), judged, strict=True))
    return result


def _leaves(field: Field, path: Path, query: str) -> Iterator[tuple[Path, Kind, str]]:
    """Path, type and SELECT … AS v of each scalar, those of one STRUCT before those of the STRUCTs inside it."""
    if field.mode is Mode.REPEATED:
        query = f"SELECT unnest(v) AS v FROM ({query})"
    if not field.type.is_nested:
        yield path, field.type.kind, query
        return
    inner = sorted(field.type.fields, key=lambda child: child.type.is_nested)
    for child in inner:
        selected = f"SELECT struct_extract(v, {literal(child.name)}) AS v FROM ({query}) WHERE v IS NOT NULL"
        yield from _leaves(child, (*path, child.name), selected)


def _nested(
    con: duckdb.DuckDBPyConnection, table_sql: str, field: Field, table: str, hide_names: bool
) -> Described:
    leaves = describe_leaves(con, table_sql, field, table=table, hide_names=hide_names)
    meaning = Inferred[str](value=UNKNOWN, evidence="a nested column: its fields have meanings of their own")
    personal = {path: (what, is_it) for path, (what, is_it) in leaves.items() if is_it.value}
    if not personal:
        sure = min((is_it.confidence for _, is_it in leaves.values()), default=1.0)
        return meaning, Inferred[bool](value=False, confidence=sure, evidence="no field of it looks personal")
    sure = max(is_it.confidence for _, is_it in personal.values())
    names = ", ".join(
        f"{'.'.join(path)} ({what.value.replace('_', ' ')})" for path, (what, _) in personal.items()
    )
    return meaning, Inferred[bool](value=True, confidence=sure, evidence=f"personal fields in it: {names}")
