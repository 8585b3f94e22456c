"""From a source to a project with everything inferred, and the facts behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synth_core.model.base import Frozen
from synth_core.model.findings import Finding
from synth_core.model.measured import TableFacts
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.model.sources import split_sources
from synth_core.ports import Model, Warehouse
from synth_core.stages.gather import Buckets, gather, read_again
from synth_core.stages.gather.costs import SAMPLE_ROWS
from synth_core.stages.gather.gather import Progress
from synth_core.stages.gather.reading import columns_changed
from synth_core.stages.gather.warehouses import Warehouses
from synth_core.stages.infer.as_read import as_read
from synth_core.stages.infer.consult import consult
from synth_core.stages.infer.keep import keep_human, keep_links, known_links
from synth_core.stages.infer.renamed import renamed
from synth_core.stages.infer.whole import measure_all, said_once, with_rows
from synth_core.stages.lint.unfit import unfit_names
from synth_core.stages.profile import of_all_rows, profile
from synth_core.stages.relate import align, relate
from synth_core.stages.workbench import Workbench


class InferredProject(Frozen):
    """A project with all proposals, its facts, and what was noticed on the way."""

    project: Project
    profile: Profile
    findings: tuple[Finding, ...] = ()
    renamed: Mapping[str, str] = {}
    """Tables that are called otherwise now, with their new names."""


def infer(
    bench: Workbench,
    project: Project,
    open_warehouse: Callable[[str], Warehouse],
    *,
    warehouse_rows: int = SAMPLE_ROWS,
    max_bytes: int | None = None,
    buckets: Buckets | None = None,
    model: Model | None = None,
    progress: Progress = lambda message: None,
) -> InferredProject:
    """Read the project's source onto the bench and infer everything about it. What a person decided is kept. A model is
    asked about what measurement leaves open; `buckets` says how files in Cloud Storage are read.

    Of a warehouse's table that is not read whole, about `warehouse_rows` rows are read, and its warehouse is asked once
    about all of them. Raises SourceError, before anything is billed, where that is more than `max_bytes` altogether.
    """
    with Warehouses(open_warehouse) as opened:
        return _infer(bench, project, opened, warehouse_rows, max_bytes, buckets, model, progress)


def _infer(
    bench: Workbench,
    project: Project,
    warehouses: Warehouses,
    warehouse_rows: int,
    max_bytes: int | None,
    buckets: Buckets | None,
    model: Model | None,
    progress: Progress,
) -> InferredProject:
    gathered = gather(
        bench,
        split_sources(project.source),
        warehouses,
        only=project.only,
        before={table.name: table for table in project.tables},
        warehouse_rows=warehouse_rows,
        max_bytes=max_bytes,
        buckets=buckets,
        judge=model.structure if model else None,
        progress=progress,
    )
    project = renamed(project, gathered.renamed)
    before = {table.name: table for table in project.tables}
    loaded = {each.table.name: bench.rows(each.table.name) for each in gathered.tables}
    hidden = {each.table.name: each.hidden for each in gathered.tables}
    partial = [each.table.name for each in gathered.tables if not each.is_whole]
    tables = [keep_human(before.get(each.table.name), each.table) for each in gathered.tables]
    declared = {each.table.name: each.declared for each in gathered.tables if each.declared is not None}
    for old, new in zip(gathered.tables, tables, strict=True):
        if columns_changed(old.table.columns, new.columns):
            read_again(bench, new)
    progress("looking for keys and links")
    related = relate(bench.con, tables, declared=declared)
    whole: dict[str, TableFacts] = {}
    notes: list[Finding] = []
    if partial:
        guess = project.model_copy(
            update={
                "tables": tuple(keep_human(before.get(table.name), table) for table in related.tables),
                "links": known_links(keep_links(project.links, related.links), related.tables)[0],
            }
        )
        whole, notes = measure_all(warehouses, guess, related, loaded, partial, hidden, progress)
        tables = list(with_rows(tables, whole))
        related = relate(bench.con, tables, declared=declared, facts=whole)
    links, gone = known_links(keep_links(project.links, related.links), related.tables)
    # A person's links, too, need one type on both sides; a type that a person chose comes before that.
    aligned = align([keep_human(before.get(table.name), table) for table in related.tables], links)
    final = tuple(keep_human(before.get(table.name), table) for table in aligned)
    for table, typed in zip(tables, final, strict=True):
        if columns_changed(table.columns, typed.columns):
            read_again(bench, typed)
    result = project.model_copy(update={"tables": final, "links": links})
    progress("measuring")
    facts = of_all_rows(profile(bench.con, result), result, whole, loaded, hidden)
    unfit = [finding for table in final for finding in unfit_names(table)]
    said: tuple[Finding, ...] = ()
    if model is not None:
        progress("asking about what is open")
        consulted = consult(bench, result, facts, related.doubts, model)
        result, said = consulted.project, consulted.findings
        if consulted.changed:
            progress("measuring again")
            facts = of_all_rows(profile(bench.con, result), result, whole, loaded, hidden)
    facts = facts.model_copy(update={"read": tuple(as_read(gathered.tables, result))})
    findings = (*said_once(gathered.findings, notes), *notes, *related.findings, *gone, *unfit, *said)
    return InferredProject(project=result, profile=facts, findings=findings, renamed=gathered.renamed)
