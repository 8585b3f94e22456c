"""How many rows there are of each, as a recipe writes it."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.recipe.notation import percent

MOST = 20
"""Entries; neighbouring ones are put together until there are no more."""


def written_spread(counts: Sequence[tuple[int, int, int]]) -> dict[str, str]:
    """Of (fewest, most, parents or groups): shares by counts; the mean is kept."""
    entries = sorted(counts)
    while len(entries) > MOST:
        # Put together the neighbours that stand for the fewest parents.
        index = min(range(len(entries) - 1), key=lambda i: entries[i][2] + entries[i + 1][2])
        low, high = entries[index], entries[index + 1]
        parents = low[2] + high[2]
        mean = ((low[0] + low[1]) * low[2] + (high[0] + high[1]) * high[2]) / (2 * parents)
        reach = min(mean - low[0], high[1] - mean)
        entries[index : index + 2] = [(round(mean - reach), round(mean + reach), parents)]
    total = sum(parents for _, _, parents in entries) or 1
    return {
        (f"{fewest}" if fewest == most else f"{fewest}-{most}"): percent(parents / total)
        for fewest, most, parents in entries
    }
