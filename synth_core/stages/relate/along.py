"""What a key means, its copies mean: meanings told along links."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Link, Table

_KNOWN, _SURE = 0.75, 0.8
"""So sure must be what a key means, and that a column refers to it."""
_UNKNOWN = "unknown"
_Place = tuple[str, str]


def told_along(tables: Sequence[Table], links: Sequence[Link]) -> tuple[Table, ...]:
    """The tables, where a column that refers to a key means what this means, if that is surer: the `title` of films in
    a table of their people is no post of these. With the meaning comes that it is personal, never that it is not."""
    columns = {(table.name, column.name): column for table in tables for column in table.columns}
    parents: dict[_Place, tuple[_Place, float]] = {}
    for link in links:
        if link.accepted.value and len(link.columns) == 1 and not link.nested:
            child, parent = (link.table, link.columns[0]), (link.ref_table, link.ref_columns[0])
            if (
                link.accepted.confidence >= _SURE
                and child != parent
                and parent in columns
                and child in columns
            ):
                parents[child] = parent, link.accepted.confidence
    told: dict[_Place, Column] = {}
    for child in parents:
        for place in _upwards(child, parents):
            told.setdefault(place, _told(place, parents, columns, told))
    return tuple(
        table.model_copy(update={"columns": tuple(told.get((table.name, c.name), c) for c in table.columns)})
        for table in tables
    )


def _upwards(child: _Place, parents: dict[_Place, tuple[_Place, float]]) -> list[_Place]:
    """The columns that refer to something from the last above the child down to this; what refers in a circle once."""
    path = []
    while child in parents and child not in path:
        path.append(child)
        child, _ = parents[child]
    return path[::-1]


def _told(
    place: _Place,
    parents: dict[_Place, tuple[_Place, float]],
    columns: dict[_Place, Column],
    told: dict[_Place, Column],
) -> Column:
    above, sure = parents[place]
    parent, child = told.get(above, columns[above]), columns[place]
    meaning = parent.meaning
    if child.meaning.origin is not Origin.MEASURED or meaning.value in (_UNKNOWN, child.meaning.value):
        return child
    confidence = round(sure * meaning.confidence, 2)
    if meaning.confidence < _KNOWN or (
        child.meaning.value != _UNKNOWN and child.meaning.confidence >= confidence
    ):
        return child
    if child.personal.value and not parent.personal.value:
        # What is taken for personal is not told that it is none by what another column is taken for.
        return child
    evidence = f"refers to {'.'.join(above)}: {meaning.evidence}"
    found = Inferred[str](value=meaning.value, confidence=confidence, evidence=evidence)
    personal = child.personal
    if parent.personal.value and personal.origin is Origin.MEASURED:
        sure_of_it = round(sure * parent.personal.confidence, 2)
        personal = Inferred[bool](value=True, confidence=sure_of_it, evidence=evidence)
    return child.model_copy(update={"meaning": found, "personal": personal})
