"""A person asks a model about a table: what it proposes stands in the store until it is accepted or turned down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from pydantic import ValidationError

from synth_core.api.allowed import check_project
from synth_core.api.configured import buckets_for, settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.api.judging import Judge, Talk
from synth_core.api.reviewing import edit
from synth_core.errors import ConflictError, ProjectError, UsageError
from synth_core.files.shape import safe_name
from synth_core.history.stored import StoredProject
from synth_core.model.findings import Finding
from synth_core.model.project import Project, SourceKind, Table
from synth_core.model.proposals import Offer, Proposals
from synth_core.ports import ObjectStore
from synth_core.settings import Settings
from synth_core.stages.gather.gather import Progress
from synth_core.stages.infer.ask_table import ask_table
from synth_core.stages.reread import reread
from synth_core.stages.review import Reviewed, apply
from synth_core.stages.review.offers import edits_of, offers, typed_as, without
from synth_core.stages.review.state import table_of

_TRIES = 20


def ask(
    name: str,
    tables: Sequence[str] = (),
    *,
    model: str | None = "gemini",
    talk: Talk | None = None,
    home: Path | None = None,
    progress: Progress = lambda message: None,
) -> tuple[tuple[Offer, ...], tuple[Finding, ...]]:
    """Ask a model about tables (all, if none is named), also where measurement is sure: what each column holds, and how
    files are written. Nothing of the project changes. Returns what is proposed and what went wrong; both stay in
    `proposals` until they are decided on. `model` and `talk` are as in `infer`."""
    settings = settings_for(home, model=model)
    stored = projects_in(home).load(name)
    project = stored.project
    check_project(settings, project)
    judge = Judge(settings, name, project.exposure, talk, prompts=stored.prompts)
    if judge.asked is None:
        raise UsageError("Rules have nothing to propose.", hint="Ask with `--model gemini`.")
    if not project.tables:
        raise ProjectError(
            f"{name}: nothing has been inferred yet.", hint=f"Run `synth infer {quote(name)}` first."
        )
    store, found = store_of(settings), list[Offer]()
    for table in [table_of(project, each) for each in tables] or project.tables:
        progress(f"asking about {table.name}")
        answer = ask_table(project, stored.profile, table, judge.asked, buckets_for(settings))
        if not answer.columns and answer.dialect is None:
            # Nothing was answered: what was proposed before stays, and the findings say why.
            continue
        new = Proposals(
            table=table.name,
            model=judge.asked.id,
            asked_by=settings.user,
            asked_at=datetime.now(UTC),
            columns=answer.columns,
            dialect=answer.dialect,
            dialect_evidence=answer.dialect_evidence,
            sure=answer.sure,
            right=answer.right,
        )
        new = _measured(settings, project, table, new)

        def beside(old: Proposals | None, new: Proposals = new) -> Proposals:
            return new if old is None else new.model_copy(update={"turned_down": old.turned_down})

        kept = _replace(store, name, table.name, beside)
        found += offers(project, kept)
    judge.done()
    return tuple(found), judge.model.findings()


def proposals(name: str, *, home: Path | None = None) -> tuple[Proposals, ...]:
    """What a model has said, by table in the project's order."""
    project = projects_in(home).load(name).project
    store = store_of(settings_for(home))
    found = (_kept(store, name, table.name)[0] for table in project.tables)
    return tuple(each for each in found if each is not None)


def offered(name: str, table: str = "", *, home: Path | None = None) -> tuple[Offer, ...]:
    """What a model proposes otherwise than the project says, of one table or of all, until it is decided on."""
    project = projects_in(home).load(name).project
    store = store_of(settings_for(home))
    names = [each.name for each in project.tables if table in ("", each.name)]
    kept = (_kept(store, name, each)[0] for each in names)
    return tuple(offer for each in kept if each is not None for offer in offers(project, each))


def decide(
    name: str, offer: Offer, *, accept: bool, base: int | None = None, home: Path | None = None
) -> StoredProject:
    """Accept an offer, which is an edit like any other, or turn it down for good. Raises ProjectError where it is not
    offered any more, ConflictError as `edit` does."""
    store, stored = store_of(settings_for(home)), projects_in(home).load(name)
    kept, _ = _kept(store, name, offer.table)
    if kept is None:
        raise ProjectError(f"{offer.table}: nothing is proposed of it.", hint="Ask the model again.")
    made = edits_of(stored.project, kept, offer)
    if accept:
        place = f"{offer.table}.{offer.column}" if offer.column else offer.table
        return edit(name, made, base, note=f"{place}: {offer.part} as {kept.model} proposes", home=home)
    _replace(store, name, offer.table, lambda old: without(old or kept, offer))
    return stored


def _measured(settings: Settings, project: Project, table: Table, new: Proposals) -> Proposals:
    """With what the beginning of the file says against the types that are proposed."""
    if table.source.kind is not SourceKind.DELIMITED or table.dialect is None:
        return new
    said = {each.column: each for each in new.columns}
    typed = [offer.column for offer in offers(project, new) if offer.part == "type"]
    edits = [typed_as(table.name, said[name]) for name in typed]
    tried = apply(Reviewed(project=project), edits).project
    seen = reread(tried, tried.table(table.name), table.dialect.value, buckets_for(settings))
    misfits = {name: count for name, count in seen.misfits.items() if name in typed}
    return new.model_copy(update={"misfits": misfits, "looked_at": seen.looked_at})


def _blob(project: str, table: str) -> str:
    return f"{project}/proposals/{safe_name(table)}.json"


def _kept(store: ObjectStore, project: str, table: str) -> tuple[Proposals | None, int]:
    """What is kept, and its generation (0: there is nothing)."""
    try:
        data, generation = store.get(_blob(project, table))
    except FileNotFoundError:
        return None, 0
    try:
        return Proposals.model_validate_json(data), generation
    except ValidationError:
        raise ProjectError(
            f"{_blob(project, table)} can't be read.", hint="Delete it, and ask the model again."
        ) from None


def _replace(
    store: ObjectStore, project: str, table: str, change: Callable[[Proposals | None], Proposals]
) -> Proposals:
    """Write what becomes of the proposals that are there."""
    for _ in range(_TRIES):
        old, generation = _kept(store, project, table)
        new = change(old)
        try:
            store.put(_blob(project, table), new.model_dump_json(indent=1).encode(), if_generation=generation)
        except ConflictError:
            continue
        return new
    raise ConflictError(f"{_blob(project, table)} is written by others all the time.", hint="Try again.")
