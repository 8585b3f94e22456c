"""Who is here."""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.settings import load


@dataclass(frozen=True)
class Identity:
    """Somebody who was let in."""

    name: str
    is_local: bool
    """The user of this machine."""


def who() -> Identity:
    """The one who looks at the page."""
    return Identity(load().user, is_local=True)
