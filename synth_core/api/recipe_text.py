"""A recipe's text while somebody works on it: what is wrong with it, fields as forms, drafts of parts, differences.

Nothing here saves. A text comes from `open` or an editor, and goes back by `save_recipe`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from synth_core.api.configured import settings_for
from synth_core.api.ground import ByContents, projects_in, recipe_of
from synth_core.api.judging import Judge, Talk
from synth_core.api.plans import trial
from synth_core.history.compare import TextDifference, recipe_difference
from synth_core.history.stored import StoredProject
from synth_core.model.findings import Finding
from synth_core.model.types import Kind
from synth_core.recipe import form
from synth_core.recipe.form import FieldForm, OutlineTable, Wanted
from synth_core.stages.draft.redraft import check_place, redrafted
from synth_core.stages.lint import Fixed, apply_chosen, apply_safe
from synth_core.stages.lint import lint as lint_recipe


@dataclass(frozen=True)
class Changed:
    """A new text of a recipe, and what is wrong with it."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Redrafted:
    """A recipe with a part drafted anew: nothing is saved."""

    text: str
    findings: tuple[Finding, ...]
    """What is wrong with the text."""
    undone: tuple[Finding, ...]
    """What whoever drafted could not do."""
    difference: TextDifference
    """From the text that it was made of."""


def check_text(name: str, text: str, *, home: Path | None = None) -> list[Finding]:
    """What is wrong with a text for the project's recipe: what `lint` finds without asking Snowfakery. Quick enough to
    be called while somebody types."""
    return list(checked(ByContents(projects_in(home).load(name)), text))


def fix_text(
    name: str, text: str, chosen: Sequence[str] = (), *, safe: bool = False, home: Path | None = None
) -> Fixed:
    """Apply fixes to a text: those at the chosen places (`CODE:LINE` or `CODE:LINE:COLUMN`), then, if told so, all safe
    ones. Raises UsageError for a place where there is nothing to fix."""
    return fixed(linter(projects_in(home).load(name)), text, chosen, safe=safe)


def outline(name: str, text: str, *, home: Path | None = None) -> tuple[OutlineTable, ...]:
    """Tables and columns of a text with their lines; nothing of one that can't be read at all."""
    return _outlined(ByContents(projects_in(home).load(name)), text)


def field_form(
    name: str,
    table: str,
    column: str,
    *,
    text: str | None = None,
    made_by: str = "",
    home: Path | None = None,
) -> FieldForm:
    """How a column is made, as a form; in the saved recipe, unless a `text` is given. `made_by` another function: the
    form as it would be with that one. Raises RecipeError where the text can't be read or makes no such table."""
    stored = projects_in(home).load(name)
    return form.read_form(
        recipe_of(stored) if text is None else text,
        table,
        column,
        kind=_kind(stored, table, column),
        function=made_by,
        files=stored.recipe_files,
    )


def change_field(
    name: str,
    text: str,
    table: str,
    column: str,
    wanted: Wanted,
    *,
    comment: str | None = None,
    home: Path | None = None,
) -> Changed:
    """The text with a column made as it is wanted, all else as it was; a `comment` replaces the one above it. Raises
    RecipeError where an argument can't be read, or the edit would say anything else."""
    stored = projects_in(home).load(name)
    new = form.change_field(text, table, column, wanted, comment=comment, files=stored.recipe_files)
    return Changed(new, checked(ByContents(stored), new))


def redraft(
    name: str,
    table: str,
    column: str = "",
    *,
    remark: str = "",
    text: str | None = None,
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
) -> Redrafted:
    """Draft a table or one of its columns anew, in the saved recipe or a `text`. A model reads the `remark` of whoever
    wants it otherwise, and decides on all columns that are no keys or links. `model` and `talk` are as in `draft`.
    Raises UsageError where rules alone are asked with a remark, ProjectError where there is no such place."""
    stored = projects_in(home).load(name)
    before = recipe_of(stored) if text is None else text
    project, facts = stored.project, stored.facts()
    check_place(project, table, column)
    columns = [column] if column else [each.name for each in project.table(table).columns]
    judge = Judge(
        settings_for(home, model=model),
        name,
        project.exposure,
        talk,
        trial=partial(trial, stored),
        prompts=stored.prompts,
    )
    fields, undone = judge.model.redraft(project, facts, table, columns, remark)
    new = redrafted(before, project, table, column, fields, files=stored.recipe_files)
    drafted = judge.asked.drafted if judge.asked else None
    judge.redrafted(had_a_part=drafted is not None and drafted.kept > 0)
    return Redrafted(
        text=new,
        findings=checked(ByContents(stored), new),
        undone=(*undone, *judge.model.findings()),
        difference=recipe_difference(before, new, stored.recipe_files),
    )


def text_diff(name: str, old: str, new: str, *, home: Path | None = None) -> TextDifference:
    """How two texts of the project's recipe differ, in words and by lines."""
    return recipe_difference(old, new, projects_in(home).load(name).recipe_files)


def linter(stored: StoredProject) -> Callable[[str], list[Finding]]:
    """Lints a recipe of the project."""
    return partial(lint_recipe, project=stored.project, files=stored.recipe_files, profile=stored.profile)


def fixed(lint: Callable[[str], list[Finding]], text: str, chosen: Sequence[str], *, safe: bool) -> Fixed:
    """A text with the chosen fixes, and then, if told so, all safe ones."""
    done = apply_chosen(text, lint, chosen)
    if not safe:
        return done
    more = apply_safe(done.text, lint)
    return Fixed(more.text, (*done.done, *more.done), more.left)


@lru_cache(maxsize=32)
def checked(by_contents: ByContents, text: str) -> tuple[Finding, ...]:
    """An editor's page is drawn again at each click: the same text is linted once."""
    return tuple(linter(by_contents.stored)(text))


@lru_cache(maxsize=32)
def _outlined(by_contents: ByContents, text: str) -> tuple[OutlineTable, ...]:
    return form.outline(text, by_contents.stored.recipe_files)


def _kind(stored: StoredProject, table: str, column: str) -> Kind | None:
    """The column's type, where it is one of the project's."""
    for each in stored.project.tables:
        for one in each.columns if each.name == table else ():
            if one.name == column:
                return one.type.value.kind
    return None
