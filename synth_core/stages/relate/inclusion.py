"""How many values of one column occur in a key of another: exact, by semi-joins on distinct values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import duckdb

from synth_core.files.sql import quote
from synth_core.model.measured import TableFacts
from synth_core.stages.profile.links import comparable
from synth_core.stages.profile.sql import table_ref
from synth_core.stages.relate.stats import ColumnStats

_COPY = 0.9
_FOLLOWED = 20_000
"""Rows of a table whose rows are followed upwards."""
_LEAST = 4
_CYCLE = 1.5
"""A logarithm: what it tells against a hierarchy that a row is above itself."""


@dataclass(frozen=True)
class Inclusion:
    """Counts over the distinct and over all filled values of a child column."""

    distinct: int
    distinct_in: int
    rows: int
    rows_in: int
    around: int | None = None
    """Of numbers: how many keys lie within the range of the child."""

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
        self._keys: dict[str, str] = {}
        """By type: a table of the values of all keys of it."""
        self._numbers: dict[tuple[str, str], int] = {}
        """Of the keys in those tables."""

    def close(self) -> None:
        """Drop the temporary tables."""
        for name in (*self._sets.values(), *self._keys.values()):
            self._con.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._sets.clear()
        self._keys.clear()
        self._numbers.clear()

    def measure(self, child: ColumnStats, parents: Sequence[ColumnStats]) -> list[Inclusion]:
        """One inclusion a parent, in one join for all parents of one type."""
        if not parents:
            return []
        distinct, rows = self._con.execute(
            f"SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM temp.{self._set(child)}"
        ).fetchall()[0]
        found: dict[int, tuple[int, int, int | None]] = {}
        for kind in dict.fromkeys(parent.found_type for parent in parents):
            same = [(i, parent) for i, parent in enumerate(parents) if parent.found_type == kind]
            found |= self._joined(child, same, kind)
        seen = [found.get(i, (0, 0, None)) for i in range(len(parents))]
        return [
            self.whole(child, parent) or Inclusion(distinct, values, rows, rows_in, around)
            for parent, (values, rows_in, around) in zip(parents, seen, strict=True)
        ]

    def _joined(
        self, child: ColumnStats, parents: Sequence[tuple[int, ColumnStats]], kind: str
    ) -> dict[int, tuple[int, int, int | None]]:
        """By number of the parent: values and rows of the child that it has, and its keys in the child's range. A
        subquery for each parent would have DuckDB plan for longer than it joins."""
        value, key = comparable("c.v", child.found_type, "p.v", kind)
        places = {self._number(parent): i for i, parent in parents}
        numbers = child.group == "number" and all(parent.group == "number" for _, parent in parents)
        join, within = ("LEFT JOIN", f" AND {key} BETWEEN ? AND ?") if numbers else ("JOIN", "")
        counted = self._con.execute(
            f"SELECT p.i, count(c.n), coalesce(sum(c.n), 0)::BIGINT, count(*) FROM temp.{self._keys[kind]} p"
            f" {join} temp.{self._set(child)} c ON {value} = {key}"
            f" WHERE p.i IN ({', '.join(map(str, places))}){within} GROUP BY p.i",
            [child.low, child.high] if numbers else [],
        ).fetchall()
        return {places[i]: (values, rows, around if numbers else None) for i, values, rows, around in counted}

    def together(self, columns: Sequence[ColumnStats]) -> int:
        """How many different values the columns have altogether."""
        values = " UNION ALL ".join(f"SELECT v FROM temp.{self._set(column)}" for column in columns)
        ((found,),) = self._con.execute(f"SELECT count(DISTINCT v) FROM ({values})").fetchall()
        return int(found)

    def is_copy(self, child: ColumnStats, parent: ColumnStats) -> bool:
        """Both are columns of one table, and nearly each row has the same in both: another name of the row itself."""
        value, key = comparable(quote(child.name), child.found_type, quote(parent.name), parent.found_type)
        filled, same = self._con.execute(
            f"SELECT count({value}), count(*) FILTER ({value} = {key}) FROM {table_ref(child.table)}"
        ).fetchall()[0]
        return bool(same >= _COPY * filled)

    def hierarchy(self, child: ColumnStats, parent: ColumnStats) -> float:
        """How much tells that the rows of a table stand below each other, as a logarithm.

        Where k of n rows have nothing above them and the others any row at all, none is above itself with a chance of
        k/n. Negative where one is; 0 for tables that are too large to follow."""
        if child.found_type != parent.found_type or parent.rows > _FOLLOWED or child.filled < _LEAST:
            return 0.0
        above = dict(
            self._con.execute(
                f"SELECT {quote(parent.name)}, {quote(child.name)} FROM {table_ref(child.table)}"
                f" WHERE {quote(parent.name)} IS NOT NULL AND {quote(child.name)} IS NOT NULL"
            ).fetchall()
        )
        if _comes_back(above):
            return -_CYCLE
        return log(parent.rows / max(1, parent.rows - len(above)))

    def whole(self, child: ColumnStats, parent: ColumnStats) -> Inclusion | None:
        """What is known of all rows, where only a sample lies here."""
        facts = self._facts.get(child.table)
        link = facts.link((child.name,), parent.table, (parent.name,)) if facts else None
        return Inclusion(link.keys, link.keys_in, link.rows, link.rows_in) if link else None

    def _number(self, parent: ColumnStats) -> int:
        """The parent's number in the table of the keys of its type, which it is added to once."""
        key = (parent.table, parent.name)
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers)
            values = f"SELECT CAST({number} AS INTEGER) AS i, v FROM temp.{self._set(parent)}"
            if parent.found_type in self._keys:
                self._con.execute(f"INSERT INTO temp.{self._keys[parent.found_type]} {values}")
            else:
                name = self._keys[parent.found_type] = f"_synth_keys_{len(self._keys)}"
                self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {values}")
        return self._numbers[key]

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


def _comes_back(above: Mapping[Any, Any]) -> bool:
    """From some row, going up comes to a row that was passed before. Each row is passed once."""
    done: set[Any] = set()
    for start in above:
        path: set[Any] = set()
        at = start
        while at in above and at not in done:
            if at in path:
                return True
            path.add(at)
            at = above[at]
        done |= path
    return False
