"""What changed between two recipes, per table and column, in words."""

from __future__ import annotations

from synth_core.recipe.diff.change import Change, ChangeKind
from synth_core.recipe.diff.compare import diff_recipes

__all__ = ["Change", "ChangeKind", "diff_recipes"]
