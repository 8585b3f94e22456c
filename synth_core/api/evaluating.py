"""All prompts on databases of which the truth is known, beside the rules."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from synth_core import wiring
from synth_core.api.configured import settings_for, store_of
from synth_core.api.judging import Talk, Unheard
from synth_core.ask.kept import Answers
from synth_core.ask.model import AskedModel
from synth_core.evaluate import Report, Truth, evaluate
from synth_core.model.project import Exposure
from synth_core.ports import LanguageModel
from synth_core.stages.gather.gather import Progress

ANSWERS = "eval-prompts"
"""Where in the store a real model's answers are kept, so that a second evaluation costs nothing."""


def eval_prompts(
    data: Path,
    *,
    script: Path | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
    progress: Progress = lambda message: None,
) -> Report:
    """Ask about every database and file under `data` (see `synth_core.evaluate.truth`): the configured model, or a
    script in its place, which needs no credentials. Raises UsageError."""
    settings = settings_for(home)
    shown = Exposure(settings.exposure)
    heard = talk or Unheard()
    scripted = wiring.open_script(script) if script else None
    carrier: LanguageModel = scripted or wiring.open_language_model(settings)
    store = None if scripted else store_of(settings)

    def make(truth: Truth | None) -> AskedModel:
        if scripted is not None:
            scripted.truth = truth
        answers = Answers(store, ANSWERS, clock=lambda: datetime.now(UTC))
        return wiring.asked_model(settings, carrier, answers, shown=shown, announce=heard.expect)

    report = evaluate(data, make, progress=progress)
    heard.spent(report.account, asked=True)
    return report
