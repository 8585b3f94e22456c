"""Generators of keys: single key columns, and the parts of composite ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import prod
from typing import Any

from synth_core.model.profile import ColumnProfile, TableProfile
from synth_core.model.project import Column, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind
from synth_core.recipe.functions import PartOf, Shape
from synth_core.recipe.functions.steps import step_of
from synth_core.recipe.notation import percent
from synth_core.stages.draft.dates import made_up_days, moment_text
from synth_core.stages.draft.shapes import ROOM, has_shapes_only, is_plain_uuid, key_shapes
from synth_core.stages.profile.told import is_told_by_values

_STEPS = {"days": "1 day", "hours": "1 hour", "minutes": "1 minute", "seconds": "1 second", "": "1 second"}
_SPARSE = 3
"""Numbers that are so many times fewer than those between their ends are codes."""
_SECONDS = {"1 day": 86400, "1 hour": 3600, "1 minute": 60, "1 second": 1}
_YEARS = (1800, 2200)
_CLOSE = 0.9
"""The mean gap is at least so much of the step that is taken for it."""


def single_key(table: Table, column: Column, facts: TableProfile, *, shared: bool) -> tuple[Any, str]:
    """(generator, why) of a column whose values must be unique. `shared`: another table's key is made the same way,
    so only what both can have is allowed."""
    kind = column.type.value.kind
    profile = profile_of(facts, column.name)
    if kind in TEMPORAL_KINDS - {Kind.TIME}:
        return _dated(kind, column.meaning.value, profile), "every date once, in equal steps"
    if kind in NUMERIC_KINDS and not has_shapes_only(profile):
        start, step = _start(profile), int(profile.step) if profile and profile.step.isdigit() else 1
        if profile and profile.quantiles:
            start += (int(float(profile.quantiles[0])) - start) % step
        return {"Synth.sequence": {"start": start, "step": step}}, "numbered"
    if column.meaning.value == "uuid" and not shared and is_plain_uuid(profile):
        return {"Synth.uuid": {}}, "a new UUID"
    weights = key_shapes(column.type.value, column.meaning.value, profile, table.wanted)
    total = sum(weights.values())
    shapes = {shape: percent(count / total) for shape, count in weights.items()}
    return {"Synth.pattern": {"shapes": shapes, "unique": True}}, "each once, made from the source's shapes"


def part_values(column: Column, profile: ColumnProfile | None, wanted: int, *, alone: bool) -> dict[str, Any]:
    """The values one plain column of a composite key can take. `alone`: no other part can run on or makes room."""
    kind = column.type.value.kind
    filled = profile.rows - profile.nulls if profile else 0
    if (
        profile is not None
        and not alone
        and profile.top
        and profile.top_rows == filled
        and not column.personal.value
        and kind in (Kind.STRING, Kind.BOOL, Kind.INT64)
    ):
        return {"values": [each.value for each in profile.top]}
    if kind is Kind.BOOL:
        return {"values": ["true", "false"]}
    if kind in NUMERIC_KINDS and not has_shapes_only(profile):
        if profile is None or not profile.quantiles:
            return {"first": 1, "last": max(10, min(wanted, 1000))}
        low, high = (int(float(profile.quantiles[end])) for end in (0, -1))
        by = {"step": int(profile.step)} if profile.step.isdigit() else {}
        return {"first": low, "last": max(low, high), **by}
    if kind in TEMPORAL_KINDS - {Kind.TIME}:
        if profile is None or not profile.quantiles:
            first, last = (moment_text(kind, day) for day in made_up_days(column.meaning.value, profile))
            return {"first": first, "last": last, "step": "1 day"}
        step = profile.step or ("1 day" if kind is Kind.DATE else _STEPS[profile.resolution])
        return {
            "first": moment_text(kind, profile.quantiles[0]),
            "last": moment_text(kind, profile.quantiles[-1]),
            "step": step,
        }
    room = wanted if alone else -(-wanted // ROOM)
    shapes = key_shapes(column.type.value, column.meaning.value, profile, max(4, room))
    return {"shape": max(shapes, key=lambda shape: Shape(shape).capacity)}


def with_frequent_values(
    parts: Mapping[str, dict[str, Any]], facts: TableProfile, wanted: int
) -> dict[str, dict[str, Any]]:
    """The parts of a key, one that has frequent values made of those instead of its shape or of all numbers between
    its ends: where another part runs on when all are used, and makes room enough for that to be rare."""
    done = dict(parts)
    plain = {name: PartOf(**part) for name, part in parts.items() if "table" not in part}
    for name, part in plain.items():
        profile = profile_of(facts, name)
        others = [other for each, other in plain.items() if each != name]
        if profile is None or not is_told_by_values(profile) or not any(other.is_open for other in others):
            continue
        is_dense = part.is_open and part.width() <= _SPARSE * len(profile.top)
        if not is_dense and len(profile.top) * prod(other.width() for other in others) >= ROOM * wanted:
            done[name] = {"values": [each.value for each in profile.top]}
            plain[name] = PartOf(**done[name])
    return done


def profile_of(facts: TableProfile, column: str) -> ColumnProfile | None:
    """The facts of a top-level column; None where there are none."""
    by_path: Mapping[tuple[str, ...], ColumnProfile] = {each.path: each for each in facts.columns}
    return by_path.get((column,))


def _seconds(step: str) -> float:
    size = step_of(step)
    return size.total_seconds() if isinstance(size, timedelta) else 0.0


def _start(profile: ColumnProfile | None) -> int:
    """A round number of the source's magnitude: 10248 gives 10000, and anything below 100 gives 1. Of what may be years
    the decade."""
    if profile is None or not profile.quantiles:
        return 1
    lowest, highest = (int(float(profile.quantiles[end])) for end in (0, -1))
    if lowest < 100:
        return 1
    if _YEARS[0] <= lowest <= highest <= _YEARS[1]:
        return lowest // 10 * 10
    magnitude = int("1" + "0" * (len(str(lowest)) - 1))
    return lowest // magnitude * magnitude


def _dated(kind: Kind, meaning: str, profile: ColumnProfile | None) -> dict[str, Any]:
    if profile is None or not profile.quantiles:
        return {
            "Synth.sequence": {"start": moment_text(kind, made_up_days(meaning, profile)[0]), "step": "1 day"}
        }
    first, last = (datetime.fromisoformat(profile.quantiles[end]) for end in (0, -1))
    gap = (last - first).total_seconds() / max(1, profile.rows - 1)
    step = profile.step if profile.step and gap >= _seconds(profile.step) * _CLOSE else ""
    if not step:
        fits = (name for name, size in _SECONDS.items() if gap >= size * _CLOSE)
        step = "1 day" if kind is Kind.DATE else next(fits, "1 second")
    start = (
        profile.quantiles[0]
        if kind is not Kind.DATE
        else date.fromisoformat(profile.quantiles[0][:10]).isoformat()
    )
    return {"Synth.sequence": {"start": moment_text(kind, start), "step": step}}
