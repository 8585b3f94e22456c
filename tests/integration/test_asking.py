"""One question at a time, over loopback: repairs, busy services, caching, estimates."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from servers.faults import Fault
from servers.vertex import Said, VertexServer, broken, refused

from synth_core.adapters.folder import FolderStore
from synth_core.adapters.gemini import Gemini
from synth_core.ask.accounts import Estimate
from synth_core.ask.answers import ExplanationAnswer, parse
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.ask.kept import Answers
from synth_core.ask.shown import Ours

GOOD = {"what": "w", "why": "y", "how": "h"}
PRICES = {"one": (1.0, 10.0)}


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def clock(self) -> float:
        return self.now


def ask(words: str = "something") -> Ask[ExplanationAnswer]:
    return Ask(
        question="explanation",
        inputs={"finding": Ours(words), "help": Ours("none")},
        answer=ExplanationAnswer,
        about=words,
    )


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def told() -> list[Estimate]:
    return []


@pytest.fixture
def asker(vertex_server: VertexServer, tmp_path: Path, time: Time, told: list[Estimate]) -> Asker:
    carrier = Gemini("p", "global", endpoint=vertex_server.url, sleep=time.sleep, clock=time.clock)
    answers = Answers(FolderStore(tmp_path), "p", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    return Asker(carrier, ["one", "two"], answers, PRICES, announce=told.append)


def test_what_is_no_answer_is_asked_for_again_with_the_reason(
    asker: Asker, vertex_server: VertexServer
) -> None:
    vertex_server.script([broken(GOOD), {"what": "w"}, GOOD])
    assert asker.ask(ask()).how == "h"
    prompts = [each.prompt for each in vertex_server.asked]
    assert "it is no JSON" in prompts[1] and "why: Field required" in prompts[2]
    assert len(asker.account.spent) == 3
    assert asker.findings == []
    # The repaired answer is the answer to the first question, and is not paid for again.
    assert asker.ask(ask()).how == "h"
    assert len(vertex_server.asked) == 3


def test_after_two_repairs_it_is_over(asker: Asker, vertex_server: VertexServer, tmp_path: Path) -> None:
    vertex_server.script(lambda _: "prattle")
    with pytest.raises(NoAnswer):
        asker.ask(ask())
    assert len(vertex_server.asked) == 3
    assert [each.code for each in asker.findings] == ["model.no-answer"]
    assert len(list(tmp_path.glob("p/answers/failed/*.json"))) == 3
    assert list(tmp_path.glob("p/answers/*.json")) == []


@pytest.mark.parametrize("answer", ["[" * 100_000, '{"what":' * 100_000, '{"what": ' + "9" * 5000 + "}"])
def test_json_without_end_is_no_answer(asker: Asker, vertex_server: VertexServer, answer: str) -> None:
    vertex_server.script(lambda _: answer)
    with pytest.raises(NoAnswer) as told:
        asker.ask(ask())
    assert told.value.finding.code == "model.refused" and "nobody can read" in told.value.finding.message
    assert len(vertex_server.asked) <= 2
    assert parse(ExplanationAnswer, answer)[0] is None


def test_json_in_a_fence_is_an_answer(asker: Asker, vertex_server: VertexServer) -> None:
    vertex_server.script([f"```json\n{json.dumps(GOOD)}\n```"])
    assert asker.ask(ask()).what == "w"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_stays_busy_is_given_up_after_two_questions(
    asker: Asker, vertex_server: VertexServer, time: Time, status: int
) -> None:
    vertex_server.faults.add(Fault(status=status, times=10_000))
    for number in range(4):
        with pytest.raises(NoAnswer):
            asker.ask(ask(f"thing {number}"))
    assert 20 < time.now <= 120
    assert {each.code for each in asker.findings} == {"model.busy"}
    assert len(asker.findings) == 2
    assert asker.account.spent == ()


def test_a_question_that_is_refused_does_not_silence_the_next(
    asker: Asker, vertex_server: VertexServer
) -> None:
    # The question has settings, so it is asked twice: without them, too.
    vertex_server.faults.add(Fault(status=400, reason="INVALID_ARGUMENT", message="too complex", times=2))
    vertex_server.script([GOOD])
    with pytest.raises(NoAnswer):
        asker.ask(ask("one"))
    assert [each.code for each in asker.findings] == ["model.refused"]
    assert asker.ask(ask("another")).why == "y"


def test_one_busy_question_does_not_silence_the_next(asker: Asker, vertex_server: VertexServer) -> None:
    fault = vertex_server.faults.add(Fault(status=503, times=10_000))
    with pytest.raises(NoAnswer):
        asker.ask(ask("one"))
    fault.times = fault.seen
    vertex_server.script([GOOD])
    assert asker.ask(ask("another")).why == "y"


def test_thinking_is_paid_for_like_answers(asker: Asker, vertex_server: VertexServer) -> None:
    vertex_server.script([Said(json.dumps(GOOD), thoughts=100)])
    asker.ask(ask())
    [asked], [spent] = vertex_server.asked, asker.account.spent
    assert spent.answer_tokens == asked.answer_tokens + 100
    assert spent.dollars == pytest.approx((asked.prompt_tokens + 10 * spent.answer_tokens) / 1e6)
    assert f"{spent.answer_tokens:,} out" in str(asker.account)


def test_a_model_without_a_price_says_so(asker: Asker, vertex_server: VertexServer) -> None:
    vertex_server.retire("one")
    vertex_server.script([GOOD])
    asker.ask(ask())
    assert asker.account.price.dollars is None
    assert "set `model_prices`" in str(asker.account)


def test_only_new_questions_are_announced(
    asker: Asker, vertex_server: VertexServer, told: list[Estimate]
) -> None:
    vertex_server.script(lambda _: GOOD)
    asker.ask(ask("known"))
    asker.expect([ask("known"), ask("new"), ask("newer")])
    asker.expect([ask("known")])
    [estimate] = told
    assert (estimate.questions, estimate.counted) == (2, True)
    before = len(vertex_server.asked)
    asker.ask(ask("new"))
    asker.ask(ask("newer"))
    assert estimate.prompt_tokens == sum(each.prompt_tokens for each in vertex_server.asked[before:])


@pytest.mark.parametrize("damage", ["{", '{"question": 1}'])
def test_a_kept_answer_that_was_damaged_is_asked_for_again(
    asker: Asker, vertex_server: VertexServer, tmp_path: Path, damage: str
) -> None:
    vertex_server.script(lambda _: GOOD)
    asker.ask(ask())
    [file] = tmp_path.glob("p/answers/*.json")
    file.write_text(damage)
    asker._answers._memory.clear()
    asker.ask(ask())
    assert len(vertex_server.asked) == 2


def test_a_kept_answer_serves_no_other_question(
    asker: Asker, vertex_server: VertexServer, tmp_path: Path
) -> None:
    """Whoever changes the request in a file does not change what it answers."""
    vertex_server.script(lambda _: GOOD)
    asker.ask(ask())
    [file] = tmp_path.glob("p/answers/*.json")
    kept: dict[str, Any] = json.loads(file.read_text())
    kept["request"]["prompt"] = "another question"
    file.write_text(json.dumps(kept))
    asker._answers._memory.clear()
    asker.ask(ask())
    assert len(vertex_server.asked) == 2


def test_questions_that_follow_are_under_way_and_are_judged_in_their_order(
    asker: Asker, vertex_server: VertexServer
) -> None:
    """At most four at once, and the first one alone; of the others two must be there before either is answered."""
    asks = [ask(f"thing {n}") for n in range(9)]
    together, lock = threading.Barrier(2), threading.Lock()
    now: list[int] = []
    most: list[int] = []

    def answer(body: dict[str, Any]) -> Any:
        number = next(n for n in range(9) if f"thing {n}" in json.dumps(body))
        with lock:
            now.append(number)
            most.append(len(now))
        if number:
            together.wait(30)
        with lock:
            now.remove(number)
        return {**GOOD, "how": f"h{number}"} if number != 3 else refused()

    vertex_server.script(answer)
    said = []
    with asker.ahead(asks):
        for each in asks:
            try:
                said.append(asker.ask(each).how)
            except NoAnswer:
                said.append("none")
    assert said == ["h0", "h1", "h2", "none", *(f"h{n}" for n in range(4, 9))]
    assert 2 <= max(most) <= 4
    assert len(vertex_server.asked) == 9 == len(asker.account.spent)
    assert [each.message for each in asker.findings if "thing 3" in each.message]


def test_who_may_not_ask_is_not_asked_for_the_rest(asker: Asker, vertex_server: VertexServer) -> None:
    vertex_server.faults.add(Fault(method="POST", path="generateContent", times=99, status=403))
    asks = [ask(f"thing {n}") for n in range(40)]
    with asker.ahead(asks):
        for each in asks:
            with pytest.raises(NoAnswer):
                asker.ask(each)
    assert len(vertex_server.requests) == 1
    assert len(asker.findings) == 1
