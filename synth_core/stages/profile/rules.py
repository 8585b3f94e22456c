"""Facts of one `ordered` rule."""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from itertools import pairwise

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import RuleProfile
from synth_core.model.project import Rule, Table
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.numbers import QUANTILES
from synth_core.stages.profile.plain import number_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles
from synth_core.stages.profile.sql import table_ref


def measure_rule(
    con: duckdb.DuckDBPyConnection, table: Table, rule: Rule, personal: Set[tuple[str, str]], k: int
) -> RuleProfile:
    """Measure the gaps between neighbouring columns. Rows that break the rule are left out.

    Gaps from or to a personal column are not measured. A gap with k rows behind it points at nobody, but behind
    or before a column whose values are known, in the extreme one day for all rows, quantiles of gaps are nothing
    else than quantiles of the personal column; and of that not even quantiles are told.
    """
    kind = table.column(rule.columns[0]).type.value.kind
    gaps = tuple(
        ()
        if {(table.name, before), (table.name, after)} & personal
        else _gaps(con, table.name, kind, quote(before), quote(after), k)
        for before, after in pairwise(rule.columns)
    )
    unit = "days" if kind is Kind.DATE else "" if kind in NUMERIC_KINDS else "seconds"
    return RuleProfile(table=table.name, columns=rule.columns, unit=unit, gaps=gaps)


def _gaps(
    con: duckdb.DuckDBPyConnection, table: str, kind: Kind, before: str, after: str, k: int
) -> tuple[str, ...]:
    gap = f"{number_sql(kind, after)} - {number_sql(kind, before)}"
    usable = f"{usable_sql(kind, after)} AND {usable_sql(kind, before)} AND {after} >= {before}"
    counted = f"SELECT {gap} AS x, count(*) AS n FROM {table_ref(table)} WHERE {usable} GROUP BY ALL"
    numbers = quantiles(con, counted, k, QUANTILES)
    if kind is Kind.DATE or kind is Kind.INT64:
        return tuple(str(round(number)) for number in numbers)
    if kind in NUMERIC_KINDS:
        return tuple(repr(float(number)) for number in numbers)
    micros = [round(number) for number in numbers]
    parts = con.execute(f"SELECT bool_and(x % 1000000 = 0) FROM ({counted})").fetchall()[0][0]
    if parts:  # Whole seconds in the source: means of them are rounded to whole seconds, too.
        return tuple(str(round(Fraction(micro, 1_000_000))) for micro in micros)
    return tuple(f"{micro / 1_000_000:.6f}" for micro in micros)
