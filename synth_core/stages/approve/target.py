"""A target that is also a source is refused, however either is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from synth_core.errors import PlanError
from synth_core.model.places import Place, PlaceKind, is_warehouse, parse_place
from synth_core.model.project import Project
from synth_core.model.sources import pattern_of, split_sources

_WILDCARD = re.compile(r"[*?\[]")


def check_target(source: str, target: str, files: str = "") -> None:
    """Raise PlanError when the target, or a place for files, is what the tables are read from, or lies in it."""
    sources = [parse_place(pattern_of(each)) for each in split_sources(source)]
    for written, given in _written(target, files):
        for read in sources:
            if _is_in(written, read):
                where = given if str(written) == given else f"{given}, where {written} will be,"
                raise PlanError(
                    f"{where} is the source or lies in it, so it can't be the target: real and synthetic rows "
                    "would mix.",
                    hint="Choose another place.",
                )


def check_staging(source: str, files: str) -> None:
    """Raise PlanError when a run can't stage its input at the place for files."""
    if parse_place(files).kind is PlaceKind.BUCKET:
        return
    for each in split_sources(source):
        if parse_place(pattern_of(each)).kind is PlaceKind.BIGQUERY:
            raise PlanError(
                f"Tables of {each} can be staged in Cloud Storage only, not at {files}.",
                hint="Name a bucket: `--files gs://BUCKET/PREFIX`.",
            )


def check_audit(project: Project, audit: str) -> None:
    """Raise PlanError when the audit table, given by its address, is one that the project reads or makes: a run would
    append its events to those rows."""
    place = parse_place(audit)
    taken = {(table.source.uri, table.own_name) for table in project.tables if is_warehouse(table.source.uri)}
    for each in split_sources(project.source):
        read = parse_place(pattern_of(each))
        if read.is_warehouse:
            taken |= {(str(read), name) for name in read.tables or project.only}
    made = {name for _, name in taken} | {table.name for table in project.tables}
    for what, tables in (
        ("a table of the source", taken),
        ("a table of the target", {(project.target.uri, name) for name in made}),
    ):
        for address, name in sorted(tables):
            if is_warehouse(address) and _is_table(place, parse_place(address), name):
                raise PlanError(
                    f"audit_table names {name}, {what}: events would be written among its rows.",
                    hint="Give the audit a table of its own, or take only the other tables.",
                )


def _is_table(audit: Place, place: Place, name: str) -> bool:
    [table] = audit.tables
    if audit.kind is not place.kind:
        return False
    if place.kind is PlaceKind.BIGQUERY:
        same = (audit.project.lower(), audit.dataset) == (place.project.lower(), place.dataset)
        return same and table == name
    return _path(audit) == _path(place) and table.casefold() == f"main.{name}".casefold()


def _written(target: str, files: str) -> Iterator[tuple[Place, str]]:
    """What a run writes, and as part of which place that was given."""
    yield parse_place(target), target
    place = files or target
    if files:
        yield parse_place(files), files
    if not is_warehouse(place):
        for part in ("output", "staging"):
            yield parse_place(f"{place.rstrip('/')}/{part}"), place


def _is_in(written: Place, read: Place) -> bool:
    """Whoever reads the one would read the other."""
    if written.is_cloud or read.is_cloud:
        if written.kind is not read.kind:
            return False
        if read.kind is PlaceKind.BIGQUERY:
            return (written.project.lower(), written.dataset) == (read.project.lower(), read.dataset)
        return written.bucket == read.bucket and f"{written.name}/".startswith(_prefix(read))
    place, source = _path(written), _path(read)
    return place == source or (written.kind is PlaceKind.DUCKDB and source in place.parents)


def _prefix(read: Place) -> str:
    """What every object that a source in Cloud Storage reads begins with; with a slash behind what names a folder."""
    wildcard = _WILDCARD.search(read.name)
    if wildcard:
        return read.name[: read.name.rfind("/", 0, wildcard.start()) + 1]
    return f"{read.name}/" if read.name else ""


def _path(place: Place) -> Path:
    """On disk a file's or pattern's folder stands for itself only."""
    return Path(place.path).expanduser().resolve()
