"""Linting: what is wrong with a recipe, by itself and against the project, before anything is made."""

from __future__ import annotations

from synth_core.stages.lint.lint import lint

__all__ = ["lint"]
