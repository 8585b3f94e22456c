"""A language model that is a Python file: for tests of prompts, and where there is no other.

The file defines `answer(request, truth)`. `request` has `question` (the prompt's id), `data` (what stands between the
fences of the prompt, parsed), `system`, `prompt` and `schema` (the JSON schema of the answer). `truth` is what is true
of the database in question, or None. It returns the answer as an object or as text.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from synth_core.errors import ModelError, UsageError
from synth_core.ports import ModelCall, ModelReply

_A_TOKEN = 4
"""Characters."""


class ScriptedModel:
    """Implements `LanguageModel`. The file is executed: it is as trusted as whoever names it."""

    at_once = 1

    def __init__(self, file: Path) -> None:
        """Raises UsageError where the file is unfit."""
        if not file.is_file():
            raise UsageError(f"{file}: there is no such script.")
        try:
            found = runpy.run_path(str(file)).get("answer")
        except Exception as error:
            raise UsageError(f"{file} can't be run: {type(error).__name__}: {error}.") from error
        if not callable(found):
            raise UsageError(f"{file} defines no function `answer(request, truth)`.")
        self._answer: Callable[[dict[str, Any], Any], Any] = found
        self._file = file
        self.truth: Any = None

    def ask(self, model: str, call: ModelCall, *, deadline: float) -> ModelReply:
        """What the script says."""
        request = {
            "question": call.question,
            "data": fenced(call.prompt),
            "system": call.system,
            "prompt": call.prompt,
            "schema": call.answer,
        }
        try:
            said = self._answer(request, self.truth)
        except Exception as error:
            raise ModelError(f"{self._file} failed: {type(error).__name__}: {error}.") from error
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        return ModelReply(
            model=model,
            text=text,
            finish="STOP",
            prompt_tokens=self.count(model, call),
            answer_tokens=-(-len(text) // _A_TOKEN),
        )

    def count(self, model: str, call: ModelCall) -> int:
        """Four characters a token."""
        return -(-(len(call.system) + len(call.prompt)) // _A_TOKEN)


def fenced(prompt: str) -> list[Any]:
    """The data of a prompt, in its order."""
    parts = prompt.split("<data>\n")[1:]
    return [json.loads(part.partition("\n</data>")[0]) for part in parts]
