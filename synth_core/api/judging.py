"""Who judges and drafts: rules, or a model within what it may see; what that costs is told before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from synth_core import wiring
from synth_core.api.configured import store_of
from synth_core.ask.accounts import Account, Estimate
from synth_core.ask.kept import Answers
from synth_core.ask.model import AskedModel
from synth_core.ask.provenance import Purpose, add, keep, of_account
from synth_core.ask.recipe import Trial
from synth_core.model.project import Exposure
from synth_core.ports import Model
from synth_core.settings import Settings


class Talk(Protocol):
    """Hears what a model is asked."""

    def expect(self, estimate: Estimate) -> None:
        """Before questions are asked."""
        ...

    def spent(self, account: Account, *, asked: bool) -> None:
        """At the end. `asked`: a model was chosen; otherwise rules alone have decided."""
        ...


class Unheard:
    """Nobody listens."""

    def expect(self, estimate: Estimate) -> None:
        """Nothing."""

    def spent(self, account: Account, *, asked: bool) -> None:
        """Nothing."""


class Judge:
    """The model of one call, and what becomes of its account."""

    def __init__(
        self,
        settings: Settings,
        project: str,
        shown: Exposure,
        talk: Talk | None,
        *,
        prompts: Mapping[str, str],
        trial: Trial | None = None,
    ) -> None:
        """`prompts`: the project's own texts."""
        self._talk = talk or Unheard()
        self._store = store_of(settings)
        self._project = project
        answers = Answers(self._store, project, clock=lambda: datetime.now(UTC))
        self.model: Model = wiring.open_model(
            settings, answers, shown=shown, announce=self._talk.expect, trial=trial, prompts=prompts
        )

    @property
    def asked(self) -> AskedModel | None:
        """The model, if one was chosen; None: rules alone."""
        return self.model if isinstance(self.model, AskedModel) else None

    def done(self, purpose: Purpose | None = None, *, had_a_part: bool = False) -> None:
        """Tell what was spent, and keep who has done it."""
        account = self.asked.account if self.asked else Account()
        if purpose is not None:
            keep(self._store, self._project, purpose, of_account(account, had_a_part=had_a_part))
        self._talk.spent(account, asked=self.asked is not None)

    def redrafted(self, *, had_a_part: bool) -> None:
        """The same for a part of the recipe: what was asked counts with what the recipe was drafted with."""
        account = self.asked.account if self.asked else Account()
        add(self._store, self._project, "drafted", of_account(account, had_a_part=had_a_part))
        self._talk.spent(account, asked=self.asked is not None)
