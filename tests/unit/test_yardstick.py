"""On a slow hour seconds count for less, on a quick one never for more."""

from __future__ import annotations

import time

import pytest
import yardstick


@pytest.mark.parametrize(("pace", "counted"), [(0.5, 6.0), (1.0, 6.0), (1.5, 4.0), (3.0, 2.0)])
def test_seconds_count_as_in_a_quick_moment(
    monkeypatch: pytest.MonkeyPatch, pace: float, counted: float
) -> None:
    pieces = iter([9.0, pace, 9.0, 9.0, 9.0, 9.0])
    monkeypatch.setattr(yardstick, "seconds", lambda: next(pieces) * yardstick.NOMINAL)
    clock = iter([100.0, 106.0])
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    with yardstick.timed() as took:
        pass
    assert took.seconds == pytest.approx(counted)
