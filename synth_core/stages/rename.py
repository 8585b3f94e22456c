"""Another name for a column of a headerless file, in the project, its facts and its recipe at once; and for tables in
a recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synth_core.errors import ProjectError, RecipeError
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level, errors
from synth_core.model.names import fold
from synth_core.model.profile import GroupProfile, Profile, TableProfile, TableRead
from synth_core.model.project import Project, Table
from synth_core.recipe.edit.author import rename_field, rename_table
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.vetting.names import field_fault
from synth_core.stages.lint import lint

Names = tuple[str, ...]


class Renamed(Frozen):
    """The project with the new name, and what is written anew beside it."""

    project: Project
    profile: Profile | None
    recipe: str | None
    """None where it stays as it is."""
    findings: tuple[Finding, ...] = ()
    """Why the recipe stays, and what linting says of it now."""


def rename(
    project: Project,
    profile: Profile | None,
    recipe: str | None,
    column: str,
    new: str,
    *,
    files: Mapping[str, str] = NO_FILES,
) -> Renamed:
    """Call a column, given as `table.column`, by another name. Raises ProjectError where that can't be. `files`: what
    the recipe includes and reads, by name."""
    table, old = _find(project, column)
    _check(table, old, new)

    def among(names: Names) -> Names:
        return tuple(new if name == old else name for name in names)

    renamed = Renamed(
        project=_in_project(project, table.name, among),
        profile=_in_profile(profile, table.name, among) if profile else None,
        recipe=None,
    )
    return _with_recipe(renamed, recipe, files, table.name, old, new)


def with_other_tables(
    recipe: str | None, names: Mapping[str, str], *, files: Mapping[str, str] = NO_FILES
) -> tuple[str | None, tuple[Finding, ...]]:
    """The recipe's text with other names of tables, given by the old ones, and why one stays; None where all does."""
    if recipe is None or not names:
        return None, ()
    text, left = recipe, []
    for old, new in names.items():
        try:
            text = rename_table(text, old, new, files=files)
        except RecipeError as error:
            left.append(_left(f"with the table {old!r}, which is called {new!r} now", error))
    return (text if text != recipe else None), tuple(left)


def _left(what: str, error: RecipeError) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="rename.recipe-left",
        file="recipe.yml",
        message=f"is left as it was, {what}: {error.message}",
        hint="Rename it there by hand, or draft anew.",
    )


def _find(project: Project, place: str) -> tuple[Table, str]:
    """Both names may hold dots."""
    found = [
        (table, column.name)
        for table in project.tables
        for column in table.columns
        if f"{table.name}.{column.name}" == place
    ]
    if len(found) == 1:
        return found[0]
    if found:
        tables = " and ".join(repr(table.name) for table, _ in found)
        raise ProjectError(f"{place!r} can be a column of {tables}.", hint="Change project.yaml by hand.")
    table = next((each for each in project.tables if place.startswith(f"{each.name}.")), None)
    known = [column.name for column in table.columns] if table else [each.name for each in project.tables]
    where = f"table {table.name!r} has" if table else "the project has the tables"
    raise ProjectError(
        f"There is no column {place!r}: {where} {', '.join(known) or 'none'}.", hint="Write TABLE.COLUMN."
    )


def _check(table: Table, old: str, new: str) -> None:
    place = f"{table.name}.{old}"
    if not table.is_headerless:
        raise ProjectError(
            f"{place} keeps its name: only columns of files without a header can be renamed.",
            hint="Rename it in the source and infer again.",
        )
    if fault := field_fault(new):
        raise ProjectError(f"{place} can't be called {new!r}: {fault}.")
    for column in table.columns:
        if column.name != old and fold(column.name) == fold(new):
            raise ProjectError(
                f"{place} can't be called {new!r}: {table.name} has a column {column.name!r} already."
            )


def _in_project(project: Project, name: str, among: Callable[[Names], Names]) -> Project:
    table = project.table(name)
    key = table.primary_key
    changed = table.model_copy(
        update={
            "columns": tuple(
                column.model_copy(update={"name": among((column.name,))[0]}) for column in table.columns
            ),
            "primary_key": key and key.model_copy(update={"value": among(key.value)}),
            "rules": tuple(
                rule.model_copy(update={"value": rule.value.renamed(among)}) for rule in table.rules
            ),
            "rejected_rules": tuple(rule.renamed(among) for rule in table.rejected_rules),
            "clustering": among(table.clustering),
        }
    )
    links = tuple(
        link.model_copy(
            update={
                "columns": among(link.columns) if link.table == name else link.columns,
                "ref_columns": among(link.ref_columns) if link.ref_table == name else link.ref_columns,
            }
        )
        for link in project.links
    )
    tables = tuple(changed if each is table else each for each in project.tables)
    return project.model_copy(update={"tables": tables, "links": links})


def _in_profile(profile: Profile, name: str, among: Callable[[Names], Names]) -> Profile:
    return profile.model_copy(
        update={
            "tables": tuple(
                _in_facts(each, among) if each.table == name else each for each in profile.tables
            ),
            "links": tuple(
                link.model_copy(
                    update={
                        "columns": among(link.columns) if link.table == name else link.columns,
                        "ref_columns": among(link.ref_columns)
                        if link.ref_table == name
                        else link.ref_columns,
                        "running": tuple((among((column,))[0], first) for column, first in link.running)
                        if link.table == name
                        else link.running,
                        "copied": tuple(
                            (
                                among((column,))[0] if link.table == name else column,
                                among((ref,))[0] if link.ref_table == name else ref,
                            )
                            for column, ref in link.copied
                        ),
                    }
                )
                for link in profile.links
            ),
            "rules": tuple(
                rule.model_copy(update={"columns": among(rule.columns)}) if rule.table == name else rule
                for rule in profile.rules
            ),
            "pairs": tuple(
                each.model_copy(
                    update={"column": among((each.column,))[0], "target": among((each.target,))[0]}
                )
                if each.table == name
                else each
                for each in profile.pairs
            ),
            "read": tuple(_in_read(each, among) if each.table == name else each for each in profile.read),
        }
    )


def _in_read(read: TableRead, among: Callable[[Names], Names]) -> TableRead:
    columns = tuple((among((column,))[0], type) for column, type in read.columns)
    return read.model_copy(update={"columns": columns})


def _in_facts(facts: TableProfile, among: Callable[[Names], Names]) -> TableProfile:
    """Files without a header hold no nested columns, so a path has one part."""
    columns = tuple(
        column.model_copy(update={"name": among(column.path)[0], "path": among(column.path)})
        for column in facts.columns
    )
    logins = tuple(
        login.model_copy(
            update={
                "column": among((login.column,))[0],
                **{argument: among((name,))[0] for argument, name in login.names.items()},
            }
        )
        for login in facts.logins
    )
    nulls = tuple(
        each.model_copy(update={"path": among(each.path), "by": among(each.by)}) for each in facts.nulls
    )
    balances = tuple(
        each.model_copy(update={"column": among((each.column,))[0], "amounts": among(each.amounts)})
        for each in facts.balances
    )
    changed = {"columns": columns, "logins": logins, "nulls": nulls, "balances": balances}
    return facts.model_copy(update={**changed, "group": facts.group and _in_group(facts.group, among)})


def _in_group(group: GroupProfile, among: Callable[[Names], Names]) -> GroupProfile:
    counted = tuple(each.model_copy(update={"name": among((each.name,))[0]}) for each in group.counted)
    return group.model_copy(
        update={"column": among((group.column,))[0], "first": among(group.first), "counted": counted}
    )


def _with_recipe(
    renamed: Renamed, recipe: str | None, files: Mapping[str, str], table: str, old: str, new: str
) -> Renamed:
    """With the recipe's text, where all of it can be renamed for sure."""
    if recipe is None:
        return renamed
    try:
        return renamed.model_copy(update={"recipe": rename_field(recipe, table, old, new, files=files)})
    except RecipeError as error:
        left = _left(f"with {old!r} of {table}", error)
    return renamed.model_copy(
        update={"findings": (left, *errors(lint(recipe, renamed.project, files=files)))}
    )
