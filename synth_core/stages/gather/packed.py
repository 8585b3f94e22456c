"""The beginning of a gzip file, unpacked while it comes."""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from synth_core.errors import SourceError
from synth_core.files.text import is_gzip, raw_chunks
from synth_core.stages.gather.ranges import RANGE, Ranges

GROWTH = 4
"""What is fetched may unpack to so many times its size, or the budget's; more is not unpacked, whatever it holds."""


@dataclass(frozen=True)
class Unpacked:
    """How many bytes there are now, and how many of the file they came from."""

    size: int
    taken: int


def is_larger(path: Path, limit: int) -> bool:
    """A gzip file unpacks to more than that. A broken one is not judged here: whoever reads it says so."""
    if not is_gzip(path):
        return False
    size = 0
    with suppress(SourceError):
        for chunk in raw_chunks(path):
            size += len(chunk)
            if size > limit:
                return True
    return False


def unpack(ranges: Ranges, share: int, begun: bytes, limit: int, to: Path) -> Unpacked:
    """Fetch so many bytes, the first of which are here already, and unpack them, to `limit` bytes at most. Raises
    SourceError for a broken file."""
    with to.open("wb") as target:
        return _unpack(ranges, share, begun, limit, target)


def _unpack(ranges: Ranges, share: int, begun: bytes, limit: int, target: BinaryIO) -> Unpacked:
    size, taken = 0, 0
    stream = zlib.decompressobj(wbits=31)
    while taken < share and size < limit:
        data = ranges.read(taken, min(RANGE, share - taken)) if taken else begun
        if not data:
            break
        taken += len(data)
        while data and size < limit:
            try:
                piece = stream.decompress(data, min(limit - size, RANGE))
            except zlib.error as error:
                raise SourceError(
                    f"{ranges.address}: the gzip data is broken: {error}.",
                    hint="The file is cut off or damaged: copy it again, and check it with `gzip -t`.",
                ) from error
            target.write(piece)
            size += len(piece)
            data = stream.unconsumed_tail
            if stream.eof:
                # Files may be put together of several.
                data = stream.unused_data
                stream = zlib.decompressobj(wbits=31)
        taken -= len(data)
        if data:
            break
    return Unpacked(size, taken)
