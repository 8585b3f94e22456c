"""Values as text in the type's plain form, and as whole numbers to do exact arithmetic on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from synth_core.model.types import Kind
from synth_core.stages.profile.told import NEVER

_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400_000_000
_RANGED = frozenset({Kind.DATE, Kind.DATETIME, Kind.TIMESTAMP})


def number_sql(kind: Kind, value: str = "v") -> str:
    """SQL that turns a value into the number it is averaged as: days for DATE, microseconds for times."""
    if kind is Kind.DATE:
        return f"({value} - DATE '1970-01-01')"
    if kind in (Kind.DATETIME, Kind.TIMESTAMP):
        return f"epoch_us({value})"
    if kind is Kind.TIME:
        return f"(epoch_ns({value}) // 1000)"
    return value


def before_never_sql(kind: Kind, value: str = "v") -> str:
    """SQL that is true for what is no date of the end of time: `NEVER`."""
    return f"year({value}) < {NEVER}" if kind in _RANGED else "TRUE"


def text_sql(kind: Kind, decimals: int, value: str = "v") -> str:
    """SQL for a number, date or time as plain text; numbers with so many digits after the point.

    NULL for numbers beyond 38 digits.
    """
    if kind in (Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64):
        return f"CAST(TRY_CAST({value} AS DECIMAL(38, {min(decimals, 18)})) AS VARCHAR)"
    zone = " AT TIME ZONE 'UTC'" if kind is Kind.TIMESTAMP else ""
    return f"CAST({value}{zone} AS VARCHAR)"


def usable_sql(kind: Kind, value: str = "v") -> str:
    """SQL that is true for values that can be averaged and written: no NaN, no infinity, BigQuery's years."""
    if kind is Kind.FLOAT64:
        return f"isfinite({value})"
    if kind in _RANGED:
        # CASE, because infinity has no year.
        return f"CASE WHEN isfinite({value}) THEN year({value}) BETWEEN 1 AND 9999 ELSE false END"
    return f"{value} IS NOT NULL"


def plain(value: Any) -> str:
    """A scalar as DuckDB returned it, as text: `123`, `1.50`, `true`, `2024-01-31`, `2024-01-31 12:30:00`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        moment: datetime = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def from_number(kind: Kind, number: Fraction, *, decimals: int = 0, unit: int = 1) -> str:
    """A mean of what `number_sql` gives, as text of the type, no finer than the column's own values.

    `decimals` is for numbers: digits after the point; `unit` for times: microseconds. Rounded half to even.
    """
    if kind is Kind.FLOAT64:
        return repr(float(round(number, decimals)))
    if kind in (Kind.NUMERIC, Kind.BIGNUMERIC):
        return f"{Decimal(round(number * 10**decimals)).scaleb(-decimals):f}"
    whole = round(number / unit) * unit
    if kind is Kind.DATE:
        return (_EPOCH.date() + timedelta(days=whole)).isoformat()
    if kind in (Kind.DATETIME, Kind.TIMESTAMP):
        return plain(_EPOCH + timedelta(microseconds=whole))
    if kind is Kind.TIME:
        # The mean of times just before midnight must not round up to the next day.
        return plain((_EPOCH + timedelta(microseconds=min(whole, _DAY - unit))).time())
    return str(whole)
