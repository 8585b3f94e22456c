"""From a SOURCE to typed tables on the workbench."""

from __future__ import annotations

from synth_core.stages.gather.buckets import SOURCE_BYTES, Buckets
from synth_core.stages.gather.find import Found, find
from synth_core.stages.gather.gather import Gathered, check_tables, costs, gather
from synth_core.stages.gather.known import KnownTable, by_table, known_tables
from synth_core.stages.gather.named import by_new_name
from synth_core.stages.gather.reading import GatheredTable, read_again

__all__ = [
    "SOURCE_BYTES",
    "Buckets",
    "Found",
    "Gathered",
    "GatheredTable",
    "KnownTable",
    "by_new_name",
    "by_table",
    "check_tables",
    "costs",
    "find",
    "gather",
    "known_tables",
    "read_again",
]
