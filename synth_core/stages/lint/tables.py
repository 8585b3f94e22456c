"""Whether the objects of a recipe are the tables of the project, and their fields the columns."""

from __future__ import annotations

from collections.abc import Iterator

from synth_core.model.findings import Level
from synth_core.model.project import Project, Table
from synth_core.recipe.vetting.names import near
from synth_core.recipe.vetting.remarks import Remark, Where, mended, remark
from synth_core.recipe.vetting.scope import Scope, TableSeen
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.keys import check_key, check_parents
from synth_core.stages.lint.mends import add_column, add_object, make_key, redraft
from synth_core.stages.lint.nulls import check_nulls
from synth_core.stages.lint.places import end_of
from synth_core.stages.lint.renames import Renames
from synth_core.stages.lint.types import TypeCheck


def check_tables(scope: Scope, project: Project, drafts: Drafts) -> Iterator[Remark]:
    """Each table has an object that makes all of its columns, and nothing else."""
    wanted = {table.name: table for table in project.tables}
    meant: set[str] = set()
    renames = Renames(scope)
    for name, seen in scope.tables.items():
        if name in wanted:
            yield from _check_table(scope, seen, wanted[name], drafts, renames)
        else:
            better = near(name, [table for table in wanted if table not in scope.tables])
            hint = better.hint or near(name, wanted).hint
            meant.add(better.name)
            message = f"the project has no table {name!r}."
            mend = renames.table(name, better.name, is_safe=better.is_close) if better.name else None
            yield remark("unknown-object", message, seen.node, hint=hint, mend=mend, where=Where(name))
    for name in wanted:
        if name not in scope.tables:
            message = f"no object makes the table {name!r}."
            mend = add_object(scope, drafts, name, is_safe=name not in meant)
            yield remark(
                "missing-object", message, end_of(scope), hint="Add one.", mend=mend, where=Where(name)
            )
    for each in check_parents(scope, project):
        name, column = each.finding.table, each.finding.column
        yield mended(each, make_key(scope, drafts, name, column))


def _check_table(
    scope: Scope, seen: TableSeen, table: Table, drafts: Drafts, renames: Renames
) -> Iterator[Remark]:
    columns = {column.name: column.field for column in table.columns}
    missing = [name for name in columns if name not in seen.fields]
    meant: set[str] = set()
    for name, field in seen.fields.items():
        # A name that begins with two underscores is hidden, and never written.
        if name in columns or name.startswith("__"):
            continue
        better = near(name, missing)
        meant.add(better.name)
        if better.name:
            title = f"Write `{better.name}`"
            mend = renames.field(table.name, name, better.name, title, is_safe=better.is_close)
        else:
            title = f"Hide it as `__{name}`"
            mend = renames.field(table.name, name, f"__{name}", title, is_safe=True)
        yield remark(
            "surplus-column",
            f"table {table.name!r} has no column {name!r}.",
            field.key,
            hint=better.hint or "Remove it, or begin its name with `__` to hide it.",
            mend=mend,
            where=Where(table.name, name),
        )
    for name, column in columns.items():
        where = Where(table.name, name)
        is_needed = column.mode == "REQUIRED" or name in table.key_columns
        if name in missing:
            yield remark(
                "missing-column",
                f"no field makes the column {name!r} of {table.name!r}.",
                seen.node,
                hint="Add one." if is_needed else "Add one, or it stays empty.",
                mend=add_column(scope, seen, drafts, name, is_safe=is_needed and name not in meant),
                level=Level.ERROR if is_needed else Level.WARNING,
                where=where,
            )
            continue
        field = seen.fields[name]
        for each in TypeCheck(scope, where).check(column, field.value):
            yield mended(each, redraft(seen, drafts, field))
        if is_needed:
            yield from check_nulls(scope, table, name, drafts)
    for each in check_key(scope, table):
        only = table.key_columns[0] if len(table.key_columns) == 1 else ""
        yield mended(each, redraft(seen, drafts, seen.fields[only]) if only else None)
