"""Columns that are a part of a date or time, or the time between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from synth_core.model.rule import Part, Rule, Unit
from synth_core.model.types import Kind
from synth_core.stages.profile.absences import EXCEPTIONS
from synth_core.stages.relate.rules.sample import Floats, Ints, Sample, Seen

_ROWS = 20
_SCREENED = 60
_TRIED = 60
_UNITS: Mapping[Unit, float] = {"days": 86_400e6, "hours": 3_600e6, "minutes": 60e6, "seconds": 1e6}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK: frozenset[Part] = frozenset({"hour", "minute"})

Moments = npt.NDArray[Any]


def find_parts(sample: Sample) -> Iterator[Rule]:
    """Columns that follow from one date or time."""
    dates = [each for each in sample.columns.values() if each.moments is not None]
    copies: set[str] = set()
    # The dates of moments first: parts are those of the moment, not of its date.
    for target in sorted(sample.columns.values(), key=lambda each: each.kind is not Kind.DATE):
        if target.distinct < 2:
            continue
        near = sorted(dates, key=lambda each: (abs(each.position - target.position), each.position))
        rules = (_part(target, source) for source in near if source.name not in copies)
        rule = next((each for each in rules if each is not None), None)
        if rule is not None:
            copies.add(rule.target)
            yield rule


def _part(target: Seen, source: Seen) -> Rule | None:
    if target.name == source.name or source.moments is None:
        return None
    known = np.flatnonzero(target.filled & source.filled)
    if len(known) < _ROWS:
        return None
    few = known[:: max(1, len(known) // _SCREENED)]
    for part in _parts_for(target, source):
        if _differ(target, source, part, few) > 1:
            continue
        made = _MADE[part](source.moments[known])
        if len(np.unique(made)) > 1 and _differ(target, source, part, known) <= EXCEPTIONS * len(known):
            return Rule(kind="part", target=target.name, columns=(source.name,), part=part)
    return None


def _parts_for(target: Seen, source: Seen) -> list[Part]:
    if target.kind is Kind.DATE:
        return ["date"] if source.kind in (Kind.DATETIME, Kind.TIMESTAMP) else []
    if target.numbers is not None and target.decimals == 0:
        return [
            part
            for part in _MADE
            if part not in _TEXTS and part != "date" and (part not in _CLOCK or source.kind is not Kind.DATE)
        ]
    return list(_TEXTS) if target.texts else []


def _differ(target: Seen, source: Seen, part: Part, rows: Ints) -> int:
    """Rows in which the target is not that part."""
    assert source.moments is not None
    if target.texts:
        values: npt.NDArray[Any] = np.array(target.texts)[target.codes[rows]]
    elif target.numbers is not None:
        values = target.numbers[rows]
    else:
        assert target.moments is not None
        values = target.moments[rows].astype("datetime64[D]")
    return int((values != _MADE[part](source.moments[rows])).sum())


def find_elapsed(sample: Sample) -> Iterator[Rule]:
    """Numbers that count the time between two dates."""
    dates = [each for each in sample.columns.values() if each.moments is not None]
    targets = [each for each in sample.columns.values() if each.numbers is not None and each.distinct >= 3]
    if len(dates) < 2 or not targets:
        return
    few = np.random.default_rng(0).permutation(sample.rows)[:_TRIED]
    micros = np.stack([_micros(each, few) for each in dates], axis=1)
    elapsed = micros[:, :, None] - micros[:, None, :]
    for target in targets:
        likely = _likely_pairs(target, few, elapsed)
        rules = (_elapsed(target, dates[end], dates[start]) for end, start in likely if end != start)
        rule = next((each for each in rules if each is not None), None)
        if rule is not None:
            yield rule


def _micros(date: Seen, rows: Ints) -> Floats:
    assert date.moments is not None
    moments = date.moments[rows]
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(np.float64))


def _likely_pairs(target: Seen, rows: Ints, elapsed: Floats) -> Iterator[tuple[int, int]]:
    """Places of dates whose distance on few rows is about the target, in any unit: a day may be lost in each date."""
    assert target.numbers is not None
    aim = target.numbers[rows][:, None, None]
    fits = np.zeros(elapsed.shape[1:], dtype=np.bool_)
    for unit, size in _UNITS.items():
        near = np.abs(aim - elapsed / size) <= (1.0 if unit == "days" else _half(target) + 1e-6)
        wrong = (np.isfinite(aim) & np.isfinite(elapsed) & ~near).sum(axis=0)
        fits |= (wrong <= 1) & (near.sum(axis=0) > 2)
    yield from zip(*(places.tolist() for places in np.nonzero(fits)), strict=True)


def _half(target: Seen) -> float:
    """Half of the last digit that it is written with."""
    return 0.0 if target.decimals is None else 0.5 * 10.0**-target.decimals * 1.000001


def _elapsed(target: Seen, end: Seen, start: Seen) -> Rule | None:
    is_date = Kind.DATE in (end.kind, start.kind)
    if end.kind is not start.kind and not is_date:
        return None
    known = np.flatnonzero(target.filled & end.filled & start.filled)
    unit = _unit(target, end, start, known, is_date=is_date) if len(known) >= _ROWS else None
    if unit is None:
        return None
    return Rule(
        kind="difference",
        target=target.name,
        columns=(end.name, start.name),
        unit=unit,
        decimals=target.decimals,
    )


def _unit(target: Seen, end: Seen, start: Seen, rows: Ints, *, is_date: bool) -> Unit | None:
    """In which the target counts the time on these rows."""
    assert target.numbers is not None and end.moments is not None and start.moments is not None
    aim = target.numbers[rows]
    late, early = end.moments[rows], start.moments[rows]
    if is_date:
        late, early = (each.astype("datetime64[D]").astype("datetime64[us]") for each in (late, early))
    micros: Floats = (late - early).astype(np.int64).astype(np.float64)
    dealt = np.random.default_rng(0).permutation(aim)
    for unit, size in _UNITS.items():
        if is_date and unit != "days":
            continue
        near = np.abs(aim - micros / size) <= _half(target) + 1e-9
        chance = np.abs(dealt - micros / size) <= _half(target) + 1e-9
        if (~near).sum() <= EXCEPTIONS * len(aim) and chance.mean() <= 0.9:
            return unit
    return None


def _since(moments: Moments, whole: str, part: str) -> npt.NDArray[np.int64]:
    """Parts since the whole began."""
    began = moments.astype(f"datetime64[{whole}]").astype(f"datetime64[{part}]")
    counted: npt.NDArray[np.int64] = (moments.astype(f"datetime64[{part}]") - began).astype(np.int64)
    return counted


def _year(moments: Moments) -> npt.NDArray[np.int64]:
    years: npt.NDArray[np.int64] = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def _from_monday(moments: Moments) -> npt.NDArray[np.int64]:
    """0 for Monday; the first of January 1970 was a Thursday."""
    days: npt.NDArray[np.int64] = (moments.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return days


def _iso_week(moments: Moments) -> npt.NDArray[np.int64]:
    """The week of the year of its Thursday."""
    days = moments.astype("datetime64[D]")
    thursday = days + (3 - _from_monday(moments))
    return _since(thursday, "Y", "D") // 7 + 1


def _named(
    names: tuple[str, ...], number: npt.NDArray[np.int64], letters: int | None = None
) -> npt.NDArray[Any]:
    return np.array([name[:letters] for name in names])[number]


def _joined(one: npt.NDArray[Any], between: str, other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.char.add(np.char.add(one.astype(str), between), other.astype(str))


_MADE: Mapping[Part, Callable[[Moments], npt.NDArray[Any]]] = {
    "date": lambda moments: moments.astype("datetime64[D]"),
    "year": _year,
    "quarter": lambda moments: _since(moments, "Y", "M") // 3 + 1,
    "month": lambda moments: _since(moments, "Y", "M") + 1,
    "week": _iso_week,
    "day": lambda moments: _since(moments, "M", "D") + 1,
    "day of year": lambda moments: _since(moments, "Y", "D") + 1,
    "hour": lambda moments: _since(moments, "D", "h"),
    "minute": lambda moments: _since(moments, "h", "m"),
    "weekday": lambda moments: _from_monday(moments) + 1,
    "weekday from 0": _from_monday,
    "weekday from Sunday": lambda moments: (_from_monday(moments) + 1) % 7 + 1,
    "weekday from Sunday 0": lambda moments: (_from_monday(moments) + 1) % 7,
    "month name": lambda moments: _named(_MONTHS, _since(moments, "Y", "M")),
    "short month name": lambda moments: _named(_MONTHS, _since(moments, "Y", "M"), 3),
    "weekday name": lambda moments: _named(_DAYS, _from_monday(moments)),
    "short weekday name": lambda moments: _named(_DAYS, _from_monday(moments), 3),
    "year and month": lambda moments: np.datetime_as_string(moments.astype("datetime64[M]")),
    "year and quarter": lambda moments: _joined(_year(moments), "-Q", _since(moments, "Y", "M") // 3 + 1),
    "quarter and year": lambda moments: np.char.add(
        "Q", _joined(_since(moments, "Y", "M") // 3 + 1, " ", _year(moments))
    ),
    "short month and year": lambda moments: _joined(
        _named(_MONTHS, _since(moments, "Y", "M"), 3), " ", _year(moments)
    ),
    "month and year": lambda moments: _joined(
        _named(_MONTHS, _since(moments, "Y", "M")), " ", _year(moments)
    ),
}
_TEXTS: tuple[Part, ...] = (
    *("month name", "short month name", "weekday name", "short weekday name"),
    *("year and month", "year and quarter", "quarter and year", "short month and year", "month and year"),
)
