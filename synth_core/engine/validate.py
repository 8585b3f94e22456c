"""Asking Snowfakery's own validator, which runs in the interpreter's child process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from synth_core.engine.interpreter import Job, Report, run_jobs
from synth_core.recipe.compile import Compiled


@dataclass(frozen=True)
class Reported:
    """One thing that it says; `line` is one of the compiled recipe."""

    is_error: bool
    message: str
    line: int | None


def validate(compiled: Compiled, today: date) -> list[Reported]:
    """All that it says of a compiled recipe. Raises GenerationError when the child fails."""
    job = Job(compiled=compiled, seed="", today=today, kind="validate")
    return [
        Reported(each["level"] == "error", each["message"], each["line"])
        for event in run_jobs([job])
        if isinstance(event, Report)
        for each in event.found
    ]
