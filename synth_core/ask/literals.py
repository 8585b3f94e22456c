"""Texts in fields that a model wrote: only values that the profile shows of that very column may stand there."""

from __future__ import annotations

from collections.abc import Collection

from synth_core.ask.exposure import known_values
from synth_core.model.profile import ColumnProfile, Profile
from synth_core.model.project import Project
from synth_core.recipe.functions import Shape
from synth_core.recipe.vetting import examine
from synth_core.stages.lint.copied import is_telling, literals

Place = tuple[str, str]


def foreign_literals(
    text: str, project: Project, profile: Profile, places: Collection[Place], *, allowed: str = ""
) -> dict[Place, list[str]]:
    """By field: why a text in it may not stand there. What stands in the `allowed` text is a person's word."""
    scope = examine(text).scope
    found: dict[Place, list[str]] = {}
    for table, column in places:
        seen = scope.tables.get(table)
        field = seen.fields.get(column) if seen else None
        if field is None:
            continue
        facts = _facts(profile, table, column)
        known = known_values(project.table(table).column(column), facts)
        shapes = _fixed(facts) if facts else set()
        for literal, _ in literals(scope, field.value):
            is_known = literal in allowed or _is_known(literal, known, shapes)
            if is_telling(literal) and not is_known:
                found.setdefault((table, column), []).append(
                    f"the text {literal[:60]!r} is not among the values that are known of the column: have it made"
                )
    return found


def _is_known(literal: str, known: frozenset[str], shapes: Collection[str]) -> bool:
    """A value that was shown, or what stands in all values of a shape."""
    return literal in known or any(literal in shape for shape in shapes)


def _fixed(facts: ColumnProfile) -> set[str]:
    """What stands in all texts of a shape or form."""
    return {each.value for each in facts.shapes} | {
        part for each in facts.forms for part in Shape(each.value).fixed
    }


def _facts(profile: Profile, table: str, column: str) -> ColumnProfile | None:
    for each in profile.tables:
        if each.table == table:
            return next((facts for facts in each.columns if facts.path == (column,)), None)
    return None
