"""How many values of one column occur in a key of another: exact, by semi-joins on distinct values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from synth_core.files.sql import quote
from synth_core.model.measured import TableFacts
from synth_core.stages.profile.links import comparable
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.stats import ColumnStats


@dataclass(frozen=True)
class Inclusion:
    """Counts over the distinct and over all filled values of a child column."""

    distinct: int
    distinct_in: int
    rows: int
    rows_in: int

    @property
    def share(self) -> float:
        """Distinct values that occur in the key."""
        return self.distinct_in / self.distinct if self.distinct else 0.0

    @property
    def row_share(self) -> float:
        """Rows whose value occurs in the key."""
        return self.rows_in / self.rows if self.rows else 0.0


class Includer:
    """Measures inclusions; distinct values of a column are collected once, in temporary tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection, facts: Mapping[str, TableFacts] | None = None) -> None:
        self._con = con
        self._facts = facts or {}
        self._sets: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        """Drop the temporary tables."""
        for name in self._sets.values():
            self._con.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._sets.clear()

    def measure(self, child: ColumnStats, parents: Sequence[ColumnStats]) -> list[Inclusion]:
        """One inclusion a parent, in one query."""
        if not parents:
            return []
        parts = []
        for parent in parents:
            value, key = comparable("v", child.found_type, "v", parent.found_type)
            test = f"{value} IN (SELECT {key} FROM temp.{self._set(parent)} WHERE {key} IS NOT NULL)"
            parts.append(f"count(*) FILTER ({test}), coalesce(sum(n) FILTER ({test}), 0)::BIGINT")
        row = self._con.execute(
            f"SELECT count(*), coalesce(sum(n), 0)::BIGINT, {', '.join(parts)} FROM temp.{self._set(child)}"
        ).fetchall()[0]
        return [
            self.whole(child, parent)
            or Inclusion(distinct=row[0], rows=row[1], distinct_in=row[2 + 2 * i], rows_in=row[3 + 2 * i])
            for i, parent in enumerate(parents)
        ]

    def whole(self, child: ColumnStats, parent: ColumnStats) -> Inclusion | None:
        """What is known of all rows, where only a sample lies here."""
        facts = self._facts.get(child.table)
        link = facts.link((child.name,), parent.table, (parent.name,)) if facts else None
        return Inclusion(link.keys, link.keys_in, link.rows, link.rows_in) if link else None

    def _set(self, column: ColumnStats) -> str:
        key = (column.table, column.name)
        if key not in self._sets:
            name, value = f"_synth_set_{len(self._sets)}", quote(column.name)
            self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {value} AS v, count(*) AS n"
                f" FROM {table_ref(column.table)} WHERE {value} IS NOT NULL GROUP BY ALL"
            )
            self._sets[key] = name
        return self._sets[key]
