"""The dialect of delimited files, measured from bounded reads: head, tail and some blocks in between."""

from __future__ import annotations

from synth_core.stages.sniff.decided import as_decided
from synth_core.stages.sniff.doubt import FileJudge
from synth_core.stages.sniff.sniff import Sniffed, sniff

__all__ = ["FileJudge", "Sniffed", "as_decided", "sniff"]
