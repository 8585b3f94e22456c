"""What is read: all tables of the sources, or those that are named, onto the workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model.base import Frozen
from synth_core.model.cost import Cost
from synth_core.model.findings import Finding
from synth_core.model.names import duplicates
from synth_core.model.places import parse_place
from synth_core.model.project import Table
from synth_core.model.sources import pattern_of
from synth_core.ports import Warehouse
from synth_core.stages.gather.buckets import Buckets
from synth_core.stages.gather.costs import SAMPLE_ROWS, check_total, estimated
from synth_core.stages.gather.fetch import fetch
from synth_core.stages.gather.find import find
from synth_core.stages.gather.named import (
    NamedTable,
    by_new_name,
    files_only,
    names_in,
    renamed_tables,
    warehouse_tables,
)
from synth_core.stages.gather.reading import (
    GatheredTable,
    Reading,
    read_fetched,
    read_files,
    read_warehouse,
)
from synth_core.stages.gather.stamps import stamped
from synth_core.stages.gather.warehouses import Warehouses
from synth_core.stages.sniff import FileJudge
from synth_core.stages.workbench import Workbench

Progress = Callable[[str], None]


class Gathered(Frozen):
    """All tables of a source."""

    tables: tuple[GatheredTable, ...]
    findings: tuple[Finding, ...] = ()
    renamed: Mapping[str, str] = {}
    """Tables as they were called before, with their new names."""


def gather(
    bench: Workbench,
    sources: Sequence[str],
    open_warehouse: Callable[[str], Warehouse],
    *,
    only: Sequence[str] = (),
    before: Mapping[str, Table] | None = None,
    sample_rows: int | None = None,
    warehouse_rows: int = SAMPLE_ROWS,
    max_bytes: int | None = None,
    buckets: Buckets | None = None,
    hide_names: bool = False,
    judge: FileJudge | None = None,
    progress: Progress = lambda message: None,
) -> Gathered:
    """Read every table of the sources, or only those named. `before` holds tables as a person reviewed them: their own
    names and dialects, and the names of headerless columns, are kept; a table that a SOURCE gives another name is known
    again by its place. `judge` is asked where it is not sure how a file is written.
    `buckets` says how files in Cloud Storage are read.

    `sample_rows` leaves so many rows of each table; `warehouse_rows` is about what is read of a warehouse's table that
    costs something. What all of that costs is told before anything is billed. Raises SourceError, also where it is more
    than `max_bytes`.
    """
    with ExitStack() as stack:
        opened = (
            open_warehouse
            if isinstance(open_warehouse, Warehouses)
            else stack.enter_context(Warehouses(open_warehouse))
        )
        names = names_in((before or {}).values())
        chosen, known = warehouse_tables(sources, lambda place: opened(place).tables(), only, names)
        new_names = renamed_tables(chosen, names)
        rows = sample_rows or warehouse_rows
        found = estimated(((opened(each.place), each) for each in chosen), rows, progress)
        if max_bytes is not None:
            check_total(found, max_bytes)
        gathered = _gather(
            Reading(bench, sample_rows, hide_names, judge),
            sources,
            opened,
            chosen,
            known,
            only,
            by_new_name(before or {}, new_names),
            rows,
            buckets,
            progress,
        )
        return gathered.model_copy(update={"renamed": new_names})


def costs(
    sources: Sequence[str], opened: Warehouses, only: Sequence[str], rows: int, before: Iterable[Table]
) -> list[Cost]:
    """What `gather` and measuring would cost, by table; only of warehouses."""
    chosen, _ = warehouse_tables(sources, lambda place: opened(place).tables(), only, names_in(before))
    return estimated(((opened(each.place), each) for each in chosen), rows, lambda message: None)


def _gather(
    how: Reading,
    sources: Sequence[str],
    opened: Warehouses,
    chosen: Sequence[NamedTable],
    known: list[str],
    only: Sequence[str],
    before: Mapping[str, Table],
    rows: int,
    buckets: Buckets | None,
    progress: Progress,
) -> Gathered:
    files = files_only(sources)
    tables: list[GatheredTable] = []
    findings: list[Finding] = []
    if files:
        found = find(files, buckets)
        findings += found.findings
        known = [*(name for name, _ in found.tables), *known]
        for name, source in found.tables:
            if not only or name in only:
                progress(f"reading {name}")
                stamps = stamped(source.files, found.objects)
                if buckets is not None and source.files[0] in found.objects:
                    folder = how.bench.export_folder / "objects"
                    fetched = fetch(folder, name, source, found.objects, buckets, before.get(name))
                    gathered, notes = read_fetched(how, source, fetched, before.get(name))
                else:
                    table, notes = read_files(
                        how, name, source, list(map(Path, source.files)), before.get(name)
                    )
                    gathered = GatheredTable(table=table)
                tables.append(gathered.model_copy(update={"files": stamps}))
                findings += notes
    for each in chosen:
        progress(f"reading {each.name}")
        read, remarks = read_warehouse(how, opened(each.place), each, rows)
        tables.append(read)
        findings += remarks
    _check_known(only, sources, known)
    if twice := duplicates([each.table.name for each in tables]):
        raise SourceError(
            f"Two sources have tables of the same name to a database: {', '.join(map(repr, twice))}.",
            hint="Give one of them a name of its own: `name=PATTERN`, `name=bigquery:PROJECT.DATASET.table` or "
            "`name=duckdb:PATH#table`.",
        )
    if not tables:
        raise SourceError(f"{', '.join(sources)}: there is no table to read here.")
    return Gathered(tables=tuple(tables), findings=tuple(findings))


def check_tables(
    sources: Sequence[str],
    open_warehouse: Callable[[str], Warehouse],
    only: Sequence[str] = (),
    buckets: Buckets | None = None,
    before: Iterable[Table] = (),
) -> None:
    """Raise SourceError unless the sources are there and have the tables that are named, also by what they are called
    in a project (`before`); reads no rows."""
    files = files_only(sources)
    known = [name for name, _ in find(files, buckets).tables] if files else []
    there: dict[str, list[str]] = {}
    with Warehouses(open_warehouse) as opened:
        for place in (parse_place(pattern_of(each)) for each in sources if each not in files):
            names = there.setdefault(str(place), [])
            names += [] if names else opened(str(place)).tables()
            _check_known(place.tables, [str(place)], names)
    known += warehouse_tables(sources, there.__getitem__, before=names_in(before))[1]
    _check_known(only, sources, known)


def _check_known(wanted: Sequence[str], sources: Sequence[str], known: Sequence[str]) -> None:
    if missing := [name for name in wanted if name not in known]:
        raise SourceError(
            f"There is no table {', '.join(map(repr, missing))} in {', '.join(sources)}.",
            hint=f"It has {', '.join(known) or 'none'}.",
        )
