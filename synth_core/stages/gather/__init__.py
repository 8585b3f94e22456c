"""From a SOURCE to typed tables on the workbench."""

from __future__ import annotations

from synth_core.stages.gather.find import Found, absolute, find, is_table, join_sources, split_sources
from synth_core.stages.gather.gather import Gathered, GatheredTable, check_tables, gather, read_again

__all__ = [
    "Found",
    "Gathered",
    "GatheredTable",
    "absolute",
    "check_tables",
    "find",
    "gather",
    "is_table",
    "join_sources",
    "read_again",
    "split_sources",
]
