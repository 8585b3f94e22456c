"""Who had a part in a recipe, as the audit names it."""

from __future__ import annotations

from synth_core.model.base import Frozen

RULES = "rules"


class Provenance(Frozen):
    """The model, the prompts and the tokens behind something; `rules` where no model had a part in it."""

    model_id: str = RULES
    prompt_versions: dict[str, str] = {}
    tokens: int | None = None
    """Of all answers that it rests on, those that an earlier request was paid for included."""
