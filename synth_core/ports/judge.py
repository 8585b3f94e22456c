"""Who judges what measurement leaves open: a language model behind our questions, or rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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


class Model(Protocol):
    """Who judges what measurement leaves open and drafts recipes: a language model, or our own rules.

    What it says are proposals: the stages check them by measurement. It raises nothing because of a model that is
    gone, slow or wrong: then it has no proposal, and `findings` say why.
    """

    @property
    def id(self) -> str:
        """What the audit names: `rules`, or the model's id."""
        ...

    def structure(self, doubt: FileDoubt) -> FileVerdict | None:
        """How a file is written; None: no opinion."""
        ...

    def columns(self, doubts: Sequence[TableDoubt]) -> dict[str, dict[str, ColumnProposal]]:
        """By table and column: what a column holds. Only for columns it has an opinion on."""
        ...

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        """What columns refer to. Only for columns it has an opinion on."""
        ...

    def draft(self, project: Project, profile: Profile) -> tuple[str, tuple[Finding, ...]]:
        """The text of a recipe for the project, and what it could not do."""
        ...

    def redraft(
        self, project: Project, profile: Profile, table: str, columns: Collection[str], remark: str
    ) -> tuple[tuple[DraftedField, ...], tuple[Finding, ...]]:
        """The fields of one table, drafted anew, and what it could not do. Of them `columns` are meant: those that a
        model may make are asked about, with the remark of whoever wants them otherwise. Raises UsageError for a remark
        that it can't read at all."""
        ...

    def explain(self, finding: Finding, project: Project, recipe: str) -> str:
        """What a finding of the linter means, and what to do about it, in a few sentences."""
        ...

    def findings(self) -> tuple[Finding, ...]:
        """What a user must know of the questions so far: what was not answered, or not as it was asked."""
        ...
