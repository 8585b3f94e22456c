"""Gemini as it is: the configured model is there and may be asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from small_live import Live

from synth_core import wiring
from synth_core.adapters.google.probe_model import ask_model
from synth_core.ask.accounts import Estimate
from synth_core.ask.kept import Answers
from synth_core.ask.model import AskedModel
from synth_core.model.doubts import TableDoubt
from synth_core.model.project import Exposure, SourceKind, Table, TableSource
from synth_core.model.types import BigQueryType, Field, Kind
from synth_core.settings import load
from synth_core.stages.describe import describe_typed
from synth_core.stages.workbench import Workbench

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


def test_gemini_describes_columns_as_it_is_asked(live: Live) -> None:
    """The schema with its enums, the fence and the account are what the real service takes and gives."""
    if not live.model:
        pytest.skip("SYNTH_LIVE_MODEL names no model")
    settings = load({"model": "gemini", "models": [live.model], "project": live.project})
    answers = Answers(None, "live", clock=lambda: datetime.now(UTC))
    told: list[Estimate] = []
    model = wiring.open_model(settings, answers, shown=Exposure.PROFILE, announce=told.append)
    assert isinstance(model, AskedModel)
    with Workbench() as bench:
        bench.con.execute(
            "CREATE TABLE main.kunden AS SELECT 'a' || i || '@mail.test' AS c1, i AS c2 FROM range(50) r(i)"
        )
        columns = describe_typed(
            bench.con,
            "main.kunden",
            [
                Field(name="c1", type=BigQueryType(kind=Kind.STRING)),
                Field(name="c2", type=BigQueryType(kind=Kind.INT64)),
            ],
            table="kunden",
            declared=True,
        )
    source = TableSource(kind=SourceKind.PARQUET, uri="x", full_name="kunden")
    table = Table(name="kunden", source=source, rows=50, wanted=50, columns=columns)
    said = model.columns([TableDoubt(table=table, facts=None, columns=("c1", "c2"))])
    assert model.findings() == ()
    assert set(said["kunden"]) == {"c1", "c2"}
    assert model.account.asked and told[0].counted
