"""What all nouns share: frozen, strict, no unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: it never changes after it is made, and refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
