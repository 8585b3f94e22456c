"""Vertex AI as far as we ask it: `generateContent` and `countTokens` of Google's models, answered by a script.

A script is a callable that gets the request's JSON and returns an answer, or a list of answers that are used up one by
one. An answer is an object (sent as JSON text), a text, or one of the replies that are made below.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from servers.faults import Fault, Request
from servers.loopback import Loopback, Reply

_PATH = re.compile(
    r"/(?:v1|v1beta1)/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
    r"/publishers/google/models/(?P<model>[^/:]+):(?P<method>generateContent|countTokens)"
)
PER_TOKEN = 4
"""Characters that make a token here."""


@dataclass
class Said:
    """What the model says, and why it stopped; `text` None: no candidate at all."""

    text: str | None
    finish: str = "STOP"
    block: str = ""
    """Why the prompt was refused."""
    thoughts: int = 0


def cut_off(answer: Any) -> Said:
    """As much as fitted: half of the text, and the reason that says so."""
    text = _text(answer)
    return Said(text[: len(text) // 2], "MAX_TOKENS")


def refused(reason: str = "SAFETY") -> Said:
    """The answer was stopped: SAFETY, RECITATION, PROHIBITED_CONTENT, …"""
    return Said("", reason)


def blocked(reason: str = "PROHIBITED_CONTENT") -> Said:
    """The prompt was not even answered."""
    return Said(None, block=reason)


def empty() -> Said:
    """No candidates, and no reason."""
    return Said(None)


def broken(answer: Any) -> Said:
    """Half of the JSON, although the model says that it was done."""
    text = _text(answer)
    return Said(text[: len(text) // 2])


Script = Callable[[dict[str, Any]], Any] | Sequence[Any]


@dataclass
class Asked:
    """One question as it came in, and the tokens that were counted for it."""

    model: str
    json: dict[str, Any]
    prompt_tokens: int
    answer_tokens: int = 0
    thought_tokens: int = 0

    @property
    def prompt(self) -> str:
        """All that the model was told, as one text."""
        return prompt_of(self.json)


def prompt_of(body: dict[str, Any]) -> str:
    """All texts of a request: the system's, then the user's."""
    contents = [body.get("systemInstruction") or {}, *body.get("contents", [])]
    return "\n".join(part.get("text", "") for content in contents for part in content.get("parts", []))


@dataclass
class _State:
    script: Script = ()
    gone: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)


class VertexServer(Loopback):
    """`url` is what a client takes as its endpoint."""

    def __init__(self, script: Script = ()) -> None:
        self._state = _State(script=script)
        super().__init__()

    def script(self, script: Script) -> None:
        """How questions are answered from now on."""
        self._state.script = script if callable(script) else list(script)

    def retire(self, *models: str) -> None:
        """These models are gone: 404."""
        self._state.gone.update(models)

    @property
    def asked(self) -> list[Asked]:
        """The questions that reached a model, in order."""
        return self._state.asked

    @property
    def counted(self) -> list[Request]:
        """The requests that only asked how many tokens there are."""
        return [each for each in self.requests if each.path.endswith(":countTokens")]

    def error(self, status: int, reason: str, message: str) -> Reply:
        """Vertex names errors by the names of gRPC's codes."""
        return Reply(status, {"error": {"code": status, "message": message, "status": reason}})

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        found = _PATH.fullmatch(request.path)
        if not found or request.method != "POST":
            return self.error(404, "NOT_FOUND", f"no such method: {request.method} {request.path}")
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return self.error(
                401, "UNAUTHENTICATED", "Request is missing required authentication credential."
            )
        if found["model"] in self._state.gone:
            return self.error(
                404, "NOT_FOUND", f"Publisher Model `{found['model']}` was not found or is retired."
            )
        body = request.json or {}
        if wrong := _faulty(body):
            return self.error(400, "INVALID_ARGUMENT", wrong)
        tokens = tokens_in(prompt_of(body))
        if found["method"] == "countTokens":
            return Reply(json={"totalTokens": tokens, "totalBillableCharacters": len(prompt_of(body))})
        said = self._said(body)
        asked = Asked(found["model"], body, tokens, tokens_in(said.text or ""), said.thoughts)
        self._state.asked.append(asked)
        return Reply(json=_response(said, asked))

    def _said(self, body: dict[str, Any]) -> Said:
        script = self._state.script
        if callable(script):
            answer = script(body)
        elif script:
            answer = script.pop(0)  # type: ignore[attr-defined]
        else:
            raise AssertionError(f"nobody said how to answer this:\n{prompt_of(body)}")
        return answer if isinstance(answer, Said) else Said(_text(answer))


def tokens_in(text: str) -> int:
    """How many tokens a text has here."""
    return math.ceil(len(text) / PER_TOKEN)


def _text(answer: Any) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _faulty(body: dict[str, Any]) -> str:
    """What Vertex would not take."""
    if not body.get("contents"):
        return "contents is not specified"
    config = body.get("generationConfig") or {}
    schema = config.get("responseSchema")
    if schema is not None and config.get("responseMimeType") != "application/json":
        return "response_schema needs response_mime_type application/json"
    for each in _schemas(schema):
        if "$ref" in each or "const" in each:
            return f"Unknown name in response_schema: {sorted(each)}"
        if "enum" in each and (not each["enum"] or len(set(each["enum"])) < len(each["enum"])):
            return "enum: must not be empty, and no value may come twice"
    return ""


def _schemas(schema: Any) -> list[dict[str, Any]]:
    if not isinstance(schema, dict):
        return []
    inner = [*(schema.get("properties") or {}).values(), schema.get("items")]
    return [schema, *(found for each in inner for found in _schemas(each))]


def _response(said: Said, asked: Asked) -> dict[str, Any]:
    usage = {
        "promptTokenCount": asked.prompt_tokens,
        "totalTokenCount": asked.prompt_tokens + asked.answer_tokens + asked.thought_tokens,
    }
    if asked.answer_tokens:
        usage["candidatesTokenCount"] = asked.answer_tokens
    if asked.thought_tokens:
        usage["thoughtsTokenCount"] = asked.thought_tokens
    response: dict[str, Any] = {"usageMetadata": usage, "modelVersion": asked.model, "responseId": "r-1"}
    if said.block:
        response["promptFeedback"] = {"blockReason": said.block}
    elif said.text is not None:
        candidate: dict[str, Any] = {"finishReason": said.finish}
        if said.text:
            candidate["content"] = {"role": "model", "parts": [{"text": said.text}]}
        response["candidates"] = [candidate]
    return response
