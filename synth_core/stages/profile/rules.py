"""Facts of one rule: the gaps of an `ordered` one, and the times of day of a date's moments."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from itertools import pairwise

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import RuleProfile
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.numbers import MICROSECONDS, QUANTILES, coarsest_unit
from synth_core.stages.profile.plain import before_never_sql, number_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles
from synth_core.stages.profile.sql import table_ref


def measure_rule(
    con: duckdb.DuckDBPyConnection, table: Table, rule: Rule, personal: Set[tuple[str, str]], k: int
) -> RuleProfile:
    """Measure the gaps between neighbouring columns, or from a date to the moment on it. Rows that break the rule are
    left out.

    Gaps from or to a personal column are not measured. A gap with k rows behind it points at nobody, but behind
    or before a column whose values are known, in the extreme one day for all rows, quantiles of gaps are nothing
    else than quantiles of the personal column; and of that not even quantiles are told.
    """
    columns = (rule.target, *rule.columns) if has_times(rule) else rule.columns
    kinds = {table.column(name).type.value.kind for name in columns}
    if has_times(rule):
        kinds = {Kind.DATETIME}
    kind = kinds.pop() if len(kinds) == 1 else Kind.FLOAT64 if Kind.FLOAT64 in kinds else Kind.NUMERIC
    queries = [
        ""
        if {(table.name, before), (table.name, after)} & personal
        else _gaps(table.name, kind, quote(before), quote(after), within_day=has_times(rule))
        for before, after in pairwise(columns)
    ]
    known = [query for query in queries if query]
    unit, size, whole = "", 1, kind is Kind.INT64
    if kind is Kind.DATE:
        unit, whole = "days", True
    elif kind not in NUMERIC_KINDS:
        coarsest = coarsest_unit(con, " UNION ALL ".join(known)) if known else "days"
        unit, whole = coarsest or "seconds", bool(coarsest)
        size = MICROSECONDS[unit]
    gaps = tuple(
        tuple(_text(gap / size, whole=whole) for gap in quantiles(con, query, k, QUANTILES)) if query else ()
        for query in queries
    )
    return RuleProfile(table=table.name, columns=columns, unit=unit, gaps=gaps)


def has_times(rule: Rule) -> bool:
    """One column is the date of the other, which has a time of that day."""
    return rule.kind == "part" and rule.part == "date"


def _gaps(table: str, kind: Kind, before: str, after: str, *, within_day: bool) -> str:
    gap = f"{number_sql(kind, after)} - {number_sql(kind, before)}"
    usable = " AND ".join(
        f"{usable_sql(kind, each)} AND {before_never_sql(kind, each)}" for each in (before, after)
    )
    usable += f" AND {after} >= {before}"
    if within_day:
        usable += f" AND {gap} < {MICROSECONDS['days']}"
    return f"SELECT {gap} AS x, count(*) AS n FROM {table_ref(table)} WHERE {usable} GROUP BY ALL"


def _text(gap: Fraction, *, whole: bool) -> str:
    """No finer than the gaps of the source: whole where all of them are."""
    return str(round(gap)) if whole else repr(float(gap))
