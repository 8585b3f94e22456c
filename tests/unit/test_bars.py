"""Distributions as bars: shares add up, whole numbers fall into bins, and personal columns show no value."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.stages.bars import BINS, EMPTY, MOST, REST, Bars, bars_of


def column(**facts: Any) -> ColumnProfile:
    counts = {
        name: tuple(ValueCount(value=value, count=count) for value, count in facts.pop(name, {}).items())
        for name in ("top", "shapes")
    }
    given = {"rows": 100, "nulls": 0, "distinct": 5, "unique": False} | counts | facts
    return ColumnProfile(name="c", path=("c",), **given)


def shares(bars: Bars) -> dict[str, tuple[float | None, float | None]]:
    rounded = [
        (None if side is None else round(side, 3)) for bar in bars.bars for side in (bar.source, bar.made)
    ]
    return dict(
        zip([bar.label for bar in bars.bars], zip(rounded[::2], rounded[1::2], strict=True), strict=True)
    )


def test_frequent_values_come_with_the_others_and_the_missing_ones() -> None:
    source = column(top={"retail": 60, "pro": 20}, nulls=10)
    made = column(top={"pro": 30, "retail": 50, "new": 20})
    bars = bars_of(source, made, is_personal=False)
    assert bars.kind == "values"
    assert shares(bars) == {
        "retail": (0.6, 0.5),
        "pro": (0.2, 0.3),
        "new": (0.0, 0.2),
        REST: (0.1, 0.0),
        EMPTY: (0.1, 0.0),
    }


def test_many_values_are_cut_and_what_is_cut_stays_counted() -> None:
    many = {f"v{number:02}": 2 for number in range(40)}
    bars = bars_of(column(top=many), None, is_personal=False)
    assert len(bars.bars) == MOST + 1
    assert bars.bars[-1].label == REST and bars.bars[-1].source == pytest.approx(1 - MOST * 2 / 100)
    assert {bar.made for bar in bars.bars} == {None}


def test_whole_numbers_fall_into_bins_and_not_between_them() -> None:
    points = tuple(str(number) for number in range(33))
    bars = bars_of(column(quantiles=points, integral=True), None, is_personal=False)
    labels = [bar.label for bar in bars.bars]
    assert labels[0] == "up to 4" and labels[1] == "5 to 9" and labels[-1] == "from 30"
    assert sum(bar.source or 0.0 for bar in bars.bars) == pytest.approx(1)


def test_a_spike_stays_in_its_bin() -> None:
    points = ("0", *["50"] * 31, "100")
    bars = bars_of(column(quantiles=points, integral=True), None, is_personal=False)
    assert max(bar.source or 0.0 for bar in bars.bars) >= 0.9


def test_dates_and_times_have_labels_that_people_read() -> None:
    dates = tuple(f"2024-{1 + step // 3:02}-{1 + step % 3 * 9:02}" for step in range(33))
    times = tuple(f"{8 + step // 4:02}:{step % 4 * 15:02}:00" for step in range(33))
    moments = tuple(f"2024-05-{1 + step // 2:02} 12:00:00" for step in range(33))
    first = [
        bars_of(column(quantiles=each), None, is_personal=False).bars[0].label
        for each in (dates, times, moments)
    ]
    assert first == ["up to 2024-02-04", "up to 08:52", "up to 2024-05-02 18:00"]


def test_labels_do_not_depend_on_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = tuple(f"2024-05-{1 + step // 2:02} 12:00:00" for step in range(33))
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        bars = bars_of(column(quantiles=moments), None, is_personal=False).bars
    finally:
        monkeypatch.undo()
        time.tzset()
    assert bars[0].label == "up to 2024-05-02 18:00"


def test_personal_columns_show_shapes_and_lengths_only() -> None:
    facts = column(
        top={"Ana": 60}, quantiles=tuple(map(str, range(33))), shapes={"Aaa": 100}, length_quantiles=(3,) * 9
    )
    assert bars_of(facts, facts, is_personal=True).kind == "shapes"
    lengths = bars_of(facts.model_copy(update={"shapes": ()}), None, is_personal=True)
    assert lengths.kind == "lengths" and [bar.label for bar in lengths.bars] == ["3"]
    nothing = bars_of(column(top={"Ana": 60}, nulls=40), None, is_personal=True)
    assert shares(nothing) == {"a value": (0.6, None), EMPTY: (0.4, None)}


def test_without_facts_there_are_no_shares() -> None:
    assert bars_of(None, None, is_personal=False).sides == (False, False)


numbers = some.floats(-1e12, 1e12, allow_nan=False).map(lambda value: round(value, 3))


@given(
    some.lists(numbers, min_size=33, max_size=33),
    some.lists(numbers, min_size=33, max_size=33),
    some.booleans(),
)
def test_shares_of_any_quantiles_add_up(one: list[float], other: list[float], is_whole: bool) -> None:
    sides = [
        column(
            quantiles=tuple(repr(round(value) if is_whole else value) for value in sorted(side)),
            integral=is_whole,
        )
        for side in (one, other)
    ]
    bars = bars_of(*sides, is_personal=False).bars
    assert 1 <= len(bars) <= BINS + 2
    assert len({bar.label for bar in bars}) == len(bars) or not is_whole
    for side in ("source", "made"):
        assert sum(getattr(bar, side) for bar in bars) == pytest.approx(1)
