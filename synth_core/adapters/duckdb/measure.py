"""Facts of all rows of a table in a DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_core.adapters.duckdb.catalogue import Place
from synth_core.files.sql import quote
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
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind, Mode
from synth_core.model.warehouse import TableSchema
from synth_core.rule_sql import RuleSql

_ORDERED = NUMERIC_KINDS | TEMPORAL_KINDS
_COMPARED = _ORDERED | {Kind.STRING, Kind.BYTES, Kind.BOOL}
_TOP = 201


def measure(place: Place, schema: TableSchema, question: Question) -> TableFacts:
    """Ask column by column, key by key, link by link: nothing is billed here."""
    source = place.name(schema.name)
    kinds = {field.name: field.type.kind for field in schema.fields if field.mode is not Mode.REPEATED}
    ((rows,),) = place.execute(f"SELECT count(*) FROM {source}")
    return TableFacts(
        rows=rows,
        columns=tuple(
            _column(place, source, column, kinds[column.name], question.k)
            for column in question.columns
            if column.name in kinds
        ),
        keys=tuple(_key(place, source, key) for key in question.keys),
        links=tuple(_link(place, source, link) for link in question.links),
        rules=tuple(
            _rule(place, source, rule, kinds)
            for rule in question.rules
            if set(rule.all_columns) <= set(kinds)
        ),
    )


def _column(place: Place, source: str, column: ColumnQuestion, kind: Kind, k: int) -> ColumnFacts:
    value = quote(column.name)
    if kind not in _COMPARED:
        ((filled,),) = place.execute(f"SELECT count({value}) FROM {source}")
        return ColumnFacts(name=column.name, filled=filled)
    usable = f"CASE WHEN isfinite({value}) THEN {value} END" if kind is Kind.FLOAT64 else value
    low, high = f"min({usable})", f"max({usable})"
    ordered = column.quantiles and kind in _ORDERED
    if not (column.ends or ordered):
        low = high = "NULL"
    filled, distinct, low, high = place.execute(
        f"SELECT count({value}), count(DISTINCT {value}), {low}, {high} FROM {source}"
    )[0]
    facts: dict[str, Any] = {}
    if ordered:
        steps = STEPS * k
        positions = ", ".join(f"{step / steps!r}" for step in range(steps + 1))
        ((quantiles,),) = place.execute(
            f"SELECT quantile_disc(v, [{positions}]) FROM (SELECT {usable} AS v FROM {source}) WHERE v IS NOT NULL"
        )
        facts = {"quantiles": tuple(each for each in quantiles or () if each is not None)}
    if column.top:
        facts["top"] = tuple(
            place.execute(
                f"SELECT v, count(*) AS n FROM (SELECT {usable} AS v FROM {source}) WHERE v IS NOT NULL"
                f" GROUP BY v ORDER BY n DESC, v LIMIT {_TOP}"
            )
        )
    return ColumnFacts(name=column.name, filled=filled, distinct=distinct, low=low, high=high, **facts)


def _key(place: Place, source: str, key: tuple[str, ...]) -> KeyFacts:
    names = ", ".join(map(quote, key))
    filled, distinct = place.execute(
        f"SELECT coalesce(sum(n), 0)::BIGINT, count(*) FROM (SELECT count(*) AS n FROM {source}"
        f" WHERE {_filled(key)} GROUP BY {names})"
    )[0]
    return KeyFacts(columns=key, filled=filled, distinct=distinct)


def _rule(place: Place, source: str, rule: Rule, kinds: Mapping[str, Kind]) -> RuleFacts:
    ((rows, broken),) = place.execute(RuleSql(rule, kinds, quote, "duckdb").counts(source))
    return RuleFacts(rule=rule, rows=int(rows), broken=int(broken))


def _link(place: Place, source: str, link: LinkQuestion) -> LinkFacts:
    keys = [f"k{index}" for index in range(len(link.columns))]
    group = ", ".join(keys)
    other = place.name(link.ref_own_name or link.ref_table)
    groups = place.execute(
        f"SELECT coalesce(c.n, 0) AS children, p.k0 IS NOT NULL AS found, count(*) AS parents"
        f" FROM (SELECT {_named(link.columns, keys)}, count(*) AS n FROM {source}"
        f" WHERE {_filled(link.columns)} GROUP BY ALL) AS c"
        f" FULL JOIN (SELECT DISTINCT {_named(link.ref_columns, keys)} FROM {other}"
        f" WHERE {_filled(link.ref_columns)}) AS p USING ({group}) GROUP BY children, found ORDER BY children"
    )
    return LinkFacts(
        columns=link.columns,
        ref_table=link.ref_table,
        ref_columns=link.ref_columns,
        rows=sum(children * parents for children, _, parents in groups),
        rows_in=sum(children * parents for children, found, parents in groups if found),
        keys=sum(parents for children, _, parents in groups if children),
        keys_in=sum(parents for children, found, parents in groups if children and found),
        children=tuple((children, parents) for children, found, parents in groups if found),
    )


def _named(columns: tuple[str, ...], keys: list[str]) -> str:
    return ", ".join(f"{quote(column)} AS {key}" for column, key in zip(columns, keys, strict=True))


def _filled(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{quote(column)} IS NOT NULL" for column in columns)
