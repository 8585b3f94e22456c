"""Some rows of a large Parquet file: whole row groups, or the beginning of one."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pyarrow as pa

from synth_core.errors import SourceError
from synth_core.stages.gather.parts import SEED
from synth_core.stages.gather.ranges import Ranges

_SMALLEST, _LARGEST = 16 << 10, 1 << 20
"""Bytes of a column that are fetched at once."""


def copy_some(ranges: Ranges, share: int, to: Path) -> int:
    """Write some rows of the file, for which about so many bytes are fetched; how many rows the file has. Raises
    SourceError for what is no whole Parquet file."""
    try:
        return _copy(ranges, share, to)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            f"{ranges.address}: this is no whole Parquet file: {error}",
            hint="Is it cut off, or of another kind?",
        ) from error


def _copy(ranges: Ranges, share: int, to: Path) -> int:
    # Slow to load, and needed for few files.
    import pyarrow.parquet as pq

    known = pq.read_metadata(_Stream(ranges))
    columns = max(1, known.num_columns)
    buffer = min(_LARGEST, max(_SMALLEST, share // (8 * columns)))
    file = pq.ParquetFile(_Stream(ranges), metadata=known, buffer_size=buffer, pre_buffer=False)
    sizes = [
        sum(known.row_group(group).column(column).total_compressed_size for column in range(columns))
        for group in range(known.num_row_groups)
    ]
    with pq.ParquetWriter(to, file.schema_arrow) as writer:
        for group in _chosen(sizes, share):
            # Of a group that is too large its beginning: in small steps, as many as the share allows.
            rows = known.row_group(group).num_rows
            wanted = rows if sizes[group] <= share else max(1, rows * share // sizes[group])
            written = 0
            for batch in file.iter_batches(
                batch_size=max(1, min(wanted, 1 << 16)), row_groups=[group], use_threads=False
            ):
                writer.write_batch(batch.slice(0, wanted - written))
                written += batch.num_rows
                if written >= wanted:
                    break
            share -= min(share, sizes[group])
    return int(known.num_rows)


def _chosen(sizes: list[int], share: int) -> list[int]:
    """Row groups that fit, the first one always, the others drawn; in the file's order."""
    if not sizes:
        return []
    others = list(range(1, len(sizes)))
    random.Random(f"{SEED} {sum(sizes)}").shuffle(others)
    chosen, left = [0], share - sizes[0]
    for group in others:
        if sizes[group] <= left:
            chosen.append(group)
            left -= sizes[group]
    return sorted(chosen)


class _Stream(io.RawIOBase):
    """A file's ranges as Arrow reads them: each read is whole."""

    def __init__(self, ranges: Ranges) -> None:
        super().__init__()
        self._ranges, self._position = ranges, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._ranges.file.size}[whence]
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._ranges.file.size - self._position
        data = self._ranges.read(self._position, left if size is None or size < 0 else size)
        self._position += len(data)
        return data
