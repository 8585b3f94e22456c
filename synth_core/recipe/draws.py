"""Keyed draws: every random number is a function of (seed, stream, draw, row) and of nothing else.

A counter-based generator (Philox 4x64-10; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
SC 2011) is keyed by the seed and the name of the stream, the row is its counter. So rows can be made in
any order, in any number of pieces, and always come out the same.
"""

from __future__ import annotations

import hashlib

import numpy as np

BLOCK = 1024
_TO_UNIT = 2.0**-53


def key_of(*parts: str | int) -> int:
    """128 bits from a seed and names; different parts give different keys."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")


class Stream:
    """Uniform numbers in [0, 1) by row; neighbouring rows are drawn together and kept."""

    def __init__(self, seed: int, name: str, draw: int = 0) -> None:
        self._key = key_of(seed, name, draw)
        self._block = -1
        self._values: list[float] = []

    def __call__(self, row: int) -> float:
        """The number of this row."""
        block, index = divmod(row, BLOCK)
        if block != self._block:
            raw = np.random.Philox(key=self._key, counter=block * (BLOCK // 4)).random_raw(BLOCK)
            self._values = ((raw >> np.uint64(11)) * _TO_UNIT).tolist()
            self._block = block
        return self._values[index]
