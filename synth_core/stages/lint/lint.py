"""All findings on a recipe, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synth_core.model.findings import Finding, Level
from synth_core.model.project import Project, Table
from synth_core.recipe.text import finding
from synth_core.recipe.vetting import examine, in_order
from synth_core.recipe.vetting.names import nearest
from synth_core.recipe.vetting.scope import Scope, TableSeen
from synth_core.stages.lint.keys import check_key
from synth_core.stages.lint.links import check_links
from synth_core.stages.lint.nulls import may_be_null
from synth_core.stages.lint.types import TypeCheck

_NO_FILES: Mapping[str, str] = MappingProxyType({})


def lint(text: str, project: Project | None, *, table_files: Mapping[str, str] = _NO_FILES) -> list[Finding]:
    """Findings on the recipe, sorted by place: those of vetting, how its functions fit each other, and, with a
    project, how it fits the target's tables. Errors stop a run.

    `table_files` are the conditional tables of the project by file name; one that the recipe does not name is
    reported.
    """
    vetted = examine(text)
    findings = list(vetted.findings)
    scope = vetted.scope
    if scope.tables:
        findings += check_links(scope)
        if project is not None:
            findings += _check_project(scope, project)
    for name in table_files:
        if name not in text:
            findings.append(
                finding("unused-file", f"tables/{name} is used nowhere in the recipe.", level=Level.WARNING)
            )
    return in_order(findings)


def _check_project(scope: Scope, project: Project) -> list[Finding]:
    findings = []
    wanted = {table.name: table for table in project.tables}
    for name, seen in scope.tables.items():
        if name in wanted:
            findings += _check_table(scope, seen, wanted[name])
        else:
            hint = nearest(name, wanted)
            findings.append(
                finding(
                    "unknown-object", f"the project has no table {name!r}.", seen.node, hint=hint, table=name
                )
            )
    for name in wanted:
        if name not in scope.tables:
            findings.append(
                finding("missing-object", f"no object makes the table {name!r}.", hint="Add one.", table=name)
            )
    return findings


def _check_table(scope: Scope, seen: TableSeen, table: Table) -> list[Finding]:
    findings = []
    columns = {column.name: column.field for column in table.columns}
    for name, field in seen.fields.items():
        if name in columns:
            continue
        # A name that begins with two underscores is hidden, and never written.
        if not name.startswith("__"):
            hint = nearest(name, columns) or "Remove it, or begin its name with `__` to hide it."
            message = f"table {table.name!r} has no column {name!r}."
            findings.append(
                finding("surplus-column", message, field.key, hint=hint, table=table.name, column=name)
            )
    for name, column in columns.items():
        place = {"table": table.name, "column": name}
        is_needed = column.mode == "REQUIRED" or name in table.key_columns
        if name not in seen.fields:
            findings.append(
                finding(
                    "missing-column",
                    f"no field makes the column {name!r} of {table.name!r}.",
                    seen.node,
                    hint="Add one." if is_needed else "Add one, or it stays empty.",
                    level=Level.ERROR if is_needed else Level.WARNING,
                    **place,
                )
            )
            continue
        field = seen.fields[name]
        findings += TypeCheck(scope, place).check(column, field.value)
        if is_needed and may_be_null(scope, table.name, name):
            what = "part of the primary key" if name in table.key_columns else "REQUIRED"
            message = f"{name!r} is {what}, but this can make nulls."
            findings.append(finding("null", message, field.key, hint="Take the nulls out.", **place))
    return findings + check_key(scope, table)
