"""Edits of links."""

from __future__ import annotations

from synth_core.errors import ProjectError
from synth_core.model.edits import AddLink, ChangeLink, DecideLink, Ends, RemoveLink, ends_of, ends_text
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.nested import inner_fields
from synth_core.model.project import Link, Project, Table
from synth_core.stages.relate import align
from synth_core.stages.review.state import Reviewed, by_hand, column_of, table_of

ADDED = "added by a person"


def add_link(state: Reviewed, edit: AddLink) -> Reviewed:
    """A link of a person's own; one that is there is accepted by it."""
    return _aligned(_with(state, edit.ends))


def remove_link(state: Reviewed, edit: RemoveLink) -> Reviewed:
    """It is none. What only a person added is gone; of what can be measured it stays known that it is none."""
    return _without(state, edit.ends)


def decide_link(state: Reviewed, edit: DecideLink) -> Reviewed:
    """It is one, or is none."""
    _found(state.project, edit.ends)
    return _aligned(_decided(state, edit.ends, edit.accept))


def change_link(state: Reviewed, edit: ChangeLink) -> Reviewed:
    """Another link takes its place."""
    if edit.new == edit.ends:
        return state
    return _aligned(_with(_without(state, edit.ends), edit.new))


def _with(state: Reviewed, ends: Ends) -> Reviewed:
    project = state.project
    if any(ends_of(link) == ends for link in project.links):
        return _decided(state, ends, True)
    _check(project, ends)
    table, columns, ref_table, ref_columns = ends
    said = by_hand(Inferred[bool], True, None).model_copy(update={"evidence": ADDED})
    new = Link(
        table=table,
        columns=columns,
        ref_table=ref_table,
        ref_columns=ref_columns,
        accepted=said,
        nested=_is_inside(table_of(project, table), columns),
    )
    return state.with_project(links=(*project.links, new))


def _without(state: Reviewed, ends: Ends) -> Reviewed:
    found = _found(state.project, ends)
    if found.accepted.evidence != ADDED:
        return _decided(state, ends, False)
    return state.with_project(links=tuple(link for link in state.project.links if link is not found))


def _decided(state: Reviewed, ends: Ends, accept: bool) -> Reviewed:
    links = tuple(_said(link, accept) if ends_of(link) == ends else link for link in state.project.links)
    return state.with_project(links=links)


def _said(link: Link, accept: bool) -> Link:
    shown = "a link" if link.accepted.value else "no link"
    return link.model_copy(update={"accepted": by_hand(Inferred[bool], accept, link.accepted, shown)})


def _found(project: Project, ends: Ends) -> Link:
    for link in project.links:
        if ends_of(link) == ends:
            return link
    known = "; ".join(map(str, project.links))
    raise ProjectError(f"There is no link {ends_text(ends)}.", hint=f"There are: {known or 'none yet'}.")


def _check(project: Project, ends: Ends) -> None:
    table, columns, ref_table, ref_columns = ends
    text = ends_text(ends)
    if not columns or len(columns) != len(ref_columns):
        raise ProjectError(
            f"{text} can't be a link: it has {len(columns)} columns on one side and {len(ref_columns)} on the other."
        )
    if len(set(columns)) < len(columns) or len(set(ref_columns)) < len(ref_columns):
        raise ProjectError(f"{text} can't be a link: it names a column more than once.")
    if table == ref_table and set(columns) & set(ref_columns):
        raise ProjectError(f"{text} can't be a link: a column can't refer to itself.")
    child, parent = table_of(project, table), table_of(project, ref_table)
    if not _is_inside(child, columns):
        _check_flat(child, columns, text)
    elif len(columns) > 1:
        raise ProjectError(f"{text} can't be a link: from inside of a nested column one field refers alone.")
    _check_flat(parent, ref_columns, text)


def _is_inside(table: Table, columns: tuple[str, ...]) -> bool:
    """One of them is a field inside of a nested column."""
    return bool({each.place for each in inner_fields(table.fields)} & set(columns))


def _check_flat(table: Table, columns: tuple[str, ...], text: str) -> None:
    for name in columns:
        if column_of(table, name).field.is_nested:
            inside = [each.place for each in inner_fields(table.fields) if each.path[0] == name]
            raise ProjectError(
                f"{text} can't be a link: {table.name}.{name} is nested.",
                hint=f"A link can lead from a field inside of it: {', '.join(inside)}.",
            )


def _aligned(state: Reviewed) -> Reviewed:
    """Both sides of a link need one type; one that a person or the source has chosen stays."""
    project = state.project
    tables = align(project.tables, project.links)
    return state.with_project(tables=tuple(map(_keep_decided, project.tables, tables)))


def _keep_decided(before: Table, after: Table) -> Table:
    decided = (Origin.HUMAN, Origin.DECLARED)
    columns = tuple(
        old if old.type.origin in decided else new
        for old, new in zip(before.columns, after.columns, strict=True)
    )
    return before if columns == before.columns else after.model_copy(update={"columns": columns})
