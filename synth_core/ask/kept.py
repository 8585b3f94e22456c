"""Answers as they are kept: `<project>/answers/<hash>.json`, each beside the request that led to it.

The hash is that of everything the model was told and of the model's id: the same question is not paid for twice. What
was of no use lies in `answers/failed`, for inspection only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from synth_core.errors import ConflictError
from synth_core.model.base import Frozen
from synth_core.ports import ModelCall, ModelReply, ObjectStore

FOLDER = "answers"
_TRIES = 1000


class Kept(Frozen):
    """One request and its reply."""

    question: str
    version: str
    model: str
    asked_at: datetime
    request: ModelCall
    reply: ModelReply | None = None
    problem: str = ""
    """Why the reply was of no use."""


class Answers:
    """The answers of one project. Without a store they are kept in memory alone."""

    def __init__(self, store: ObjectStore | None, project: str, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._folder = f"{project}/{FOLDER}"
        self._clock = clock
        self._memory: dict[str, Kept] = {}

    def find(self, model: str, call: ModelCall) -> ModelReply | None:
        """An earlier answer to exactly this."""
        name = key(model, call)
        if name not in self._memory and self._store is not None:
            try:
                data, _ = self._store.get(f"{self._folder}/{name}.json")
                self._memory[name] = Kept.model_validate_json(data)
            except (FileNotFoundError, ValidationError):
                # One that was edited until it can't be read is asked for again.
                return None
        kept = self._memory.get(name)
        return kept.reply if kept and kept.model == model and kept.request == call else None

    def keep(
        self,
        question: str,
        version: str,
        model: str,
        call: ModelCall,
        reply: ModelReply | None,
        problem: str = "",
    ) -> None:
        """Write a request with its reply down; one with a problem is not found again."""
        name = key(model, call)
        kept = Kept(
            question=question,
            version=version,
            model=model,
            asked_at=self._clock(),
            request=call,
            reply=reply,
            problem=problem,
        )
        data = (kept.model_dump_json(indent=1) + "\n").encode()
        if not problem:
            self._memory[name] = kept
        if self._store is None:
            return
        if not problem:
            self._store.put(f"{self._folder}/{name}.json", data)
            return
        for number in range(1, _TRIES):
            try:
                self._store.put(f"{self._folder}/failed/{name}-{number}.json", data, if_generation=0)
            except ConflictError:
                continue
            return


def key(model: str, call: ModelCall) -> str:
    """The hash of a question to a model."""
    told: dict[str, Any] = {"model": model, "call": call.model_dump(mode="json")}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]
