"""Tables of which only a sample was read: their warehouse is asked about all rows, once a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from synth_core.errors import UnsupportedError
from synth_core.model.findings import Finding, Level
from synth_core.model.measured import ColumnQuestion, LinkQuestion, Question, TableFacts
from synth_core.model.places import is_remote
from synth_core.model.project import Link, Project, SourceKind, Table
from synth_core.model.types import Kind
from synth_core.ports import Warehouse
from synth_core.stages.profile import personal_columns, showing
from synth_core.stages.relate import Related


def measured_tables(tables: Sequence[Table], partial: Collection[str], links: Sequence[Link]) -> list[str]:
    """The tables of warehouses that must be asked: not all of their rows are here (they are `partial`), or not all of
    those that they may refer to."""
    asked = set(partial) | {link.table for link in links if link.ref_table in partial}
    return [
        table.name for table in tables if table.source.kind is SourceKind.WAREHOUSE and table.name in asked
    ]


def question_about(
    project: Project, table: Table, related: Related, links: Sequence[Link], hidden: Sequence[str]
) -> Question:
    """What is to be asked about one table. Of personal columns and links no values are asked for."""
    by_name = {each.name: each for each in project.tables}
    personal = personal_columns(project)
    linked = {
        column for link in project.accepted_links if link.table == table.name for column in link.columns
    }
    columns = []
    for column in table.columns:
        if column.name in hidden:
            continue
        shown = showing(
            table,
            column.name,
            linked=column.name in linked,
            personal=(table.name, column.name) in personal,
            rows=table.rows,
            k=project.k,
        )
        columns.append(
            ColumnQuestion(
                name=column.name,
                ends=column.type.value.kind is not Kind.STRING,
                quantiles=shown.quantiles,
                top=shown.values,
            )
        )
    return Question(
        k=project.k,
        columns=tuple(columns),
        keys=related.key_candidates.get(table.name, ()),
        links=tuple(_link_questions(table, links, by_name)),
        rules=tuple(rule.value for rule in table.rules if not set(rule.value.all_columns) & set(hidden)),
    )


def _link_questions(
    table: Table, links: Sequence[Link], tables: Mapping[str, Table]
) -> Iterator[LinkQuestion]:
    for link in links:
        other = tables[link.ref_table]
        beside = table.source.uri == other.source.uri
        both = is_remote(table.source.uri) and is_remote(other.source.uri)
        if (
            link.table == table.name
            and not link.nested
            and other.source.kind is SourceKind.WAREHOUSE
            and (beside or both)
        ):
            yield LinkQuestion(
                columns=link.columns,
                ref_table=link.ref_table,
                ref_full_name=other.source.full_name,
                ref_own_name=other.source.table,
                ref_columns=link.ref_columns,
            )


def ask(
    warehouse: Warehouse, table: Table, question: Question, *, loaded: int
) -> tuple[TableFacts | None, list[Finding]]:
    """The answer, and what it does not say."""
    try:
        facts = warehouse.measure(table.own_name, question)
    except UnsupportedError as error:
        return None, [_not_measured(table.name, loaded, str(error))]
    notes = []
    if facts.lacking and loaded < facts.rows:
        notes.append(_not_measured(table.name, loaded, f"the service does not know {facts.lacking}"))
    if facts.rows < table.rows:
        notes.append(
            Finding(
                level=Level.WARNING,
                code="source.rows-restricted",
                table=table.name,
                message=f"you see {facts.rows:,} of {table.rows:,} rows: a row access policy hides the others, or they "
                "were deleted meanwhile. All that follows is about those.",
            )
        )
    return facts, notes


def _not_measured(table: str, loaded: int, why: str) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="source.not-measured",
        table=table,
        message=f"facts are those of a sample of {loaded:,} rows, scaled to the size of the table: {why.rstrip('.')}.",
    )


def said_once(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """The findings of samples without those that all rows tell more exactly."""
    known = {(each.code, each.table) for each in after}
    return [each for each in before if (each.code, each.table) not in known]


def with_rows(tables: Sequence[Table], facts: Mapping[str, TableFacts]) -> tuple[Table, ...]:
    """The tables with the number of rows that was counted; a wanted number that was never touched follows."""
    return tuple(
        table.model_copy(
            update={
                "rows": facts[table.name].rows,
                "wanted": facts[table.name].rows if table.wanted == table.rows else table.wanted,
            }
        )
        if table.name in facts
        else table
        for table in tables
    )


def measure_all(
    warehouses: Callable[[str], Warehouse],
    project: Project,
    related: Related,
    loaded: Mapping[str, int],
    partial: Collection[str],
    hidden: Mapping[str, Sequence[str]],
    progress: Callable[[str], None],
) -> tuple[dict[str, TableFacts], list[Finding]]:
    """The facts of all tables that have to be asked about; `project` has the links as found in the samples."""
    facts: dict[str, TableFacts] = {}
    findings: list[Finding] = []
    for name in measured_tables(project.tables, partial, project.links):
        table = project.table(name)
        progress(f"measuring all rows of {name}")
        question = question_about(project, table, related, project.links, hidden.get(name, ()))
        found, notes = ask(warehouses(table.source.uri), table, question, loaded=loaded[name])
        findings += notes
        if found is not None:
            facts[name] = found
    return facts, findings
