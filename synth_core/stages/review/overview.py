"""The columns of a table as a person looks them over: what is said of each, by whom, how sure, and its values as far as
they may be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth_core.model.base import Frozen
from synth_core.model.edits import COLUMN_PARTS
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import ColumnProfile, Profile
from synth_core.model.project import Column, Project, Table
from synth_core.stages.bars import bars_of
from synth_core.stages.profile import personal_columns
from synth_core.stages.review.attention import Attention
from synth_core.stages.review.state import is_open

_SHOWN = 3
_LONGEST = 24
WORDS = {
    Origin.DECLARED: "declared",
    Origin.MEASURED: "measured",
    Origin.MODEL: "model",
    Origin.HUMAN: "a person",
}


class ColumnView(Frozen):
    """One column at a glance."""

    column: Column
    facts: ColumnProfile | None
    is_personal: bool
    """By itself, or because a link ties it to a column that is."""
    nulls: float | None
    """Share of rows without a value."""
    values: str
    """Some of its values, or shapes of personal ones."""
    bars: tuple[float, ...]
    """How they are spread: shares of rows."""
    origin: Origin
    """Who says what is least sure of it."""
    sure: float
    """Of that, from 0 to 1."""
    looks: tuple[Attention, ...]


def column_views(
    project: Project, profile: Profile | None, table: Table, looks: Sequence[Attention]
) -> tuple[ColumnView, ...]:
    """All columns of a table, in their order; `looks` is what `attention` says of the project."""
    facts: Mapping[tuple[str, ...], ColumnProfile] = {}
    if profile is not None:
        facts = {
            each.path: each for found in profile.tables if found.table == table.name for each in found.columns
        }
    personal = personal_columns(project)
    mine: dict[str, list[Attention]] = {}
    for each in looks:
        if each.table == table.name and each.step == "schema" and each.column:
            mine.setdefault(each.column, []).append(each)
    return tuple(
        _view(
            column,
            facts.get((column.name,)),
            (table.name, column.name) in personal,
            tuple(mine.get(column.name, ())),
        )
        for column in table.columns
    )


def _view(
    column: Column, facts: ColumnProfile | None, is_personal: bool, looks: tuple[Attention, ...]
) -> ColumnView:
    weakest = _weakest(column)
    known = facts if facts is not None and facts.rows else None
    bars = bars_of(known, None, is_personal=is_personal).bars if known else ()
    return ColumnView(
        column=column,
        facts=known,
        is_personal=is_personal,
        nulls=known.nulls / known.rows if known else None,
        values=_values(known, is_personal) if known else "",
        bars=tuple(bar.source for bar in bars if bar.source is not None),
        origin=weakest.origin,
        sure=weakest.confidence,
        looks=looks,
    )


def _weakest(column: Column) -> Inferred[object]:
    """Of what is open the least sure, that nothing is known of a meaning aside; else whoever has the last word."""
    parts: list[Inferred[object]] = [getattr(column, part) for part in COLUMN_PARTS if part != "mode"]
    judged = [each for each in parts if is_open(each) and each.value != "unknown"]
    if judged:
        return min(judged, key=lambda each: each.confidence)
    said = [each for each in parts if not is_open(each)]
    return next((each for each in said if each.origin is Origin.HUMAN), said[0] if said else parts[0])


def _values(facts: ColumnProfile, is_personal: bool) -> str:
    if not is_personal and facts.top:
        return _some([each.value for each in facts.top])
    if not is_personal and facts.quantiles:
        return f"{_short(facts.quantiles[0])} … {_short(facts.quantiles[-1])}"
    return _some([each.value for each in facts.shapes])


def _some(values: list[str]) -> str:
    more = ", …" if len(values) > _SHOWN else ""
    return ", ".join(map(_short, values[:_SHOWN])) + more


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
