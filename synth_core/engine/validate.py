"""Asking Snowfakery's own validator, which runs in the interpreter's child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from synth_core.engine.interpreter import Job, Report, run_jobs
from synth_core.recipe.compile import Compiled
from synth_core.recipe.files import NO_FILES


@dataclass(frozen=True)
class Reported:
    """One thing that it says; `line` is one of the compiled recipe."""

    is_error: bool
    message: str
    line: int | None


def validate(compiled: Compiled, today: date, files: Mapping[str, str] = NO_FILES) -> list[Reported]:
    """All that it says of a compiled recipe with the files it reads. Raises GenerationError when the child fails."""
    job = Job(compiled=compiled, seed="", today=today, files=files, kind="validate")
    return [
        Reported(each["level"] == "error", each["message"], each["line"])
        for event in run_jobs([job])
        if isinstance(event, Report)
        for each in event.found
    ]
