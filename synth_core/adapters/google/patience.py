"""How long calls are repeated while a service is busy or can't be reached.

`SYNTH_RETRY_SECONDS` (default 120) says it; the pauses between two tries, which grow and are drawn at random, keep in
proportion. With stand-ins a few seconds are enough.
"""

from __future__ import annotations

import os

from google.api_core.retry import Retry

from synth_core.errors import UsageError

VARIABLE = "SYNTH_RETRY_SECONDS"
DEFAULT = 120.0


def seconds() -> float:
    """How long. Raises UsageError where the variable holds no number above 0."""
    text = os.environ.get(VARIABLE, "")
    try:
        found = float(text or DEFAULT)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise UsageError(f"{VARIABLE} is {text!r}, which is no number of seconds.", hint="Write 120, say.")
    return found


def patient(retry: Retry, *, first: float = 1.0, longest: float = 60.0) -> Retry:
    """The policy with that patience; `first` and `longest` are the pauses at the default."""
    share = seconds() / DEFAULT
    return retry.with_timeout(seconds()).with_delay(initial=first * share, maximum=longest * share)
