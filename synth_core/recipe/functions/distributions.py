"""Marginals: what the values of one column look like."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from math import isfinite
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import TEMPORAL_KINDS, Kind
from synth_core.recipe.functions.base import (
    Function,
    Maker,
    Place,
    Row,
    listed,
    literal,
    mapping,
    typed,
    weight,
)
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.samples import SAMPLES

Unit = Literal["days", "hours", "minutes", "seconds", "microseconds"]
_SECONDS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "microseconds": 1e-6}
_NUMBERS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})


class Choice(Function):
    """One of the listed values, each as often as its weight says."""

    name: ClassVar[str] = "choice"
    group: ClassVar[str] = "values"
    open_arguments: ClassVar[str] = "weights"
    example: ClassVar[str] = 'Synth.choice: {"retail": 70%, "pro": 30%}'
    examples: ClassVar[Mapping[Kind, str]] = {
        kind: f'Synth.choice: {{"{one}": 70%, "{other}": 30%}}' for kind, (one, other) in SAMPLES.items()
    }

    weights: dict[str, float] = Field(
        min_length=1, description="value: weight (70% or any number)", json_schema_extra=typed("weights")
    )

    @field_validator("weights", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {str(item): 1.0 for item in value}
        return {str(item): weight(each) for item, each in mapping(value).items()}

    @model_validator(mode="after")
    def _some_weight(self) -> Choice:
        if not sum(self.weights.values()):
            raise ValueError("the weights add up to 0")
        return self

    def bind(self, place: Place) -> Maker:
        values = list(self.weights)
        sums = list(accumulate(self.weights.values()))
        total, stream, last = sums[-1], place.stream(), len(values) - 1
        return lambda row: values[min(bisect_right(sums, stream(row.number) * total), last)]


class Quantiles(Function):
    """Numbers, dates or times spread like a list of evenly spaced quantiles; equal neighbours are a spike."""

    name: ClassVar[str] = "quantiles"
    group: ClassVar[str] = "values"
    shorthand: ClassVar[str] = "values"
    fills: ClassVar[frozenset[Kind]] = _NUMBERS | TEMPORAL_KINDS
    example: ClassVar[str] = "Synth.quantiles: {values: [0, 9.5, 20, 20, 310], decimals: 2}"
    examples: ClassVar[Mapping[Kind, str]] = {
        Kind.INT64: "Synth.quantiles: {values: [0, 3, 20, 20, 310]}",
        **{
            kind: f'Synth.quantiles: {{values: ["{SAMPLES[kind][0]}", "{SAMPLES[kind][1]}"]}}'
            for kind in TEMPORAL_KINDS
        },
    }

    values: tuple[Any, ...] = Field(
        min_length=1,
        description="from lowest to highest, evenly spaced in rank",
        json_schema_extra=typed("quantiles"),
    )
    decimals: int | None = Field(
        default=None,
        ge=0,
        le=38,
        description="digits after the point; whole numbers: 0",
        json_schema_extra=typed("whole", "digits"),
    )
    unit: Unit | None = Field(
        default=None, description="times are whole days, hours, minutes …", json_schema_extra=typed("text")
    )

    @field_validator("values", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return check_ascending([literal(item) for item in listed(value)])

    def bind(self, place: Place) -> Maker:
        spread = Spread(self.values, self.decimals, self.unit)
        stream = place.stream()
        return lambda row: spread.at(stream(row.number))


class Offset(Function):
    """A date, moment or number behind another column of the row, by a gap spread like these quantiles."""

    name: ClassVar[str] = "offset"
    group: ClassVar[str] = "values"
    fills: ClassVar[frozenset[Kind]] = _NUMBERS | TEMPORAL_KINDS - {Kind.TIME}
    example: ClassVar[str] = "Synth.offset: {after: ordered_on, unit: days, gaps: [0, 1, 2, 9]}"
    examples: ClassVar[Mapping[Kind, str]] = dict.fromkeys(
        _NUMBERS - {Kind.STRING}, "Synth.offset: {after: first_count, gaps: [0, 1, 2, 9]}"
    )

    after: OwnColumn = Field(
        description="the column that comes first; where it is null this one is null",
    )
    gaps: tuple[Any, ...] = Field(
        min_length=1,
        description="quantiles of the gap, from smallest to largest",
        json_schema_extra=typed("quantiles"),
    )
    unit: Unit | None = Field(
        default=None, description="unit of the gaps for dates and times", json_schema_extra=typed("text")
    )
    decimals: int | None = Field(
        default=None,
        ge=0,
        le=38,
        description="digits after the point, for numbers",
        json_schema_extra=typed("whole", "digits"),
    )

    @field_validator("gaps", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        gaps = check_ascending([literal(item) for item in listed(value)])
        if not isinstance(gaps[0], (int, float, Decimal)):
            raise ValueError("gaps are numbers; `unit` says of what")
        return gaps

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
            try:
                return shifted(literal(start), spread.at(stream(row.number)), unit)
            except ValueError as error:
                raise place.error(f"`after: {self.after}` {error}") from None

        return make

    def _whole(self) -> bool:
        return all(isinstance(gap, int) or gap == int(gap) for gap in self.gaps)


def shifted(start: Any, gap: Any, unit: Unit | None) -> Any:
    """A number, date or moment with a gap added. Raises ValueError where the unit does not go with it."""
    if unit is None:
        if isinstance(start, (int, float, Decimal)):
            return start + _as_type_of(gap, start)
        raise ValueError("is no number; give the gaps a `unit` if it is a date or time.")
    if isinstance(start, datetime):
        return start + timedelta(seconds=float(gap) * _SECONDS[unit])
    if isinstance(start, date):
        return start + timedelta(days=int(float(gap) * _SECONDS[unit] // 86400))
    raise ValueError("is no date or time, so `unit` makes no sense here.")


def _as_type_of(gap: Any, start: int | float | Decimal) -> Any:
    """The gap so that it can be added; whole numbers take any gap."""
    if isinstance(start, float):
        return float(gap)
    return Decimal(str(gap)) if isinstance(start, Decimal) else gap


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
        return moment.replace(tzinfo=UTC).astimezone(self._zone) if self._zone else moment


_EPOCH = datetime(1970, 1, 1)


def _to_seconds(value: date | time | datetime) -> float:
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (moment - _EPOCH).total_seconds()
    return float((value - _EPOCH.date()).days * 86400)


def check_ascending(values: Sequence[Any]) -> Sequence[Any]:
    """The values, or ValueError when there are none, or they are of mixed types or not in ascending order."""
    if not values:
        raise ValueError("at least one value is needed")
    number = (int, float, Decimal)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, (*number, date, time)):
            raise ValueError(f"{value!r} is no number, date or time")
        if isinstance(value, float) and not isfinite(value):
            raise ValueError(f"{value} is no finite number")
    for before, after in pairwise(values):
        if type(before) is not type(after) and not (isinstance(before, number) and isinstance(after, number)):
            raise ValueError(f"{before} and {after} are of different types")
        if isinstance(before, (datetime, time)) and (before.tzinfo is None) != (after.tzinfo is None):
            raise ValueError(f"one of {before} and {after} has a time zone, the other has none")
        if after < before:
            raise ValueError(f"quantiles ascend, but {after} follows {before}")
    return values


def check_sizes(value: Any, most: int) -> Sequence[int]:
    """Quantiles of a length or number of things: whole, ascending, from 0 to `most`. Raises ValueError."""
    sizes: list[int] = []
    for item in listed(value):
        size = literal(item)
        if isinstance(size, bool) or not isinstance(size, (int, float, Decimal)) or size != size // 1:
            raise ValueError(f"{item!r} is no whole number")
        if not 0 <= size <= most:
            raise ValueError(f"{item} is not between 0 and {most:,}")
        sizes.append(int(size))
    check_ascending(sizes)
    return sizes
