"""Equal steps between values: of numbers, dates and times."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from synth_core.recipe.functions.base import literal

Step = int | Decimal | timedelta
_STEP = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(day|hour|minute|second)s?\s*")
_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_DAY = timedelta(days=1)


def step_of(value: Any) -> int | Decimal | timedelta:
    """A step between values: a number, or `1 day`, `2 hours`, `30 minutes`."""
    if isinstance(value, str) and (found := _STEP.fullmatch(value)):
        try:
            return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
        except OverflowError:
            raise ValueError(f"{value!r} is too long a step") from None
    number = literal(value)
    if isinstance(number, float):
        number = literal(repr(number))
    if isinstance(number, bool) or not isinstance(number, (int, Decimal)):
        raise ValueError(f"a step is a number or like `1 day`, not {value!r}")
    return number


def check_step(start: Any, step: int | Decimal | timedelta) -> None:
    """Raise ValueError when values that begin with `start` can't take this step."""
    if not isinstance(step, timedelta):
        if isinstance(start, date) and abs(Decimal(step)) > 1_000_000:
            raise ValueError(f"a step of {step} days leaves the calendar")
    elif not isinstance(start, date):
        raise ValueError("a step of days or hours goes with a date or time to start from")
    elif not isinstance(start, datetime) and step % timedelta(days=1):
        raise ValueError("a sequence of dates takes whole days")


def advance(start: Any, step: int | Decimal | timedelta, times: int) -> Any:
    """start + times × step; whole days for dates."""
    if isinstance(start, date) and not isinstance(step, timedelta):
        step = timedelta(days=float(step))
    return start + step * times


class Grid:
    """Values in equal steps, below a first one too. Numbers are int, float or Decimal and come out as Decimal; dates,
    moments and times of day come out as such, moments in the time zone of the first one."""

    def __init__(self, first: Any, step: Step) -> None:
        self.first = _exact(first)
        self.step = _exact(step)

    def at(self, place: int) -> Any:
        """The value so many steps from the first one; times of day go on at midnight."""
        first = self.first
        if isinstance(first, time):
            return (datetime.combine(date.min, first) + self.step * place % _DAY).time()
        return first + self.step * place

    def place(self, value: Any, *, down: bool = False) -> int:
        """How many steps from the first one the nearest value of the grid lies, or the one below."""
        gap, step = _gap(_exact(value), self.first), self.step
        if isinstance(gap, Decimal):
            gap, step = Fraction(gap), Fraction(step)
        return int(gap // step) if down else int((2 * gap + step) // (2 * step))


def _exact(value: Any) -> Any:
    """Decimal for numbers: of floating point as it is written."""
    return Decimal(str(value)) if isinstance(value, (int, float)) else value


def _gap(value: Any, first: Any) -> Any:
    if isinstance(value, time) and isinstance(first, time):
        return datetime.combine(date.min, value) - datetime.combine(date.min, first)
    return value - first
