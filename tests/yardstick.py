"""Bars of processor time that hold on a slow hour, too.

The same machine may need twice the time for the same work while others are at it. So a piece of plain Python is timed
in the same moment, and what a test measures counts in units of it: seconds of a quick moment. Where the machine is
quicker than that, seconds are seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NOMINAL = 0.0042
"""Processor seconds that the piece takes in a quick moment of a machine with two cores of 2.3 GHz: in three runs of
eleven hundred tries each a quarter took less than 4.2, 4.2 and 4.1 ms, none less than 3.9. In slow moments of that
machine, while others are at work on it, it is 7 to 8 ms."""
PIECES = 3
"""So many times before and after."""


def seconds() -> float:
    """Of a fixed piece of work that is like drawing a page: dictionaries, texts, numbers, sorting."""
    begin = time.process_time()
    by_name: dict[str, list[dict[str, object]]] = {}
    for number in range(9_000):
        row = {"id": number, "name": f"name {number % 97}", "share": number / 7}
        by_name.setdefault(f"name {number % 97}", []).append(row)
    lines = [f"{name}: {len(found)}" for name, found in sorted(by_name.items())]
    assert len("\n".join(lines).split()) == 97 * 3
    return time.process_time() - begin


@dataclass
class Took:
    """How long something took, once it has ended."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """Processor seconds of what is done meanwhile, as a quick moment would have had them: `with timed() as took: …`.
    The piece is timed before and after; of all its times the least counts, so that a hiccup makes no bar wider."""
    took = Took()
    pieces = [seconds() for _ in range(PIECES)]
    begin = time.process_time()
    yield took
    spent = time.process_time() - begin
    pieces += [seconds() for _ in range(PIECES)]
    took.seconds = spent / max(1.0, min(pieces) / NOMINAL)
