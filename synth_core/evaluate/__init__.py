"""How good the prompts are: a model's answers beside the rules', on databases of which the truth is known."""

from __future__ import annotations

from synth_core.evaluate.evaluate import Report, Scored, evaluate
from synth_core.evaluate.truth import Truth

__all__ = ["Report", "Scored", "Truth", "evaluate"]
