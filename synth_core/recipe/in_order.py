"""A deal in which parents come in their own order: the lines of the first order, then those of the second one.

A `Deal` ranks parents by how many children they have. Here they are laid out in blocks of a few dozen, each with its
share of every level of the deal, shuffled inside. Where a block begins follows from its number alone, so any row finds
its parent without the rows before it.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from synth_core.recipe.deal import Deal
from synth_core.recipe.draws import key_of

_PARENTS = 64
"""Parents of a block, about."""
_AT_ONCE = 4096
"""Blocks that are counted at once."""
_KEPT = 256
"""Blocks that are kept at hand; rows are mostly asked for one after the other."""
_GOLDEN = 0.6180339887498949

Numbers = npt.NDArray[np.int64]


class InOrder:
    """Which parent a slot of `deal` belongs to; `key` decides the order inside of blocks."""

    def __init__(self, deal: Deal, *key: str | int) -> None:
        self._deal, self._key = deal, key_of(*key)
        ranks = np.array(deal.ranks, dtype=np.int64)
        self._firsts, self._sizes = ranks[:-1], np.diff(ranks)
        self._blocks = max(1, deal.parents // _PARENTS)
        # Levels do not take their turns in the same blocks.
        self._turns = (np.arange(len(self._sizes)) * _GOLDEN % 1.0 * self._blocks).astype(np.int64)
        self._slots = self._first_slots()
        self._block = lru_cache(_KEPT)(self._laid_out)

    def owner(self, slot: int) -> tuple[int, int]:
        """The slot's parent, from 0, and the slot's position among that parent's children, from 0."""
        parent, starts = self._block(bisect_right(self._slots, slot) - 1)
        index = bisect_right(starts, slot) - 1
        return parent + index, slot - starts[index]

    def _taken(self, blocks: Numbers) -> Numbers:
        """How many parents of each level stand before each of these blocks."""
        return (self._sizes * blocks[:, None] + self._turns) // self._blocks

    def _first_slots(self) -> list[int]:
        """The first slot of each block."""
        before = self._deal.starts(self._firsts)
        numbers = np.arange(self._blocks)
        parts = (numbers[low : low + _AT_ONCE] for low in range(0, self._blocks, _AT_ONCE))
        counts = [
            (self._deal.starts(self._firsts + self._taken(part)) - before).sum(axis=1) for part in parts
        ]
        return list(np.concatenate(counts).tolist())

    def _laid_out(self, block: int) -> tuple[int, list[int]]:
        """The number of the block's first parent, and the first slot of each of its parents."""
        before, after = self._taken(np.array([block, block + 1]))
        here = after - before
        ends = np.cumsum(here)
        ranks = np.repeat(self._firsts + before - (ends - here), here) + np.arange(ends[-1])
        raw = np.random.Philox(key=self._key, counter=block * _PARENTS).random_raw(len(ranks))
        ranks = ranks[np.argsort(raw, kind="stable")]
        children = self._deal.starts(ranks + 1) - self._deal.starts(ranks)
        starts = self._slots[block] + np.concatenate([[0], np.cumsum(children)[:-1]])
        return int(before.sum()), list(starts.tolist())
