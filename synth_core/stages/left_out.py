"""What was left out of a text that was read."""

from __future__ import annotations

from pathlib import Path

from synth_core.files.text import Text
from synth_core.model.findings import Finding, Level


def left_out(text: Text, path: Path | None = None) -> list[Finding]:
    """A finding for the NUL characters of a file, if it has any. `path`: of the file whose first lines were read."""
    if not text.nuls:
        return []
    many = text.nuls > 1
    return [
        Finding(
            level=Level.WARNING,
            code="source.nul-characters",
            message=f"line {text.nul_line}: {text.nuls:,} NUL character{'s were' if many else ' was'} left out"
            f"{', the first of them there' if many else ''}. A value of nothing else is empty.",
            hint="Some program wrote what is missing that way. If they mean something, replace them in the file.",
            file=str(path or text.path),
        )
    ]
