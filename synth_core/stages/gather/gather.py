"""Reads tables onto the workbench: dialect, text, types; declared schemas where there are any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.casts import check_castable, typed_select
from synth_core.files.columnar import load_ndjson, load_parquet
from synth_core.files.duck import duckdb_type, field_from_duckdb
from synth_core.files.read import load_text
from synth_core.files.sql import quote, raw_name
from synth_core.model.base import Frozen
from synth_core.model.cost import Cost
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Origin
from synth_core.model.names import duplicates
from synth_core.model.places import parse_place
from synth_core.model.profile import FileRead
from synth_core.model.project import Column, SourceKind, Table, TableSource
from synth_core.model.sources import pattern_of
from synth_core.model.types import Field
from synth_core.model.warehouse import TableSchema
from synth_core.ports import Warehouse
from synth_core.stages.describe import describe_text, describe_typed
from synth_core.stages.gather.buckets import Buckets
from synth_core.stages.gather.costs import SAMPLE_ROWS, check_total, estimated
from synth_core.stages.gather.fetch import Fetched, fetch
from synth_core.stages.gather.find import find
from synth_core.stages.gather.named import (
    NamedTable,
    by_new_name,
    files_only,
    names_in,
    renamed_tables,
    warehouse_tables,
)
from synth_core.stages.gather.renamed import renamed, renamed_findings
from synth_core.stages.gather.stamps import stamped
from synth_core.stages.gather.totals import counted_anew, lines_kept
from synth_core.stages.gather.warehouses import Warehouses
from synth_core.stages.sniff import FileJudge, as_decided, sniff
from synth_core.stages.workbench import Workbench

SAMPLE_SEED = 42
Progress = Callable[[str], None]


class GatheredTable(Frozen):
    """A table on the workbench, and its declared schema where the source has one."""

    table: Table
    declared: TableSchema | None = None
    is_whole: bool = True
    """All rows of it are on the workbench."""
    hidden: tuple[str, ...] = ()
    """Columns, and fields by their paths, that may not be read: all NULL on the workbench."""
    files: tuple[FileRead, ...] = ()
    """Its files as they were before they were read."""


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
            bench,
            sources,
            opened,
            chosen,
            known,
            only,
            by_new_name(before or {}, new_names),
            sample_rows,
            rows,
            buckets,
            hide_names,
            judge,
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
    bench: Workbench,
    sources: Sequence[str],
    opened: Warehouses,
    chosen: Sequence[NamedTable],
    known: list[str],
    only: Sequence[str],
    before: Mapping[str, Table],
    sample_rows: int | None,
    rows: int,
    buckets: Buckets | None,
    hide_names: bool,
    judge: FileJudge | None,
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
                    fetched = fetch(
                        bench.export_folder / "objects",
                        name,
                        source,
                        found.objects,
                        buckets,
                        before.get(name),
                    )
                    gathered, notes = _read_fetched(
                        bench, source, fetched, before.get(name), sample_rows, hide_names, judge
                    )
                else:
                    paths = list(map(Path, source.files))
                    table, notes = _read_files(
                        bench, name, source, paths, before.get(name), sample_rows, hide_names, judge
                    )
                    gathered = GatheredTable(table=table)
                tables.append(gathered.model_copy(update={"files": stamps}))
                findings += notes
    for each in chosen:
        progress(f"reading {each.name}")
        read, remarks = _read_warehouse(bench, opened(each.place), each, rows, sample_rows, hide_names)
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


def read_again(bench: Workbench, table: Table) -> None:
    """Type a table of the workbench anew after its columns' types were changed."""
    name = bench.name_of(table.name)
    if table.source.kind is SourceKind.DELIMITED and table.dialect is not None:
        check_castable(bench.con, table.name, table.columns, table.dialect.value, table.source.full_name)
        select = typed_select(table.name, table.columns, table.dialect.value)
    else:
        casts = ", ".join(
            f"CAST({quote(column.name)} AS {duckdb_type(on_bench(column.field))}) AS {quote(column.name)}"
            for column in table.columns
        )
        select = f"SELECT {casts} FROM {raw_name(table.name)}"
    bench.con.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")


def _read_fetched(
    bench: Workbench,
    source: TableSource,
    fetched: Fetched,
    before: Table | None,
    sample_rows: int | None,
    hide_names: bool,
    judge: FileJudge | None,
) -> tuple[GatheredTable, list[Finding]]:
    """A table from the likeness of its files; that goes afterwards."""
    paths = [file.path for file in fetched.files]
    with renamed(fetched.files):
        table, notes = _read_files(
            bench, fetched.table, source, paths, before, sample_rows, hide_names, judge, fetched.part
        )
    for path in paths:
        path.unlink()
    here = table.rows
    return (
        GatheredTable(table=fetched.of_all(table), is_whole=fetched.is_whole),
        [*renamed_findings(notes, fetched.files), *fetched.findings(here)],
    )


def _read_files(
    bench: Workbench,
    name: str,
    source: TableSource,
    paths: Sequence[Path],
    before: Table | None,
    sample_rows: int | None,
    hide_names: bool,
    judge: FileJudge | None,
    part: float = 1.0,
) -> tuple[Table, list[Finding]]:
    """`part`: how much of the first file is here."""
    if source.kind is not SourceKind.DELIMITED:
        load = load_parquet if source.kind is SourceKind.PARQUET else load_ndjson
        rows = load(bench.con, paths, name)
        _sample(bench, name, sample_rows)
        fields = fields_of(bench, name)
        declared = source.kind is SourceKind.PARQUET
        columns = describe_typed(
            bench.con, raw_name(name), fields, table=name, declared=declared, hide_names=hide_names
        )
        table = Table(name=name, source=source, rows=rows, wanted=rows, columns=columns)
        read_again(bench, table)
        return table, _empty(table)
    known = tuple(column.name for column in before.columns) if before is not None else ()
    if before is not None and before.dialect is not None and before.dialect.origin is Origin.HUMAN:
        sniffed = as_decided(paths[0], before.dialect, known)
    else:
        sniffed = sniff(paths[0], pattern_files=paths[1:], judge=judge)
    dialect, names = sniffed.dialect, sniffed.names
    if dialect.value.header_rows == 0 and len(known) == len(names):
        names = known
    rows = load_text(bench.con, paths, dialect.value, names, name)
    dialect = counted_anew(bench.con, paths, dialect, names, name, part)
    _sample(bench, name, sample_rows)
    columns, notes, _ = describe_text(
        bench.con, raw_name(name), names, dialect.value, table=name, hide_names=hide_names
    )
    columns = tuple(
        column.model_copy(update={"null_text": null_text})
        for column, null_text in zip(columns, sniffed.null_texts, strict=True)
    )
    table = Table(name=name, source=source, rows=rows, wanted=rows, dialect=dialect, columns=columns)
    read_again(bench, table)
    return table, [*sniffed.findings, *lines_kept(table), *notes]


def _read_warehouse(
    bench: Workbench,
    warehouse: Warehouse,
    chosen: NamedTable,
    rows: int,
    sample_rows: int | None,
    hide_names: bool,
) -> tuple[GatheredTable, tuple[Finding, ...]]:
    name, own = chosen.name, chosen.table
    schema = warehouse.schema(own)
    sample = warehouse.sample(own, bench.export_folder, rows)
    load_parquet(bench.con, list(sample.paths), name)
    for path in sample.paths:
        path.unlink()
    total = sample.rows if sample.table_rows is None else max(sample.rows, sample.table_rows)
    for field in schema.fields:
        if field.name in sample.hidden:
            column = f"{quote(field.name)} {duckdb_type(on_bench(field))}"
            bench.con.execute(f"ALTER TABLE {raw_name(name)} ADD COLUMN {column}")
    _sample(bench, name, sample_rows)
    described = describe_typed(
        bench.con, raw_name(name), schema.fields, table=name, declared=True, hide_names=hide_names
    )
    columns = tuple(
        column.model_copy(update={"description": field.description, "policy_tags": field.policy_tags})
        for column, field in zip(described, schema.fields, strict=True)
    )
    table = Table(
        name=name,
        source=TableSource(
            kind=SourceKind.WAREHOUSE,
            uri=chosen.place,
            full_name=schema.full_name or chosen.full_name,
            table="" if own == name else own,
        ),
        rows=total,
        wanted=total,
        columns=columns,
        description=schema.description,
        partitioning=schema.partitioning,
        require_partition_filter=schema.require_partition_filter,
        clustering=schema.clustering,
        labels=schema.labels,
    )
    read_again(bench, table)
    is_whole = sample.is_whole and bench.rows(name) == sample.rows
    gathered = GatheredTable(table=table, declared=schema, is_whole=is_whole, hidden=sample.hidden)
    remarks = [each.model_copy(update={"table": name}) for each in sample.findings]
    return gathered, (*([chosen.note] if chosen.note else []), *remarks)


def on_bench(field: Field) -> Field:
    """The field as the workbench can hold it: of a BIGNUMERIC it holds 38 digits."""
    type = field.type
    if type.precision is not None and type.precision > 38:
        type = type.model_copy(update={"precision": None, "scale": None})
    fields = tuple(map(on_bench, type.fields))
    return field.model_copy(update={"type": type.model_copy(update={"fields": fields})})


def fields_of(bench: Workbench, name: str) -> tuple[Field, ...]:
    """The fields of a raw table that was read with types."""
    rows = bench.con.execute(f"DESCRIBE SELECT * FROM {raw_name(name)}").fetchall()
    return tuple(field_from_duckdb(str(row[0]), str(row[1]), True, None) for row in rows)


def _sample(bench: Workbench, name: str, rows: int | None) -> None:
    """Leave only so many rows of the raw table, the same ones each time, in their order."""
    if rows is None:
        return
    raw = raw_name(name)
    bench.con.execute(
        f"DELETE FROM {raw} WHERE rowid NOT IN (SELECT rowid FROM {raw} ORDER BY hash(rowid, ?), rowid LIMIT ?)",
        [SAMPLE_SEED, rows],
    )


def _empty(table: Table) -> list[Finding]:
    if table.rows:
        return []
    return [
        Finding(level=Level.WARNING, code="source.no-rows", table=table.name, message="has no rows.", file="")
    ]


def columns_changed(before: Sequence[Column], after: Sequence[Column]) -> bool:
    """Some column has another type or format."""
    return any(
        (one.type.value, one.format, one.mode.value) != (other.type.value, other.format, other.mode.value)
        for one, other in zip(before, after, strict=True)
    )
