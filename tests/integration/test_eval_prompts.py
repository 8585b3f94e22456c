"""Scripted models on a database whose names say nothing: a good one helps, bad ones cost nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import scripts
from servers.databases import write_clinic
from servers.vertex import VertexServer
from small_shop import Synth, done

from synth_core import wiring
from synth_core.ask.kept import Answers
from synth_core.ask.model import AskedModel
from synth_core.evaluate import Report, Truth, evaluate
from synth_core.model.project import Exposure
from synth_core.settings import load

POINT = 0.01


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic")
    write_clinic(folder)
    return folder


def evaluated(server: VertexServer, data: Path, answer: scripts.Answer) -> Report:
    """Through the real client: the server knows the truth that the evaluation tells."""
    settings = load({"model": "gemini", "model_endpoint": server.url})
    carrier = wiring.open_language_model(settings)

    def make(truth: Truth | None) -> AskedModel:
        server.script(scripts.on_vertex(answer, truth))
        answers = Answers(None, "x", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        return wiring.asked_model(settings, carrier, answers, shown=Exposure.PROFILE)

    return evaluate(data, make)


def test_a_good_model_improves_what_the_rules_say(vertex_server: VertexServer, data: Path) -> None:
    report = evaluated(vertex_server, data, scripts.good)
    scores = {(each.question, each.measure): each for each in report.scores}
    meaning = scores["columns", "meaning right"]
    assert meaning.model > meaning.rules + 0.1
    for each in report.scores:
        assert each.model >= each.rules, each
    assert any(each.code == "model.used" for each in report.findings) or report.findings == ()


@pytest.mark.parametrize(
    "answer",
    [
        scripts.hostile,
        pytest.param(scripts.mediocre, marks=pytest.mark.slow),
        pytest.param(scripts.constant, marks=pytest.mark.slow),
    ],
    ids=lambda each: each.__name__,
)
def test_a_bad_model_costs_nothing(vertex_server: VertexServer, data: Path, answer: scripts.Answer) -> None:
    report = evaluated(vertex_server, data, answer)
    for each in report.scores:
        if (
            each.question in ("columns", "links", "dialect", "custom_header", "header")
            or "without" in each.measure
        ):
            assert each.model >= each.rules - POINT, each


@pytest.mark.parametrize(
    "answer",
    [scripts.prattling, pytest.param(scripts.silent, marks=pytest.mark.slow)],
    ids=lambda each: each.__name__,
)
def test_a_broken_model_leaves_everything_to_the_rules(
    vertex_server: VertexServer, data: Path, answer: scripts.Answer
) -> None:
    report = evaluated(vertex_server, data, answer)
    for each in report.scores:
        if each.question != "explanation":
            assert each.model == each.rules, each
    assert {each.code for each in report.findings} <= {"model.no-answer", "model.blocked"}
    assert report.findings


SCRIPT = """
from servers import scripts

def answer(request, truth):
    return scripts.good(request, truth)
"""


@pytest.mark.slow
def test_the_command_prints_both_without_credentials(
    synth: Synth, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    found = done(synth("eval-prompts", "--data", data, "--script", script, "--json")).data
    measures = {each["question"]: each for each in found["scores"] if each["measure"].endswith("right")}
    assert measures["columns"]["model"] > measures["columns"]["rules"]
    assert found["asked"]["dollars"] > 0
    assert found["asked"]["prompt_tokens"] == sum(
        each["prompt_tokens"] for each in found["asked"]["expected"]
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [("answer = 1", "defines no function"), ("1 / 0", "can't be run: ZeroDivisionError")],
)
def test_a_script_that_is_none_is_refused(
    synth: Synth, data: Path, tmp_path: Path, text: str, reason: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(text)
    said = synth("eval-prompts", "--data", data, "--script", script)
    assert said.code == 2
    assert reason in said.err


def test_a_folder_without_labels_is_refused(synth: Synth, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    said = synth("eval-prompts", "--data", tmp_path, "--script", script)
    assert said.code == 2
    assert "labels.json" in said.err
