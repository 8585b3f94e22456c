"""The prompts of one project: its own texts in place of those that this program ships.

A text of a project fills in what its question is given, and nothing else. What that holds is decided by `ask.exposure`,
whatever the text says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import yaml
from jinja2 import TemplateSyntaxError, nodes

from synth_core.ask.question import Question, environment, folder, parse, questions, shipped_text
from synth_core.ask.shown import BEGIN, END
from synth_core.errors import PromptError
from synth_core.model.prompts import prompt_file

MOST = 60_000
"""Characters of a text."""
MOST_TOKENS = 65_536
MOST_SECONDS = 600
_FILLED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)


def questions_with(texts: Mapping[str, str]) -> dict[str, Question]:
    """All questions; for those that have a text here, that one. Raises PromptError for a text that is unfit."""
    return {**questions(), **{name: own_question(name, text) for name, text in texts.items()}}


def shipped(name: str) -> str:
    """The text that this program ships. Raises PromptError when there is no such prompt."""
    if name not in questions():
        raise PromptError(f"There is no prompt {name!r}.", hint=f"There are {', '.join(questions())}.")
    return shipped_text(folder() / f"{name}.md")


def own_question(name: str, text: str) -> Question:
    """A project's own text of a prompt. Its version names the text, too, so that an audit tells it from the shipped.

    Raises PromptError for one that is no prompt, asks for other inputs or another answer than its question has, holds
    more than `<< input >>`, leaves an input out, or does not say what stands within the fence around data.
    """
    where = prompt_file(name)
    ours = shipped(name)
    if text == ours:
        return questions()[name]
    if len(text) > MOST:
        raise PromptError(f"{where} has {len(text):,} characters; {MOST:,} are the most.")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise PromptError(f"{where} holds half a character, which is no text.") from None
    text = text.replace("\r\n", "\n")
    _refuse_aliases(text, where)
    made = parse(text, where, name)
    _refuse_other_front(made, questions()[name], where)
    for part in (made.system, made.text):
        _refuse_code(part, made, where)
    for each in made.inputs:
        if not any(_names(part, each) for part in (made.system, made.text)):
            raise PromptError(
                f"{where} does not hold << {each} >>.", hint="Put it where it is to be filled in."
            )
    if BEGIN not in made.system or END not in made.system:
        raise PromptError(
            f"{where}: the task does not say what {BEGIN} and {END} mean.",
            hint="Keep the paragraph that says that what stands between them is data, however it is worded.",
        )
    return made.model_copy(update={"version": f"{made.version}+{hashlib.sha256(data).hexdigest()[:8]}"})


def _refuse_aliases(text: str, where: str) -> None:
    """Raise PromptError for YAML that repeats parts of itself: a few lines of it can stand for gigabytes."""
    head = text.partition("\n---\n")[0]
    try:
        found = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise PromptError(f"{where}: its front matter is faulty: {error}") from None
    if found:
        raise PromptError(f"{where}: its front matter can't hold aliases (`*name`).", hint="Write them out.")


def _refuse_other_front(made: Question, ours: Question, where: str) -> None:
    if set(made.inputs) != set(ours.inputs):
        raise PromptError(
            f"{where}: its inputs are {', '.join(made.inputs) or 'none'}; this question has {', '.join(ours.inputs)}.",
            hint=f"Write `inputs: [{', '.join(ours.inputs)}]`.",
        )
    if made.answer != ours.answer:
        raise PromptError(f"{where}: its answer is {ours.answer}, not {made.answer}.")
    if made.settings.max_output_tokens > MOST_TOKENS or made.settings.deadline_seconds > MOST_SECONDS:
        raise PromptError(
            f"{where}: an answer has at most {MOST_TOKENS:,} tokens and {MOST_SECONDS} seconds.",
            hint="Write smaller numbers under `settings`.",
        )


def _refuse_code(text: str, made: Question, where: str) -> None:
    """Raise PromptError for anything but names of inputs in `<< … >>`."""
    try:
        tree = environment().parse(text)
    except TemplateSyntaxError as error:
        raise PromptError(
            f"{where} can't be read: {error.message}, in line {error.lineno} of the part."
        ) from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _FILLED):
            raise PromptError(
                f"{where} holds more than names of inputs in `<< … >>`.",
                hint="Blocks `<% … %>` can't be used.",
            )
        if isinstance(node, nodes.Name) and node.name not in made.inputs:
            raise PromptError(
                f"{where}: there is no input {node.name!r}.", hint=f"There are {', '.join(made.inputs)}."
            )


def _names(text: str, name: str) -> bool:
    return any(each.name == name for each in environment().parse(text).find_all(nodes.Name))
