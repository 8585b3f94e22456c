"""Fields of a recipe as somebody drafted them."""

from __future__ import annotations

from typing import Any

from synth_core.model.base import Frozen


class DraftedField(Frozen):
    """One field."""

    name: str
    generator: Any
    """Plain values, as YAML has them."""
    why: str
    """What stands above it."""
