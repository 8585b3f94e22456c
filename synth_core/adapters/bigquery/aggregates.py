"""The one query that measures a table, and what its one row says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any

from synth_core.adapters.bigquery.connection import Connection
from synth_core.adapters.bigquery.names import qualified, quote
from synth_core.adapters.bigquery.planning import Reading
from synth_core.model.measured import (
    STEPS,
    ColumnFacts,
    ColumnQuestion,
    KeyFacts,
    LinkFacts,
    LinkQuestion,
    Question,
    RuleFacts,
    TableFacts,
)
from synth_core.model.rule import Rule
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Field, Kind, Mode
from synth_core.rule_sql import RuleSql

TOP = 201
"""One more than a profile shows: with so many the column may have still more."""
_ORDERED = NUMERIC_KINDS | TEMPORAL_KINDS
_COMPARED = _ORDERED | {Kind.STRING, Kind.BYTES, Kind.BOOL}
_BETWEEN = "\\x1f"


class Depth(IntEnum):
    """How much is asked for."""

    COUNTS = 0
    """How many values are filled."""
    PLAIN = 1
    """Only what every SQL has: exact counts, smallest and largest values."""
    ALL = 2


class Aggregates:
    """Builds the SQL, and reads the answer by the same names."""

    def __init__(
        self,
        connection: Connection,
        reading: Reading,
        question: Question,
        depth: Depth,
        parents: Callable[[LinkQuestion], Reading],
    ) -> None:
        self._connection = connection
        self._reading = reading
        self._depth = depth
        self._parents = parents
        self._k = question.k
        self._fields = {field.name: field for field in reading.schema.fields}
        hidden = {path[0] for path in reading.hidden}
        seen = [name for name in self._fields if name not in hidden]
        self._columns = [
            each
            for each in question.columns
            if each.name in seen and self._fields[each.name].mode is not Mode.REPEATED
        ]
        self._keys = [key for key in question.keys if set(key) <= set(seen)]
        self._links = [link for link in question.links if set(link.columns) <= set(seen)]
        flat = {name for name in seen if self._fields[name].mode is not Mode.REPEATED}
        self._rules = [rule for rule in question.rules if set(rule.all_columns) <= flat]
        self._names: list[str] = []
        self._parts: list[str] = []
        self.sql = self._sql()

    def _sql(self) -> str:
        self._add("n", "COUNT(*)")
        for index, column in enumerate(self._columns):
            self._add_column(f"c{index}", column)
        for index, key in enumerate(self._keys):
            values = [quote(name) for name in key]
            filled = " AND ".join(f"{value} IS NOT NULL" for value in values)
            self._add(f"k{index}_filled", f"COUNTIF({filled})")
            self._add(f"k{index}_distinct", f"COUNT(DISTINCT {self._together(key)})")
        for index, link in enumerate(self._links):
            self._add(f"l{index}", self._link(link))
        source = self._connection.name_of(self._reading.schema.name)
        kinds = {name: field.type.kind for name, field in self._fields.items()}
        for index, rule in enumerate(self._rules):
            said = RuleSql(rule, kinds, quote, "bigquery")
            if rule.is_of_groups:
                counted = said.counts(source, self._reading.filters)
                self._add(f"r{index}", f"(SELECT STRUCT(n AS n, bad AS bad) FROM ({counted}) AS d)")
            else:
                self._add(f"r{index}", f"STRUCT({said.count_filled} AS n, {said.count_broken} AS bad)")
        return f"SELECT {', '.join(self._parts)} FROM {source}{_where(self._reading.filters)}"

    def _add(self, name: str, expression: str) -> None:
        self._parts.append(f"{expression} AS {name}")

    def _add_column(self, name: str, column: ColumnQuestion) -> None:
        kind, value = self._fields[column.name].type.kind, quote(column.name)
        self._add(f"{name}_filled", f"COUNT({value})")
        if self._depth is Depth.COUNTS or kind not in _COMPARED:
            return
        is_all = self._depth is Depth.ALL
        count = f"APPROX_COUNT_DISTINCT({value})" if is_all else f"COUNT(DISTINCT {value})"
        self._add(f"{name}_distinct", count)
        usable = f"IF(IS_NAN({value}) OR IS_INF({value}), NULL, {value})" if kind is Kind.FLOAT64 else value
        if column.ends or (column.quantiles and kind in _ORDERED):
            self._add(f"{name}_low", f"MIN({usable})")
            self._add(f"{name}_high", f"MAX({usable})")
        if column.quantiles and kind in _ORDERED and is_all:
            self._add(f"{name}_quantiles", f"APPROX_QUANTILES({usable}, {STEPS * self._k})")
        if column.top and is_all:
            self._add(f"{name}_top", f"APPROX_TOP_COUNT({value}, {TOP})")

    def _together(self, key: Iterable[str]) -> str:
        """Columns as one value, NULL where one of them is."""
        names = list(key)
        if len(names) == 1 and self._fields[names[0]].type.kind in _COMPARED:
            return quote(names[0])
        texts = [_text(self._fields[name], quote(name)) for name in names]
        return f"CONCAT({f', {chr(39)}{_BETWEEN}{chr(39)}, '.join(texts)})"

    def _link(self, link: LinkQuestion) -> str:
        """All (children, is there such a parent, how many keys)."""
        parent = self._parents(link)
        others = {field.name: field for field in parent.schema.fields}
        own, other = [], []
        for name, ref in zip(link.columns, link.ref_columns, strict=True):
            child, found = self._fields[name], others[ref]
            same = child.type.kind is found.type.kind
            own.append(quote(name) if same else _text(child, quote(name)))
            other.append(quote(ref) if same else _text(found, quote(ref)))
        keys = [f"k{index}" for index in range(len(own))]
        group, on = ", ".join(keys), " AND ".join(f"c.{key} = p.{key}" for key in keys)
        child_rows = self._key_rows(self._reading, own, keys)
        parent_rows = self._key_rows(parent, other, keys)
        return (
            "(SELECT ARRAY_AGG(STRUCT(children AS children, found AS found, parents AS parents)) FROM ("
            "SELECT IFNULL(c.rows_of, 0) AS children, p.k0 IS NOT NULL AS found, COUNT(*) AS parents"
            f" FROM (SELECT {group}, COUNT(*) AS rows_of FROM ({child_rows}) AS a GROUP BY {group}) AS c"
            f" FULL OUTER JOIN (SELECT DISTINCT {group} FROM ({parent_rows}) AS b) AS p ON {on}"
            " GROUP BY children, found) AS h)"
        )

    def _key_rows(self, reading: Reading, values: list[str], keys: list[str]) -> str:
        project, dataset, table = reading.schema.full_name.rsplit(".", 2)
        filled = tuple(f"{value} IS NOT NULL" for value in values)
        columns = ", ".join(f"{value} AS {key}" for value, key in zip(values, keys, strict=True))
        return (
            f"SELECT {columns} FROM {qualified(project, dataset, table)}{_where((*reading.filters, *filled))}"
        )

    def answer(self, row: Any) -> TableFacts:
        """What the row says."""
        lacking = {
            Depth.ALL: "",
            Depth.PLAIN: "approximate aggregates",
            Depth.COUNTS: "anything but counts of rows and NULLs",
        }
        found = dict(row.items())
        return TableFacts(
            rows=found["n"],
            columns=tuple(self._column(f"c{i}", each, found) for i, each in enumerate(self._columns)),
            keys=tuple(
                KeyFacts(columns=key, filled=found[f"k{i}_filled"], distinct=found[f"k{i}_distinct"])
                for i, key in enumerate(self._keys)
            ),
            links=tuple(_link_facts(link, found[f"l{i}"] or []) for i, link in enumerate(self._links)),
            rules=tuple(_rule_facts(rule, found[f"r{i}"]) for i, rule in enumerate(self._rules)),
            lacking=lacking[self._depth],
        )

    def _column(self, name: str, column: ColumnQuestion, found: dict[str, Any]) -> ColumnFacts:
        filled = found[f"{name}_filled"]
        distinct = found.get(f"{name}_distinct")
        top = tuple(
            (each["value"], each["count"])
            for each in found.get(f"{name}_top") or ()
            if each["value"] is not None and not _is_nan(each["value"])
        )
        return ColumnFacts(
            name=column.name,
            filled=filled,
            distinct=None if distinct is None else min(distinct, filled),
            low=found.get(f"{name}_low"),
            high=found.get(f"{name}_high"),
            quantiles=tuple(each for each in found.get(f"{name}_quantiles") or () if each is not None),
            top=top,
        )


def _link_facts(link: LinkQuestion, groups: list[dict[str, Any]]) -> LinkFacts:
    children: dict[int, int] = {}
    for each in groups:
        if each["found"]:
            children[each["children"]] = children.get(each["children"], 0) + each["parents"]
    own = [each for each in groups if each["children"]]
    return LinkFacts(
        columns=link.columns,
        ref_table=link.ref_table,
        ref_columns=link.ref_columns,
        rows=sum(each["children"] * each["parents"] for each in own),
        rows_in=sum(each["children"] * each["parents"] for each in own if each["found"]),
        keys=sum(each["parents"] for each in own),
        keys_in=sum(each["parents"] for each in own if each["found"]),
        children=tuple(sorted(children.items())),
    )


def _rule_facts(rule: Rule, counted: dict[str, Any]) -> RuleFacts:
    return RuleFacts(rule=rule, rows=int(counted["n"]), broken=int(counted["bad"]))


def _where(filters: Iterable[str]) -> str:
    conditions = " AND ".join(filters)
    return f" WHERE {conditions}" if conditions else ""


def _text(field: Field, value: str) -> str:
    return f"TO_HEX({value})" if field.type.kind is Kind.BYTES else f"CAST({value} AS STRING)"


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
