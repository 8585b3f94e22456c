"""Inferring again never overwrites what a person decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.nested import inner_fields
from synth_core.model.project import Column, Link, Table
from synth_core.model.rule import Rule

T = TypeVar("T")


def keep_human(before: Table | None, after: Table) -> Table:
    """The newly inferred table with everything that a person said about it before."""
    if before is None:
        return after
    known = {column.name: column for column in before.columns}
    columns = tuple(
        _keep_column(known[column.name], column) if column.name in known else column
        for column in after.columns
    )
    key = before.primary_key if _is_human(before.primary_key) else after.primary_key
    there = {column.name for column in columns}
    if key is not None and not set(key.value) <= there:
        key = after.primary_key
    rejected = tuple(rule for rule in before.rejected_rules if set(rule.all_columns) <= there)
    rules = tuple(rule for rule in before.rules if _is_human(rule) and set(rule.value.all_columns) <= there)
    rules += tuple(
        rule
        for rule in after.rules
        if not any(rule.value.is_same(each) for each in rejected)
        and not any(_is_decided(rule.value, each.value) for each in rules)
    )
    # A wanted count that was never touched follows the source.
    wanted = before.wanted if before.wanted != before.rows else after.wanted
    return after.model_copy(
        update={
            "columns": columns,
            "primary_key": key,
            "rules": rules,
            "rejected_rules": rejected,
            "wanted": wanted,
            "description": after.description or before.description,
        }
    )


def keep_links(before: tuple[Link, ...], after: tuple[Link, ...]) -> tuple[Link, ...]:
    """The new links, with a person's decisions on them and the links that a person added."""
    decided = {_ends(link): link for link in before if _is_human(link.accepted)}
    # Columns of which a person says to what they refer refer to nothing else.
    tied = {(link.table, link.columns) for link in decided.values() if link.accepted.value}
    kept = [
        decided.pop(_ends(link), link)
        for link in after
        if _ends(link) in decided or (link.table, link.columns) not in tied
    ]
    return (*kept, *decided.values())


def known_links(
    links: Sequence[Link], tables: Sequence[Table]
) -> tuple[tuple[Link, ...], tuple[Finding, ...]]:
    """The links whose tables and columns are all there, and a finding on each that a person wanted and that is lost."""
    there = {table.name: {column.name for column in table.columns} for table in tables}
    inside = {table.name: {each.place for each in inner_fields(table.fields)} for table in tables}
    known = tuple(
        link
        for link in links
        if set(link.columns) <= (inside if link.nested else there).get(link.table, set())
        and set(link.ref_columns) <= there.get(link.ref_table, set())
    )
    lost = tuple(
        Finding(
            level=Level.WARNING,
            code="project.link-lost",
            table=link.table,
            message=f"the link {link} is dropped: the source does not have all of its columns any more.",
        )
        for link in links
        if link not in known and link.accepted.value
    )
    return known, lost


def _keep_column(before: Column, after: Column) -> Column:
    is_typed = _is_human(before.type)
    return after.model_copy(
        update={
            "type": before.type if is_typed else after.type,
            "format": before.format if is_typed else after.format,
            "mode": _keep(before.mode, after.mode),
            "meaning": _keep(before.meaning, after.meaning),
            "personal": _keep(before.personal, after.personal),
            "description": after.description or before.description,
        }
    )


def _keep(before: Inferred[T], after: Inferred[T]) -> Inferred[T]:
    return before if _is_human(before) else after


def _is_human(value: Inferred[T] | None) -> bool:
    return value is not None and value.origin is Origin.HUMAN


def _is_decided(rule: Rule, by: Rule) -> bool:
    """A person has spoken of the same columns. Two stand in one order only, and as a target a column stands once."""
    if rule.kind == by.kind == "ordered":
        return len(set(rule.columns) & set(by.columns)) > 1
    if rule.is_formula and by.is_formula:
        return rule.target == by.target or set(rule.all_columns) == set(by.all_columns)
    return rule.is_same(by)


def _ends(link: Link) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    return link.table, link.columns, link.ref_table, link.ref_columns
