"""Names that no recipe can hold: better said when the source is read than when a plan is approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synth_core.model.findings import Finding, Level
from synth_core.model.project import Project, SourceKind, Table
from synth_core.recipe.vetting.names import field_fault, table_fault


def unfit_names(table: Table) -> Iterator[Finding]:
    """An error for the table's name and each of its columns that linting would refuse, with the way out."""
    if fault := table_fault(table.name):
        files = table.source.files
        pattern = files[0] if len(files) == 1 else table.source.uri.partition("=")[2]
        yield Finding(
            level=Level.ERROR,
            code="source.table-name",
            table=table.name,
            message=f"no recipe can make this table: {fault}.",
            hint=f"Read it under another name, as the source `other_name={pattern}`."
            if files
            else "Rename it in the source, or take only other tables.",
        )
    for column in table.columns:
        if fault := field_fault(column.name):
            yield Finding(
                level=Level.ERROR,
                code="source.column-name",
                table=table.name,
                column=column.name,
                message=f"no recipe can make this column: {fault}.",
                hint=_way_out(table, column.name),
            )


def with_way_out(findings: Sequence[Finding], project: Project) -> list[Finding]:
    """Findings on a recipe; what is wrong with a name that the source has is said with what to do at the source."""
    unfit = [each for table in project.tables for each in unfit_names(table)]
    return [_led(each, unfit) for each in findings]


def _led(finding: Finding, unfit: Sequence[Finding]) -> Finding:
    """What vetting says of a name has the place in the recipe alone; the first name that it may be about tells how to
    mend it."""
    for each in unfit:
        is_there = finding.table in ("", each.table) and finding.column in ("", each.column)
        if is_there and not finding.hint and each.message.endswith(f": {finding.message}"):
            return finding.model_copy(update={"hint": each.hint})
    return finding


def _way_out(table: Table, column: str) -> str:
    if table.is_headerless:
        return f"Rename it: `synth rename PROJECT '{table.name}.{column}' NEW`."
    if table.source.kind is SourceKind.DELIMITED:
        return f"Rename it in the header of {', '.join(table.source.files)}."
    return f"Rename it in {table.source.full_name}."
