"""The beginning of a gzip file, unpacked while it comes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from synth_core.errors import SourceError
from synth_core.stages.gather.ranges import RANGE, Ranges

GROWTH = 8
"""A file may unpack to so many times its share; more is not unpacked, whatever it holds."""


@dataclass(frozen=True)
class Unpacked:
    """Text, and how many bytes of the file it came from."""

    data: bytes
    taken: int


def unpack(ranges: Ranges, share: int, begun: bytes) -> Unpacked:
    """Fetch so many bytes, the first of which are here already, and unpack them. Raises SourceError for a broken
    file."""
    parts: list[bytes] = []
    size, taken = 0, 0
    stream = zlib.decompressobj(wbits=31)
    while taken < share and size < share * GROWTH:
        data = ranges.read(taken, min(RANGE, share - taken)) if taken else begun
        if not data:
            break
        taken += len(data)
        while data and size < share * GROWTH:
            try:
                piece = stream.decompress(data, share * GROWTH - size)
            except zlib.error as error:
                raise SourceError(
                    f"{ranges.address}: the gzip data is broken: {error}.",
                    hint="The file is cut off or damaged: copy it again, and check it with `gzip -t`.",
                ) from error
            parts.append(piece)
            size += len(piece)
            data = stream.unconsumed_tail
            if stream.eof:
                # Files may be put together of several.
                data = stream.unused_data
                stream = zlib.decompressobj(wbits=31)
        taken -= len(data)
        if data:
            break
    return Unpacked(b"".join(parts), taken)
