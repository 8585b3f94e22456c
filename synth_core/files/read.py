"""Reads delimited files into tables of text, exactly, in order and in bounded memory.

The bytes are streamed: decompressed, decoded, cut to the data rows and handed to Arrow's CSV reader, whose
batches go into DuckDB one after the other. (DuckDB's own reader refuses mixed line ends and a carriage return
inside quotes, trims blanks around quoted values, and drops an empty value too many at the end of a row.)
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import duckdb
import pyarrow as pa
import pyarrow.csv

from synth_core.errors import SourceError
from synth_core.files.body import Body, marks_of
from synth_core.files.casts import check_castable, typed_select
from synth_core.files.columnar import load_ndjson, load_parquet
from synth_core.files.exact import exact_batches, without_escaped_nulls
from synth_core.files.names import check_width, names_of
from synth_core.files.quotes import QuoteCheck
from synth_core.files.rows import MAX_ROW, begins_with
from synth_core.files.sql import quote, raw_name
from synth_core.files.text import Text
from synth_core.model.dialect import Comment, Dialect
from synth_core.model.names import duplicates

__all__ = ["check_castable", "load_ndjson", "load_parquet", "load_text", "raw_name", "typed_select"]

_BATCH = "synth_incoming_batch"
_ROWS_AT_ONCE, _BYTES_AT_ONCE = 2048, 4 * MAX_ROW
"""Rows that are worth a statement, and what is not exceeded for them."""
_STAND_INS = ("\x1f", "\x1e")
"""Arrow takes ASCII characters only as delimiter and quote: others change places with these on the way."""


def load_text(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    dialect: Dialect,
    names: Sequence[str],
    table: str,
    *,
    note: Callable[[Text], None] = lambda text: None,
) -> int:
    """Make `raw."<table>"` from all rows of the files and return how many there are. `note` is given the text of each
    file that was read, which tells what was left out of it.

    Every column is VARCHAR, in the files' order. NULL is an unquoted empty value and every null token; where
    the dialect says that the file tells `""` apart, a quoted value is never NULL. Raises SourceError with
    file and physical line; the table is not left behind then.
    """
    if repeated := duplicates(names):
        raise _repeated(paths[0], dialect, names, repeated)
    check_width(paths[0], len(names))
    con.execute("CREATE SCHEMA IF NOT EXISTS raw")
    columns = ", ".join(f"{quote(name)} VARCHAR" for name in names)
    con.begin()
    try:
        con.execute(f"CREATE OR REPLACE TABLE {raw_name(table)} ({columns})")
        rows = sum(_load_file(con, path, dialect, names, table, note) for path in paths)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return rows


def _repeated(path: Path, dialect: Dialect, names: Sequence[str], repeated: Sequence[str]) -> SourceError:
    header = Body(path, dialect).header
    place = f"{path}, line {header[-1].line}" if header else str(path)
    text = f"column names are equal but for their case: {', '.join(repeated)}"
    if twice := [name for name in repeated if names.count(name) > 1]:
        text = f"column names occur more than once: {', '.join(map(repr, twice))}"
    return SourceError(f"{place}: {text}.", hint="Rename all but one of each in the header.")


def _load_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    dialect: Dialect,
    names: Sequence[str],
    table: str,
    note: Callable[[Text], None],
) -> int:
    body = Body(path, dialect)
    _check_header(body, dialect, names)
    stream = None if dialect.initial_space else _Utf8Stream(body, dialect)
    if stream is not None and stream.is_empty:
        return 0
    swap = {} if stream is None else stream.swap
    source = "*" if not swap else "translate(COLUMNS(*), ?, ?)"
    values = ["".join(map(chr, swap.keys())), "".join(map(chr, swap.values()))] if swap else []
    rows = 0
    try:
        width = len(names)
        batches = exact_batches(body, dialect, width) if stream is None else _batches(stream, dialect, width)
        for batch in _together(batches):
            con.register(_BATCH, batch)
            con.execute(f"INSERT INTO {raw_name(table)} SELECT {source} FROM {_BATCH}", values)
            con.unregister(_BATCH)
            rows += batch.num_rows
    except pa.ArrowInvalid as error:
        raise _explain(path, dialect, names) or SourceError(
            f"{path}: it can't be read: {error}", hint="Check delimiter, quote character and encoding."
        ) from error
    if stream is not None and stream.suspicious and (problem := _explain(path, dialect, names)):
        raise problem
    note(body.text)
    return rows


def _together(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in fewer batches, where these have few each: of a table of thousands of columns, a statement takes
    longer to understand than to carry out."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        waiting.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield pa.Table.from_batches(waiting)
            waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def _batches(stream: _Utf8Stream, dialect: Dialect, width: int) -> Iterator[pa.RecordBatch]:
    marks = marks_of(dialect)
    columns = [str(number) for number in range(width)]
    reader = pyarrow.csv.open_csv(
        pa.PythonFile(stream, "r"),
        pyarrow.csv.ReadOptions(column_names=columns, block_size=MAX_ROW),
        pyarrow.csv.ParseOptions(
            delimiter=stream.delimiter,
            quote_char=stream.quotechar or False,
            double_quote=True,
            escape_char=marks.escapechar or False,
            newlines_in_values=bool(marks.quotechar or marks.escapechar),
            ignore_empty_lines=width > 1,
        ),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=["", *dialect.null_tokens],
            strings_can_be_null=True,
            quoted_strings_can_be_null=not dialect.quoted_empty_is_empty,
        ),
    )
    yield from reader


class _Utf8Stream(io.RawIOBase):
    """The data rows of a file as UTF-8 bytes that Arrow can take."""

    def __init__(self, body: Body, dialect: Dialect) -> None:
        super().__init__()
        marks = marks_of(dialect)
        self.swap: dict[int, int] = {}
        for mark, stand_in in zip((marks.delimiter, marks.quotechar), _STAND_INS, strict=True):
            if mark and not mark.isascii():
                self.swap |= {ord(mark): ord(stand_in), ord(stand_in): ord(mark)}
        self.delimiter = marks.delimiter.translate(self.swap)
        self.quotechar = marks.quotechar.translate(self.swap)
        self._check = QuoteCheck(self.delimiter, self.quotechar) if self.quotechar else None
        self._escapes = bool(marks.escapechar and marks.quotechar)
        self._chunks = without_escaped_nulls(body.chunks(), dialect)
        self._pending = b""
        self._fill(1)
        self.is_empty = not self._pending

    def _fill(self, size: int) -> None:
        parts, length = [self._pending], len(self._pending)
        while length < size:
            text = next(self._chunks, None)
            if text is None:
                if self._check:
                    self._check.close()
                break
            block = (text.translate(self.swap) if self.swap else text).encode()
            if self._check:
                self._check.feed(block)
            parts.append(block)
            length += len(block)
        self._pending = b"".join(parts)

    @property
    def suspicious(self) -> bool:
        """Some quote does not stand where it should: a look at the rows one by one will tell."""
        return self._escapes or (self._check is not None and self._check.suspicious)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Exactly `size` bytes, fewer only at the end."""
        wanted = size if size is not None and size >= 0 else 1 << 62
        self._fill(wanted)
        data, self._pending = self._pending[:wanted], self._pending[wanted:]
        return data


def _check_header(body: Body, dialect: Dialect, names: Sequence[str]) -> None:
    """The files of one table must have the same columns in the same order."""
    if not dialect.header_rows:
        return
    if len(body.header) < dialect.header_rows:
        raise SourceError(f"{body.path}: the file ends before its header.", hint="Is it cut off?")
    found = names_of([row.cells for row in body.header], names)
    if found != tuple(names):
        difference = next(
            (
                f"column {n} is {a!r} instead of {b!r}"
                for n, (a, b) in enumerate(zip(found, names, strict=False), 1)
                if a != b
            ),
            f"it has {len(found)} columns instead of {len(names)}",
        )
        raise SourceError(
            f"{body.path}, line {body.header[-1].line}: the header is not the expected one: {difference}.",
            hint="All files of one table need the same header; if the file has changed, infer it again.",
        )


def _explain(path: Path, dialect: Dialect, names: Sequence[str]) -> SourceError | None:
    """Find the first row that is not as it should be, with its physical line; None if all are."""
    reference = "the header has" if dialect.header_rows else "the table has"
    for row in Body(path, dialect).rows():
        place = f"{path}, line {row.line}"
        if row.problem == "long":
            return SourceError(
                f"{place}: the line is longer than {MAX_ROW // 2**20} million characters.",
                hint="Is it text with line ends at all?",
            )
        if row.problem == "open":
            return SourceError(
                f"{place}: a value is opened by {dialect.quotechar} and never closed.",
                hint="Close or double the quote there, or read the file without a quote character.",
            )
        if row.problem == "after":
            return SourceError(
                f"{place}: text stands behind the closing {dialect.quotechar} of a value.",
                hint="Double quotes inside quoted values, or read the file without a quote character.",
            )
        if len(row.cells) != len(names) and not (row.is_blank and len(names) > 1):
            count = len(row.cells)
            hint = f"Correct the line or take it out; {dialect.delimiter!r} inside a value needs quotes."
            sign = next((sign for sign in get_args(Comment)[1:] if begins_with(row, sign)), "")
            if sign and not dialect.comment and sign[0] not in (dialect.delimiter, dialect.quotechar):
                hint = f"If lines that begin with {sign} are no rows, say so by `comment: {sign!r}` in the dialect."
            return SourceError(
                f"{place}: the row has {count} value{'' if count == 1 else 's'}, {reference} {len(names)}.",
                hint=hint,
            )
    return None
