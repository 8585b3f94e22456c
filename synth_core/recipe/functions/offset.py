"""Values of a row that stand behind another one of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from synth_core.model.types import TEMPORAL_KINDS, Kind
from synth_core.recipe.functions.base import Function, Maker, Place, Row, listed, literal, typed
from synth_core.recipe.functions.distributions import (
    NUMBERS,
    SECONDS,
    Spread,
    Unit,
    check_ascending,
    check_decimals,
    check_size,
    number_of_decimals,
)
from synth_core.recipe.functions.roles import OwnColumn
from synth_core.recipe.functions.steps import Grid, step_of

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1)


class Offset(Function):
    """A date, moment or number behind another column of the row, by a gap spread like these quantiles."""

    name: ClassVar[str] = "offset"
    group: ClassVar[str] = "values"
    fills: ClassVar[frozenset[Kind]] = NUMBERS | TEMPORAL_KINDS - {Kind.TIME}
    example: ClassVar[str] = "Synth.offset: {after: ordered_on, unit: days, gaps: [0, 1, 2, 9]}"
    examples: ClassVar[Mapping[Kind, str]] = dict.fromkeys(
        NUMBERS - {Kind.STRING}, "Synth.offset: {after: first_count, gaps: [0, 1, 2, 9]}"
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
    limits: tuple[Any, ...] = Field(
        default=(),
        description="lowest and highest value: of the gaps only those that do not lead beyond; "
        "where none does, the nearest",
        json_schema_extra=typed("quantiles"),
    )
    step: Any = Field(
        default=None,
        description="only values so many steps from the lowest limit (without limits: from 0 or 1970-01-01)",
        json_schema_extra=typed("step"),
    )
    or_null: bool = Field(
        default=False,
        description="where the smallest leads beyond the highest value: null, as of what has not happened yet",
        json_schema_extra=typed("flag"),
    )

    @field_validator("gaps", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        gaps = check_ascending([literal(item) for item in listed(value)])
        if not isinstance(gaps[0], (int, float, Decimal)):
            raise ValueError("gaps are numbers; `unit` says of what")
        return gaps

    @field_validator("limits", mode="before")
    @classmethod
    def _parse_limits(cls, value: Any) -> Any:
        if not value:
            return ()
        limits = check_ascending([literal(item) for item in listed(value)])
        if len(limits) != 2:
            raise ValueError(f"limits are two, the lowest and the highest value, not {len(limits)}")
        return limits

    @field_validator("step", mode="before")
    @classmethod
    def _parse_step(cls, value: Any) -> Any:
        return None if value is None else step_of(value)

    @model_validator(mode="after")
    def _step_fits(self) -> Offset:
        if self.step is not None:
            check_size(self.step, 0 if self.unit is None else _EPOCH)
            if self.unit is None:
                check_decimals(self.step, self.decimals)
        return self

    @model_validator(mode="after")
    def _limits_fit(self) -> Offset:
        if self.limits and isinstance(self.limits[0], (int, float, Decimal)) != (self.unit is None):
            raise ValueError(
                "limits are numbers where gaps have no `unit`, and dates or times where they have"
            )
        if self.or_null and not self.limits:
            raise ValueError("`or_null` is about limits, and there are none")
        return self

    def bind(self, place: Place) -> Maker:
        stream = place.stream()
        spread = Spread(
            self.gaps, self.decimals if self.unit is None else (0 if self._whole() else None), None
        )

        is_cut = self.unit is None and self.decimals is not None

        def make(row: Row) -> Any:
            start = row.get(self.after)
            if start is None:
                return None
            start = literal(start)
            try:
                check_start(start, self.unit)
            except ValueError as error:
                raise place.error(f"`after: {self.after}` {error}") from None
            uniform = stream(row.number)
            if self.limits:
                lowest, highest = spread.between(*(self._gap_to(limit, start) for limit in self.limits))
                if self.or_null and not highest:
                    return None
                uniform = lowest + uniform * (highest - lowest)
            value = shifted(start, spread.at(uniform), self.unit)
            if self.step is not None:
                return self._stepped(value, start)
            # Floating point: 25.78 - 24.91 is 0.870000000000001.
            return round(value, self.decimals or 0) if is_cut and isinstance(value, float) else value

        return make

    def _stepped(self, value: Any, start: Any) -> Any:
        """The value on the grid, and never on the other side of what it stands behind."""
        near: Any
        lowest: Any = self.limits[0] if self.limits else 0 if self.unit is None else _EPOCH
        if isinstance(value, datetime):
            near, start, lowest = (_as_moment(each) for each in (value, start, lowest))
        elif isinstance(value, date):
            if self.step % _DAY:
                return value
            near, lowest = _as_date(value), _as_date(lowest)
        else:
            near = value
        grid = Grid(lowest, self.step)
        place = grid.place(near)
        if self.gaps[0] >= 0 and grid.at(place) < start:
            place += 1
        elif self.gaps[-1] <= 0 and grid.at(place) > start:
            place -= 1
        stepped = grid.at(place)
        if isinstance(value, datetime):
            return stepped.astimezone(value.tzinfo) if value.tzinfo else stepped.replace(tzinfo=None)
        if isinstance(value, date):
            return stepped
        if isinstance(value, int) and stepped == int(stepped):
            return int(stepped)
        if isinstance(value, Decimal) and self.decimals is None:
            return stepped
        return number_of_decimals(stepped, self.decimals)

    def _gap_to(self, limit: Any, start: Any) -> float:
        if self.unit is None:
            return float(limit) - float(start)
        if isinstance(start, datetime) or isinstance(limit, datetime):
            limit, start = _as_moment(limit), _as_moment(start)
        return float((limit - start).total_seconds() / SECONDS[self.unit])

    def _whole(self) -> bool:
        return all(isinstance(gap, int) or gap == int(gap) for gap in self.gaps)


def check_start(start: Any, unit: Unit | None) -> None:
    """Raise ValueError where gaps of that unit can't be added."""
    if unit is None and not isinstance(start, (int, float, Decimal)):
        raise ValueError("is no number; give the gaps a `unit` if it is a date or time.")
    if unit is not None and not isinstance(start, date):
        raise ValueError("is no date or time, so `unit` makes no sense here.")


def shifted(start: Any, gap: Any, unit: Unit | None) -> Any:
    """A number, date or moment, as `check_start` lets it pass, with a gap added. A date begins at midnight, and so much
    behind it, counted finer than in days, is a moment."""
    if unit is None:
        return start + _as_type_of(gap, start)
    seconds = float(gap) * SECONDS[unit]
    if unit == "days" and not isinstance(start, datetime):
        return start + timedelta(days=int(seconds // 86400))
    moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)
    return moment + timedelta(seconds=seconds)


def _as_date(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _as_moment(value: date) -> datetime:
    """In UTC; without a zone it is taken to be that."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _as_type_of(gap: Any, start: int | float | Decimal) -> Any:
    """The gap so that it can be added; whole numbers take any gap."""
    if isinstance(start, float):
        return float(gap)
    return Decimal(str(gap)) if isinstance(start, Decimal) else gap
