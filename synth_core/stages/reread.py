"""The beginning of a table's file as another dialect would split it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import duckdb
import pyarrow as pa

from synth_core.errors import ProjectError
from synth_core.files.body import marks_of
from synth_core.files.casts import cast_text
from synth_core.files.names import names_of, plain_name
from synth_core.files.rows import Row, begins_with, split_lines, split_rows, strip_line_end
from synth_core.files.sql import quote
from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.project import Project, SourceKind, Table
from synth_core.model.types import Kind
from synth_core.stages.gather.around import without_persons
from synth_core.stages.gather.buckets import Buckets
from synth_core.stages.gather.head import head_of_file
from synth_core.stages.profile import personal_columns
from synth_core.stages.profile.masks import masked

ROWS = 20
_LOOKED_AT = 1000
"""Rows of which it is told whether they fit."""
_LONGEST = 200


class Reread(Frozen):
    """How a file would be read. Of personal columns only the shape of each value is shown."""

    table: str
    file: str
    dialect: Dialect
    """The one that was asked for, with the lines of the file that it names: banner, first of two header rows."""
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows as text, cut or filled up to the header's width."""
    looked_at: int
    """Rows that were looked at, from the beginning on."""
    uneven: int = 0
    """Of these, how many have another number of values."""
    misfits: dict[str, int] = {}
    """By column of the project: in how many of these rows its value can't be read as its type."""
    problem: str = ""
    """Why nothing can be read so."""


def completed(table: Table, dialect: Dialect, buckets: Buckets | None) -> Dialect:
    """The dialect with the lines of the file in place of those that were only counted, persons crossed out."""
    return without_persons(_read(table, dialect, buckets)[0])


def reread(project: Project, table: Table, dialect: Dialect, buckets: Buckets | None) -> Reread:
    """Read the beginning of the table's first file by the dialect. Raises ProjectError for a table that has no text
    files, SourceError where the file can't be read at all."""
    full, header, rows = _read(table, dialect, buckets)
    full = without_persons(full)
    file = table.source.files[0]
    if len(header) < dialect.header_rows:
        problem = f"the file ends before its header: it has fewer than {dialect.skip_rows + 1} lines."
        return Reread(
            table=table.name, file=file, dialect=full, names=(), rows=(), looked_at=0, problem=problem
        )
    known = tuple(column.name for column in table.columns)
    if header:
        names = names_of([row.cells for row in header], known)
    else:
        width = len(rows[0].cells) if rows else 0
        names = known if len(known) == width else tuple(map(plain_name, range(1, width + 1)))
    hidden = _hidden(project, table, names)
    if header and hidden is None and table.is_headerless:
        # So far that line was taken for a row.
        names = tuple(map(masked, names))
    even = [row for row in rows if len(row.cells) == len(names)]
    return Reread(
        table=table.name,
        file=file,
        dialect=full,
        names=names,
        rows=tuple(_shown(row, hidden) for row in rows[:ROWS]),
        looked_at=len(rows),
        uneven=len(rows) - len(even),
        misfits=_misfits(table, names, even, full),
    )


def first_rows(table: Table, most: int, buckets: Buckets | None) -> tuple[dict[str, str | None], ...]:
    """The first rows of a table's first file as they are, NULL as None; those that fit its columns."""
    if table.dialect is None:
        return ()
    dialect = table.dialect.value
    nulls = {"", *dialect.null_tokens}
    names = [column.name for column in table.columns]
    rows = [row.cells for row in _read(table, dialect, buckets)[2] if len(row.cells) == len(names)]
    return tuple(
        {name: None if cell in nulls else cell for name, cell in zip(names, cells, strict=True)}
        for cells in rows[:most]
    )


def _read(table: Table, dialect: Dialect, buckets: Buckets | None) -> tuple[Dialect, list[Row], list[Row]]:
    """The dialect with the file's own lines, its header rows, and the rows below them."""
    if table.source.kind is not SourceKind.DELIMITED:
        raise ProjectError(f"{table.name} has no delimited files: there is no other way to split them.")
    text, is_whole = head_of_file(table.source.files[0], dialect.encoding, buckets)
    lines = split_lines(text)
    marks = marks_of(dialect)
    banner = tuple(map(strip_line_end, lines[: dialect.skip_rows]))
    before = table.dialect.value if table.dialect else dialect
    if (before.skip_rows, before.encoding) == (dialect.skip_rows, dialect.encoding) and any(before.banner):
        banner = before.banner  # with what is counted anew in them
    rows = split_rows(lines[dialect.skip_rows :], marks, first_line=dialect.skip_rows + 1)
    header = list(islice(rows, dialect.header_rows))
    if sign := dialect.comment:
        rows = (row for row in rows if not begins_with(row, sign))
    below = list(islice(rows, _LOOKED_AT + 1))
    if len(below) > _LOOKED_AT or (not is_whole and below):
        # The last one may be cut.
        below.pop()
    elif is_whole and dialect.footer:
        below = [row for row in below if row.line <= len(lines) - len(dialect.footer)]
    below = [row for row in below if not row.is_blank]
    prefix, last = tuple(tuple(row.cells) for row in header[:-1]), tuple(header[-1].cells) if header else ()
    names = names_of([*prefix, last], [column.name for column in table.columns]) if header else ()
    lines_above = {"banner": banner, "header_prefix": prefix, "header_cells": last if last != names else ()}
    return dialect.model_copy(update=lines_above), header, below


def _hidden(project: Project, table: Table, names: Sequence[str]) -> frozenset[int] | None:
    """The places of personal columns; None where it can't be told where their values would stand."""
    personal = {name for owner, name in personal_columns(project) if owner == table.name}
    if not personal:
        return frozenset()
    if tuple(names) != tuple(column.name for column in table.columns):
        return None
    return frozenset(place for place, name in enumerate(names) if name in personal)


def _shown(row: Row, hidden: frozenset[int] | None) -> tuple[str, ...]:
    return tuple(
        (masked(cell) if hidden is None or place in hidden else cell)[:_LONGEST]
        for place, cell in enumerate(row.cells)
    )


def _misfits(table: Table, names: Sequence[str], rows: Sequence[Row], dialect: Dialect) -> dict[str, int]:
    """Where the columns are those of the project: which values are not of their types."""
    if tuple(names) != tuple(column.name for column in table.columns) or not rows:
        return {}
    typed = [
        (place, column)
        for place, column in enumerate(table.columns)
        if column.type.value.kind not in (Kind.STRING, Kind.GEOGRAPHY, Kind.STRUCT)
    ]
    if not typed:
        return {}
    nulls = {"", *dialect.null_tokens}
    head = pa.table(
        {
            column.name: pa.array(
                [None if row.cells[place] in nulls else row.cells[place] for row in rows], pa.string()
            )
            for place, column in typed
        }
    )
    with duckdb.connect() as con:
        con.register("head", head)
        counts = ", ".join(
            f"count(*) FILTER ({quote(column.name)} IS NOT NULL AND ({cast_text(column, dialect)}) IS NULL)"
            for _, column in typed
        )
        found = con.execute(f"SELECT {counts} FROM head").fetchall()[0]
    return {column.name: count for (_, column), count in zip(typed, found, strict=True) if count}
