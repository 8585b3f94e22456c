"""The prompts of a project: what the model is asked, in the project's own words where it has some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime

from synth_core import wiring
from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.api.judging import Talk, Unheard
from synth_core.api.recipe_text import linter
from synth_core.ask.accounts import PRICES, Account, Estimate, cost
from synth_core.ask.asking import Ask, NoAnswer, call_of, guess
from synth_core.ask.kept import Answers
from synth_core.ask.own import own_question, shipped
from synth_core.ask.question import questions
from synth_core.ask.trying import FILES, file_asks, table_asks
from synth_core.errors import PromptError, UsageError
from synth_core.history.compare import unified
from synth_core.history.stored import StoredProject
from synth_core.model.base import Frozen
from synth_core.model.doubts import FileDoubt
from synth_core.model.findings import Finding
from synth_core.model.project import SourceKind
from synth_core.model.version import Version
from synth_core.ports import ModelCall
from synth_core.settings import Settings
from synth_core.stages.look import look

RULES = "rules"


class PromptState(Frozen):
    """One prompt, as a project has it."""

    id: str
    title: str
    version: str
    """Of the text that is used: `2`, or `2+1f3c9a07` for a text of the project."""
    inputs: tuple[str, ...]
    shipped: str
    """The text that this program ships."""
    shipped_version: str
    own: str | None = None
    """The project's text; None: the shipped one is used."""
    changed_by: str = ""
    changed_at: AwareDatetime | None = None
    problem: str = ""
    """Why the project's text can't be used: it was edited in the folder until it was none."""

    @property
    def text(self) -> str:
        """The text that is used."""
        return self.shipped if self.own is None else self.own

    @property
    def difference(self) -> str:
        """From the shipped text to the project's, as `diff -u` writes it; empty where the project has none."""
        if self.own is None:
            return ""
        return unified(self.shipped, self.own, f"{self.id} (shipped)", f"{self.id} (project)")


class Tried(Frozen):
    """What a prompt asks about one table, and, where it was sent, what came back."""

    request: ModelCall
    requests: int
    """So many of them would be sent about the table; `request` is the first."""
    estimate: Estimate
    """Of that one request."""
    answer: str = ""
    """As JSON; empty: nothing was sent, or nothing came back that is of use."""
    account: Account = Account()
    findings: tuple[Finding, ...] = ()


def prompts(name: str, *, home: Path | None = None) -> list[PromptState]:
    """All prompts, by id, those with a text of the project's own with who wrote it and when."""
    projects = projects_in(home)
    made = projects.prompt_versions(name)
    stored = projects.load(name)
    return [_state(each, stored, made.get(each)) for each in sorted(questions())]


def prompt(name: str, prompt_id: str, *, home: Path | None = None) -> PromptState:
    """One of them. Raises PromptError when there is none of that id."""
    shipped(prompt_id)
    return next(each for each in prompts(name, home=home) if each.id == prompt_id)


def save_prompt(
    name: str,
    prompt_id: str,
    text: str,
    base_version: int | str = "latest",
    *,
    note: str = "",
    home: Path | None = None,
) -> Version:
    """Make a text the project's own of a prompt, written from that of the base version; the version that has it. The
    shipped text itself means that the project has none of its own.

    Raises PromptError where the text can't be used: its inputs and answer are those of the shipped one, and it holds
    nothing but names of inputs to fill in. What the model may see is not the text's to say: that is `exposure`.
    Raises ConflictError when somebody else changed it since.
    """
    own_question(prompt_id, text)
    if text == shipped(prompt_id):
        return reset_prompt(name, prompt_id, base_version, note=note, home=home)
    note = note or f"prompt {prompt_id}"
    return projects_in(home).save_prompt(name, prompt_id, text, base_version, note=note)


def reset_prompt(
    name: str,
    prompt_id: str,
    base_version: int | str = "latest",
    *,
    note: str = "",
    home: Path | None = None,
) -> Version:
    """Take the shipped text of a prompt again; the version without one of the project's own."""
    shipped(prompt_id)
    note = note or f"prompt {prompt_id} as it is shipped"
    return projects_in(home).save_prompt(name, prompt_id, None, base_version, note=note)


def try_prompt(
    name: str,
    prompt_id: str,
    text: str,
    table: str,
    *,
    send: bool = False,
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
) -> Tried:
    """What a text of a prompt would ask about a table, and what that would cost; with `send` also the answer, which
    changes nothing. Parts of the request that only come up during the work are samples: a remark, a faulty field.

    Raises PromptError for an unfit text, UsageError where the prompt asks nothing about the table, or where it is to be
    sent and rules alone are configured.
    """
    stored, settings = projects_in(home).load(name), settings_for(home, model=model)
    asked = own_question(prompt_id, text)
    if table not in {each.name for each in stored.project.tables}:
        raise UsageError(f"{name} has no table {table!r}.")
    asks = _asks(prompt_id, stored, table, settings)
    request = call_of(asked, asks[0])
    if not send:
        return Tried(request=request, requests=len(asks), estimate=_estimate(request, settings))
    if settings.model == RULES:
        raise UsageError("Rules answer no prompts.", hint='Set `model = "gemini"` in the configuration.')
    return _sent(name, {**stored.prompts, prompt_id: text}, asks, request, settings, talk or Unheard())


def _sent(
    name: str,
    texts: dict[str, str],
    asks: Sequence[Ask[Any]],
    request: ModelCall,
    settings: Settings,
    talk: Talk,
) -> Tried:
    answers = Answers(store_of(settings), name, clock=lambda: datetime.now(UTC))
    asker = wiring.asker_of(
        settings, wiring.open_language_model(settings), answers, announce=talk.expect, prompts=texts
    )
    estimate = asker.expect(asks[:1]) or _estimate(request, settings)
    answer = ""
    try:
        answer = asker.ask(asks[0]).model_dump_json(indent=1)
    except NoAnswer as error:
        asker.note(error.finding)
    talk.spent(asker.account, asked=True)
    return Tried(
        request=request,
        requests=len(asks),
        estimate=estimate,
        answer=answer,
        account=asker.account,
        findings=tuple(asker.findings),
    )


def _state(prompt_id: str, stored: StoredProject, made: Version | None) -> PromptState:
    ours, own = questions()[prompt_id], stored.prompts.get(prompt_id)
    used, problem = ours, ""
    try:
        used = ours if own is None else own_question(prompt_id, own)
    except PromptError as error:
        problem = str(error)
    return PromptState(
        id=prompt_id,
        title=used.title,
        version=used.version,
        inputs=ours.inputs,
        shipped=shipped(prompt_id),
        shipped_version=ours.version,
        own=own,
        changed_by=made.author if made else "",
        changed_at=made.time if made else None,
        problem=problem,
    )


def _asks(prompt_id: str, stored: StoredProject, table: str, settings: Settings) -> list[Ask[Any]]:
    project = stored.project
    if prompt_id in FILES:
        return file_asks(prompt_id, project, _doubt(stored, table, settings))
    found = linter(stored)(stored.recipe) if prompt_id == "explanation" and stored.recipe else ()
    return table_asks(prompt_id, project, stored.facts(), table, recipe=stored.recipe or "", found=found)


def _doubt(stored: StoredProject, table: str, settings: Settings) -> FileDoubt | None:
    """What is open about the first file of a table; None where nothing is."""
    source = stored.project.table(table).source
    if source.kind is not SourceKind.DELIMITED or not source.files:
        raise UsageError(f"{table} is read from no text file.", hint="Try it on a table that is.")
    check_sources(settings, source.files[:1])
    doubts: list[FileDoubt] = []
    look(source.files[0], buckets_for(settings), judge=doubts.append)
    return doubts[0] if doubts else None


def _estimate(request: ModelCall, settings: Settings) -> Estimate:
    """Without asking the service."""
    model = settings.models[0]
    tokens = guess(request)
    return Estimate(
        model=model,
        questions=1,
        prompt_tokens=tokens,
        answer_tokens=request.max_output_tokens,
        dollars=cost({**PRICES, **settings.model_prices}, model, tokens, request.max_output_tokens),
        counted=False,
    )
