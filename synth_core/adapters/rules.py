"""The model that is always there: our own rules, offline, on measured facts only."""

from __future__ import annotations

from synth_core.model.findings import Finding
from synth_core.model.inferred import Inferred
from synth_core.model.profile import Profile, TableProfile
from synth_core.model.project import Project, Table
from synth_core.stages.draft import draft


class RulesModel:
    """Implements `Model` without any model."""

    id = "rules"

    def meanings(self, table: Table, profile: TableProfile) -> dict[str, Inferred[str]]:
        """What describing has measured already; rules know nothing beyond it."""
        return {column.name: column.meaning for column in table.columns if column.meaning.value != "unknown"}

    def draft(self, project: Project, profile: Profile) -> tuple[str, tuple[Finding, ...]]:
        """The rules' draft."""
        drafted = draft(project, profile)
        return drafted.text, drafted.findings
