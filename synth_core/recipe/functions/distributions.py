"""Marginals: what the values of one column look like."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from math import ceil, floor, isfinite
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
from synth_core.recipe.functions.samples import SAMPLES
from synth_core.recipe.functions.steps import Grid, Step, step_of

Unit = Literal["days", "hours", "minutes", "seconds", "microseconds"]
SECONDS = {"days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "microseconds": 1e-6}
NUMBERS = frozenset({Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64, Kind.STRING})


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
    fills: ClassVar[frozenset[Kind]] = NUMBERS | TEMPORAL_KINDS
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
    step: Any = Field(
        default=None,
        description="only values so many steps from the lowest: 100, or `15 minutes`",
        json_schema_extra=typed("step"),
    )

    order: Literal["rising", "falling"] | None = Field(
        default=None,
        description="the first row has the lowest or the highest value, and so on to the last",
        json_schema_extra=typed("text"),
    )

    @field_validator("values", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return check_ascending([literal(item) for item in listed(value)])

    @field_validator("step", mode="before")
    @classmethod
    def _parse_step(cls, value: Any) -> Any:
        return None if value is None else step_of(value)

    @model_validator(mode="after")
    def _step_fits(self) -> Quantiles:
        if self.step is None:
            return self
        first, last = self.values[0], self.values[-1]
        check_size(self.step, first)
        if self.unit:
            raise ValueError("`step` says how fine the values are, so they need no `unit`")
        if not isinstance(self.step, timedelta):
            check_decimals(self.step, 0 if self._is_whole() else self.decimals)
        if first < last and Grid(first, self.step).place(last, down=True) < 1:
            raise ValueError(f"a step of {self.step} leads from {first} beyond {last}, the highest value")
        return self

    def _is_whole(self) -> bool:
        return self.decimals is None and all(isinstance(value, int) for value in self.values)

    def bind(self, place: Place) -> Maker:
        spread = Spread(self.values, self.decimals, self.unit, self.step)
        stream, order = place.stream(), self.order
        if order is None:
            return lambda row: spread.at(stream(row.number))

        def in_order(row: Row) -> Any:
            before, rows = row.place
            # Each row has a part of the spread of its own; where their number is not known, they have no order.
            share = (before + stream(row.number)) / rows if before < rows else stream(row.number)
            return spread.at(share if order == "rising" else max(0.0, 1.0 - _LEAST - share))

        return in_order


_LEAST = 2.0**-53


class Spread:
    """Inverse of the distribution function that a list of evenly spaced quantiles describes."""

    def __init__(
        self, values: Sequence[Any], decimals: int | None, unit: Unit | None, step: Step | None = None
    ) -> None:
        self._last = len(values) - 1
        first = values[0]
        self._grid = None if step is None else Grid(first, step)
        self._places = self._grid.place(values[-1], down=True) if self._grid else 0
        self._moment = isinstance(first, datetime)
        self._zone = first.tzinfo if isinstance(first, datetime) else None
        self._date = isinstance(first, date) and not self._moment
        self._time = isinstance(first, time)
        self._is_number = not (self._moment or self._date or self._time)
        if not self._is_number:
            self._unit = SECONDS[unit] if unit else (86400.0 if self._date else 1.0)
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
        if self._grid:
            return self._stepped(self._grid, float(low) + float(high - low) * (position - index))
        if not self._is_number:
            return self._temporal(low + (high - low) * (position - index))
        if self._decimals == 0:
            # Whole numbers share the interval evenly; the step up to the next quantile belongs to that one.
            low, high = int(low), int(high)
            return low + int((high - low) * (position - index) + 0.5)
        value = low + (high - low) * (position - index)
        return value if self._decimals is None else Decimal(f"{value:.{self._decimals}f}")

    def _stepped(self, grid: Grid, value: float) -> Any:
        near = value if self._is_number else self._temporal(value)
        stepped = grid.at(min(grid.place(near), self._places))
        if not self._is_number:
            return stepped
        return number_of_decimals(stepped, self._decimals)

    def between(self, least: float, most: float) -> tuple[float, float]:
        """The uniform numbers that stand for values from `least` to `most`; where none does, for the nearest."""
        if self._decimals == 0:
            # A whole number stands for what is nearer to it than to others.
            least, most = ceil(least) - 0.5, floor(most) + 0.5
        return self._share(least, bisect_left), self._share(most, bisect_right)

    def _share(self, value: float, side: Callable[[Sequence[Any], float], int]) -> float:
        index = side(self._values, value)
        if index == 0 or index > self._last:
            return 0.0 if index == 0 else 1.0
        low, high = float(self._values[index - 1]), float(self._values[index])
        return (index - 1 + (value - low) / (high - low)) / self._last

    def _temporal(self, seconds: float) -> date | time | datetime:
        whole = seconds // self._unit * self._unit
        if self._time:
            return (datetime.min + timedelta(seconds=whole % 86400)).time()
        moment = _EPOCH + timedelta(seconds=whole)
        if self._date:
            return moment.date()
        return moment.replace(tzinfo=UTC).astimezone(self._zone) if self._zone else moment


_EPOCH = datetime(1970, 1, 1)


def number_of_decimals(value: Decimal, decimals: int | None) -> int | float | Decimal:
    """A number with so many digits after the point: whole for 0, floating point for None."""
    if decimals is None:
        return float(value)
    return int(value) if decimals == 0 else Decimal(f"{value:.{decimals}f}")


def check_size(step: Step, first: Any) -> None:
    """Raise ValueError for a step that values like `first` can't take."""
    if isinstance(step, timedelta) == isinstance(first, (int, float, Decimal)):
        wanted = "a number" if isinstance(step, timedelta) else "like `1 day` or `15 minutes`"
        raise ValueError(f"the step of such values is {wanted}, not {step}")
    if step <= timedelta() if isinstance(step, timedelta) else step <= 0:
        raise ValueError(f"a step is more than 0, not {step}")
    if isinstance(step, timedelta) and type(first) is date and step % timedelta(days=1):
        raise ValueError(f"a step of dates is of whole days, not {step}")


def check_decimals(step: Step, decimals: int | None) -> None:
    """Raise ValueError for a step that is finer than numbers of so many decimals."""
    if decimals is not None and round(Decimal(str(step)), decimals) != step:
        finest = "whole numbers" if decimals == 0 else f"numbers with {decimals} decimals"
        raise ValueError(f"a step of {step} is too fine for {finest}")


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
