"""From a SOURCE to typed tables on the workbench."""

from __future__ import annotations

from synth_core.stages.gather.buckets import SOURCE_BYTES, Buckets
from synth_core.stages.gather.find import (
    READABLE,
    Found,
    absolute,
    files_of,
    find,
    is_table,
    join_sources,
    pattern_of,
    split_sources,
)
from synth_core.stages.gather.gather import Gathered, GatheredTable, check_tables, costs, gather, read_again
from synth_core.stages.gather.known import KnownTable, by_table, known_tables
from synth_core.stages.gather.named import by_new_name

__all__ = [
    "READABLE",
    "SOURCE_BYTES",
    "Buckets",
    "Found",
    "Gathered",
    "GatheredTable",
    "KnownTable",
    "absolute",
    "by_new_name",
    "by_table",
    "check_tables",
    "costs",
    "files_of",
    "find",
    "gather",
    "is_table",
    "join_sources",
    "known_tables",
    "pattern_of",
    "read_again",
    "split_sources",
]
