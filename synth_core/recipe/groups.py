"""Which group each row of a table is of.

Groups are dealt in blocks. Each block has the same sizes in an order of its own, and so the same number of rows: the
block of a row, and the groups before it, follow from the row's number alone, and no more than one block is kept.
Neither the plan's count nor its seed changes the groups: a preview has the first ones of the run, and rows that are
appended go on where the last ones ended, with the rest of their group.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from synth_core.errors import PlanError
from synth_core.recipe.draws import Stream
from synth_core.recipe.functions.base import Place

BLOCK = 512
"""Groups that are dealt together: of sizes that fewer groups have, some come too often or not at all."""


class Groups:
    """The group of each row, and the row's position in it. `cap` is the most rows that a group may have."""

    def __init__(
        self, place: Place, spread: Sequence[tuple[int, int, float]], cap: int | None = None
    ) -> None:
        self._place, self._cap = place, cap
        self._sizes = _sizes(spread)
        self._rows = sum(self._sizes)
        self._order = Stream(-1, f"{place.name}/groups")
        self._block = -1
        self._ends: tuple[int, int] | None = None
        self._starts: list[int] = []

    def row(self, number: int) -> int:
        """The number of the row's group: its place among all groups."""
        return self._found(number)[0]

    def position(self, number: int) -> int:
        """The row's position in its group, from 0."""
        return self._found(number)[1]

    def place(self, number: int) -> tuple[int, int]:
        """How many groups of the plan come before the row's, and how many there are."""
        rows = self._place.world.tables[self._place.table].rows
        if self._ends is None:
            self._ends = (self.row(rows.start), self.row(rows.stop - 1)) if rows else (0, 0)
        first, last = self._ends
        return self.row(number) - first, last - first + 1

    def check(self) -> None:
        """Raise PlanError when a group may have more rows than differ from each other."""
        most = self._sizes[-1]
        if self._cap is not None and most > self._cap:
            place = self._place
            raise PlanError(
                f"{place.table}.{place.field}: groups have up to {most:,} rows, but only {self._cap:,} can differ.",
                hint="Make the groups smaller, or widen a part of the combination within them.",
            )

    def _found(self, number: int) -> tuple[int, int]:
        block, place = divmod(number, self._rows)
        if block != self._block:
            order = sorted(range(BLOCK), key=lambda each: self._order(block * BLOCK + each))
            self._starts = [0, *accumulate(self._sizes[each] for each in order)]
            self._block = block
        index = bisect_right(self._starts, place) - 1
        return block * BLOCK + index, place - self._starts[index]


def _sizes(spread: Sequence[tuple[int, int, float]]) -> list[int]:
    """Those of a block, ascending: as many of each as the spread says."""
    entries = sorted(entry for entry in spread if entry[2])
    sums = list(accumulate(weight for *_, weight in entries))
    sizes = []
    for index in range(BLOCK):
        at = (index + 0.5) / BLOCK * sums[-1]
        place = min(bisect_right(sums, at), len(entries) - 1)
        fewest, most, weight = entries[place]
        within = (at - (sums[place] - weight)) / weight
        sizes.append(min(most, fewest + int(within * (most - fewest + 1))))
    return sorted(sizes)
