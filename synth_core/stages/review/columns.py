"""Edits of columns."""

from __future__ import annotations

from synth_core.errors import ProjectError
from synth_core.model.edits import (
    AcceptColumn,
    RenameColumn,
    SetFormat,
    SetMeaning,
    SetMode,
    SetPersonal,
    SetType,
)
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, SourceKind, Table
from synth_core.model.types import BigQueryType, Mode
from synth_core.recipe.vetting.names import near
from synth_core.stages.describe import catalogue
from synth_core.stages.rename import rename
from synth_core.stages.review.formats import format_fault
from synth_core.stages.review.state import (
    FilesOf,
    Reviewed,
    accepted,
    by_hand,
    column_of,
    table_of,
    with_column,
)


def set_type(state: Reviewed, edit: SetType) -> Reviewed:
    """Another type; the way that it is written goes with a kind of type that is written in another way."""
    table = table_of(state.project, edit.table)
    before = column_of(table, edit.column)
    if edit.type.is_nested and table.source.kind is SourceKind.DELIMITED:
        raise ProjectError(
            f"{edit.place} can't be {edit.type}: a delimited file holds nothing nested.",
            hint="Take JSON, or STRING.",
        )
    same_kind = edit.type.kind is before.type.value.kind
    text_format = edit.format if edit.format is not None else before.format if same_kind else ""
    return _typed(state, table, before, edit.type, text_format)


def set_format(state: Reviewed, edit: SetFormat) -> Reviewed:
    """Another way to write the same type: with it the type is a person's word, so that both stay together."""
    table = table_of(state.project, edit.table)
    before = column_of(table, edit.column)
    return _typed(state, table, before, before.type.value, edit.format)


def _typed(state: Reviewed, table: Table, before: Column, type: BigQueryType, text_format: str) -> Reviewed:
    place = f"{table.name}.{before.name}"
    if text_format and table.source.kind is not SourceKind.DELIMITED:
        raise ProjectError(f"{place} has no format: only columns of delimited files are written as text.")
    if fault := format_fault(type, text_format):
        raise ProjectError(f"{place} can't be written as {text_format!r}: {fault}.")
    typed = by_hand(Inferred[BigQueryType], type, before.type)
    changes = {"type": typed, "format": text_format}
    return state.with_table(with_column(table, before.name, lambda column: column.model_copy(update=changes)))


def set_mode(state: Reviewed, edit: SetMode) -> Reviewed:
    """NULLABLE or REQUIRED: whether a column is a list is the source's."""
    table = table_of(state.project, edit.table)
    before = column_of(table, edit.column)
    if Mode.REPEATED in (edit.mode, before.mode.value) and edit.mode is not before.mode.value:
        raise ProjectError(
            f"{edit.place} can't become {edit.mode}: it is {before.mode.value} in the source.",
            hint="Only NULLABLE and REQUIRED can be exchanged.",
        )
    if edit.mode is Mode.NULLABLE and edit.column in table.key_columns:
        raise ProjectError(
            f"{edit.place} can't be NULLABLE: it is part of the primary key.", hint="Change the key first."
        )
    mode = by_hand(Inferred[Mode], edit.mode, before.mode)
    return _changed(state, table, edit.column, mode=mode)


def set_meaning(state: Reviewed, edit: SetMeaning) -> Reviewed:
    """A meaning of the catalogue. Whether it is personal is another question, and stays."""
    known = ["unknown", *catalogue()]
    if edit.meaning not in known:
        hint = near(edit.meaning, known).hint or f"There are {', '.join(known)}."
        raise ProjectError(f"{edit.meaning!r} is no meaning of {edit.place}.", hint=hint)
    table = table_of(state.project, edit.table)
    meaning = by_hand(Inferred[str], edit.meaning, column_of(table, edit.column).meaning)
    return _changed(state, table, edit.column, meaning=meaning)


def set_personal(state: Reviewed, edit: SetPersonal) -> Reviewed:
    """Its values are shown and copied, or are not."""
    table = table_of(state.project, edit.table)
    before = column_of(table, edit.column).personal
    shown = "personal" if before.value else "not personal"
    return _changed(state, table, edit.column, personal=by_hand(Inferred[bool], edit.personal, before, shown))


def accept_column(state: Reviewed, edit: AcceptColumn) -> Reviewed:
    """What is proposed of it becomes a person's word."""
    table = table_of(state.project, edit.table)
    column = column_of(table, edit.column)
    return _changed(
        state, table, edit.column, **{part: accepted(getattr(column, part)) for part in edit.parts}
    )


def rename_column(state: Reviewed, edit: RenameColumn, files: FilesOf) -> Reviewed:
    """Another name, carried through facts and recipe; a finding says where the recipe stays."""
    done = rename(state.project, state.profile, state.recipe, edit.place, edit.name, files=files)
    return Reviewed(
        project=done.project,
        profile=done.profile,
        recipe=done.recipe if done.recipe is not None else state.recipe,
        findings=(*state.findings, *done.findings),
    )


def _changed(
    state: Reviewed, table: Table, name: str, **parts: Inferred[Mode] | Inferred[str] | Inferred[bool]
) -> Reviewed:
    return state.with_table(with_column(table, name, lambda column: column.model_copy(update=parts)))
