"""Drafting a recipe by rules: always available, offline, and from k-anonymous facts only."""

from __future__ import annotations

from synth_core.stages.draft.draft import Draft, draft

__all__ = ["Draft", "draft"]
