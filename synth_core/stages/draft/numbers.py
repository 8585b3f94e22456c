"""The generator of numbers, dates and times, from their quantiles, or from their shapes where they are personal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Field, Kind
from synth_core.stages.draft.cards import CARDS, card_numbers
from synth_core.stages.draft.choices import NOTHING_TAKEN, frequent, pattern, with_open_ends
from synth_core.stages.draft.dates import DAYS, made_up_days, moment_text
from synth_core.stages.draft.shapes import has_shapes_only, shape_of, shape_weights
from synth_core.stages.profile.told import is_told_by_values

DEFAULTS: dict[Kind, Sequence[Any]] = {
    Kind.INT64: (0, 100),
    Kind.NUMERIC: (0, 100),
    Kind.BIGNUMERIC: (0, 100),
    Kind.FLOAT64: (0, 100),
    Kind.DATE: ("2024-01-01", "2024-12-31"),
    Kind.DATETIME: ("2024-01-01 00:00:00", "2024-12-31 23:59:59"),
    Kind.TIMESTAMP: ("2024-01-01 00:00:00+00:00", "2024-12-31 23:59:59+00:00"),
    Kind.TIME: ("00:00:00", "23:59:59"),
}
"""The ends of what is made where no value is known."""
_ON_EARTH: dict[str, Sequence[Any]] = {"latitude": (-60, 75), "longitude": (-180, 180)}
"""The same of places: where land is."""
_ROUND = "between round numbers, as all of the source's; there are too few to take any"
_USUAL = {"phone": "9" * 10, "national_id": "9" * 9, "credit_card": "9" * 16, "postal_code": "9" * 5}
"""Shapes of numbers of which too few rows share one."""


def number_or_time(
    field: Field,
    profile: ColumnProfile | None,
    meaning: str,
    personal: bool,
    days: tuple[str, str] | None = None,
) -> tuple[Any, str]:
    """(generator, why) of a single value; where none is known, a date lies within `days`."""
    kind = field.type.kind
    if profile and is_told_by_values(profile) and not (kind in DAYS and order_of(profile)):
        return frequent(profile)
    if kind in DAYS and profile is not None and profile.years:
        values = [moment_text(kind, day) for day in made_up_days(meaning, profile)]
        unit = {} if kind is Kind.DATE else {"unit": profile.resolution or "seconds"}
        return {"Synth.quantiles": {"values": values, **unit}}, "made up, within the years of the source"
    if kind in NUMERIC_KINDS and profile is not None and has_shapes_only(profile):
        if meaning == "credit_card" and (cards := card_numbers(profile.shapes)):
            return cards, CARDS
        why = "made from the source's shapes: as many digits, no value is copied"
        return pattern(shape_weights(field.type, profile)), why
    if profile is not None and profile.quantiles:
        return with_open_ends(profile, *by_quantiles(field, profile))
    if meaning in _USUAL and kind in (Kind.INT64, Kind.FLOAT64):
        usual = _USUAL[meaning]
        cards = card_numbers([ValueCount(value=usual, count=1)]) if meaning == "credit_card" else None
        return cards or pattern({shape_of(kind, usual): 1}), NOTHING_TAKEN[personal]
    if profile is not None and profile.within and meaning not in _ON_EARTH:
        fine = _fine(field, profile)
        return {"Synth.quantiles": {"values": _powers(*profile.within), **fine}}, _ROUND
    why = NOTHING_TAKEN[personal]
    ends = list(_ON_EARTH.get(meaning, DEFAULTS[kind]) if kind in NUMERIC_KINDS else DEFAULTS[kind])
    if kind in DAYS and days and not personal:
        ends = [moment_text(kind, day) for day in days]
        why += "; it lies where other dates do"
    return {"Synth.quantiles": {"values": ends, **_fine(field, profile)}}, why


def _powers(low: int, high: int) -> list[int]:
    """The ends, and between those of several digits each number of digits as often as another."""
    steps = range(len(str(low)), len(str(high)) - 1) if low >= 0 else ()
    return [low, *(10**digits for digits in steps), high]


def by_quantiles(field: Field, profile: ColumnProfile) -> tuple[Any, str]:
    """(generator, why) of a value whose quantiles are known."""
    kind, more = field.type.kind, _fine(field, profile)
    values = [plain_value(kind, each) for each in profile.quantiles]
    why = f"{len(values)} quantiles of the source"
    if profile.step and values[0] != values[-1]:
        step = {"step": plain_step(profile)}
        # A step of times says how fine they are.
        more = step if kind in TEMPORAL_KINDS else more | step
        why += f", in steps of {profile.step}"
    if order := order_of(profile):
        more |= {"order": order}
        why += f", {order} from row to row"
    return {"Synth.quantiles": {"values": values, **more}}, why


def order_of(profile: ColumnProfile) -> str:
    """In which order its values stand in the rows; empty where in none."""
    if len(profile.path) > 1 or not profile.quantiles or profile.sorted == profile.falling:
        return ""
    return "rising" if profile.sorted else "falling"


def _fine(field: Field, profile: ColumnProfile | None) -> dict[str, Any]:
    """How fine the values are."""
    kind = field.type.kind
    return _unit(kind, profile) if kind in TEMPORAL_KINDS else _decimals(field, profile)


def plain_value(kind: Kind, text: str) -> Any:
    """A quantile of a profile as a recipe has it."""
    if kind in TEMPORAL_KINDS:
        return f"{text}+00:00" if kind is Kind.TIMESTAMP and "+" not in text and "Z" not in text else text
    number = float(text)
    return int(text) if kind is Kind.INT64 else int(number) if number.is_integer() else number


def plain_step(profile: ColumnProfile) -> str | int | float:
    """The step of a profile as a recipe has it."""
    step = profile.step
    if " " in step:
        return step
    return float(step) if "." in step else int(step)


def _decimals(field: Field, profile: ColumnProfile | None) -> dict[str, int]:
    kind = field.type.kind
    if kind is Kind.INT64 or kind in TEMPORAL_KINDS:
        return {}
    if profile is not None and profile.integral:
        return {"decimals": 0}
    scale = field.type.scale if field.type.precision is not None else None
    measured = profile.decimals if profile is not None else None
    places = [each for each in (scale, measured) if each is not None]
    return {"decimals": min(places)} if places else ({} if kind is Kind.FLOAT64 else {"decimals": 2})


def _unit(kind: Kind, profile: ColumnProfile | None) -> dict[str, str]:
    if kind is Kind.DATE or profile is None or not profile.resolution:
        return {}
    return {"unit": profile.resolution}


def number(text: str) -> int | float:
    """A measured number as a recipe has it."""
    found = float(text)
    return int(found) if found.is_integer() else found
