"""Writes record batches as one file of a table: delimited, Parquet or NDJSON.

The same rows give the same bytes, however they are split into batches. A file appears at its place when it is whole,
and an error removes what there is of it (`sinks`).
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self, cast

import pyarrow as pa

from synth_core.errors import TargetError
from synth_core.files.arrow import arrow_schema
from synth_core.files.sinks import FileSink, Sink
from synth_core.files.write_delimited import DelimitedFormat
from synth_core.files.write_ndjson import NdjsonFormat
from synth_core.files.write_parquet import ParquetFormat
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column, SourceKind


@dataclass(frozen=True)
class Written:
    """What a finished file holds."""

    rows: int
    bytes: int
    sha256: str
    replaced: int = 0
    """Characters that the file can't hold and that others stand for now (`r` for `ř` in cp1252)."""


class Format(Protocol):
    """Puts batches into a stream in one file format."""

    @property
    def replaced(self) -> int:
        """Characters that could not be written as they are."""
        ...

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        ...

    def finish(self) -> None:
        """Write what comes last; the stream stays open."""
        ...


def open_writer(
    place: Path | Sink, kind: SourceKind, columns: Sequence[Column], dialect: Dialect | None
) -> Writer:
    """A writer of one file of that kind, on this machine or wherever its bytes go; an existing file is replaced when
    the new one is whole.

    `dialect` counts for delimited files only and is by default comma, quotes where needed, UTF-8. Raises
    TargetError for nested columns in a delimited file, and where nothing can be written.
    """
    sink = FileSink(place) if isinstance(place, Path) else place
    if kind is SourceKind.DELIMITED:
        chosen = dialect or Dialect()
        is_gzip = chosen.compression == "gzip"
        return Writer(sink, columns, lambda stream: DelimitedFormat(stream, columns, chosen), is_gzip=is_gzip)
    if kind is SourceKind.NDJSON:
        is_gzip = sink.place.endswith(".gz")
        return Writer(sink, columns, lambda stream: NdjsonFormat(stream, columns), is_gzip=is_gzip)
    if kind is SourceKind.PARQUET:
        return Writer(sink, columns, lambda stream: ParquetFormat(stream, columns), is_gzip=False)
    raise ValueError(f"files are delimited, Parquet or NDJSON, not {kind}")


class Writer:
    """Writes one file. As a context manager it closes the file, or removes it when there was an error."""

    def __init__(
        self, sink: Sink, columns: Sequence[Column], make: Callable[[BinaryIO], Format], *, is_gzip: bool
    ) -> None:
        self._sink = sink
        self._schema = arrow_schema(column.field for column in columns)
        self._rows = 0
        self._written: Written | None = None
        try:
            self._file = _Hashed(sink)
        except OSError as error:
            raise self._trouble(error) from error
        with self._guarded():
            stream = cast(BinaryIO, self._file)
            # Neither time nor name: the same rows give the same bytes.
            self._gzip = gzip.GzipFile("", "wb", 6, stream, mtime=0) if is_gzip else None
            self._format = make(cast(BinaryIO, self._gzip) if self._gzip else stream)

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch, whose columns must be the file's, in order and type."""
        if batch.schema.names != self._schema.names or batch.schema.types != self._schema.types:
            raise ValueError(f"{self._sink.place}: the batch has columns {batch.schema}, not {self._schema}")
        with self._guarded():
            self._format.write(batch)
        self._rows += batch.num_rows

    def close(self) -> Written:
        """Finish the file and give it its name; a second call only returns the same again."""
        if self._written is None:
            with self._guarded():
                self._format.finish()
                if self._gzip:
                    self._gzip.close()
                self._file.commit()
            self._written = Written(self._rows, self._file.size, self._file.sha256, self._format.replaced)
        return self._written

    def abort(self) -> None:
        """Let go of the unfinished file and remove it; a finished one stays."""
        if self._written is None:
            self._file.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Say what is wrong with the place, and leave no partial file there."""
        try:
            yield
        except OSError as error:
            self.abort()
            raise self._trouble(error) from error
        except BaseException:
            self.abort()
            raise

    def _trouble(self, error: OSError) -> TargetError:
        return TargetError(
            f"{self._sink.place} can't be written: {error.strerror or error}.",
            hint="Check that the folder exists, may be written to and has space left.",
        )


class _Hashed(io.RawIOBase):
    """A new file that knows its size and checksum so far."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self._sink.open()
        self._hash = hashlib.sha256()
        self._is_abandoned = False
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        length = memoryview(data).nbytes
        if not self._is_abandoned:
            self._sink.write(data)
            self._hash.update(data)
            self.size += length
        return length

    def tell(self) -> int:
        return self.size

    def commit(self) -> None:
        """All is written: the file appears."""
        self._sink.commit()

    def abandon(self) -> None:
        """Remove what there is, and take what is still written by those who do not know."""
        if not self._is_abandoned:
            self._is_abandoned = True
            self._sink.discard()
