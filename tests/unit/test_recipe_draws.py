"""Keyed draws, permutations and deals: the ground that every value stands on."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_core.errors import PlanError
from synth_core.recipe.deal import Deal
from synth_core.recipe.draws import BLOCK, Stream, key_of
from synth_core.recipe.permute import Permutation

spreads = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 30), st.floats(0.01, 50)).map(
        lambda each: (each[0], each[0] + each[1], each[2])
    ),
    max_size=5,
)


@given(st.integers(0, 2**64), st.text(max_size=20), st.lists(st.integers(0, 5 * BLOCK), max_size=30))
def test_a_stream_does_not_depend_on_the_order_of_rows(seed: int, name: str, rows: list[int]) -> None:
    shuffled = random.Random(1).sample(rows, len(rows))
    first, second = Stream(seed, name), Stream(seed, name)
    forward = {row: first(row) for row in rows}
    assert {row: second(row) for row in shuffled} == forward
    assert all(0.0 <= value < 1.0 for value in forward.values())


def test_streams_of_other_seeds_names_and_draws_differ() -> None:
    streams = [Stream(1, "a"), Stream(2, "a"), Stream(1, "b"), Stream(1, "a", 1)]
    assert len({tuple(stream(row) for row in range(5)) for stream in streams}) == 4


def test_a_stream_is_uniform() -> None:
    stream = Stream(7, "uniform")
    tenths = Counter(int(stream(row) * 10) for row in range(20_000))
    assert all(1800 < tenths[tenth] < 2200 for tenth in range(10))


def test_names_can_not_run_into_each_other() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")


@given(st.integers(1, 3000), st.integers())
def test_a_permutation_is_one_to_one(size: int, key: int) -> None:
    permutation = Permutation(size, key)
    assert sorted(permutation(number) for number in range(size)) == list(range(size))


@given(st.integers(1, 2**70), st.data())
def test_a_huge_permutation_stays_in_range_and_keeps_numbers_apart(size: int, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=20))
    permutation = Permutation(size, "huge")
    images = [permutation(number) for number in numbers]
    assert len(set(images)) == len(numbers)
    assert all(0 <= image < size for image in images)


def test_a_permutation_shuffles_and_refuses_what_is_out_of_range() -> None:
    permutation = Permutation(1000, 1)
    images = [permutation(number) for number in range(1000)]
    assert sum(image == number for number, image in enumerate(images)) < 20
    assert images != [Permutation(1000, 2)(number) for number in range(1000)]
    with pytest.raises(IndexError):
        permutation(1000)
    with pytest.raises(IndexError):
        permutation(-1)


@given(st.integers(0, 400), st.integers(1, 200), spreads, st.booleans())
def test_a_deal_gives_every_slot_to_one_parent_and_counts_positions(
    slots: int, parents: int, spread: list[tuple[int, int, float]], descending: bool
) -> None:
    deal = Deal(slots, parents, spread, descending=descending)
    owners = [deal.owner(slot) for slot in range(slots)]
    seen: Counter[int] = Counter()
    for slot, (rank, position) in enumerate(owners):
        assert 0 <= rank < parents
        assert position == seen[rank], "positions run on without gaps"
        assert deal.start(rank) + position == slot
        seen[rank] += 1
    assert sum(seen.values()) == slots
    assert deal.start(parents) == slots


@given(st.integers(1, 60), st.integers(1, 8), spreads, st.data())
def test_nobody_gets_more_than_the_most(
    parents: int, most: int, spread: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    slots = data.draw(st.integers(0, parents * most))
    deal = Deal(slots, parents, spread, most=most)
    children = Counter(deal.owner(slot)[0] for slot in range(slots))
    assert max(children.values(), default=0) <= most
    assert sum(children.values()) == slots


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=5, unique_by=lambda e: e[0]
    )
)
def test_a_spread_is_dealt_exactly_when_the_scale_is_one(groups: list[tuple[int, int]]) -> None:
    parents = sum(size for _, size in groups)
    slots = sum(children * size for children, size in groups)
    spread = [(children, children, size) for children, size in groups]
    deal = Deal(slots, parents, spread)
    children = Counter(deal.owner(slot)[0] for slot in range(slots))
    expected = Counter({children: size for children, size in groups if children})
    assert Counter(children.values()) == (expected if slots else Counter())


@given(st.integers(1, 300), st.integers(1, 100), spreads)
def test_descending_deals_give_the_first_parent_most(
    slots: int, parents: int, spread: list[tuple[int, int, float]]
) -> None:
    deal = Deal(slots, parents, spread, descending=True)
    sizes = [deal.start(rank + 1) - deal.start(rank) for rank in range(parents)]
    # Rounding the running sum moves a child from one parent to the next, never more.
    assert all(later <= earlier + 1 for earlier, later in pairwise(sizes))


def test_a_deal_that_can_not_be_says_why() -> None:
    with pytest.raises(PlanError, match="30 rows can't be dealt to 10 parents with at most 2 each"):
        Deal(30, 10, most=2)
    with pytest.raises(PlanError, match="need a parent row"):
        Deal(1, 0)
    assert Deal(0, 0).start(0) == 0
