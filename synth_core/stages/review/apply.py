"""Applies edits: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.edits import (
    AcceptAbove,
    AcceptColumn,
    AddLink,
    AddRule,
    AnyEdit,
    ChangeLink,
    DecideLink,
    DecideRule,
    RemoveLink,
    RemoveRule,
    RenameColumn,
    ScaleAll,
    SetDialect,
    SetExposure,
    SetFormat,
    SetMeaning,
    SetMode,
    SetPersonal,
    SetPrimaryKey,
    SetSources,
    SetTables,
    SetTarget,
    SetType,
    SetWanted,
)
from synth_core.recipe.files import NO_FILES
from synth_core.stages.profile import personal_columns, without_values
from synth_core.stages.review import columns, links, tables, whole
from synth_core.stages.review.accept import expanded
from synth_core.stages.review.state import FilesOf, Reviewed


def apply(state: Reviewed, edits: Sequence[AnyEdit], *, files: FilesOf = NO_FILES) -> Reviewed:
    """The state after the edits, in their order. `files`: what the recipe includes and reads, by name. Raises
    ProjectError, which says in words why an edit can't be."""
    before = personal_columns(state.project)
    for edit in edits:
        state = _applied(state, edit, files)
    if state.profile is not None and personal_columns(state.project) - before:
        # What became personal shows its values no more, from this moment on.
        state = state.model_copy(update={"profile": without_values(state.project, state.profile)})
    return state


def _applied(state: Reviewed, edit: AnyEdit, files: FilesOf) -> Reviewed:
    match edit:
        case SetType():
            return columns.set_type(state, edit)
        case SetFormat():
            return columns.set_format(state, edit)
        case SetMode():
            return columns.set_mode(state, edit)
        case SetMeaning():
            return columns.set_meaning(state, edit)
        case SetPersonal():
            return columns.set_personal(state, edit)
        case RenameColumn():
            return columns.rename_column(state, edit, files)
        case AcceptColumn():
            return columns.accept_column(state, edit)
        case AcceptAbove():
            for each in expanded(state.project, edit):
                state = _applied(state, each, files)
            return state
        case SetDialect():
            return tables.set_dialect(state, edit)
        case SetPrimaryKey():
            return tables.set_primary_key(state, edit)
        case AddRule():
            return tables.add_rule(state, edit)
        case RemoveRule():
            return tables.remove_rule(state, edit)
        case DecideRule():
            return tables.decide_rule(state, edit)
        case SetWanted():
            return tables.set_wanted(state, edit)
        case AddLink():
            return links.add_link(state, edit)
        case RemoveLink():
            return links.remove_link(state, edit)
        case DecideLink():
            return links.decide_link(state, edit)
        case ChangeLink():
            return links.change_link(state, edit)
        case ScaleAll():
            return whole.scale_all(state, edit)
        case SetTarget():
            return whole.set_target(state, edit)
        case SetExposure():
            return whole.set_exposure(state, edit)
        case SetTables():
            return whole.set_tables(state, edit)
        case SetSources():
            return whole.set_sources(state, edit)
