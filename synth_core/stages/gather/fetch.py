"""A bounded likeness of a table's files in a bucket, on this machine's disk.

Files that fit into the budget are fetched whole, range by range. Of larger ones as much as the budget allows: of text
its head, random blocks and its tail; of gzip the head; of Parquet some row groups. What is read of them stands for
all, so their rows are estimated from bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.body import marks_of
from synth_core.files.json_form import JsonForm, form_of
from synth_core.model.dialect import Encoding
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Origin
from synth_core.model.project import SourceKind, Table, TableSource
from synth_core.ports import BlobStat
from synth_core.stages.gather.buckets import Buckets, bucket_and_name
from synth_core.stages.gather.groups import copy_some
from synth_core.stages.gather.packed import GROWTH, is_larger, unpack
from synth_core.stages.gather.parts import Form, cut_end, further_parts, head_of, head_size
from synth_core.stages.gather.ranges import Ranges, shares
from synth_core.stages.gather.renamed import Likeness, renamed
from synth_core.stages.sniff import as_decided, sniff


@dataclass
class FetchedFile(Likeness):
    """One file: where its likeness is, and of how many of its bytes that is."""

    size: int = 0
    covered: int = 0
    compression: str = ""
    """Of the file, where the likeness is unpacked."""
    rows: int | None = None
    """Of the file, where it says so itself."""

    @property
    def is_whole(self) -> bool:
        """All of it is here."""
        return self.covered >= self.size


@dataclass(frozen=True)
class Fetched:
    """The files of one table that were read."""

    table: str
    files: tuple[FetchedFile, ...]
    size: int
    """Bytes of all files of the table."""
    count: int
    """Files of the table."""
    notes: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        """All rows are here."""
        return len(self.files) == self.count and all(each.is_whole for each in self.files)

    @property
    def part(self) -> float:
        """How much of the first file is here, from 0 to 1."""
        return min(1.0, self.files[0].covered / self.files[0].size) if self.files[0].size else 1.0

    def rows(self, here: int) -> int:
        """Rows of the table, of which so many lie here: estimated from bytes, unless the files say it."""
        if self.is_whole:
            return here
        known = sum(each.rows or 0 for each in self.files)
        if known:
            read = sum(each.size for each in self.files)
            return known if len(self.files) == self.count else round(known * self.size / read)
        covered = sum(each.covered for each in self.files)
        return max(here, round(here * self.size / covered)) if covered else here

    def of_all(self, table: Table) -> Table:
        """The table as it was read, with the rows and the dialect of the files themselves."""
        rows = self.rows(table.rows)
        changes: dict[str, object] = {"rows": rows, "wanted": rows}
        packed = next((each.compression for each in self.files if each.compression), "")
        if packed and table.dialect is not None and table.dialect.origin is not Origin.HUMAN:
            value = table.dialect.value.model_copy(update={"compression": packed})
            changes["dialect"] = table.dialect.model_copy(update={"value": value})
        return table.model_copy(update=changes)

    def findings(self, here: int) -> list[Finding]:
        """What must be known about these rows."""
        if self.is_whole:
            return list(self.notes)
        read = sum(each.covered for each in self.files)
        rows = self.rows(here)
        counted = len(self.files) == self.count and all(each.rows is not None for each in self.files)
        told = f"of its {rows:,} rows {here:,} were read" if counted else f"about {rows:,} rows"
        why = "" if counted else f", estimated from the {here:,} rows in {read:,} of {self.size:,} bytes"
        files = f" of {len(self.files)} of its {self.count} files" if len(self.files) < self.count else ""
        return [
            Finding(
                level=Level.NOTE,
                code="source.sampled",
                table=self.table,
                file=self.files[0].address if self.count == 1 else "",
                message=f"{told}{why}{files}.",
                hint="A larger `source_bytes` reads more of it.",
            ),
            *self.notes,
        ]


def fetch(
    folder: Path,
    name: str,
    source: TableSource,
    stats: Mapping[str, BlobStat],
    buckets: Buckets,
    before: Table | None = None,
) -> Fetched:
    """Fetch a table's files into the folder. `before` is the table as a person reviewed it. Raises SourceError naming
    the file."""
    folder.mkdir(parents=True, exist_ok=True)
    notes: list[Finding] = []
    named = [(address, stats[address]) for address in source.files]
    filled = [(address, stat) for address, stat in named if stat.size]
    if filled and len(filled) < len(named):
        # Exports leave some behind.
        notes += [_empty(name, address) for address, stat in named if not stat.size]
        named = filled
    given = shares([stat.size for _, stat in named], buckets.budget)
    files = []
    for number, ((address, stat), share) in enumerate(zip(named, given, strict=True)):
        if share or not stat.size:
            ranges = Ranges(buckets.open(bucket_and_name(address)[0]), stat)
            # A file's kind is told by its contents and by the table's; its name may be anything.
            file = FetchedFile(address, folder / f"{number:06}", size=stat.size)
            limit = GROWTH * (buckets.budget if share == stat.size else share)
            notes += _fetch(ranges, file, source.kind, share, limit, name, before)
            files.append(file)
    return Fetched(
        table=name,
        files=tuple(files),
        size=sum(stat.size for _, stat in named),
        count=len(named),
        notes=tuple(notes),
    )


def _fetch(
    ranges: Ranges,
    file: FetchedFile,
    kind: SourceKind,
    share: int,
    limit: int,
    table: str,
    before: Table | None,
) -> list[Finding]:
    """`limit`: bytes that a compressed file may unpack to."""
    if share >= file.size:
        ranges.copy(file.path)
        if kind is SourceKind.PARQUET or not is_larger(file.path, limit):
            file.covered = file.size
            return []
    if kind is SourceKind.PARQUET:
        file.rows = copy_some(ranges, share, file.path)
        file.covered = min(ranges.fetched, file.size - 1)
        return []
    begun = ranges.read(0, head_size(share))
    if begun.startswith(b"\x1f\x8b"):
        unpacked = unpack(ranges, share, begun, limit, file.path)
        kept = cut_end(file.path, _form(file, kind, before), ranges.address)
        file.compression = "gzip"
        file.covered = min(file.size - 1, round(unpacked.taken * kept / unpacked.size))
        return []
    file.path.write_bytes(begun)
    form = _form(file, kind, before)
    head, lost = head_of(begun, form, ranges.address), list[int]()
    file.covered, line = len(head.data), 1 + head.lines
    with file.path.open("wb") as target:
        target.write(head.data)
        for part in further_parts(ranges, share, form, lost.append):
            target.write(part.data)
            file.starts.append((line, part.start))
            file.covered += len(part.data)
            line += part.lines
    return [_left_out(table, file.address, lost)] if lost else []


def _form(file: FetchedFile, kind: SourceKind, before: Table | None) -> Form:
    """How rows are told apart: as a person said, else from the beginning of the file, which lies at its path."""
    if kind is SourceKind.NDJSON:
        if form_of(file.path) is JsonForm.ARRAY:
            raise SourceError(
                f"{file.address} is one array of JSON objects, of which no part can be read by itself.",
                hint="Write it with one object a line, or let more bytes be read (`source_bytes` in the settings).",
            )
        return Form("utf-8")
    if before is not None and before.dialect is not None and before.dialect.origin is Origin.HUMAN:
        with renamed([file]):
            dialect, width = before.dialect.value, len(as_decided(file.path, before.dialect).names)
    else:
        with renamed([file]):
            sniffed = sniff(file.path)
        dialect, width = sniffed.dialect.value, len(sniffed.names)
    encoding: Encoding = dialect.encoding
    if encoding == "utf-16":
        with file.path.open("rb") as stream:
            encoding = "utf-16-be" if stream.read(2) == b"\xfe\xff" else "utf-16-le"
    return Form(encoding, marks_of(dialect), width)


def _empty(table: str, address: str) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="source.passed-over",
        table=table,
        file=address,
        message="passed over: it is empty, 0 bytes.",
    )


def _left_out(table: str, address: str, starts: Sequence[int]) -> Finding:
    places = ", ".join(f"{start:,}" for start in starts[:3]) + (", …" if len(starts) > 3 else "")
    return Finding(
        level=Level.WARNING,
        code="source.part-left-out",
        table=table,
        file=address,
        message=f"no row could be made out in {len(starts)} of its parts, behind byte {places}: they were not read.",
        hint="Rows there have another number of values, or are longer than a part; a larger `source_bytes` helps.",
    )
