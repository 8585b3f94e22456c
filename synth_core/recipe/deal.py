"""Deals child rows to parents so that the children per parent follow a given spread, exactly.

Parents are ranked; the spread says how many children a parent of each rank has. Seen as a cumulative sum
this is a piecewise linear function of the rank, scaled so that it ends at exactly the number of child
rows. A child's slot is looked up in it: no list of parents, no state, constant time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from synth_core.errors import CountError, PlanError

_STEPS = 64
"""A range of counts (4 to 900) is dealt in at most so many steps of equal width."""


class Deal:
    """`slots` children over `parents` parents.

    `spread` holds (fewest, most, weight): that share of the parents has between fewest and most children;
    empty means evenly. Where slots and spread disagree (another scale), the counts are scaled and nobody
    gets more than `most`. Raises CountError when there are more slots than parents × most.
    """

    def __init__(
        self,
        slots: int,
        parents: int,
        spread: Sequence[tuple[int, int, float]] = (),
        *,
        most: int | None = None,
        descending: bool = False,
    ) -> None:
        self.slots = slots
        self.parents = parents
        if slots and not parents:
            raise PlanError(f"{slots} rows need a parent row, but the parent table has none.")
        if most is not None and slots > parents * most:
            raise CountError(
                f"{slots} rows can't be dealt to {parents} parents with at most {most} each.",
                possible=parents * most,
            )
        levels = _levels(spread or [(1, 1, 1.0)], parents)
        if descending:
            levels.reverse()
        sizes = [size for size, _ in levels]
        each = _fill(levels, slots, most)
        self.ranks = [0]
        """The first rank of each level; parents of one level have equally many children. Last, how many there are."""
        self._sums = [0.0]
        for size, count in zip(sizes, each, strict=True):
            self.ranks.append(self.ranks[-1] + size)
            self._sums.append(self._sums[-1] + size * count)
        self._each = each
        self._sums[-1] = float(slots)

    def start(self, rank: int) -> int:
        """The first slot of the parent with this rank; `start(parents)` is the number of slots."""
        if rank >= self.parents:
            return self.slots
        level = min(bisect_right(self.ranks, rank) - 1, len(self._each) - 1)
        return int(self._sums[level] + (rank - self.ranks[level]) * self._each[level] + 0.5)

    def starts(self, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """`start` of many ranks."""
        levels = np.clip(np.searchsorted(self.ranks, ranks, "right") - 1, 0, len(self._each) - 1)
        sums, firsts, each = (np.array(values)[levels] for values in (self._sums, self.ranks, self._each))
        slots = (sums + (ranks - firsts) * each + 0.5).astype(np.int64)
        return np.where(ranks >= self.parents, self.slots, slots)

    def owner(self, slot: int) -> tuple[int, int]:
        """The rank of the slot's parent, and the slot's position among that parent's children, from 0."""
        level = min(max(bisect_right(self._sums, slot + 0.5) - 1, 0), len(self._each) - 1)
        while level < len(self._each) - 1 and self._each[level] <= 0.0:
            level += 1
        each = self._each[level] or 1.0
        rank = self.ranks[level] + int((slot + 0.5 - self._sums[level]) / each)
        rank = min(max(rank, 0), self.parents - 1)
        while self.start(rank) > slot:
            rank -= 1
        while self.start(rank + 1) <= slot:
            rank += 1
        return rank, slot - self.start(rank)


def _levels(spread: Sequence[tuple[int, int, float]], parents: int) -> list[tuple[int, float]]:
    """(parents, children each) in ascending order of children; the sizes add up to `parents`."""
    steps: list[tuple[float, float]] = []
    for fewest, most, weight in sorted(spread):
        width = most - fewest + 1
        pieces = min(width, _STEPS)
        for piece in range(pieces):
            low = fewest + piece * width / pieces
            high = fewest + (piece + 1) * width / pieces - 1
            steps.append((weight / pieces, (low + high) / 2))
    # Ranges may overlap.
    steps.sort(key=lambda step: step[1])
    total = sum(weight for weight, _ in steps)
    levels: list[tuple[int, float]] = []
    done, running = 0, 0.0
    for weight, count in steps:
        running += weight
        upto = round(parents * running / total)
        if upto > done:
            levels.append((upto - done, count))
            done = upto
    if done < parents:
        levels.append((parents - done, steps[-1][1]))
    return levels


def _fill(levels: Sequence[tuple[int, float]], slots: int, most: int | None) -> list[float]:
    """Children for each parent of each level, scaled to `slots` in all and capped at `most`."""
    counts = [count for _, count in levels]
    if slots and not any(counts):
        counts = [1.0] * len(counts)
    cap = float("inf") if most is None else float(most)
    full = [False] * len(levels)
    while True:
        rest = slots - sum(size * cap for (size, _), is_full in zip(levels, full, strict=True) if is_full)
        wanted = sum(
            size * count
            for (size, _), count, is_full in zip(levels, counts, full, strict=True)
            if not is_full
        )
        if wanted <= 0.0 and rest > 0.5:
            # Only parents without children are left, and there are still rows to deal: they take them evenly.
            counts = [count if is_full else 1.0 for count, is_full in zip(counts, full, strict=True)]
            continue
        scale = rest / wanted if wanted > 0.0 else 0.0
        over = [not is_full and count * scale > cap for count, is_full in zip(counts, full, strict=True)]
        if not any(over):
            return [cap if is_full else count * scale for count, is_full in zip(counts, full, strict=True)]
        full = [is_full or is_over for is_full, is_over in zip(full, over, strict=True)]
