"""Carries questions to Gemini on Vertex AI and brings back what it said."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from google.genai import types

from synth_core.adapters.gemini.failures import as_error, is_about_the_question, is_ours, is_passing, wait_of
from synth_core.adapters.google.models import model_client
from synth_core.errors import ModelError, TransientError, UsageError
from synth_core.ports import ModelCall, ModelReply

_FIRST_WAIT = 1.0
_LONGEST_WAIT = 32.0
_COUNTING = 20.0
"""Seconds for counting tokens: an estimate is not worth more."""
_SHORTEST_TRY = 1.0
"""With less time than this left another try is not worth beginning."""

T = TypeVar("T")


class Gemini:
    """Implements `LanguageModel`.

    With an endpoint, the URL of a stand-in, nobody signs in. `sleep`, `clock` (seconds) and `chance` (0 to 1) are for
    tests, which do not wait.
    """

    at_once = 4

    def __init__(
        self,
        project: str,
        location: str,
        *,
        endpoint: str = "",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if not project:
            raise UsageError(
                "Gemini needs a Google Cloud project.",
                hint="Set `project` in synth.toml, or PROJECT_ID or GOOGLE_CLOUD_PROJECT in the environment.",
            )
        self._project = project
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._client = model_client(project, location, endpoint)

    def ask(self, model: str, call: ModelCall, *, deadline: float) -> ModelReply:
        """See `LanguageModel.ask`."""
        config = types.GenerateContentConfig(
            system_instruction=call.system,
            temperature=call.temperature,
            max_output_tokens=call.max_output_tokens,
            response_mime_type="application/json",
            response_schema=call.answer,
            thinking_config=types.ThinkingConfig(
                thinking_level=types.ThinkingLevel(call.thinking_level.upper())
            )
            if call.thinking_level
            else None,
        )

        def once(seconds: float) -> types.GenerateContentResponse:
            timed = config.model_copy(update={"http_options": _within(seconds)})
            return self._client.models.generate_content(model=model, contents=call.prompt, config=timed)

        try:
            return _reply(model, self._patiently(once, model, deadline))
        except ModelError as error:
            has_settings = call.temperature is not None or call.thinking_level is not None
            if not (has_settings and is_about_the_question(error)):
                raise
        # Models differ in the settings that they take; without any, each has its own.
        plain = call.model_copy(update={"temperature": None, "thinking_level": None})
        return self.ask(model, plain, deadline=deadline)

    def count(self, model: str, call: ModelCall) -> int:
        """See `LanguageModel.count`."""

        def once(seconds: float) -> types.CountTokensResponse:
            config = types.CountTokensConfig(system_instruction=call.system, http_options=_within(seconds))
            return self._client.models.count_tokens(model=model, contents=call.prompt, config=config)

        return self._patiently(once, model, _COUNTING).total_tokens or 0

    def _patiently(self, once: Callable[[float], T], model: str, deadline: float) -> T:
        """Try until it works or the time is up; each wait is twice as long as the one before, or what the service asks
        for, and a bit longer by chance, so that many who were refused at once do not come back at once."""
        end = self._clock() + deadline
        wait = _FIRST_WAIT
        while True:
            try:
                return once(max(_SHORTEST_TRY, end - self._clock()))
            except Exception as error:
                if not is_ours(error):
                    raise
                if not is_passing(error):
                    raise as_error(error, model, self._project) from error
                pause = max(wait_of(error), wait * (0.5 + self._chance()))
                if self._clock() + pause + _SHORTEST_TRY > end:
                    reason = as_error(error, model, self._project)
                    raise TransientError(
                        f"{reason.message} It was asked for {deadline:.0f} seconds.", hint=reason.hint
                    ) from error
                self._sleep(pause)
                wait = min(_LONGEST_WAIT, 2 * wait)


def _within(seconds: float) -> types.HttpOptions:
    return types.HttpOptions(timeout=max(1, round(1000 * seconds)))


def _reply(model: str, response: types.GenerateContentResponse) -> ModelReply:
    usage = response.usage_metadata
    feedback = response.prompt_feedback
    candidate = response.candidates[0] if response.candidates else None
    parts = (candidate.content.parts if candidate and candidate.content else None) or []
    return ModelReply(
        model=model,
        text="".join(part.text or "" for part in parts if not part.thought),
        finish=_word(candidate.finish_reason) if candidate else "",
        blocked=_word(feedback.block_reason) if feedback else "",
        prompt_tokens=(usage.prompt_token_count if usage else None) or 0,
        answer_tokens=((usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0))
        if usage
        else 0,
    )


def _word(reason: types.FinishReason | types.BlockedReason | None) -> str:
    return reason.value if reason is not None else ""
