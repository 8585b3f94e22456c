"""Reads a file in a bucket range by range, and says how much of which file is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from synth_core.errors import SourceError
from synth_core.model.places import shown
from synth_core.ports import BlobStat, SourceFiles

RANGE = 8 << 20
"""Bytes of one request at most."""
LEAST = 256 << 10
"""A smaller part of a file tells too little: then fewer files are read."""
MOST_FILES = 64
"""Of a table that is not read whole so many files are looked at."""


class Ranges:
    """One file. `fetched` counts the bytes that came."""

    def __init__(self, files: SourceFiles, file: BlobStat) -> None:
        self.file = file
        self.fetched = 0
        self.address = shown(f"{files.uri}/{file.name}")
        self.stream: BinaryIO = files.open(file)

    def read(self, start: int, size: int) -> bytes:
        """Bytes from `start` on, fewer at the file's end."""
        self.stream.seek(start)
        end = min(start + size, self.file.size)
        parts: list[bytes] = []
        while start < end:
            data = self.stream.read(min(end - start, RANGE))
            if not data:
                raise SourceError(
                    f"{self.address} ends after {start:,} bytes of {self.file.size:,}.", hint="Try again."
                )
            parts.append(data)
            start += len(data)
            self.fetched += len(data)
        return b"".join(parts)

    def copy(self, to: Path) -> None:
        """The whole file, range by range."""
        with to.open("wb") as target:
            for start in range(0, self.file.size, RANGE):
                target.write(self.read(start, RANGE))


def shares(sizes: Sequence[int], budget: int) -> list[int]:
    """How many bytes of each file are read: all of small ones, an equal part of the others; 0 for files that are left
    out, because the parts would be too small or too many. At most the budget altogether."""
    if sum(sizes) <= budget:
        return list(sizes)
    most = max(1, min(MOST_FILES, budget // LEAST))
    chosen = _spread(len(sizes), most)
    given = [0] * len(sizes)
    left = budget
    # The smallest first: what it does not need is for the others.
    for place, number in enumerate(sorted(chosen, key=lambda each: sizes[each])):
        given[number] = min(sizes[number], left // (len(chosen) - place))
        left -= given[number]
    return given


def _spread(count: int, most: int) -> list[int]:
    """So many of the numbers from 0 on, evenly spread, the first and the last among them."""
    if count <= most:
        return list(range(count))
    if most == 1:
        return [0]
    return [place * (count - 1) // (most - 1) for place in range(most)]
