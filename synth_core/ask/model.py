"""A language model as a judge: our questions, its answers, within what it may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from synth_core.ask.accounts import Account
from synth_core.ask.answers import plain
from synth_core.ask.asking import Asker, NoAnswer
from synth_core.ask.columns import ask_columns
from synth_core.ask.links import ask_links
from synth_core.ask.recipe import Drafted, Trial, draft_recipe
from synth_core.ask.structure import ask_structure
from synth_core.ask.trying import explanation_ask
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
from synth_core.model.project import Exposure, Project
from synth_core.stages.lint.explain import explain


class AskedModel:
    """Implements `Model` by asking. Nothing that goes wrong with the model is raised: the rules decide then, and
    `findings` say so."""

    def __init__(self, asker: Asker, shown: Exposure, *, trial: Trial | None = None) -> None:
        self._asker = asker
        self._shown = shown
        self._trial = trial
        self.drafted: Drafted | None = None
        """The latest draft."""

    @property
    def id(self) -> str:
        """The model that answers; another one from where on the first is gone."""
        return self._asker.account.model_id or self._asker.model

    @property
    def account(self) -> Account:
        """What was asked so far, and what it cost."""
        return self._asker.account

    def structure(self, doubt: FileDoubt) -> FileVerdict | None:
        """See `Model.structure`."""
        return ask_structure(self._asker, doubt, self._shown)

    def columns(self, doubts: Sequence[TableDoubt]) -> dict[str, dict[str, ColumnProposal]]:
        """See `Model.columns`."""
        return ask_columns(self._asker, doubts, self._shown)

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        """See `Model.links`."""
        return ask_links(self._asker, doubts, project, profile, self._shown)

    def draft(self, project: Project, profile: Profile) -> tuple[str, tuple[Finding, ...]]:
        """The rules' draft, in which the model makes better what rules know little of."""
        self.drafted = draft_recipe(self._asker, project, profile, self._shown, trial=self._trial)
        return self.drafted.text, self.drafted.findings

    def redraft(
        self, project: Project, profile: Profile, table: str, columns: Collection[str], remark: str
    ) -> tuple[tuple[DraftedField, ...], tuple[Finding, ...]]:
        """See `Model.redraft`."""
        only = {(table, column) for column in columns}
        self.drafted = draft_recipe(
            self._asker, project, profile, self._shown, trial=self._trial, only=only, remark=remark
        )
        [made] = [each for each in self.drafted.objects if each.table == table]
        fields = tuple(
            DraftedField(name=each.name, generator=each.generator, why=each.why) for each in made.fields
        )
        return fields, self.drafted.findings

    def explain(self, finding: Finding, project: Project, recipe: str) -> str:
        """In the model's words; in those of the linter where it gives none."""
        ask = explanation_ask(project, recipe, finding)
        self._asker.expect([ask])
        try:
            answer = self._asker.ask(ask)
        except NoAnswer as error:
            self._asker.note(error.finding)
            return explain(finding, recipe)
        parts = [plain(each) for each in (str(finding), answer.what, answer.why, answer.how)]
        return "\n\n".join(filter(None, parts)) + f"\n\n({self.id})"

    def findings(self) -> tuple[Finding, ...]:
        """See `Model.findings`."""
        return tuple(self._asker.findings)
