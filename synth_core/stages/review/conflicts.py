"""Two people edit at once: different fields merge, the same field is a conflict with both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synth_core.model.base import Frozen
from synth_core.model.edits import (
    AcceptAbove,
    AcceptColumn,
    AnyEdit,
    ChangeLink,
    OfColumn,
    OfLink,
    OfRule,
    RenameColumn,
    ScaleAll,
    SetDialect,
    SetExposure,
    SetFormat,
    SetPrimaryKey,
    SetSources,
    SetTables,
    SetTarget,
    SetType,
    SetWanted,
)
from synth_core.model.places import spoken_sources
from synth_core.model.project import Column, Project, Table
from synth_core.stages.review.accept import expanded
from synth_core.stages.review.apply import apply
from synth_core.stages.review.state import Reviewed

Parts = dict[str, str]
"""What an edit decides, as text, by its place in words."""


class Conflict(Frozen):
    """One field that both sides changed, and not to the same."""

    place: str
    base: str
    theirs: str
    mine: str


def merged(
    base: Project, now: Project, edits: Sequence[AnyEdit]
) -> tuple[tuple[AnyEdit, ...], list[Conflict]]:
    """The edits, which were made from the base, as they hold for the project now; and where they clash with what
    somebody else did since. What is accepted is only what was seen: of what is another by now, nothing is."""
    mine: list[AnyEdit] = []
    for edit in edits:
        each = expanded(base, edit) if isinstance(edit, AcceptAbove) else (edit,)
        mine += [kept for one in each if (kept := _still_seen(base, now, one)) is not None]
    after = apply(
        Reviewed(project=base), [edit for edit in mine if not isinstance(edit, RenameColumn)]
    ).project
    found = []
    for edit in mine:
        was, theirs, wanted = _parts(base, edit), _parts(now, edit), _wanted(after, edit)
        for place, value in was.items():
            if theirs.get(place, "gone") not in (value, wanted.get(place)):
                found.append(
                    Conflict(place=place, base=value, theirs=theirs.get(place, "gone"), mine=wanted[place])
                )
    return tuple(mine), list({each.place: each for each in found}.values())


def _still_seen(base: Project, now: Project, edit: AnyEdit) -> AnyEdit | None:
    if not isinstance(edit, AcceptColumn):
        return edit
    before, there = _column(base, edit.table, edit.column), _column(now, edit.table, edit.column)
    if before is None or there is None:
        return None
    parts = tuple(part for part in edit.parts if getattr(before, part) == getattr(there, part))
    return edit.model_copy(update={"parts": parts}) if parts else None


def _wanted(after: Project, edit: AnyEdit) -> Parts:
    if isinstance(edit, RenameColumn):
        return {f"name of {edit.place}": edit.name}
    return _parts(after, edit)


def _parts(project: Project, edit: AnyEdit) -> Parts:
    return dict(_decides(project, edit))


def _decides(project: Project, edit: AnyEdit) -> Iterator[tuple[str, str]]:
    """What the edit decides, as it is in the project; accepting decides nothing new."""
    if isinstance(edit, AcceptColumn | AcceptAbove):
        return
    if isinstance(edit, OfColumn):
        yield from _of_column(project, edit)
    elif isinstance(edit, OfLink):
        known = {(x.table, x.columns, x.ref_table, x.ref_columns): x.accepted.value for x in project.links}
        yield f"link {edit.place}", "a link" if known.get(edit.ends, False) else "no link"
        if isinstance(edit, ChangeLink):
            yield f"the link in place of {edit.place}", "a link" if known.get(edit.new, False) else "no link"
    elif isinstance(edit, SetTarget):
        for name in ("uri", "files", "mode"):
            if getattr(edit, name) is not None:
                yield f"target {name}", str(getattr(project.target, name))
    elif isinstance(edit, SetExposure):
        yield "what a model may see", project.exposure.value
    elif isinstance(edit, SetTables):
        yield "tables", ", ".join(project.only) or "all"
    elif isinstance(edit, SetSources):
        yield "places to read", spoken_sources(project.source)
        if edit.only is not None:
            yield "tables", ", ".join(project.only) or "all"
    elif isinstance(edit, ScaleAll):
        for table in project.tables:
            yield f"rows wanted of {table.name}", f"{table.wanted:,}"
    else:
        yield from _of_table(project, edit)


def _of_column(project: Project, edit: OfColumn) -> Iterator[tuple[str, str]]:
    column = _column(project, edit.table, edit.column)
    if isinstance(edit, RenameColumn):
        yield f"name of {edit.place}", column.name if column else "another name"
    elif column is None:
        return
    elif isinstance(edit, SetType | SetFormat):
        written = f", written as {column.format}" if column.format else ""
        yield f"type of {edit.place}", f"{column.type.value}{written}"
    else:
        part: str = edit.kind  # type: ignore[attr-defined]
        yield f"{part} of {edit.place}", str(getattr(column, part).value)


def _of_table(project: Project, edit: AnyEdit) -> Iterator[tuple[str, str]]:
    name: str = edit.table  # type: ignore[union-attr]
    table = _table(project, name)
    if table is None:
        return
    if isinstance(edit, SetDialect):
        value = table.dialect.value if table.dialect else None
        yield f"how {name} is written", repr(value)
    elif isinstance(edit, SetPrimaryKey):
        yield f"primary key of {name}", ", ".join(table.key_columns) or "none"
    elif isinstance(edit, SetWanted):
        yield f"rows wanted of {name}", f"{table.wanted:,}"
    elif isinstance(edit, OfRule):
        has = any(rule.value.is_same(edit.rule) for rule in table.rules)
        yield f"rule {edit.place}", "a rule" if has else "no rule"


def _table(project: Project, name: str) -> Table | None:
    return next((table for table in project.tables if table.name == name), None)


def _column(project: Project, table: str, name: str) -> Column | None:
    found = _table(project, table)
    return next((column for column in found.columns if column.name == name), None) if found else None
