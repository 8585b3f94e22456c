"""Facts of one `ordered` rule."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import duckdb

from synth_core.files.sql import quote
from synth_core.model.profile import RuleProfile
from synth_core.model.project import Rule, Table
from synth_core.model.types import NUMERIC_KINDS, Kind
from synth_core.stages.profile.columns import QUANTILES
from synth_core.stages.profile.plain import number_sql, usable_sql
from synth_core.stages.profile.quantiles import quantiles
from synth_core.stages.profile.sql import table_ref


def measure_rule(con: duckdb.DuckDBPyConnection, table: Table, rule: Rule, k: int) -> RuleProfile:
    """Measure the gaps between neighbouring columns. Rows that break the rule are left out."""
    kind = table.column(rule.columns[0]).type.value.kind
    names = [quote(name) for name in rule.columns]
    gaps = tuple(_gaps(con, table.name, kind, before, after, k) for before, after in pairwise(names))
    shares = ", ".join(f"coalesce(avg(CAST({name} IS NULL AS DOUBLE)), 0)" for name in names[1:])
    nulls = con.execute(f"SELECT {shares} FROM {table_ref(table.name)}").fetchall()[0]
    unit = "days" if kind is Kind.DATE else "" if kind in NUMERIC_KINDS else "seconds"
    return RuleProfile(
        table=table.name,
        columns=rule.columns,
        unit=unit,
        gaps=gaps,
        gap_nulls=tuple(round(share, 6) for share in nulls),
    )


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
