"""One file at a glance: its dialect and its columns, from a bounded part of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synth_core.errors import RowsError, SourceError
from synth_core.files.columnar import load_ndjson, load_parquet
from synth_core.files.read import load_text
from synth_core.files.scratch import ScratchFolder
from synth_core.files.sql import raw_name
from synth_core.files.text import Text
from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding
from synth_core.model.inferred import Inferred
from synth_core.model.places import is_bucket
from synth_core.model.project import Column, SourceKind
from synth_core.stages.beginning import WHOLE, first_lines, first_objects, is_large
from synth_core.stages.describe import Fit, describe_text, describe_typed
from synth_core.stages.gather.buckets import Buckets
from synth_core.stages.gather.fetch import fetch
from synth_core.stages.gather.find import find
from synth_core.stages.gather.reading import fields_of
from synth_core.stages.gather.renamed import renamed, renamed_findings
from synth_core.stages.left_out import left_out
from synth_core.stages.sniff import FileJudge, Sniffed, sniff
from synth_core.stages.workbench import Workbench
from synth_core.starting import loading

GLANCE = 1 << 20
"""Bytes of a file in a bucket that are read for its dialect alone."""
_VALUES = 20_000_000
"""Values that are read of a Parquet file, of which a few bytes may stand for any number of rows."""
_TABLE = "file"


class Looked(Frozen):
    """What one file is. `sniffed` is None for files that declare their own layout."""

    file: str
    sniffed: Sniffed | None
    columns: tuple[Column, ...]
    fits: tuple[Fit, ...] = ()
    """By column, how far its values bear out what is said of its type; none where types are declared."""
    findings: tuple[Finding, ...] = ()

    @property
    def confidence(self) -> float:
        """In dialect and columns together: the weaker of the dialect and the mean of the columns' types."""
        types: list[Inferred[object]] = [column.type for column in self.columns]  # type: ignore[misc]
        mean = sum(each.confidence for each in types) / len(types) if types else 1.0
        return min(mean, self.sniffed.dialect.confidence) if self.sniffed else mean


def files_in(place: str, buckets: Buckets | None = None) -> tuple[list[str], tuple[Finding, ...]]:
    """The file itself, or the files of a folder (or of a pattern in a bucket) that are read as tables; also what is
    passed over. Raises SourceError for a folder without tables."""
    if not is_bucket(place) and not Path(place).is_dir():
        return [place], ()
    found = find([place], buckets)
    return [file for _, source in found.tables for file in source.files], found.findings


def glance(file: str, buckets: Buckets | None = None) -> Inferred[Dialect] | None:
    """How one file is written, from a small part of it; None for files that declare their own layout. Raises
    SourceError when it can't be read, or is none that is read as a table."""
    found = find([file], buckets)
    [(name, source)] = found.tables
    if source.kind is not SourceKind.DELIMITED:
        return None
    if file not in found.objects:
        return sniff(Path(file)).dialect
    assert buckets is not None
    with ScratchFolder("glance") as folder:
        [part] = fetch(folder, name, source, found.objects, replace(buckets, budget=GLANCE)).files
        with renamed([part]):
            dialect = sniff(part.path).dialect
    return _packed(dialect, part.compression)


@loading()
def look(file: str, buckets: Buckets | None = None, judge: FileJudge | None = None) -> Looked:
    """The dialect and columns of one file, given by its path or its address in a bucket; `judge` is asked where
    measurement is not sure of the dialect. Raises SourceError when it can't be read: RowsError, which has the dialect,
    where that much is clear."""
    if not is_bucket(file):
        path = Path(file)
        [(_, source)] = find([file]).tables if path.suffix else [("", None)]
        kind = source.kind if source is not None else SourceKind.DELIMITED
        with Workbench(small=kind is SourceKind.DELIMITED) as bench:
            # What its rows are says the name without its endings: `products.csv.gz`.
            return _look(bench, path, kind, path.name.partition(".")[0] or path.name, judge)
    found = find([file], buckets)
    assert buckets is not None
    [(name, source)] = found.tables
    with Workbench(small=source.kind is SourceKind.DELIMITED) as bench:
        part = fetch(bench.folder / "objects", name, source, found.objects, replace(buckets, budget=WHOLE))
        with renamed(part.files):
            looked = _look(bench, part.files[0].path, source.kind, name, judge)
        sniffed, rows = looked.sniffed, bench.rows_read(_TABLE)
        if sniffed is not None:
            dialect = _packed(sniffed.dialect, part.files[0].compression)
            sniffed = sniffed.model_copy(update={"dialect": dialect})
        return Looked(
            file=file,
            sniffed=sniffed,
            columns=looked.columns,
            fits=looked.fits,
            findings=(*renamed_findings(looked.findings, part.files), *part.findings(rows)),
        )


def _packed(dialect: Inferred[Dialect], compression: str) -> Inferred[Dialect]:
    """As the file in the bucket is, of which an unpacked part was looked at."""
    if not compression:
        return dialect
    return dialect.model_copy(update={"value": dialect.value.model_copy(update={"compression": compression})})


def _look(bench: Workbench, path: Path, kind: SourceKind, name: str, judge: FileJudge | None) -> Looked:
    if kind is not SourceKind.DELIMITED:
        _load_typed(bench, path, kind)
        columns = describe_typed(
            bench.con,
            raw_name(_TABLE),
            fields_of(bench, _TABLE),
            table=name,
            declared=kind is SourceKind.PARQUET,
        )
        return Looked(file=str(path), sniffed=None, columns=columns)
    sniffed = sniff(path, judge=judge)
    part, dialect = path, sniffed.dialect.value
    if is_large(path):
        part = first_lines(path, bench.folder / "head", dialect.line_end)
        dialect = dialect.model_copy(update={"footer": (), "compression": ""})
    texts: list[Text] = []
    try:
        load_text(bench.con, [part], dialect, sniffed.names, _TABLE, note=texts.append)
    except SourceError as error:
        message = error.message.replace(str(part), str(path))
        raise RowsError(message, hint=error.hint, dialect=sniffed.dialect.value) from error
    columns, notes, fits = describe_text(bench.con, raw_name(_TABLE), sniffed.names, dialect, table=name)
    cut = [finding for text in texts for finding in left_out(text, path)]
    findings = (*sniffed.findings, *cut, *notes)
    return Looked(file=str(path), sniffed=sniffed, columns=columns, fits=fits, findings=findings)


def _load_typed(bench: Workbench, path: Path, kind: SourceKind) -> None:
    if kind is SourceKind.PARQUET:
        load_parquet(bench.con, [path], _TABLE, most=_VALUES)
        return
    part = first_objects(path, bench.folder / "head") if is_large(path) else path
    try:
        load_ndjson(bench.con, [part], _TABLE)
    except SourceError as error:
        raise SourceError(error.message.replace(str(part), str(path)), hint=error.hint) from error
