"""Linting: what is wrong with a recipe, by itself and against the project, before anything is made."""

from __future__ import annotations

from synth_core.stages.lint.counts import ABOUT_COUNTS
from synth_core.stages.lint.fix import Fixed, apply_chosen, apply_safe, chosen_finding
from synth_core.stages.lint.lint import lint
from synth_core.stages.lint.rules import kept_rules
from synth_core.stages.lint.stock import check_stock

__all__ = [
    "ABOUT_COUNTS",
    "Fixed",
    "apply_chosen",
    "apply_safe",
    "check_stock",
    "chosen_finding",
    "kept_rules",
    "lint",
]
