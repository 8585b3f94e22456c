"""Which function of the api each kind of job calls, with which arguments, and what of its answer is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field as PydanticField
from pydantic import JsonValue, ValidationError

from synth_core import api
from synth_core.ask.accounts import Account, Estimate
from synth_core.errors import UsageError
from synth_core.execution.state import Manifest
from synth_core.history.stored import StoredProject
from synth_core.jobs.record import MOST_FINDINGS, Job, JobKind
from synth_core.jobs.reporter import Reporter
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.findings import Finding
from synth_core.model.plan import MAX_SEED
from synth_core.settings import DEFAULT_SEED

Result = Mapping[str, JsonValue]
MOST_ROWS = 10_000
"""Rows a table of a preview: it is looked at, and kept."""


class InferArguments(Frozen):
    """See `api.infer`."""

    note: str = ""
    model: str | None = None
    sample_rows: int | None = PydanticField(default=None, ge=100)
    max_bytes_billed: int | None = PydanticField(default=None, ge=1)


class AskArguments(Frozen):
    """See `api.ask`."""

    tables: tuple[str, ...] = ()
    model: str | None = "gemini"


class DraftArguments(Frozen):
    """See `api.draft`."""

    note: str = ""
    model: str | None = None


class RedraftArguments(Frozen):
    """See `api.keep_redraft`."""

    table: str
    column: str = ""
    remark: str = ""
    model: str | None = None


class PreviewArguments(Frozen):
    """See `api.preview`."""

    rows: int = PydanticField(default=20, ge=1, le=MOST_ROWS)
    seed: int = PydanticField(default=DEFAULT_SEED, ge=0, le=MAX_SEED)


class RunArguments(Frozen):
    """See `api.run`."""

    audit_table: str | None = None


class ResumeArguments(Frozen):
    """See `api.resume`."""

    run_id: str


@dataclass(frozen=True)
class _Kind:
    """One kind of job."""

    arguments: type[Frozen]
    do: Callable[[Job, dict[str, Any], Reporter, Path], Result]
    """Gets the arguments, checked once more."""


def kind_of(word: str) -> JobKind:
    """The kind of that name. Raises UsageError."""
    try:
        return JobKind(word)
    except ValueError:
        raise UsageError(f"{word!r} is no kind of job.", hint=f"There are {', '.join(JobKind)}.") from None


def arguments_of(kind: JobKind, given: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The arguments as they are kept: all of them, plain. Raises UsageError for those that can't be."""
    try:
        found = KINDS[kind].arguments.model_validate(dict(given))
    except ValidationError as error:
        raise UsageError(f"A job {kind} can't have these arguments: {explain(error)}.") from None
    return found.model_dump(mode="json")


def do(job: Job, reporter: Reporter, home: Path) -> Result:
    """Do the job in this process."""
    kind = KINDS[job.kind]
    return kind.do(job, kind.arguments.model_validate(job.arguments).model_dump(), reporter, home)


class _Told:
    """What a model is asked, as lines."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def expect(self, estimate: Estimate) -> None:
        """Before."""
        self._reporter.told(f"asking {estimate}")

    def spent(self, account: Account, *, asked: bool) -> None:
        """After."""
        if asked and account.spent:
            self._reporter.told(f"asked {account}")
        elif asked:
            self._reporter.told("no model had a part in this: the rules decided")


def _infer(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    stored, findings = api.infer(
        job.project, talk=_Told(reporter), progress=reporter.told, home=home, **given
    )
    return _saved(stored, findings)


def _ask(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    found, findings = api.ask(job.project, talk=_Told(reporter), progress=reporter.told, home=home, **given)
    return {
        "offers": len(found),
        "findings": [each.model_dump(mode="json") for each in findings[:MOST_FINDINGS]],
    }


def _draft(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    reporter.told("writing the recipe")
    stored, findings = api.draft(job.project, talk=_Told(reporter), home=home, **given)
    return _saved(stored, findings)


def _redraft(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    reporter.told(f"drafting {'.'.join(filter(None, (given['table'], given['column'])))} anew")
    kept = api.keep_redraft(job.project, talk=_Told(reporter), home=home, **given)
    return {"place": kept.place}


def _saved(stored: StoredProject, findings: Sequence[Finding]) -> Result:
    return {
        "version": stored.version,
        "findings": [each.model_dump(mode="json") for each in findings[:MOST_FINDINGS]],
    }


def _preview(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    kept = api.keep_preview(job.project, progress=reporter.told, home=home, **given)
    return {"preview": kept.id}


def _run(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    return _ran(api.run(job.project, started=reporter.run, home=home, **given), reporter, home)


def _resume(job: Job, given: dict[str, Any], reporter: Reporter, home: Path) -> Result:
    run_id = given["run_id"]
    reporter.run(run_id)
    return _ran(api.resume(run_id, home=home), reporter, home)


def _ran(manifest: Manifest, reporter: Reporter, home: Path) -> Result:
    # Whoever opens the report first would have to wait for it.
    reporter.told("measuring the rows for the report")
    api.measure(manifest.run_id, home=home)
    return {"run_id": manifest.run_id, "state": manifest.state.value}


KINDS: Mapping[JobKind, _Kind] = {
    JobKind.INFER: _Kind(InferArguments, _infer),
    JobKind.ASK: _Kind(AskArguments, _ask),
    JobKind.DRAFT: _Kind(DraftArguments, _draft),
    JobKind.REDRAFT: _Kind(RedraftArguments, _redraft),
    JobKind.PREVIEW: _Kind(PreviewArguments, _preview),
    JobKind.RUN: _Kind(RunArguments, _run),
    JobKind.RESUME: _Kind(ResumeArguments, _resume),
}
