"""Frequent values that are somebody's name, and forms with one in them, in columns that nobody took for personal."""

from __future__ import annotations

from synth_core.model.profile import ColumnProfile, NullsProfile, Profile, TableProfile
from synth_core.model.project import Project
from synth_core.model.types import Kind
from synth_core.recipe.functions import Shape
from synth_core.stages.describe.mentions import is_full_name, name_without_mentions

_MAY_NAME = frozenset(
    {"unknown", "company_name", "organization_name", "artist_or_org_name", "category", "free_text"}
)
"""Meanings of columns in which people stand beside others: who pays, and who is paid."""


def without_people(project: Project, profile: Profile) -> Profile:
    """The profile without such values: ten rows may all be of one person, so that they have enough of them is no reason
    to keep a name."""
    may = {
        (table.name, column.name)
        for table in project.tables
        for column in table.columns
        if column.type.value.kind is Kind.STRING and not column.personal.value
        if column.meaning.value in _MAY_NAME
    }
    people = {
        (table.table, column.path): _named_in(column)
        for table in profile.tables
        for column in table.columns
        if (column.top or column.forms) and (table.table, column.path[0]) in may
    }
    people = {place: values for place, values in people.items() if values}
    if not people:
        return profile
    return profile.model_copy(
        update={
            "tables": tuple(_table(table, people) for table in profile.tables),
            "pairs": tuple(
                each.model_copy(
                    update={
                        "pairs": tuple(
                            pair
                            for pair in each.pairs
                            if pair.value not in people.get((each.table, (each.column,)), ())
                            and pair.target not in people.get((each.table, (each.target,)), ())
                        )
                    }
                )
                for each in profile.pairs
            ),
        }
    )


def _named_in(column: ColumnProfile) -> set[str]:
    """Frequent values, and forms, that have somebody's name in them: what many rows share stands in a form."""
    values = {each.value for each in column.top if is_full_name(each.value)}
    parts = ((each.value, Shape(each.value).fixed) for each in column.forms)
    return values | {
        form for form, fixed in parts if any(name_without_mentions(part) != part for part in fixed)
    }


def _table(table: TableProfile, people: dict[tuple[str, tuple[str, ...]], set[str]]) -> TableProfile:
    return table.model_copy(
        update={
            "columns": tuple(
                _column(each, people.get((table.table, each.path), set())) for each in table.columns
            ),
            "nulls": tuple(_nulls(each, people.get((table.table, each.by), set())) for each in table.nulls),
        }
    )


def _column(column: ColumnProfile, people: set[str]) -> ColumnProfile:
    top = tuple(each for each in column.top if each.value not in people)
    left = sum(each.count for each in column.top) - sum(each.count for each in top)
    forms = tuple(each for each in column.forms if each.value not in people)
    update = {"top": top, "top_rows": max(0, column.top_rows - left), "forms": forms}
    return column.model_copy(update=update) if people else column


def _nulls(nulls: NullsProfile, people: set[str]) -> NullsProfile:
    return nulls.model_copy(
        update={"shares": tuple(each for each in nulls.shares if each.value not in people)}
    )
