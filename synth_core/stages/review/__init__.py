"""What a person changes before the approval, and what wants a person's look: pure, on project and facts."""

from __future__ import annotations

from synth_core.stages.review.accept import sure_columns, sure_keys
from synth_core.stages.review.apply import apply
from synth_core.stages.review.attention import Attention, attention
from synth_core.stages.review.conflicts import Conflict, merged
from synth_core.stages.review.state import Reviewed

__all__ = ["Attention", "Conflict", "Reviewed", "apply", "attention", "merged", "sure_columns", "sure_keys"]
