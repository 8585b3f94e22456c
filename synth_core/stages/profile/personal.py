"""Which columns are personal, and what is left of a profile without their values."""

from __future__ import annotations

import re

from synth_core.model.profile import ColumnProfile, Profile, RuleProfile, ValueCount
from synth_core.model.project import Project
from synth_core.recipe.functions import Shape
from synth_core.stages.profile.numbers import years_of
from synth_core.stages.profile.people import without_people

PERSONAL_ROOM = 100
"""A form of a personal column allows so many times its rows, so that made-up texts are hardly ever real ones."""
_WORD = re.compile(r"\\\w|[^\W_Aa9x]")
"""In a form with words: a letter or digit that stays."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def personal_columns(project: Project) -> frozenset[tuple[str, str]]:
    """(table, column) of each personal column, and of each that accepted links tie to one: they hold its values."""
    found = {
        (table.name, column.name)
        for table in project.tables
        for column in table.columns
        if column.personal.value
    }
    ties = [
        {(link.table, column), (link.ref_table, ref)}
        for link in project.accepted_links
        for column, ref in zip(link.columns, link.ref_columns, strict=True)
    ]
    while more := {each for tie in ties if tie & found for each in tie - found}:
        found |= more
    return frozenset(found)


def without_values(project: Project, profile: Profile) -> Profile:
    """The profile as far as it may be used: columns may have become personal since it was measured."""
    personal = personal_columns(project)
    tables = tuple(
        table.model_copy(
            update={
                "columns": tuple(
                    _shapes_only(column, profile.k) if (table.table, column.path[0]) in personal else column
                    for column in table.columns
                ),
                "nulls": tuple(each for each in table.nulls if (table.table, each.by[0]) not in personal),
            }
        )
        for table in profile.tables
    )
    rules = tuple(_without_gaps(rule, personal) for rule in profile.rules)
    pairs = tuple(
        each
        for each in profile.pairs
        if personal.isdisjoint({(each.table, each.column), (each.table, each.target)})
    )
    return without_people(
        project, profile.model_copy(update={"tables": tables, "rules": rules, "pairs": pairs})
    )


def _shapes_only(column: ColumnProfile, k: int) -> ColumnProfile:
    shapes = tuple(shape for shape in column.shapes if shape.count >= k)
    forms = tuple(form for form in column.forms if _tells_nobody(form))
    years = column.years
    if _DAY.match("".join(column.quantiles[:1])):
        years = years_of(column.quantiles)
    update = {
        "quantiles": (),
        "step": "",
        "within": None,
        "years": years,
        "top": (),
        "top_rows": 0,
        "shapes": shapes,
        "forms": forms,
    }
    return column.model_copy(update=update)


def _tells_nobody(form: ValueCount) -> bool:
    """It allows so many texts that none is anybody's, and has no word of the source."""
    is_worded = "~" in form.value and _WORD.search(form.value) is not None
    return not is_worded and Shape(form.value).capacity >= PERSONAL_ROOM * form.count


def _without_gaps(rule: RuleProfile, personal: frozenset[tuple[str, str]]) -> RuleProfile:
    hidden = [(rule.table, column) in personal for column in rule.columns]
    gaps = tuple(() if hidden[index] or hidden[index + 1] else gaps for index, gaps in enumerate(rule.gaps))
    return rule.model_copy(update={"gaps": gaps})
