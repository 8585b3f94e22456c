"""Marginals: what the values of one column look like."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from synth_core.model.types import TEMPORAL_KINDS, Kind
from synth_core.recipe.functions.base import Function, Maker, Place, Row, literal, weight

Unit = Literal["days", "hours", "minutes", "seconds", "microseconds"]
_SECONDS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "microseconds": 1e-6}
_NUMBERS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})


class Choice(Function):
    """One of the listed values, each as often as its weight says."""

    name: ClassVar[str] = "choice"
    open_arguments: ClassVar[str] = "weights"
    example: ClassVar[str] = 'Synth.choice: {"retail": 70%, "pro": 30%}'

    weights: dict[str, float] = Field(min_length=1, description="value: weight (70% or any number)")

    @field_validator("weights", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {str(item): 1.0 for item in value}
        return {str(item): weight(each) for item, each in value.items()}

    def bind(self, place: Place) -> Maker:
        values = list(self.weights)
        sums = list(accumulate(self.weights.values()))
        total, stream, last = sums[-1], place.stream(), len(values) - 1
        if total <= 0:
            raise place.error("the weights of a choice add up to 0.")
        return lambda row: values[min(bisect_right(sums, stream(row.number) * total), last)]


class Quantiles(Function):
    """Numbers, dates or times spread like a list of evenly spaced quantiles; equal neighbours are a spike."""

    name: ClassVar[str] = "quantiles"
    shorthand: ClassVar[str] = "values"
    fills: ClassVar[frozenset[Kind]] = _NUMBERS | TEMPORAL_KINDS
    example: ClassVar[str] = "Synth.quantiles: {values: [0, 9.5, 20, 20, 310], decimals: 2}"

    values: tuple[Any, ...] = Field(min_length=1, description="from lowest to highest, evenly spaced in rank")
    decimals: int | None = Field(
        default=None, ge=0, le=38, description="digits after the point; whole numbers: 0"
    )
    unit: Unit | None = Field(default=None, description="times are whole days, hours, minutes …")

    @field_validator("values", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        items = value if isinstance(value, (list, tuple)) else [value]
        return check_ascending([literal(item) for item in items])

    def bind(self, place: Place) -> Maker:
        spread = Spread(self.values, self.decimals, self.unit)
        stream = place.stream()
        return lambda row: spread.at(stream(row.number))


class Offset(Function):
    """A date, time or number that lies behind another column of the row by a gap spread like these quantiles."""

    name: ClassVar[str] = "offset"
    fills: ClassVar[frozenset[Kind]] = _NUMBERS | TEMPORAL_KINDS
    example: ClassVar[str] = "Synth.offset: {after: ordered_on, unit: days, gaps: [0, 1, 2, 9]}"

    after: str = Field(description="the column that comes first; where it is null this one is null")
    gaps: tuple[Any, ...] = Field(min_length=1, description="quantiles of the gap, from smallest to largest")
    unit: Unit | None = Field(default=None, description="unit of the gaps for dates and times")
    decimals: int | None = Field(default=None, ge=0, le=38, description="digits after the point, for numbers")

    @field_validator("gaps", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        items = value if isinstance(value, (list, tuple)) else [value]
        return check_ascending([literal(item) for item in items])

    def bind(self, place: Place) -> Maker:
        stream = place.stream()
        spread = Spread(
            self.gaps, self.decimals if self.unit is None else (0 if self._whole() else None), None
        )
        unit = self.unit

        def make(row: Row) -> Any:
            start = row.get(self.after)
            if start is None:
                return None
            start = literal(start)
            gap = spread.at(stream(row.number))
            if unit is None:
                return start + (gap if isinstance(gap, type(start)) else type(start)(str(gap)))
            if isinstance(start, datetime):
                return start + timedelta(seconds=float(gap) * _SECONDS[unit])
            if isinstance(start, date):
                return start + timedelta(days=int(float(gap) * _SECONDS[unit] // 86400))
            raise place.error(f"`after: {self.after}` is no date or time, so `unit` makes no sense here.")

        return make

    def _whole(self) -> bool:
        return all(isinstance(gap, int) or gap == int(gap) for gap in self.gaps)


class Spread:
    """Inverse of the distribution function that a list of evenly spaced quantiles describes."""

    def __init__(self, values: Sequence[Any], decimals: int | None, unit: Unit | None) -> None:
        self._last = len(values) - 1
        first = values[0]
        self._moment = isinstance(first, datetime)
        self._zone = first.tzinfo if isinstance(first, datetime) else None
        self._date = isinstance(first, date) and not self._moment
        self._time = isinstance(first, time)
        if self._moment or self._date or self._time:
            self._unit = _SECONDS[unit] if unit else (86400.0 if self._date else 1.0)
            self._values: list[Any] = [_to_seconds(value) for value in values]
            self._decimals: int | None = None
        else:
            whole = decimals == 0 or (decimals is None and all(isinstance(value, int) for value in values))
            self._unit = 1.0
            self._decimals = 0 if whole else decimals
            self._values = list(values) if whole else [float(value) for value in values]

    def at(self, uniform: float) -> Any:
        """The value below which a share of `uniform` lies."""
        position = uniform * self._last
        index = int(position)
        low = self._values[index]
        high = self._values[min(index + 1, self._last)]
        if self._moment or self._date or self._time:
            return self._temporal(low + (high - low) * (position - index))
        if self._decimals == 0:
            # Whole numbers share the interval evenly; the step up to the next quantile belongs to that one.
            low, high = int(low), int(high)
            return low + int((high - low) * (position - index) + 0.5)
        value = low + (high - low) * (position - index)
        return value if self._decimals is None else Decimal(f"{value:.{self._decimals}f}")

    def _temporal(self, seconds: float) -> date | time | datetime:
        whole = seconds // self._unit * self._unit
        if self._time:
            return (datetime.min + timedelta(seconds=whole % 86400)).time()
        moment = _EPOCH + timedelta(seconds=whole)
        if self._date:
            return moment.date()
        return moment.replace(tzinfo=self._zone)


_EPOCH = datetime(1970, 1, 1)


def _to_seconds(value: date | time | datetime) -> float:
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (moment - _EPOCH).total_seconds()
    return float((value - _EPOCH.date()).days * 86400)


def check_ascending(values: Sequence[Any]) -> Sequence[Any]:
    """The values, or ValueError when they are of mixed types or not in ascending order."""
    number = (int, float, Decimal)
    for before, after in zip(values, values[1:], strict=False):
        if type(before) is not type(after) and not (isinstance(before, number) and isinstance(after, number)):
            raise ValueError(f"{before} and {after} are of different types")
        if after < before:
            raise ValueError(f"quantiles ascend, but {after} follows {before}")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (*number, date, time)):
            raise ValueError(f"{value!r} is no number, date or time")
    return values
