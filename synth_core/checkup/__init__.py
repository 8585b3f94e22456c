"""What the job needs: whether it is there, and what gives it where it is missing."""

from __future__ import annotations

from synth_core.checkup.answers import Answer, Outcome, Probes
from synth_core.checkup.examine import examine
from synth_core.checkup.machine import examine_machine
from synth_core.checkup.report import Result, State
from synth_core.checkup.service import examine_service
from synth_core.checkup.wanted import Wanted, wanted_from

__all__ = [
    "Answer",
    "Outcome",
    "Probes",
    "Result",
    "State",
    "Wanted",
    "examine",
    "examine_machine",
    "examine_service",
    "wanted_from",
]
