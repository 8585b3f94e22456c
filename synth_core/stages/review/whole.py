"""Edits of the project as a whole."""

from __future__ import annotations

from synth_core.errors import ProjectError
from synth_core.model.edits import ScaleAll, SetExposure, SetTables, SetTarget
from synth_core.model.project import Project, Table
from synth_core.stages.review.state import Reviewed, remade


def scale_all(state: Reviewed, edit: ScaleAll) -> Reviewed:
    """Rows wanted of each table; of one that has rows at least one."""
    tables = tuple(
        remade(table, wanted=max(min(1, table.rows), round(table.rows * edit.share)))
        for table in state.project.tables
    )
    return state.with_project(tables=tables)


def set_target(state: Reviewed, edit: SetTarget) -> Reviewed:
    """Another place, or another way to load."""
    given = {name: value for name in ("uri", "files", "mode") if (value := getattr(edit, name)) is not None}
    return state.with_project(target=remade(state.project.target, **given))


def set_exposure(state: Reviewed, edit: SetExposure) -> Reviewed:
    """From now on a model may see that much."""
    return state.with_project(exposure=edit.exposure)


def set_tables(state: Reviewed, edit: SetTables) -> Reviewed:
    """The others go, with their facts and their links."""
    if len(set(edit.tables)) < len(edit.tables):
        raise ProjectError("A table is named more than once.")
    project = state.project
    kept = [table for table in project.tables if is_chosen(table, edit.tables)]
    names = {table.name for table in kept}
    links = tuple(link for link in project.links if {link.table, link.ref_table} <= names)
    profile = state.profile and state.profile.model_copy(
        update={
            "tables": tuple(each for each in state.profile.tables if each.table in names),
            "links": tuple(each for each in state.profile.links if {each.table, each.ref_table} <= names),
            "rules": tuple(each for each in state.profile.rules if each.table in names),
        }
    )
    chosen = state.with_project(only=edit.tables, tables=tuple(kept), links=links)
    return chosen.model_copy(update={"profile": profile})


def is_chosen(table: Table, only: tuple[str, ...]) -> bool:
    """It is one of these; empty: all are."""
    return not only or bool({table.name, table.own_name} & set(only))


def not_read_yet(project: Project) -> list[str]:
    """Tables that are chosen and not read yet."""
    known = {name for table in project.tables for name in (table.name, table.own_name)}
    return [name for name in project.only if name not in known]
