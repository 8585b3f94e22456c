"""Edits of the project as a whole."""

from __future__ import annotations

from synth_core.errors import ProjectError
from synth_core.model.edits import ScaleAll, SetExposure, SetSources, SetTables, SetTarget
from synth_core.model.places import is_warehouse, parse_place
from synth_core.model.project import Project, SourceKind, Table
from synth_core.model.sources import join_sources, pattern_of, split_sources
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
    kept = [table for table in state.project.tables if is_chosen(table, edit.tables)]
    return _left(state, kept).with_project(only=edit.tables)


def set_sources(state: Reviewed, edit: SetSources) -> Reviewed:
    """Other places; what was read of those that stay, stays."""
    if len(set(edit.sources)) < len(edit.sources):
        raise ProjectError("A place is named more than once.")
    only = state.project.only if edit.only is None else edit.only
    kept = [
        table
        for table in state.project.tables
        if is_chosen(table, only) and any(is_read_from(table, source) for source in edit.sources)
    ]
    return _left(state, kept).with_project(source=join_sources(edit.sources), only=only)


def _left(state: Reviewed, kept: list[Table]) -> Reviewed:
    """With these tables alone; the others' facts and links go."""
    project = state.project
    names = {table.name for table in kept}
    links = tuple(link for link in project.links if {link.table, link.ref_table} <= names)
    profile = state.profile and state.profile.model_copy(
        update={
            "tables": tuple(each for each in state.profile.tables if each.table in names),
            "links": tuple(each for each in state.profile.links if {each.table, each.ref_table} <= names),
            "rules": tuple(each for each in state.profile.rules if each.table in names),
            "pairs": tuple(each for each in state.profile.pairs if each.table in names),
        }
    )
    chosen = state.with_project(tables=tuple(kept), links=links)
    return chosen.model_copy(update={"profile": profile})


def is_chosen(table: Table, only: tuple[str, ...]) -> bool:
    """It is one of these; empty: all are."""
    return not only or bool({table.name, table.own_name} & set(only))


def not_read_yet(project: Project) -> list[str]:
    """Tables that are chosen and not read yet."""
    known = {name for table in project.tables for name in (table.name, table.own_name)}
    return [name for name in project.only if name not in known]


def is_read_from(table: Table, source: str) -> bool:
    """The table is one of a SOURCE's."""
    pattern = pattern_of(source)
    if not is_warehouse(pattern):
        return table.source.uri == source
    place = parse_place(pattern)
    is_there = table.source.kind is SourceKind.WAREHOUSE and table.source.uri == str(place)
    return is_there and (not place.tables or table.own_name in place.tables)


def places_not_read_yet(project: Project) -> list[str]:
    """Of the places of a project that takes all of their tables, those of which it has none."""
    if project.only:
        return []
    return [
        source
        for source in split_sources(project.source)
        if not any(is_read_from(table, source) for table in project.tables)
    ]
