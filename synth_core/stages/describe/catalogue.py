"""The catalogue of meanings, read from `meanings.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, model_validator

from synth_core.model.base import Frozen
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.entries import PHRASES, entries
from synth_core.stages.describe.tokens import phrase_of

Phrase = tuple[str, ...]
UNKNOWN = "unknown"


class Meaning(Frozen):
    """What a column can mean, and what speaks for it. `meanings.yaml` explains each field."""

    personal: bool = False
    kinds: tuple[Literal["text", "number", "moment", "bytes"], ...] = ("text",)
    names: tuple[Phrase, ...] = ()
    hints: tuple[Phrase, ...] = ()
    in_people: tuple[Phrase, ...] = ()
    subjects: tuple[Phrase, ...] = ()
    anywhere: tuple[Phrase, ...] = ()
    check: str = ""
    alone: float = Field(default=0.0, ge=0, le=1)
    nameless_check: str = ""
    nameless: float = Field(default=0.0, ge=0, le=1)
    full: float = Field(default=0.95, gt=0, le=1)
    named: str = ""
    digits: str = ""
    veto: float = Field(default=0.3, ge=0, le=1)
    agree: float = Field(default=0.0, ge=0, le=1)
    agrees: str = ""
    looks: str = "have its form"

    @model_validator(mode="after")
    def _checks_exist(self) -> Meaning:
        for check in (self.check, self.named, self.nameless_check, self.agrees, self.digits):
            if check and check not in CHECKS:
                raise ValueError(f"there is no check {check!r}; there are {', '.join(sorted(CHECKS))}")
        return self


@lru_cache
def catalogue() -> dict[str, Meaning]:
    """All meanings by name. `unknown` is not among them: it is the absence of one."""
    found = {}
    for name, written in entries().items():
        entry = dict(written)
        for key in PHRASES:
            phrases = entry.get(key)
            if isinstance(phrases, list):
                entry[key] = tuple(dict.fromkeys(phrase_of(str(phrase)) for phrase in phrases))
        found[name] = Meaning.model_validate(
            {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
        )
    return found


def is_personal(meaning: str) -> bool:
    """Values of this meaning are personal data."""
    return meaning != UNKNOWN and catalogue()[meaning].personal
