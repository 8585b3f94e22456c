"""What the job needs and does not have: `examine` asks, and says of each thing whether it is there, and what gives it."""

from __future__ import annotations

from synth_core.doctor.answers import Answer, Outcome, Probes
from synth_core.doctor.examine import examine
from synth_core.doctor.machine import examine_machine
from synth_core.doctor.report import Result, State
from synth_core.doctor.wanted import Wanted, wanted_from

__all__ = [
    "Answer",
    "Outcome",
    "Probes",
    "Result",
    "State",
    "Wanted",
    "examine",
    "examine_machine",
    "wanted_from",
]
