"""How a table is read onto the workbench: dialect, text, types; its declared schema where it has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from synth_core.files.casts import check_castable, typed_select
from synth_core.files.columnar import load_ndjson, load_parquet
from synth_core.files.duck import duckdb_type, field_from_duckdb
from synth_core.files.read import load_text
from synth_core.files.sql import quote, raw_name
from synth_core.files.text import Text
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Origin
from synth_core.model.profile import FileRead
from synth_core.model.project import Column, SourceKind, Table, TableSource
from synth_core.model.types import BigQueryType, Field, Mode
from synth_core.model.warehouse import TableSchema
from synth_core.ports import Warehouse
from synth_core.stages.describe import describe_text, describe_typed
from synth_core.stages.gather.around import personal_texts, without_persons
from synth_core.stages.gather.fetch import Fetched
from synth_core.stages.gather.named import NamedTable
from synth_core.stages.gather.renamed import renamed, renamed_findings
from synth_core.stages.gather.totals import counted_anew, lines_kept
from synth_core.stages.left_out import left_out
from synth_core.stages.sniff import FileJudge, as_decided, sniff
from synth_core.stages.workbench import Workbench

_SAMPLE_SEED = 42


@dataclass(frozen=True)
class Reading:
    """How all tables of a source are read."""

    bench: Workbench
    sample_rows: int | None = None
    """So many rows are left of each."""
    hide_names: bool = False
    judge: FileJudge | None = None
    """Asked where it is not sure how a file is written."""


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


def read_fetched(
    how: Reading, source: TableSource, fetched: Fetched, before: Table | None
) -> tuple[GatheredTable, list[Finding]]:
    """A table from the likeness of its files; that goes afterwards."""
    paths = [file.path for file in fetched.files]
    with renamed(fetched.files):
        table, notes = read_files(how, fetched.table, source, paths, before, fetched.part)
    for path in paths:
        path.unlink()
    here = table.rows
    return (
        GatheredTable(table=fetched.of_all(table), is_whole=fetched.is_whole),
        [*renamed_findings(notes, fetched.files), *fetched.findings(here)],
    )


def read_files(
    how: Reading,
    name: str,
    source: TableSource,
    paths: Sequence[Path],
    before: Table | None,
    part: float = 1.0,
) -> tuple[Table, list[Finding]]:
    """A table from files that are here. `before` is the table as a person reviewed it; `part`: how much of the first
    file is here."""
    bench = how.bench
    if source.kind is not SourceKind.DELIMITED:
        load = load_parquet if source.kind is SourceKind.PARQUET else load_ndjson
        rows = load(bench.con, paths, name)
        _sample(bench, name, how.sample_rows)
        fields = fields_of(bench, name)
        declared = source.kind is SourceKind.PARQUET
        columns = describe_typed(
            bench.con, raw_name(name), fields, table=name, declared=declared, hide_names=how.hide_names
        )
        table = Table(name=name, source=source, rows=rows, wanted=rows, columns=columns)
        read_again(bench, table)
        return table, _empty(table)
    known = tuple(column.name for column in before.columns) if before is not None else ()
    if before is not None and before.dialect is not None and before.dialect.origin is Origin.HUMAN:
        sniffed = as_decided(paths[0], before.dialect, known)
    else:
        sniffed = sniff(paths[0], pattern_files=paths[1:], judge=how.judge)
    dialect, names = sniffed.dialect, sniffed.names
    if dialect.value.header_rows == 0 and len(known) == len(names):
        names = known
    texts: list[Text] = []
    rows = load_text(bench.con, paths, dialect.value, names, name, note=texts.append)
    dialect = counted_anew(bench.con, paths, dialect, names, name, part)
    _sample(bench, name, how.sample_rows)
    columns, notes, _ = describe_text(
        bench.con, raw_name(name), names, dialect.value, table=name, hide_names=how.hide_names
    )
    columns = tuple(
        column.model_copy(update={"null_text": null_text})
        for column, null_text in zip(columns, sniffed.null_texts, strict=True)
    )
    if dialect.origin is not Origin.HUMAN:
        persons = personal_texts(bench.con, dialect.value, columns, name)
        dialect = dialect.model_copy(update={"value": without_persons(dialect.value, persons)})
    table = Table(name=name, source=source, rows=rows, wanted=rows, dialect=dialect, columns=columns)
    read_again(bench, table)
    cut = [finding for text in texts for finding in left_out(text)]
    return table, [*sniffed.findings, *cut, *lines_kept(table), *notes]


def read_warehouse(
    how: Reading, warehouse: Warehouse, chosen: NamedTable, rows: int
) -> tuple[GatheredTable, tuple[Finding, ...]]:
    """A table of a warehouse, of which about so many rows are read where that costs something."""
    bench = how.bench
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
    _sample(bench, name, how.sample_rows)
    described = describe_typed(
        bench.con, raw_name(name), schema.fields, table=name, declared=True, hide_names=how.hide_names
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


def read_again(bench: Workbench, table: Table) -> None:
    """Type a table of the workbench anew after its columns' types were changed."""
    name = bench.name_of(table.name)
    if table.source.kind is SourceKind.DELIMITED and table.dialect is not None:
        select = typed_select(table.name, table.columns, table.dialect.value)
    else:
        casts = ", ".join(
            f"CAST({quote(column.name)} AS {duckdb_type(on_bench(column.field))}) AS {quote(column.name)}"
            for column in table.columns
        )
        select = f"SELECT {casts} FROM {raw_name(table.name)}"
    try:
        bench.con.execute(f"CREATE OR REPLACE TABLE {name} AS {select}")
    except duckdb.Error:
        if table.dialect is not None:
            check_castable(bench.con, table.name, table.columns, table.dialect.value, table.source.full_name)
        raise


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
        [_SAMPLE_SEED, rows],
    )


def _empty(table: Table) -> list[Finding]:
    if table.rows:
        return []
    return [
        Finding(level=Level.WARNING, code="source.no-rows", table=table.name, message="has no rows.", file="")
    ]


def columns_changed(before: Sequence[Column], after: Sequence[Column]) -> bool:
    """Some column has another type or format, so that its values are other ones."""
    return any(_values_of(one) != _values_of(other) for one, other in zip(before, after, strict=True))


def _values_of(column: Column) -> tuple[BigQueryType, str, bool]:
    return column.type.value, column.format, column.mode.value is Mode.REPEATED
