"""All prompts against databases with other names: infer by rules and with a model, and count what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from synth_core.ask.accounts import Account, joined
from synth_core.ask.recipe import Drafted
from synth_core.errors import SourceError, UsageError
from synth_core.evaluate.score import (
    Tally,
    count_columns,
    count_explanation,
    count_files,
    count_links,
    count_recipe,
)
from synth_core.evaluate.truth import LabelledFile, Truth, databases, files, renamed
from synth_core.files.scratch import ScratchFolder
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding
from synth_core.model.project import Project, Target
from synth_core.ports import Model, Warehouse
from synth_core.stages.infer import InferredProject, infer
from synth_core.stages.sniff import sniff
from synth_core.stages.workbench import Workbench


class Judging(Model, Protocol):
    """A model that keeps an account of what it was asked."""

    @property
    def account(self) -> Account:
        """What was asked so far."""
        ...

    @property
    def drafted(self) -> Drafted | None:
        """The latest draft."""
        ...


class Scored(Frozen):
    """One measure of one question."""

    question: str
    measure: str
    cases: int
    rules: float
    model: float


class Report(Frozen):
    """All measures, what the questions cost, and what went wrong."""

    scores: tuple[Scored, ...]
    account: Account
    findings: tuple[Finding, ...] = ()
    unread: int = 0
    """Files that nobody could read, with the model or without."""


@dataclass
class _Both:
    rules: Tally
    model: Tally


MakeModel = Callable[[Truth | None], Judging]
Progress = Callable[[str], None]


def evaluate(data: Path, make_model: MakeModel, *, progress: Progress = lambda text: None) -> Report:
    """Run every question. `make_model` gets the truth of the database, for a scripted model to know; a real one does
    not look at it. Raises UsageError where there is nothing to evaluate on."""
    found, sets = databases(data), files(data)
    if not found and not sets:
        raise UsageError(
            f"{data} holds neither databases nor files with a labels.json.",
            hint="`synth eval-prompts` in docs/commands.md says how they lie.",
        )
    both = _Both(Tally(), Tally())
    accounts: list[Account] = []
    findings: list[Finding] = []
    with ScratchFolder("evaluate") as folder:
        for database in found:
            progress(f"asking about {database.name}")
            truth = renamed(database, folder / database.name)
            model = make_model(truth)
            by_rules, by_model = _inferred(truth, None), _inferred(truth, model)
            for tally, result in ((both.rules, by_rules), (both.model, by_model)):
                count_columns(tally, truth, result.project)
                count_links(tally, truth, result.project)
            text, _ = model.draft(by_model.project, by_model.profile)
            count_recipe(both.rules, both.model, by_model, text, model.drafted)
            count_explanation(both.rules, both.model, by_model, text, model)
            accounts.append(model.account)
            findings += model.findings()
    unread = _files(both, sets, make_model, accounts, findings, progress)
    return Report(
        scores=tuple(_scores(both)), account=joined(accounts), findings=tuple(findings), unread=unread
    )


def _inferred(truth: Truth, model: Model | None) -> InferredProject:
    project = Project(name=truth.name, source=truth.folder, target=Target(uri=f"{truth.folder}-out"))
    with Workbench() as bench:
        return infer(bench, project, _no_warehouse, model=model)


def _no_warehouse(uri: str) -> Warehouse:
    raise UsageError(f"{uri} is no folder.")


def _files(
    both: _Both,
    sets: dict[str, list[LabelledFile]],
    make_model: MakeModel,
    accounts: list[Account],
    findings: list[Finding],
    progress: Progress,
) -> int:
    if not sets:
        return 0
    model = make_model(None)
    unread = 0
    for name, labelled in sets.items():
        progress(f"asking about the files of {name}")
        for file in labelled:
            try:
                measured, judged = sniff(Path(file.path)), sniff(Path(file.path), judge=model.structure)
            except SourceError:
                unread += 1
                continue
            count_files(both.rules, file, measured.dialect.value)
            count_files(both.model, file, judged.dialect.value)
    accounts.append(model.account)
    findings += model.findings()
    return unread


def _scores(both: _Both) -> list[Scored]:
    rules, model = both.rules.measures(), both.model.measures()
    return [
        Scored(
            question=question,
            measure=measure,
            cases=cases,
            rules=rules[question, measure][1],
            model=model[question, measure][1],
        )
        for (question, measure), (cases, _) in rules.items()
        if cases
    ]
