"""Vetting of recipes: an allow-list for everything that Snowfakery would evaluate."""

from __future__ import annotations

from synth_core.recipe.vetting.remarks import in_order
from synth_core.recipe.vetting.vet import Vetted, examine, examined, vet

__all__ = ["Vetted", "examine", "examined", "in_order", "vet"]
