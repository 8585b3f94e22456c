"""How a question gets to a language model, and its answer back."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from synth_core.model.base import Frozen

ThinkingLevel = Literal["minimal", "low", "medium", "high"]


class ModelCall(Frozen):
    """One question as a language model gets it."""

    question: str = ""
    """Id of the prompt; the model is not told."""
    system: str
    prompt: str
    answer: dict[str, Any]
    """JSON schema of the answer."""
    temperature: float | None = None
    max_output_tokens: int = 4096
    thinking_level: ThinkingLevel | None = None


class ModelReply(Frozen):
    """What came back, whether it is of use or not."""

    model: str
    """Who answered."""
    text: str = ""
    finish: str = ""
    """Why it stopped, in the service's word: `STOP`, `MAX_TOKENS`, `SAFETY` …; empty where nothing was answered."""
    blocked: str = ""
    """Why the question was refused; empty where it was not."""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    """Those for thinking included."""


class LanguageModel(Protocol):
    """Carries a question to a model by its id and brings back the answer; judges neither."""

    @property
    def at_once(self) -> int:
        """Questions that may be under way at the same time, each asked by a thread of its own."""
        ...

    def ask(self, model: str, call: ModelCall, *, deadline: float) -> ModelReply:
        """Ask, and ask again while the service is busy, for `deadline` seconds at most.

        Raises ModelGoneError when there is no such model, TransientError when the service stayed busy,
        ModelAccessError when the caller may not ask (it names the role), ModelError when the question is refused.
        """
        ...

    def count(self, model: str, call: ModelCall) -> int:
        """Tokens of the question. Raises as `ask` does."""
        ...
