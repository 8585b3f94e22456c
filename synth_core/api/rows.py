"""A few rows of a source, for people who edit a project; values of people masked unless they ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from synth_core import wiring
from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.errors import ProjectError, UsageError
from synth_core.execution.sightings import Sighting, note_sighting, read_sightings, sighting_of
from synth_core.model.sources import split_sources
from synth_core.stages.gather import gather
from synth_core.stages.profile import personal_columns
from synth_core.stages.profile.masks import masked
from synth_core.stages.workbench import Workbench

MOST_SOURCE_ROWS = 1000


@dataclass(frozen=True)
class SourceRows:
    """Rows of one table of a source."""

    rows: pa.Table
    masked: tuple[str, ...]
    """Columns whose values are shown as shapes: letters as A or a, digits as 9."""
    personal: tuple[str, ...]
    """Columns that hold data of people."""


def source_rows(
    name: str, table: str, n: int = 20, *, unmasked: bool = False, home: Path | None = None
) -> SourceRows:
    """At most `n` rows of a table's source, read now and kept nowhere. Values of personal columns are shapes; whoever
    asks for them as they are (`unmasked`) is noted in the audit first. Raises UsageError for a table that is not there,
    SourceError where it can't be read, or only for more than may be billed."""
    if not 1 <= n <= MOST_SOURCE_ROWS:
        raise UsageError(f"{n:,} rows can't be shown, only 1 to {MOST_SOURCE_ROWS:,}.")
    settings = settings_for(home)
    project = projects_in(home).load(name).project
    known = {each.name: each for each in project.tables}
    if table not in known:
        raise UsageError(f"{name} has no table {table!r}.", hint=f"It has {', '.join(known) or 'none yet'}.")
    sources = split_sources(project.source)
    check_sources(settings, sources, [table])
    people = personal_columns(project)
    personal = tuple(column.name for column in known[table].columns if (table, column.name) in people)
    if unmasked and personal:
        note_sighting(store_of(settings), sighting_of(settings.user, name, table, personal, n))
    with Workbench() as bench:
        gather(
            bench,
            sources,
            partial(wiring.open_source, settings=settings),
            only=[table],
            before=known,
            sample_rows=n,
            max_bytes=settings.max_bytes_billed,
            buckets=buckets_for(settings),
        )
        with bench.con.cursor() as con:
            con.execute("SET TimeZone = 'UTC'")
            found = con.sql(f"SELECT * FROM {bench.name_of(table)} LIMIT {n}").to_arrow_table()
    hidden = () if unmasked else personal
    return SourceRows(rows=_masked(found, hidden), masked=hidden, personal=personal)


def sightings(name: str, *, home: Path | None = None) -> list[Sighting]:
    """Who has asked for values of people in a project's source, oldest first."""
    if name not in projects_in(home).names():
        raise ProjectError(f"There is no project called {name!r}.")
    return read_sightings(store_of(settings_for(home)), name)


def _masked(rows: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    for name in columns:
        if name in rows.column_names:
            shapes = [_shape(value) for value in rows.column(name).to_pylist()]
            texts = pa.array([None if each is None else str(each) for each in shapes], pa.string())
            rows = rows.set_column(rows.column_names.index(name), name, texts)
    return rows


def _shape(value: Any) -> Any:
    """A value as its shape; of a nested one each leaf, names of fields stay."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {field: _shape(inner) for field, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return "…" if isinstance(value, bytes) else masked(str(value))
