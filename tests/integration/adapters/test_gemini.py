"""Gemini over loopback: the real client, and a server that goes wrong in every way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from servers.faults import Fault
from servers.vertex import VertexServer, blocked, cut_off, empty, refused, tokens_in

from synth_core.adapters.gemini import Gemini
from synth_core.adapters.google.clients import storage_client
from synth_core.errors import ModelError, ModelGoneError, TransientError, UsageError
from synth_core.ports import ModelCall

MODEL = "gemini-3.5-flash"
CALL = ModelCall(
    system="You judge.",
    prompt="What is it?",
    answer={
        "type": "object",
        "properties": {
            "kind": {"$ref": "#/$defs/Kind"},
            "items": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["kind", "items"],
        "$defs": {"Kind": {"type": "string", "enum": ["a", "b"]}},
    },
    max_output_tokens=50,
    temperature=0.5,
    thinking_level="low",
)


@pytest.mark.parametrize("location", ["evil.example/x", "evil.example#", "a@evil.example/", "", "EU west"])
def test_a_location_is_no_host(location: str) -> None:
    with pytest.raises(UsageError, match="location"):
        Gemini("some-project", location)


@pytest.mark.parametrize(
    "address", ["http://evil.example", "https://evil.example/.googleapis.com", "http://a.googleapis.com"]
)
def test_credentials_are_for_google_alone(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", address)
    monkeypatch.setenv("API_ENDPOINT_OVERRIDE", address)
    with pytest.raises(UsageError, match="GOOGLE_VERTEX_BASE_URL"):
        Gemini("some-project", "global")
    with pytest.raises(UsageError, match="API_ENDPOINT_OVERRIDE"):
        storage_client()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def gemini(vertex_server: VertexServer, time: Time) -> Gemini:
    return Gemini(
        "some-project",
        "europe-west4",
        endpoint=vertex_server.url,
        sleep=time.sleep,
        clock=time.clock,
        chance=lambda: 0.5,
    )


def test_a_question_goes_out_whole_and_its_answer_comes_back(
    gemini: Gemini, vertex_server: VertexServer
) -> None:
    vertex_server.script([{"kind": "a", "items": ["x"]}])
    reply = gemini.ask(MODEL, CALL, deadline=30)
    [asked] = vertex_server.asked
    config = asked.json["generationConfig"]
    assert vertex_server.requests[0].path == (
        "/v1beta1/projects/some-project/locations/europe-west4/publishers/google/models/gemini-3.5-flash:generateContent"
    )
    assert asked.prompt == "You judge.\nWhat is it?"
    assert config["responseSchema"]["properties"]["kind"]["enum"] == ["a", "b"]
    assert (config["maxOutputTokens"], config["temperature"]) == (50, 0.5)
    assert config["thinkingConfig"] == {"thinking_level": "LOW"}
    assert (reply.text, reply.finish, reply.model) == ('{"kind": "a", "items": ["x"]}', "STOP", MODEL)
    assert reply.prompt_tokens == tokens_in("You judge.\nWhat is it?")
    assert reply.answer_tokens == tokens_in(reply.text)


def test_tokens_are_counted_without_an_answer(gemini: Gemini, vertex_server: VertexServer) -> None:
    assert gemini.count(MODEL, CALL) == tokens_in("You judge.\nWhat is it?")
    assert vertex_server.asked == []


@pytest.mark.parametrize(
    ("said", "finish", "block"),
    [
        (cut_off({"kind": "a"}), "MAX_TOKENS", ""),
        (refused("SAFETY"), "SAFETY", ""),
        (refused("RECITATION"), "RECITATION", ""),
        (blocked("PROHIBITED_CONTENT"), "", "PROHIBITED_CONTENT"),
        (empty(), "", ""),
    ],
)
def test_why_the_model_stopped_is_told(
    gemini: Gemini, vertex_server: VertexServer, said: object, finish: str, block: str
) -> None:
    vertex_server.script([said])
    reply = gemini.ask(MODEL, CALL, deadline=30)
    assert (reply.finish, reply.blocked) == (finish, block)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_service_is_asked_again_with_growing_pauses(
    gemini: Gemini, vertex_server: VertexServer, time: Time, status: int
) -> None:
    vertex_server.script([{"kind": "a", "items": []}])
    vertex_server.faults.add(Fault(status=status, times=3))
    assert gemini.ask(MODEL, CALL, deadline=60).finish == "STOP"
    assert time.slept == [1.0, 2.0, 4.0]


def test_pauses_differ_by_chance(vertex_server: VertexServer, time: Time) -> None:
    vertex_server.script([{"kind": "a", "items": []}])
    vertex_server.faults.add(Fault(status=429, times=2))
    chances = iter([0.0, 1.0])
    gemini = Gemini(
        "p",
        "global",
        endpoint=vertex_server.url,
        sleep=time.sleep,
        clock=time.clock,
        chance=lambda: next(chances),
    )
    gemini.ask(MODEL, CALL, deadline=60)
    assert time.slept == [0.5, 3.0]


@pytest.mark.parametrize("as_date", [False, True])
def test_the_service_says_how_long_to_wait(
    gemini: Gemini, vertex_server: VertexServer, time: Time, as_date: bool
) -> None:
    vertex_server.script([{"kind": "a", "items": []}])
    wait = format_datetime(datetime.now(UTC) + timedelta(seconds=17), usegmt=True) if as_date else "17"
    vertex_server.faults.add(Fault(status=429, headers={"Retry-After": wait}))
    gemini.ask(MODEL, CALL, deadline=60)
    assert 15 <= time.slept[0] <= 17


def test_one_deadline_holds_for_all_tries(gemini: Gemini, vertex_server: VertexServer, time: Time) -> None:
    vertex_server.faults.add(Fault(status=503, times=1000, message="overloaded"))
    with pytest.raises(TransientError, match=r"503, overloaded. It was asked for 20 seconds"):
        gemini.ask(MODEL, CALL, deadline=20)
    assert time.now < 20
    assert len(vertex_server.requests) == 5


def test_a_wait_beyond_the_deadline_is_not_begun(
    gemini: Gemini, vertex_server: VertexServer, time: Time
) -> None:
    vertex_server.faults.add(Fault(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(TransientError):
        gemini.ask(MODEL, CALL, deadline=60)
    assert time.slept == []


def test_a_lost_or_torn_answer_is_asked_for_again(gemini: Gemini, vertex_server: VertexServer) -> None:
    vertex_server.script(lambda _: {"kind": "a", "items": []})
    vertex_server.faults.add(Fault(lose_reply=True))
    vertex_server.faults.add(Fault(spoil=lambda body: body[:20]))
    assert gemini.ask(MODEL, CALL, deadline=60).finish == "STOP"
    assert len(vertex_server.requests) == 3


def test_a_model_that_is_gone_is_an_error_of_its_own(gemini: Gemini, vertex_server: VertexServer) -> None:
    vertex_server.retire(MODEL)
    with pytest.raises(ModelGoneError, match=r"gemini-3.5-flash is not there"):
        gemini.ask(MODEL, CALL, deadline=30)
    with pytest.raises(ModelGoneError):
        gemini.count(MODEL, CALL)


def test_who_may_not_ask_hears_which_role_is_missing(
    gemini: Gemini, vertex_server: VertexServer, time: Time
) -> None:
    vertex_server.faults.add(Fault(status=403, reason="PERMISSION_DENIED"))
    with pytest.raises(ModelError, match=r"roles/aiplatform.user"):
        gemini.ask(MODEL, CALL, deadline=30)
    vertex_server.faults.add(Fault(status=401, reason="UNAUTHENTICATED"))
    with pytest.raises(ModelError, match=r"application-default login"):
        gemini.ask(MODEL, CALL, deadline=30)
    assert time.slept == []


def test_a_setting_that_the_model_does_not_take_is_left_out(
    gemini: Gemini, vertex_server: VertexServer
) -> None:
    vertex_server.script([{"kind": "a", "items": []}])
    vertex_server.faults.add(Fault(status=400, reason="INVALID_ARGUMENT", message="no temperature here"))
    assert gemini.ask(MODEL, CALL, deadline=30).finish == "STOP"
    config = vertex_server.asked[0].json["generationConfig"]
    assert "temperature" not in config and "thinkingConfig" not in config


def test_a_faulty_question_is_not_asked_again(
    gemini: Gemini, vertex_server: VertexServer, time: Time
) -> None:
    vertex_server.faults.add(Fault(status=400, reason="INVALID_ARGUMENT", message="no such field", times=9))
    with pytest.raises(ModelError, match=r"no such field"):
        gemini.ask(MODEL, CALL, deadline=30)
    assert len(vertex_server.requests) == 2
    assert time.slept == []


def test_without_a_project_or_with_no_url_it_says_what_to_set() -> None:
    with pytest.raises(UsageError, match=r"PROJECT_ID"):
        Gemini("", "global")
    with pytest.raises(UsageError, match=r"no URL"):
        Gemini("p", "global", endpoint="localhost:80")
