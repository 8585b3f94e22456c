"""Whether a project's sources are still what they were when they were read. Reads no rows but the headers of files that
changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from synth_core.errors import SourceError, SynthError
from synth_core.files.body import marks_of
from synth_core.files.names import names_of
from synth_core.files.rows import split_lines, split_rows
from synth_core.model.base import Frozen
from synth_core.model.profile import FileRead, Profile, TableRead
from synth_core.model.project import Project, SourceKind, Table
from synth_core.model.sources import split_sources
from synth_core.model.types import Field
from synth_core.ports import Warehouse
from synth_core.stages.gather import Buckets, find
from synth_core.stages.gather.head import head_of_file
from synth_core.stages.gather.named import files_only, names_in, warehouse_tables
from synth_core.stages.gather.stamps import stamped
from synth_core.stages.gather.warehouses import Warehouses


class SourceChange(Frozen):
    """What is not as it was. `schema`: other columns; `rows`: other rows, as far as can be told without reading them;
    `gone`: it can't be read any more; `new`: a table that is not in the project."""

    table: str
    what: Literal["schema", "rows", "gone", "new"]
    message: str
    """A sentence without the table's name."""


def source_changes(
    project: Project,
    profile: Profile | None,
    open_warehouse: Callable[[str], Warehouse],
    buckets: Buckets | None,
) -> tuple[SourceChange, ...]:
    """What changed since the facts were measured, by table; nothing where that is not known of a table. Raises
    SourceError where a source is not there at all."""
    found = [*_of_files(project, profile, buckets)]
    with Warehouses(open_warehouse) as opened:
        found += _of_warehouses(project, profile, opened)
    return tuple(found)


def _of_files(project: Project, profile: Profile | None, buckets: Buckets | None) -> Iterator[SourceChange]:
    sources = files_only(split_sources(project.source))
    if not sources:
        return
    there = find(sources, buckets)
    by_name = dict(there.tables)
    mine = [table for table in project.tables if table.source.kind is not SourceKind.WAREHOUSE]
    for table in mine:
        if table.name not in by_name:
            yield _gone(table.name)
        elif (read := profile.read_of(table.name) if profile else None) is not None:
            now = stamped(by_name[table.name].files, there.objects)
            yield from _files(table, read, now, buckets)
    yield from _new([name for name, _ in there.tables], mine, project)


def _files(
    table: Table, read: TableRead, now: Sequence[FileRead], buckets: Buckets | None
) -> Iterator[SourceChange]:
    before, after = ({each.file: each for each in files} for files in (read.files, now))
    added, lost = (
        [file for file in after if file not in before],
        [file for file in before if file not in after],
    )
    changed = [file for file, each in after.items() if file in before and before[file] != each]
    for file in (*added, *changed):
        if told := _other_header(table, read, file, buckets):
            yield SourceChange(table=table.name, what="schema", message=told)
            break
    parts = [
        f"{len(files)} {'file is' if len(files) == 1 else 'files are'} {word}"
        for files, word in ((added, "new"), (lost, "gone"), (changed, "not as before"))
        if files
    ]
    if parts:
        sizes = [sum(each.size for each in files) for files in (before.values(), after.values())]
        grown = f" ({sizes[0]:,} bytes before, {sizes[1]:,} now)" if sizes[0] != sizes[1] else ""
        yield SourceChange(table=table.name, what="rows", message=f"{', '.join(parts)}{grown}.")


def _other_header(table: Table, read: TableRead, file: str, buckets: Buckets | None) -> str:
    """How the header of a file differs from the columns; nothing where it is the same, or has none."""
    dialect = read.dialect
    if dialect is None or not dialect.header_rows:
        return ""
    try:
        lines = split_lines(head_of_file(file, dialect.encoding, buckets)[0])[dialect.skip_rows :]
    except SourceError as error:
        return str(error)
    rows = split_rows(lines, marks_of(dialect))
    header = [row for row, _ in zip(rows, range(dialect.header_rows), strict=False)]
    before = [name for name, _ in read.columns]
    names = names_of([row.cells for row in header], before) if header else ()
    return _difference(before, list(names))


def _of_warehouses(project: Project, profile: Profile | None, opened: Warehouses) -> Iterator[SourceChange]:
    mine = [table for table in project.tables if table.source.kind is SourceKind.WAREHOUSE]
    sources = split_sources(project.source)
    if len(files_only(sources)) == len(sources):
        return
    chosen, _ = warehouse_tables(sources, lambda place: opened(place).tables(), before=names_in(mine))
    places = {(each.place, each.table) for each in chosen}
    for table in mine:
        if (table.source.uri, table.own_name) not in places:
            yield _gone(table.name)
            continue
        read = profile.read_of(table.name) if profile else None
        if read is not None:
            yield from _declared(table, read, opened(table.source.uri))
    yield from _new([each.name for each in chosen], mine, project)


def _declared(table: Table, read: TableRead, warehouse: Warehouse) -> Iterator[SourceChange]:
    try:
        now = warehouse.schema(table.own_name)
    except SynthError as error:
        yield SourceChange(table=table.name, what="gone", message=str(error))
        return
    if told := _other_fields(read.declared, now.fields):
        yield SourceChange(table=table.name, what="schema", message=told)
    if now.rows is not None and read.rows is not None and now.rows != read.rows:
        yield SourceChange(
            table=table.name, what="rows", message=f"it had {read.rows:,} rows and has {now.rows:,} now."
        )
    elif now.bytes is not None and read.bytes is not None and now.bytes != read.bytes:
        yield SourceChange(
            table=table.name, what="rows", message=f"it had {read.bytes:,} bytes and has {now.bytes:,} now."
        )


def _other_fields(before: Sequence[Field], now: Sequence[Field]) -> str:
    if told := _difference([field.name for field in before], [field.name for field in now]):
        return told
    known = {field.name: field for field in before}
    other = [
        f"{field.name} was {_typed(known[field.name])} and is {_typed(field)}"
        for field in now
        if _typed(known[field.name]) != _typed(field)
    ]
    return f"{'; '.join(other[:5])}." if other else ""


def _typed(field: Field) -> str:
    return f"{field.type} {field.mode.value}"


def _difference(before: Sequence[str], now: Sequence[str]) -> str:
    """Columns that are new or gone, or their order."""
    new, gone = [name for name in now if name not in before], [name for name in before if name not in now]
    parts = [
        f"{', '.join(names[:5])}{', …' if len(names) > 5 else ''} {'is' if len(names) == 1 else 'are'} {word}"
        for names, word in ((new, "new"), (gone, "gone"))
        if names
    ]
    if not parts and list(before) != list(now):
        parts = ["its columns are in another order"]
    return f"{'; '.join(parts)}." if parts else ""


def _gone(table: str) -> SourceChange:
    return SourceChange(table=table, what="gone", message="it is not in the source any more.")


def _new(names: Sequence[str], mine: Sequence[Table], project: Project) -> Iterator[SourceChange]:
    known = {name for table in mine for name in (table.name, table.own_name)}
    for name in names:
        # Who has chosen tables has left out the others.
        if name not in known and not project.only:
            yield SourceChange(table=name, what="new", message="it is in the source and not in the project.")
