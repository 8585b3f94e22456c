"""A value that knows where it came from."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import Field

from synth_core.model.base import Frozen

T = TypeVar("T")


class Origin(StrEnum):
    """Who says so. Declared beats measured beats model; a person beats all."""

    DECLARED = "declared"
    MEASURED = "measured"
    MODEL = "model"
    HUMAN = "human"


class Inferred(Frozen, Generic[T]):
    """A proposal with its origin, confidence (0 to 1) and the evidence as a sentence for people."""

    value: T
    origin: Origin = Origin.MEASURED
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    evidence: str = ""
    exceptions: float = Field(default=0.0, ge=0.0, le=1.0, exclude_if=lambda share: not share)
    """Of a rule: the share of the source's rows that break it. Not written where there are none."""
