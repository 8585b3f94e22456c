"""How a run ends that an error stopped."""

from __future__ import annotations

from synth_core.errors import SynthError, TransientError
from synth_core.execution.audit import Status
from synth_core.execution.state import State


class CancelledError(SynthError):
    """Somebody asked the run to stop."""


def ending(error: BaseException, run_id: str) -> tuple[State, Status, str]:
    """How a run that this error stopped has ended."""
    if isinstance(error, CancelledError):
        return State.CANCELLED, Status.CANCELLED, error.message
    if isinstance(error, TransientError):
        return State.FAILED, Status.FAILED, f"{error} `synth resume {run_id}` goes on with the run."
    if isinstance(error, SynthError):
        return State.FAILED, Status.FAILED, str(error)
    if isinstance(error, Exception):
        return State.FAILED, Status.FAILED, f"{type(error).__name__}: {error}"
    return State.INTERRUPTED, Status.INTERRUPTED, "it was interrupted"
