"""Delimited files, exactly as a dialect and the columns' formats say."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.errors import TargetError
from synth_core.files.cells import cell_text
from synth_core.files.characters import Characters
from synth_core.files.footer import Totals, has_totals
from synth_core.files.names import names_of
from synth_core.files.quoting import Quoting
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.model.types import NUMERIC_KINDS

SLICE = 16_384
"""Rows that are turned into text at once."""


class DelimitedFormat:
    """Banner, header, rows and footer of one delimited file."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], dialect: Dialect) -> None:
        self._target = self._stream = stream
        self._dialect = dialect
        self._texts = [cell_text(column, dialect) for column in columns]
        self._is_number = [column.type.value.kind in NUMERIC_KINDS for column in columns]
        self._nulls = [column.null_text for column in columns]
        self._totals = Totals(columns, dialect)
        self._characters = Characters(dialect.encoding)
        self._quoting = Quoting(dialect, len(columns))
        self._is_started = False
        self._ends_blank = False
        self._stream.write(self._characters.byte_order_mark)
        if has_totals(dialect.banner):
            # They are known when all rows are written; until then these wait, in a file that has no name.
            self._stream = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
            self._is_started = True
        else:
            self._put_lines(dialect.banner)
        self._put_lines(self._row(cells) for cells in _headers(columns, dialect))

    @property
    def replaced(self) -> int:
        """Characters that could not be written as they are."""
        return self._characters.replaced + self._quoting.replaced

    def write(self, batch: pa.RecordBatch) -> None:
        self._totals.add(batch)
        for start in range(0, batch.num_rows, SLICE):
            part = batch.slice(start, SLICE)
            cells = []
            for values, text, is_number, null in zip(
                part.columns, self._texts, self._is_number, self._nulls, strict=True
            ):
                texts = self._characters.fit(text(values))
                cells.append(self._quoting.cells(texts, is_number=is_number, null=null))
            self._put(pc.binary_join_element_wise(*cells, self._quoting.separator))

    def finish(self) -> None:
        self._put_lines(self._totals.lines(self._dialect.footer))
        # A blank last line without its end would not be there at all.
        if self._is_started and (self._dialect.final_line_end or self._ends_blank):
            self._stream.write(self._characters.encode(self._dialect.line_end.encode()))
        if self._stream is not self._target:
            with self._stream as waiting:
                self._stream, self._is_started = self._target, False
                self._put_lines(self._totals.lines(self._dialect.banner))
                waiting.seek(0)
                shutil.copyfileobj(waiting, self._target)

    def _row(self, cells: Sequence[str]) -> str:
        columns = self._quoting.cells(self._characters.fit(pa.array(cells, pa.string())))
        return self._quoting.separator.join(columns.to_pylist())

    def _put_lines(self, lines: Iterable[str]) -> None:
        fitted = [self._characters.fit_text(line) for line in lines]
        if fitted:
            self._put(pa.array(fitted, pa.string()))

    def _put(self, lines: pa.Array) -> None:
        """Append lines. A line's end is written when the next one comes, because the last may have none."""
        rows = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
        joined = pc.binary_join(rows, self._dialect.line_end)[0].as_buffer()
        if self._is_started:
            self._stream.write(self._characters.encode(self._dialect.line_end.encode()))
        self._stream.write(self._characters.encode(memoryview(joined)))
        self._is_started = True
        self._ends_blank = not lines[-1].as_py()


def _headers(columns: Sequence[Column], dialect: Dialect) -> list[Sequence[str]]:
    if not dialect.header_rows:
        return []
    if len(dialect.header_prefix) != dialect.header_rows - 1:
        raise TargetError(
            f"the dialect has {dialect.header_rows} header rows, but cells for {len(dialect.header_prefix)} "
            "above the names.",
            hint="Correct header_rows or header_prefix in the project.",
        )
    names = tuple(column.name for column in columns)
    cells = dialect.header_cells
    is_theirs = bool(cells) and names_of([*dialect.header_prefix, cells], names) == names
    return [*dialect.header_prefix, cells if is_theirs else names]
