"""Who decided what about the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Project, Table
from synth_core.model.rule import Rule
from synth_core.report.model import Decision

_TOLD = (Origin.HUMAN, Origin.MODEL)


def decisions(
    project: Project, kept: Collection[tuple[str, Rule]]
) -> tuple[tuple[Decision, ...], dict[Origin, int]]:
    """What people and models decided, one by one, people first; and how many things each origin decided. `kept`:
    (table, rule) of those that the recipe is there for, besides orders."""
    found = [each for table in project.tables for each in _of_table(table, kept)]
    found += [
        _decision(str(link), "link", link.accepted, "accepted" if link.accepted.value else "not accepted")
        for link in project.links
    ]
    counted = Counter(each.origin for each in found)
    told = [each for origin in _TOLD for each in found if each.origin is origin]
    return tuple(told), {origin: counted[origin] for origin in Origin if counted[origin]}


def _of_table(table: Table, kept: Collection[tuple[str, Rule]]) -> Iterator[Decision]:
    if table.dialect is not None:
        yield _decision(table.name, "how its files are written", table.dialect, "")
    if table.primary_key is not None:
        yield _decision(table.name, "primary key", table.primary_key, ", ".join(table.primary_key.value))
    for rule in table.rules:
        what = "rule"
        if rule.value.is_of_groups:
            is_kept = (table.name, rule.value) in kept
            what = "dependency" if is_kept else "dependency, known and not kept by the recipe"
        yield _decision(table.name, what, rule, str(rule.value))
    for column in table.columns:
        yield from _of_column(table.name, column)


def _of_column(table: str, column: Column) -> Iterator[Decision]:
    about = f"{table}.{column.name}"
    yield _decision(about, "type", column.type, str(column.type.value))
    yield _decision(about, "mode", column.mode, column.mode.value.value)
    yield _decision(about, "meaning", column.meaning, column.meaning.value.replace("_", " "))
    yield _decision(about, "personal", column.personal, "yes" if column.personal.value else "no")


def _decision(about: str, what: str, decided: Inferred[Any], value: str) -> Decision:
    return Decision(
        origin=decided.origin,
        about=about,
        what=f"{what}: {value}" if value else what,
        why=decided.evidence,
    )
