"""Checks the quotes of a whole file at the speed of memory; the exact check is made on suspicion only."""

from __future__ import annotations

import numpy as np


class QuoteCheck:
    """Fed a file's bytes in blocks; `suspicious` when a quote does not open or close a cell as it should.

    Where quotes inside values are doubled, every second quote opens (or continues a doubled pair) and must
    stand at the beginning of a cell, every other closes and must stand at its end.
    """

    def __init__(self, delimiter: str, quotechar: str) -> None:
        self._quote = ord(quotechar)
        self._ends = np.zeros(256, dtype=bool)
        self._ends[[ord(delimiter), 10, 13, self._quote]] = True
        self._carry = b"\n"
        self._is_inside = False
        self.suspicious = False

    def feed(self, block: bytes) -> None:
        """Check one block; its last byte is kept, because what follows it is not known yet."""
        self._check(block)

    def close(self) -> None:
        """Check the last byte; a quoted value that is still open is suspicious."""
        self._check(b"\n")
        self.suspicious = self.suspicious or self._is_inside

    def _check(self, block: bytes) -> None:
        if self.suspicious or not block:
            return
        data = np.frombuffer(self._carry + block, dtype=np.uint8)
        # The first byte is only context for its successor, the last one only for its predecessor.
        places = np.flatnonzero(data[1:-1] == self._quote) + 1
        opens = (np.arange(len(places)) % 2 == 0) ^ self._is_inside
        outside = np.where(opens, data[places - 1], data[places + 1])
        self.suspicious = not bool(self._ends[outside].all())
        self._is_inside ^= bool(len(places) % 2)
        self._carry = data[-2:].tobytes()
