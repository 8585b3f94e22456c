"""Gemini as it is: the configured model is there and may be asked."""

from __future__ import annotations

import pytest
from small_live import Live

from synth_core.adapters.google.probe_model import ask_model

pytestmark = pytest.mark.live


def test_the_model_answers(live: Live) -> None:
    if not live.model:
        pytest.skip("SYNTH_LIVE_MODEL names no model")
    assert ask_model(live.model, live.project, "global", "").is_fine


def test_a_model_that_never_was_is_absent(live: Live) -> None:
    if not live.model:
        pytest.skip("SYNTH_LIVE_MODEL names no model")
    answer = ask_model("gemini-0.0-none", live.project, "global", "")
    assert answer.outcome.value == "absent"
