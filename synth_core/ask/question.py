"""Questions as files: front matter that says what goes in and comes out, and a text that is rendered with the input.

`prompts/<id>.md` begins with YAML between two lines `---`. Below it stands what the model is told about its task, and
behind a line `===` the question itself. `<< … >>` is filled in, `<% … %>` are blocks; `${{ … }}` is a recipe's and
stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field, ValidationError

from synth_core.ask.shown import Ours, Shown
from synth_core.errors import PromptError
from synth_core.model.base import Frozen
from synth_core.ports import ThinkingLevel

_FENCE = "---"
_SPLIT = "\n===\n"
_SHIPPED = Path(__file__).parent / "prompts"
"""Where a wheel has them; see setup.py."""
_CHECKOUT = Path(__file__).parents[2] / "prompts"


class QuestionSettings(Frozen):
    """How the model is asked."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    """None: the model's own; newer models take no other."""
    max_output_tokens: int = Field(default=4096, ge=1)
    """Those for thinking included."""
    thinking_level: ThinkingLevel | None = None
    """None: as the model likes."""
    deadline_seconds: float = Field(default=120.0, gt=0)
    """For the answer, all tries together."""


class Question(Frozen):
    """One prompt file."""

    id: str
    version: str
    title: str
    inputs: tuple[str, ...]
    """What its text is filled with: exactly these."""
    answer: str
    """The class in `ask.answers`."""
    settings: QuestionSettings = QuestionSettings()
    system: str
    """The task."""
    text: str

    def render(self, inputs: Mapping[str, Shown | Ours]) -> Rendered:
        """The text with its inputs. Raises PromptError when one is missing, or not of those that the file names."""
        for name in self.inputs:
            if name not in inputs:
                raise PromptError(f"prompts/{self.id}.md: the input {name!r} is missing.")
        if unknown := sorted(set(inputs) - set(self.inputs)):
            raise PromptError(
                f"prompts/{self.id}.md has no input {', '.join(map(repr, unknown))}.",
                hint=f"It has {', '.join(self.inputs) or 'none'}.",
            )
        texts = {name: each.text() for name, each in inputs.items()}
        return Rendered(system=self._filled(self.system, texts), prompt=self._filled(self.text, texts))

    def _filled(self, template: str, texts: Mapping[str, str]) -> str:
        try:
            return environment().from_string(template).render(texts).strip() + "\n"
        except UndefinedError as error:
            raise PromptError(
                f"prompts/{self.id}.md: {error.message}.", hint="Name each input in the front matter."
            ) from None
        except TemplateError as error:
            raise PromptError(f"prompts/{self.id}.md can't be rendered: {error}.") from None


class Rendered(Frozen):
    """What the model is told."""

    system: str
    prompt: str


@lru_cache
def folder() -> Path:
    """Where the prompts lie: in the checkout, else where the wheel has put them. Raises PromptError."""
    for place in (_CHECKOUT, _SHIPPED):
        if any(place.glob("*.md")):
            return place
    raise PromptError(
        f"There are no prompts in {_CHECKOUT} or {_SHIPPED}.", hint="Install synth-studio again."
    )


@lru_cache
def questions() -> dict[str, Question]:
    """All questions by id. Raises PromptError naming the file that is faulty."""
    found = [read(path) for path in sorted(folder().glob("*.md"))]
    return {each.id: each for each in found}


def question(name: str) -> Question:
    """The question of that id. Raises PromptError when there is none."""
    try:
        return questions()[name]
    except KeyError:
        raise PromptError(f"There is no prompt {name!r} in {folder()}.") from None


def read(path: Path) -> Question:
    """One prompt file. Raises PromptError."""
    return parse(shipped_text(path), str(path), path.stem)


def shipped_text(path: Path) -> str:
    """The text of a prompt file. Raises PromptError."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path} can't be read: {error}.") from None


def parse(text: str, where: str, name: str) -> Question:
    """The question of that id, from its text. Raises PromptError."""
    head, sign, body = text.removeprefix(f"{_FENCE}\n").partition(f"\n{_FENCE}\n")
    system, split, prompt = body.partition(_SPLIT)
    if not text.startswith(f"{_FENCE}\n") or not sign or not split:
        raise PromptError(
            f"{where} is no prompt: it needs front matter between two lines `---`, and `===` between task and question."
        )
    try:
        front = yaml.safe_load(head)
        made = Question.model_validate(
            {**front, "system": system.strip(), "text": prompt.strip()}, strict=False
        )
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise PromptError(f"{where}: its front matter is faulty: {error}") from None
    if made.id != name:
        raise PromptError(f"{where}: its id is {made.id!r}, which is not the file's name.")
    return made


@lru_cache
def environment() -> ImmutableSandboxedEnvironment:
    """What renders prompts: only `<< … >>` and `<% … %>` are read, and nothing behind a value can be reached."""
    undefined: type[Undefined] = StrictUndefined
    return ImmutableSandboxedEnvironment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=undefined,
        autoescape=False,
    )
