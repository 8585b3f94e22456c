"""The model that is always there: our own rules, offline, on measured facts only."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from synth_core.errors import UsageError
from synth_core.model.doubts import (
    ColumnProposal,
    FileDoubt,
    FileVerdict,
    LinkDoubt,
    LinkProposal,
    TableDoubt,
)
from synth_core.model.drafted import DraftedField
from synth_core.model.findings import Finding
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.stages.draft import draft
from synth_core.stages.draft.draft import draft_objects
from synth_core.stages.lint.explain import explain


class RulesModel:
    """Implements `Model` without any model. Rules know nothing beyond what was measured, so what is open stays open."""

    id = "rules"

    def structure(self, doubt: FileDoubt) -> FileVerdict | None:
        """What was measured."""
        return FileVerdict(
            candidate=0,
            banner_lines=doubt.banner_lines,
            has_header=doubt.has_header,
            evidence="as measured",
        )

    def columns(self, doubts: Sequence[TableDoubt]) -> dict[str, dict[str, ColumnProposal]]:
        """What describing has measured already."""
        return {
            doubt.table.name: {
                column.name: ColumnProposal(
                    column=column.name,
                    meaning=column.meaning.value,
                    personal=column.personal.value,
                    type=column.type.value.kind.value,
                    format=column.format,
                    evidence=column.meaning.evidence,
                )
                for column in doubt.table.columns
                if column.name in doubt.columns and column.meaning.value != "unknown"
            }
            for doubt in doubts
        }

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        """The links that relating has accepted already."""
        asked = {(doubt.table, doubt.column) for doubt in doubts}
        return [
            LinkProposal(
                table=link.table,
                column=link.columns[0],
                ref_table=link.ref_table,
                ref_column=link.ref_columns[0],
                evidence=link.accepted.evidence,
            )
            for link in project.accepted_links
            if len(link.columns) == 1 and (link.table, link.columns[0]) in asked
        ]

    def draft(self, project: Project, profile: Profile) -> tuple[str, tuple[Finding, ...]]:
        """The rules' draft."""
        drafted = draft(project, profile)
        return drafted.text, drafted.findings

    def redraft(
        self, project: Project, profile: Profile, table: str, columns: Collection[str], remark: str
    ) -> tuple[tuple[DraftedField, ...], tuple[Finding, ...]]:
        """As the rules draft it. Raises UsageError for a remark: rules can't read."""
        if remark.strip():
            raise UsageError(
                "Rules read no remarks.",
                hint="Have Gemini redraft it (`--model gemini`), or leave the remark away.",
            )
        objects, findings = draft_objects(project, profile)
        [made] = [each for each in objects if each.table == table]
        fields = tuple(
            DraftedField(name=each.name, generator=each.generator, why=each.why) for each in made.fields
        )
        return fields, tuple(each for each in findings if each.table in ("", table))

    def explain(self, finding: Finding, project: Project, recipe: str) -> str:
        """What the linter and the catalogue of functions say."""
        return explain(finding, recipe)

    def findings(self) -> tuple[Finding, ...]:
        """Rules always answer."""
        return ()
