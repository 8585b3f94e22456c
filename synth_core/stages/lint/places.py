"""Places for what stands nowhere yet."""

from __future__ import annotations

from synth_core.recipe.text import Place
from synth_core.recipe.vetting.scope import Scope


def end_of(scope: Scope) -> Place:
    """Where another statement would be written."""
    assert scope.root is not None
    end = scope.root.end_mark
    # A list ends behind the last line break.
    return Place(max(1, end.line + (end.column > 0)), 1)
