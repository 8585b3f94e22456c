"""What wants a person's look before the next step, and why: what nobody is sure of, and what does not fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from synth_core.model.base import Frozen
from synth_core.model.doubts import PLEASE_LOOK, SURE
from synth_core.model.inferred import Inferred
from synth_core.model.places import spoken
from synth_core.model.profile import ColumnProfile, Profile, TableProfile
from synth_core.model.project import Column, Link, Project, Table
from synth_core.model.types import Mode
from synth_core.stages.review.state import is_open
from synth_core.stages.review.whole import not_read_yet, places_not_read_yet

LIKELY = 0.75
"""A meaning, or that it is personal, is believed from here on: less depends on it than on a type or a key."""

Step = Literal["sources", "schema", "keys"]


class Attention(Frozen):
    """One place that wants a look."""

    step: Step
    what: Literal[
        "project", "source", "table", "dialect", "type", "mode", "meaning", "personal", "key", "link", "rule"
    ]
    table: str = ""
    column: str = ""
    place: str = ""
    """Of a source, link or rule: which one, in words."""
    why: str
    with_personal: bool = False
    """Whether a column is personal is no surer than its meaning: one answer settles both."""


def attention(project: Project, profile: Profile | None) -> tuple[Attention, ...]:
    """All such places, in the order of steps and tables."""
    facts = {each.table: each for each in profile.tables} if profile else {}
    found = list(_sources(project, profile))
    for table in project.tables:
        found += _dialect(table)
        found += _as_read(table, profile)
        found += _columns(project, table, facts.get(table.name))
    for table in project.tables:
        found += _key(table)
    found += _links(project, profile)
    return tuple(found)


def _sources(project: Project, profile: Profile | None) -> Iterator[Attention]:
    if not project.tables:
        yield Attention(
            step="sources", what="project", why="Nothing has been inferred yet: infer the schema."
        )
        return
    for name in not_read_yet(project):
        yield Attention(
            step="sources", what="table", table=name, why=f"{name} is chosen and not read yet: infer again."
        )
    for source in places_not_read_yet(project):
        why = f"{spoken(source)} is not read yet: infer again."
        yield Attention(step="sources", what="source", place=source, why=why)
    if profile is None:
        yield Attention(step="sources", what="project", why="The measured facts are gone: infer again.")


def _dialect(table: Table) -> Iterator[Attention]:
    dialect = table.dialect
    if dialect is not None and is_open(dialect) and dialect.confidence < SURE:
        why = f"How its files are written is {_sure(dialect)}: {dialect.evidence}"
        yield Attention(step="schema", what="dialect", table=table.name, why=why)


def _as_read(table: Table, profile: Profile | None) -> Iterator[Attention]:
    """What was changed since the source was read, so that facts are of something else."""
    read = profile.read_of(table.name) if profile else None
    if read is None:
        return
    if table.dialect is not None and read.dialect is not None and table.dialect.value != read.dialect:
        why = "Its files were read in another way than the project says now: infer again."
        yield Attention(step="schema", what="dialect", table=table.name, why=why)
    measured = dict(read.columns)
    for column in table.columns:
        before, now = measured.get(column.name), str(column.type.value)
        if before is not None and before != now:
            why = f"It was measured as {before}, and is {now} now: infer again."
            yield Attention(step="schema", what="type", table=table.name, column=column.name, why=why)


def _columns(project: Project, table: Table, facts: TableProfile | None) -> Iterator[Attention]:
    tied = {
        (end, column)
        for link in project.kept_links
        for end, columns in ((link.table, link.columns), (link.ref_table, link.ref_columns))
        for column in columns
    }
    known = {each.path: each for each in facts.columns} if facts else {}
    for column in table.columns:
        is_key = column.name in table.key_columns or (table.name, column.name) in tied
        for doubt in _doubts(column, known.get((column.name,)), is_key):
            yield Attention.model_validate(
                {"step": "schema", "table": table.name, "column": column.name, **doubt}
            )


def _doubts(column: Column, facts: ColumnProfile | None, is_key: bool) -> Iterator[dict[str, Any]]:
    if is_open(column.type) and column.type.confidence < SURE:
        yield {"what": "type", "why": f"{column.type.value} is {_sure(column.type)}: {column.type.evidence}"}
    meaning = column.meaning
    personal = column.personal
    said = "personal" if personal.value else "not personal"
    is_doubted = is_open(personal) and personal.confidence < LIKELY
    is_named = meaning.value != "unknown" and not column.field.is_nested
    # What refers or is referred to may be any text; where it is personal, its values say so.
    is_plain_key = is_key and meaning.value == "unknown" and not personal.value
    if is_named and is_open(meaning) and meaning.confidence < LIKELY:
        # One question: whoever knows what it is knows whether it is personal.
        what = f"{_words(meaning.value)}, {said}," if is_doubted else _words(meaning.value)
        why = f"{what} is {_sure(meaning)}: {meaning.evidence}"
        yield {"what": "meaning", "why": why, "with_personal": is_doubted}
    elif is_doubted and not is_plain_key:
        yield {"what": "personal", "why": f"That it is {said} is {_sure(personal)}: {personal.evidence}"}
    if column.mode.value is Mode.REQUIRED and facts is not None and facts.nulls:
        yield {
            "what": "mode",
            "why": f"It is REQUIRED, and {facts.nulls:,} of {facts.rows:,} rows have no value.",
        }


def _key(table: Table) -> Iterator[Attention]:
    key = table.primary_key
    if key is not None and is_open(key) and key.confidence < SURE:
        why = f"{', '.join(key.value)} is {_sure(key)}: {key.evidence}"
        yield Attention(step="keys", what="key", table=table.name, why=why)
    for rule in table.rules:
        if is_open(rule) and rule.confidence < SURE:
            place = str(rule.value)
            why = f"It is {_sure(rule)}: {rule.evidence}"
            yield Attention(step="keys", what="rule", table=table.name, place=place, why=why)


def _links(project: Project, profile: Profile | None) -> Iterator[Attention]:
    measured = {(x.table, x.columns, x.ref_table, x.ref_columns) for x in profile.links} if profile else None
    twice = Counter((link.table, link.columns) for link in project.kept_links)
    for link in project.links:
        for why in _link(project, link, measured, twice):
            yield Attention(step="keys", what="link", table=link.table, place=str(link), why=why)


def _link(
    project: Project,
    link: Link,
    measured: set[tuple[str, tuple[str, ...], str, tuple[str, ...]]] | None,
    twice: Counter[tuple[str, tuple[str, ...]]],
) -> Iterator[str]:
    said = link.accepted
    if is_open(said) and not said.value:
        yield f"It may be a link, {said.confidence:.0%}: {said.evidence}"
    if not said.value:
        return
    if is_open(said) and said.confidence < SURE:
        yield f"It is {_sure(said)}: {said.evidence}"
    if twice[link.table, link.columns] > 1:
        yield "The same columns refer to more than one key: reject all links but one."
    child, parent = project.table(link.table), project.table(link.ref_table)
    for name, ref in zip(link.columns, link.ref_columns, strict=True):
        mine = child.inner(name).field.type if link.nested else child.column(name).type.value
        theirs = parent.column(ref).type.value
        if mine != theirs:
            yield f"Both sides need one type: {child.name}.{name} is {mine}, {parent.name}.{ref} is {theirs}."
    if measured is not None and (link.table, link.columns, link.ref_table, link.ref_columns) not in measured:
        yield "It was not measured yet, so how many rows refer to one is made up: infer again."


def _sure(found: Inferred[Any]) -> str:
    look = ", please look" if found.confidence < PLEASE_LOOK else ""
    return f"{found.confidence:.0%} sure{look}".replace("%", " %")


def _words(meaning: str) -> str:
    text = meaning.replace("_", " ")
    return text[0].upper() + text[1:]
