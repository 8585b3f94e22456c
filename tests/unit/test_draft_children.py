"""Children per parent in a recipe: short, and with the source's mean."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from synth_core.model.profile import LinkProfile
from synth_core.recipe.functions import Reference
from synth_core.stages.draft.spread import MOST, written_spread
from synth_core.stages.profile.quantiles import merged


@given(st.dictionaries(st.integers(0, 2000), st.integers(1, 60), min_size=1, max_size=80))
@example({0: 50, 1: 95, 2: 4})
@example({**{count: 10 + count for count in range(24)}, 900: 10})
def test_children_keep_their_mean_in_few_entries(counts: dict[int, int]) -> None:
    parents = sum(counts.values())
    children = sum(count * each for count, each in counts.items())
    facts = LinkProfile(
        table="c",
        columns=("p",),
        ref_table="p",
        ref_columns=("id",),
        rows=children,
        nulls=0,
        orphans=0,
        parents=parents,
        unique=False,
        children=tuple(merged(sorted(counts.items()), 10)),
    )
    spread = written_spread(facts.children)
    entries = Reference(table="p", column="id", children=spread).spread
    assert len(spread) <= MOST
    weights = sum(weight for _, _, weight in entries)
    assert abs(weights - 100) < 0.05
    mean = sum((fewest + most) / 2 * weight for fewest, most, weight in entries) / weights
    # Ends are rounded once by the profile and once here, shares to four digits.
    assert abs(mean - children / parents) <= 1 + 0.001 * children / parents
