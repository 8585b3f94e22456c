"""What may stand in a prompt: our own words, and data behind a fence. Nothing else can be rendered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

BEGIN, END = "<data>", "</data>"


@dataclass(frozen=True)
class Ours:
    """Text that comes from this program, not from a source."""

    words: str

    def text(self) -> str:
        """As it is."""
        return self.words


@dataclass(frozen=True)
class Shown:
    """Data of a source as far as it may be shown; made in `ask.exposure` only."""

    value: Any
    """Plain JSON."""

    def text(self) -> str:
        """As JSON within a fence that nothing inside can end: each `<` and `>` is written as an escape."""
        data = json.dumps(self.value, ensure_ascii=False, indent=1)
        return f"{BEGIN}\n{data.replace('<', chr(92) + 'u003c').replace('>', chr(92) + 'u003e')}\n{END}"
