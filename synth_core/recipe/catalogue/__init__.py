"""The one catalogue of the recipe language: every function that is allowed, with all that is known about it.

Declared once, read by all: vetting and lint take what they check from these declarations, the drafting rules are
held against them by a test, and help, documents and prompts are made from them.
"""

from __future__ import annotations

from synth_core.recipe.catalogue.catalogue import CATALOGUE, explain, find, fitting, like, to_prompt
from synth_core.recipe.catalogue.declaration import Argument, Declaration

__all__ = ["CATALOGUE", "Argument", "Declaration", "explain", "find", "fitting", "like", "to_prompt"]
