"""What is known of the tables before links are looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from synth_core.model.project import Table
from synth_core.stages.relate.keys import Candidate
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.stats import ColumnStats, as_float

_DENSE = 0.75
ACCEPTED = 0.5
"""A link of so much confidence is taken as one."""


@dataclass(frozen=True)
class Schema:
    """What is known of the tables before links are looked for."""

    stats: Mapping[str, Mapping[str, ColumnStats]]
    keys: Mapping[str, tuple[str, ...]]
    """Primary keys of one column."""
    unique: Mapping[str, Sequence[Candidate]]
    names: Names | None
    partial: frozenset[str]
    """Tables that may be samples."""
    loaded: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By table of which only a sample lies here: its rows, and those of the table."""

    @cached_property
    def counters(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """By what they are called: the tables whose keys number their rows from the first."""
        found: dict[tuple[str, ...], set[str]] = {}
        for table, key in self.keys.items():
            if self.names is not None and len(key) == 1:
                column = self.stats[table][key[0]]
                if column.density >= _DENSE and as_float(column.low) in (0.0, 1.0):
                    found.setdefault(self.names.column(table, key[0]), set()).add(table)
        return {called: frozenset(tables) for called, tables in found.items()}


def partial_tables(tables: Sequence[Table], stats: Mapping[str, Mapping[str, ColumnStats]]) -> frozenset[str]:
    """Tables of which we may have only a sample.

    Either fewer rows are loaded than the source has, or several tables have the same round number of rows:
    whoever wrote them stopped there.
    """
    loaded = {name: max((c.rows for c in columns.values()), default=0) for name, columns in stats.items()}
    shared = Counter(loaded.values())
    return frozenset(
        table.name
        for table in tables
        if loaded[table.name] < table.rows
        or (loaded[table.name] >= 100 and loaded[table.name] % 100 == 0 and shared[loaded[table.name]] > 1)
    )
