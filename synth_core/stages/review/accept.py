"""All that is sure enough becomes a person's word at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synth_core.model.edits import (
    COLUMN_PARTS,
    AcceptAbove,
    AcceptColumn,
    AnyEdit,
    DecideLink,
    DecideRule,
    SetDialect,
    SetPrimaryKey,
    ends_of,
)
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Project, Table
from synth_core.stages.review.state import is_open, table_of


def expanded(project: Project, edit: AcceptAbove) -> tuple[AnyEdit, ...]:
    """What is accepted, one by one. Raises ProjectError where there is no such table."""
    tables = [table_of(project, edit.table)] if edit.table else project.tables
    found = (
        _schema(tables, edit.confidence) if edit.step == "schema" else _keys(project, tables, edit.confidence)
    )
    return tuple(found)


def sure_columns(project: Project, confidence: float, table: str = "") -> int:
    """How many columns that somebody still has to accept would be, whole, by `AcceptAbove`."""
    tables = [table_of(project, table)] if table else project.tables
    return sum(_is_sure(column, confidence) for each in tables for column in each.columns)


def sure_keys(project: Project, confidence: float) -> int:
    """How many keys, links and rules that somebody still has to accept would be by `AcceptAbove`."""
    return len(expanded(project, AcceptAbove(confidence=confidence, step="keys")))


def _schema(tables: list[Table] | tuple[Table, ...], confidence: float) -> Iterator[AnyEdit]:
    for table in tables:
        if table.dialect is not None and _fits(table.dialect, confidence):
            yield SetDialect(table=table.name, dialect=table.dialect.value)
        for column in table.columns:
            # Of a column whose type or meaning is doubtful nothing is: it wants a look.
            if _is_sure(column, confidence):
                yield AcceptColumn(table=table.name, column=column.name)


def _is_sure(column: Column, confidence: float) -> bool:
    parts: list[Inferred[Any]] = [getattr(column, part) for part in COLUMN_PARTS if part != "mode"]
    left = [each for each in parts if is_open(each)]
    # That nothing is known of a number or a date is no doubt about it.
    judged = [each for each in left if each.value != "unknown"]
    return bool(left) and all(each.confidence >= confidence for each in judged)


def _keys(project: Project, tables: list[Table] | tuple[Table, ...], confidence: float) -> Iterator[AnyEdit]:
    for table in tables:
        if table.primary_key is not None and _fits(table.primary_key, confidence):
            yield SetPrimaryKey(table=table.name, columns=table.primary_key.value)
        for rule in table.rules:
            if _fits(rule, confidence):
                yield DecideRule(table=table.name, rule=rule.value, accept=True)
    names = {table.name for table in tables}
    for link in project.links:
        if link.table in names and link.accepted.value and _fits(link.accepted, confidence):
            child, columns, ref_table, ref_columns = ends_of(link)
            yield DecideLink(
                table=child, columns=columns, ref_table=ref_table, ref_columns=ref_columns, accept=True
            )


def _fits(found: Inferred[Any], confidence: float) -> bool:
    return is_open(found) and found.confidence >= confidence
