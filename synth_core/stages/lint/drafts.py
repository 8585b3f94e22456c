"""What the drafting rules would write where a column or a table is missing or wrong."""

from __future__ import annotations

from typing import Any

from synth_core.model.profile import Profile, TableProfile
from synth_core.model.project import Project
from synth_core.recipe.notation import FieldText, ObjectText
from synth_core.stages.draft.columns import column_generator
from synth_core.stages.draft.dates import days_around
from synth_core.stages.draft.draft import key_families, locale_of, table_fields, table_order, why_so
from synth_core.stages.profile import without_values


class Drafts:
    """Drafts of single tables and columns, each worked out when it is asked for. Where no facts about a table are
    known, its columns are drafted from their types and meanings."""

    def __init__(self, project: Project, profile: Profile | None) -> None:
        self._project = project
        if profile is not None and profile.k < project.k:
            # It was measured with a smaller k: it may show values that too few rows have.
            profile = None
        known = {facts.table: facts for facts in profile.tables} if profile else {}
        tables = tuple(
            known.get(table.name) or TableProfile(table=table.name, rows=table.rows, columns=())
            for table in project.tables
        )
        whole = (profile or Profile(k=project.k)).model_copy(update={"tables": tables})
        self._profile = without_values(project, whole)
        self.tables = frozenset(table.name for table in project.tables)
        self._fields: dict[str, dict[str, FieldText]] = {}

    def fields(self, table: str) -> dict[str, FieldText]:
        """All fields that the rules give the table, hidden ones included."""
        if table not in self._fields:
            families = key_families(self._project)
            made, _ = table_fields(self._project, self._profile, self._project.table(table), families)
            self._fields[table] = {field.name: field for field in made}
        return self._fields[table]

    def alone(self, table: str, column: str) -> FieldText:
        """The column as if it were neither key nor link."""
        facts, found = self._profile.table(table), self._project.table(table).column(column)
        locale, days = locale_of(self._profile), days_around(self._profile, table)
        generator, why = column_generator(found, facts, locale=locale, days=days)
        return FieldText(column, generator, why)

    def object(self, table: str) -> ObjectText:
        """The whole table."""
        found = self._project.table(table)
        return ObjectText(table, found.wanted, why_so(found), list(self.fields(table).values()))

    def before(self, table: str) -> list[str]:
        """The tables that stand above this one in a draft, the nearest first."""
        order = table_order(self._project)
        return order[: order.index(table)][::-1]


def columns_named(generator: Any) -> set[str]:
    """Columns of the same row that a drafted generator takes values from."""
    if isinstance(generator, dict):
        named = {
            value
            for argument in ("after", "within", "link", "of", "first", "last", "person", "user")
            if isinstance(value := generator.get(argument), str)
        }
        if isinstance(generator.get("match"), dict):
            named |= {str(own) for own in generator["match"].values()}
        return named.union(*(columns_named(inner) for inner in generator.values()))
    return set()
