"""Fields of one table drafted anew, put into a recipe that a person has worked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synth_core.errors import ProjectError
from synth_core.model.drafted import DraftedField
from synth_core.model.project import Project
from synth_core.recipe.edit.author import add_object, set_fields
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.form import outline
from synth_core.recipe.notation import FieldText, ObjectText
from synth_core.stages.draft.draft import why_so


def place_in(project: Project, name: str) -> tuple[str, str]:
    """Table and column of `TABLE` or `TABLE.COLUMN`, either of which may hold dots. Raises ProjectError."""
    for table in project.tables:
        for place in ((table.name, ""), *((table.name, each.name) for each in table.columns)):
            if name == ".".join(filter(None, place)):
                return place
    raise _unknown(project, name)


def check_place(project: Project, table: str, column: str) -> None:
    """Raise ProjectError unless the project has the table, and in it the column if one is named."""
    for each in project.tables:
        if each.name == table and (not column or column in {one.name for one in each.columns}):
            return
    raise _unknown(project, ".".join(filter(None, (table, column))))


def _unknown(project: Project, name: str) -> ProjectError:
    return ProjectError(
        f"{project.name} has no table or column {name!r}.",
        hint=f"Its tables are {', '.join(table.name for table in project.tables) or 'none yet'}.",
    )


def redrafted(
    text: str,
    project: Project,
    table: str,
    column: str,
    drafted: Sequence[DraftedField],
    *,
    files: Mapping[str, str] = NO_FILES,
) -> str:
    """The text with the drafted fields of a table; with one of them alone if a column is named, and what that is made
    of. All else stays, fields that nobody drafted too. Raises RecipeError where the text can't be edited so."""
    fields = [FieldText(each.name, each.generator, each.why) for each in drafted]
    if column:
        fields = _with_helpers(fields, column, {each.name for each in project.table(table).columns})
    if table not in {each.name for each in outline(text, files)}:
        found = project.table(table)
        return add_object(text, ObjectText(table, found.wanted, why_so(found), fields), files=files)
    return set_fields(text, table, fields, files=files)


def _with_helpers(fields: Sequence[FieldText], column: str, columns: set[str]) -> list[FieldText]:
    """The field, and before it the hidden ones that it is made of."""
    hidden = {each.name: each for each in fields if each.name not in columns}
    wanted = {column}
    todo = [each.generator for each in fields if each.name == column]
    while todo:
        found = {text for text in _texts(todo.pop()) if text in hidden} - wanted
        wanted |= found
        todo += [hidden[name].generator for name in found]
    return [each for each in fields if each.name in wanted]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
