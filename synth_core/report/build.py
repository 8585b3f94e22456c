"""Puts a run's report together from what its parts know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from synth_core.execution.creation import Drafted
from synth_core.execution.facts import RunFacts
from synth_core.execution.state import FileReceipt, Manifest, PieceReceipt, State
from synth_core.model.inferred import Origin
from synth_core.model.places import is_warehouse, table_name
from synth_core.model.plan import ApprovedPlan
from synth_core.model.profile import ColumnProfile, Profile
from synth_core.model.project import Table
from synth_core.model.types import Field
from synth_core.recipe.diff.made import made_by
from synth_core.report import words
from synth_core.report.decided import decisions
from synth_core.report.model import NEAR, Report, ReportedColumn, ReportedTable
from synth_core.stages.bars import bars_of
from synth_core.stages.compare import Likeness, compare
from synth_core.stages.lint import kept_rules
from synth_core.stages.literals import copied_literals
from synth_core.stages.profile import personal_columns
from synth_core.stages.verify import failed

MADE_UP = frozenset({"words", "UUID", "bytes", "point on earth", "sequence", "reference", "JSON"})
"""Generators that take nothing from how a column's own values are spread: comparing those says nothing."""


def build_report(
    approved: ApprovedPlan,
    manifest: Manifest,
    receipts: Mapping[str, PieceReceipt],
    facts: RunFacts,
    *,
    drafted: Drafted,
    output: str,
) -> Report:
    """The report of a run in any state. Raises RecipeError where its recipe can't be read."""
    plan, project = approved.plan, approved.plan.project
    files = {file.table: file for receipt in receipts.values() for file in receipt.files}
    told, counted = decisions(project, kept_rules(project, plan.recipe, plan.recipe_files))
    report = Report(
        run_id=manifest.run_id,
        project=manifest.project,
        version=manifest.version,
        state=manifest.state.value,
        message=manifest.message,
        notes=manifest.notes,
        started_by=manifest.started_by,
        started_at=manifest.started_at,
        ended_at=manifest.ended_at,
        approved_by=approved.approved_by,
        approved_at=approved.approved_at,
        approval_note=approved.note,
        fingerprint=approved.fingerprint,
        recipe_hash=hashlib.sha256(plan.recipe.encode()).hexdigest(),
        seed=plan.seed,
        engine=", ".join(sorted({receipt.engine for receipt in receipts.values()})),
        today=plan.today,
        mode=plan.mode,
        drafted=drafted,
        source=project.source,
        target=project.target.uri,
        output=output,
        tables=tuple(_tables(approved, files, facts)),
        links=tuple(map(str, project.kept_links)),
        checks=manifest.checks,
        literals=copied_literals(project, plan.recipe, facts.source, plan.recipe_files),
        decisions=told,
        counted=counted,
        lacking=facts.lacking,
    )
    return report.model_copy(update={"summary": tuple(_summary(report))})


def _tables(
    approved: ApprovedPlan, files: Mapping[str, FileReceipt], facts: RunFacts
) -> Iterator[ReportedTable]:
    plan, project = approved.plan, approved.plan.project
    personal = personal_columns(project)
    scores: dict[tuple[str, str], Likeness] = {}
    if facts.source and facts.made:
        scores = {(each.table, each.column): each for each in compare(facts.source, facts.made)}
    made = made_by(plan.recipe, plan.recipe_files)
    theirs, ours = _by_place(facts.source), _by_place(facts.made)
    for table in project.tables:
        file = files.get(table.name)
        target = project.target.uri
        columns = []
        for path, field in _leaves(table):
            source, mine = theirs.get((table.name, path)), ours.get((table.name, path))
            column = table.column(path[0])
            is_personal = (table.name, path[0]) in personal
            words_of = made.get((table.name, path[0]), "")
            is_made_up = is_personal or words_of in MADE_UP or words_of.startswith("fake")
            columns.append(
                ReportedColumn(
                    name=".".join(path),
                    type=str(field.type) + (" REPEATED" if field.mode.value == "REPEATED" else ""),
                    meaning=""
                    if column.meaning.value == "unknown"
                    else column.meaning.value.replace("_", " "),
                    is_personal=is_personal,
                    made_by=words_of if len(path) == 1 else "",
                    source=source,
                    made=mine,
                    likeness=None if is_made_up else scores.get((table.name, ".".join(path))),
                    bars=bars_of(source, mine, is_personal=is_personal),
                )
            )
        yield ReportedTable(
            name=table.name,
            source=table.source.full_name,
            source_rows=table.rows,
            wanted=plan.counts[table.name],
            rows=file.rows if file else None,
            bytes=file.bytes if file else None,
            file=file.path if file else "",
            target=table_name(target, table.name) if is_warehouse(target) else "",
            columns=tuple(columns),
        )


def _leaves(table: Table) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Columns, each followed by the fields below it."""
    for column in table.columns:
        yield from _below((column.name,), column.field)


def _below(path: tuple[str, ...], field: Field) -> Iterator[tuple[tuple[str, ...], Field]]:
    yield path, field
    for inner in field.type.fields:
        yield from _below((*path, inner.name), inner)


def _by_place(profile: Profile | None) -> dict[tuple[str, tuple[str, ...]], ColumnProfile]:
    return {
        (table.table, column.path): column
        for table in (profile.tables if profile else ())
        for column in table.columns
    }


def _summary(report: Report) -> Iterator[str]:
    who = f" by {report.started_by}" if report.started_by else ""
    if report.state == State.PUBLISHED.value:
        yield (
            f"{words.plural(report.rows, 'row')} in {words.plural(len(report.tables), 'table')} were made"
            f"{who} on {words.when(report.started_at)} and published to {report.target}; "
            f"{report.approved_by} had approved exactly this plan."
        )
    else:
        why = f": {report.message}" if report.message else "."
        yield f"The run of {words.when(report.started_at)}, started{who or ' by somebody'}, is {report.state}{why}"
    rows = sum(table.source_rows for table in report.tables)
    yield (
        f"They imitate {words.plural(rows, 'row')} of {report.source}. Each row is drawn anew by a recipe that "
        "a person can read; no row of the source is read to make one."
    )
    if report.compared:
        alike = sum(each.score >= NEAR for each in report.compared)
        worst = report.compared[0]
        yield (
            f"Of {words.plural(len(report.compared), 'column')} that can be compared, {alike} are at least "
            f"{NEAR:.0%} like the source; the least like it is {worst.table}.{worst.column} ({worst.score:.0%})."
        )
    if report.lacking:
        yield f"How like the source the rows are is not known: {report.lacking}."
    if report.checks:
        bad, checks = len(failed(report.checks)), words.plural(len(report.checks), "check")
        holds = f"All {checks} hold: row counts, required columns, keys, links, rules."
        yield f"{bad} of {checks} do not hold." if bad else holds
    yield _copied(report)
    yield _decided(report)


def _decided(report: Report) -> str:
    people, models = report.counted.get(Origin.HUMAN, 0), report.counted.get(Origin.MODEL, 0)
    known = report.counted.get(Origin.MEASURED, 0) + report.counted.get(Origin.DECLARED, 0)
    parts = [f"{words.plural(known, 'thing')} about the source were measured or declared by it"]
    parts += [f"{people:,} were decided by people"] if people else []
    parts += [f"{models:,} by a model"] if models else []
    return f"{', '.join(parts)}. The recipe was drafted by {report.drafted.model_id}."


def _copied(report: Report) -> str:
    found = report.literals
    personal = sum(column.is_personal for table in report.tables for column in table.columns)
    made_up = f" The {words.plural(personal, 'personal column')} hold made-up values." if personal else ""
    if not found.has_facts:
        return f"What of the recipe was copied from the source is not known, as its facts are gone.{made_up}"
    if not found.count:
        return f"Nothing in the recipe was copied from the source.{made_up}"
    return (
        f"{words.plural(found.count, 'value')}, forms and points of distributions in the recipe come from the source; "
        f"behind each stand at least {words.plural(found.smallest_support or 0, 'row')} of it.{made_up}"
    )
