"""References, combinations and what they draw from each other, without Snowfakery."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_core.errors import PlanError, RecipeError
from synth_core.recipe.world import TableShape, World, parse_generator

KEY = {"Synth.sequence": {"start": 1}}


def reference(table: str, column: str = "id", **more: Any) -> dict[str, Any]:
    return {"Synth.reference": {"table": table, "column": column, **more}}


def world_of(
    programs: dict[str, dict[str, Any]],
    counts: dict[str, int],
    seed: int = 1,
    offsets: dict[str, int] | None = None,
) -> World:
    return World(
        seed,
        date(2026, 1, 1),
        {table: TableShape(count, (offsets or {}).get(table, 0)) for table, count in counts.items()},
        {
            table: {name: parse_generator(value, f"{table}.{name}") for name, value in fields.items()}
            for table, fields in programs.items()
        },
    )


def column(world: World, table: str, name: str) -> list[Any]:
    return [world.value(table, name, row) for row in world.tables[table].rows]


def parent_child(
    parents: int, rows: int, seed: int = 1, offsets: dict[str, int] | None = None, **more: Any
) -> World:
    programs = {"p": {"id": KEY}, "c": {"p": reference("p", **more), "no": {"Synth.position": "p"}}}
    return world_of(programs, {"p": parents, "c": rows}, seed, offsets)


BEFORE = st.fixed_dictionaries({"p": st.integers(0, 50), "c": st.integers(0, 50)})
"""Rows that earlier batches made."""


@settings(max_examples=drawn(50))
@given(st.integers(1, 80), st.integers(0, 300), st.integers(0, 2**32), st.booleans(), BEFORE)
def test_every_child_has_a_parent_and_a_position_of_its_own(
    parents: int, children: int, seed: int, grouped: bool, before: dict[str, int]
) -> None:
    spread = {"0": "30%", "1-9": "70%"}
    world = parent_child(parents, children, seed, before, children=spread, grouped=grouped)
    world.check()
    owners = column(world, "c", "p")
    assert set(owners) <= set(column(world, "p", "id"))
    pairs = list(zip(owners, column(world, "c", "no"), strict=True))
    assert len(set(pairs)) == children
    for owner, siblings in Counter(owners).items():
        assert {no for each, no in pairs if each == owner} == set(range(1, siblings + 1))


@given(st.integers(1, 60), st.data(), st.integers(0, 2**32))
def test_a_unique_reference_takes_each_parent_once(parents: int, data: st.DataObject, seed: int) -> None:
    children = data.draw(st.integers(0, parents))
    owners = column(parent_child(parents, children, seed, unique=True), "c", "p")
    assert len(set(owners)) == children


@given(st.integers(1, 300), st.integers(0, 100), st.integers(0, 2**32))
def test_nulls_of_a_reference_are_exact(children: int, percent: int, seed: int) -> None:
    owners = column(parent_child(7, children, seed, nulls=f"{percent}%"), "c", "p")
    assert owners.count(None) == round(percent / 100 * children)


@given(st.integers(1, 30), st.integers(1, 200), st.integers(0, 2**32))
def test_grouped_children_stand_together(parents: int, children: int, seed: int) -> None:
    owners = column(parent_child(parents, children, seed, grouped=True), "c", "p")
    assert owners == sorted(owners)


@given(st.integers(1, 900), st.integers(0, 3000), st.integers(0, 2**32), st.sampled_from(range(3)))
def test_grouped_children_are_spread_as_others_are(
    parents: int, children: int, seed: int, which: int
) -> None:
    spread = ({"0": "30%", "1-3": "60%", "200-900": "1%", "4": "9%"}, {"0-40": 1}, {})[which]
    made = [
        Counter(column(parent_child(parents, children, seed, children=spread, grouped=grouped), "c", "p"))
        for grouped in (False, True)
    ]
    assert sorted(made[0].values()) == sorted(made[1].values())


def test_grouped_parents_with_few_and_many_children_are_mixed() -> None:
    owners = column(parent_child(1000, 3000, children={"1": 50, "5": 50}, grouped=True), "c", "p")
    sizes = Counter(owners)
    parts = [[sizes[each] for each in sorted(sizes)[start : start + 100]] for start in range(0, 1000, 100)]
    assert all(40 < part.count(5) < 60 for part in parts)
    again = Counter(column(parent_child(1000, 3000, 2, children={"1": 50, "5": 50}, grouped=True), "c", "p"))
    assert sizes != again


def test_children_are_spread_as_the_recipe_says() -> None:
    spread = {"0": "50%", "1": "25%", "9": "25%"}
    owners = column(parent_child(400, 1000, children=spread), "c", "p")
    assert Counter(Counter(owners).values()) == {1: 100, 9: 100}
    assert owners != column(parent_child(400, 1000, seed=2, children=spread), "c", "p")


@given(
    st.integers(1, 120),
    st.sampled_from(["0%", "2%", "50%"]),
    st.integers(0, 2**32),
    st.booleans(),
    st.integers(0, 30),
)
def test_a_table_that_refers_to_itself_has_no_circles(
    rows: int, nulls: str, seed: int, spread: bool, before: int
) -> None:
    more: dict[str, Any] = {"children": {"0": 70, "3-9": 30}} if spread else {}
    programs = {"e": {"id": KEY, "boss": reference("e", nulls=nulls, **more)}}
    world = world_of(programs, {"e": rows}, seed, {"e": before})
    bosses = column(world, "e", "boss")
    for number, boss in enumerate(bosses, start=before + 1):
        if boss is None:
            assert nulls != "0%"
        else:
            assert before < boss < number or (boss == number == before + 1 and nulls == "0%")
    if nulls != "0%":
        assert bosses[0] is None


def test_a_one_to_one_link_to_the_own_table_is_a_chain() -> None:
    world = world_of({"e": {"id": KEY, "next": reference("e", unique=True, nulls="10%")}}, {"e": 30})
    taken = [boss for boss in column(world, "e", "next") if boss is not None]
    assert len(set(taken)) == len(taken) == 27


def test_two_tables_may_refer_to_each_other() -> None:
    programs = {
        "a": {"id": {"Synth.pattern": {"shapes": "AAA", "unique": True}}, "b": reference("b")},
        "b": {"id": {"Synth.pattern": {"shapes": "999", "unique": True}}, "a": reference("a", nulls="10%")},
    }
    world = world_of(programs, {"a": 40, "b": 60})
    assert set(column(world, "a", "b")) <= set(column(world, "b", "id"))
    assert set(column(world, "b", "a")) - {None} <= set(column(world, "a", "id"))


TENANTS = {
    "ten": {"t": {"Synth.pattern": {"shapes": "AA", "unique": True}}},
    "A": {"t": reference("ten", "t"), "id": {"Synth.position": "t"}},
    "B": {"t": reference("ten", "t", children={"0": 50, "3": 50}), "id": {"Synth.position": "t"}},
    "O": {
        "t": reference("A", "t", also=[{"table": "B", "columns": {"t": "t"}}]),
        "a": {"Synth.parent": {"link": "t", "column": "id"}},
        "b": reference("B", match={"t": "t"}),
    },
}


@settings(max_examples=drawn(20))
@given(st.integers(0, 2**32), st.fixed_dictionaries(dict.fromkeys(TENANTS, st.integers(0, 50))))
def test_links_that_share_a_column_agree(seed: int, before: dict[str, int]) -> None:
    world = world_of(TENANTS, {"ten": 20, "A": 50, "B": 40, "O": 200}, seed, before)
    world.check()
    pairs_a = set(zip(column(world, "A", "t"), column(world, "A", "id"), strict=True))
    pairs_b = set(zip(column(world, "B", "t"), column(world, "B", "id"), strict=True))
    for tenant, a, b in zip(
        column(world, "O", "t"), column(world, "O", "a"), column(world, "O", "b"), strict=True
    ):
        assert (tenant, a) in pairs_a and (tenant, b) in pairs_b


def test_a_matched_link_without_a_match_says_what_to_add() -> None:
    programs = {**TENANTS, "O": {"t": reference("A", "t"), "b": reference("B", match={"t": "t"})}}
    world = world_of(programs, {"ten": 20, "A": 50, "B": 40, "O": 100})
    with pytest.raises(RecipeError, match="add `also:` to the reference that decides it"):
        column(world, "O", "b")


# --- combinations ---

ROUTES = {
    "emp": {"id": KEY},
    "cust": {"id": KEY},
    "w": {
        "__key": {
            "Synth.combination": {
                "parts": {
                    "t": {"first": "2013-01-01 00:00", "last": "2013-01-01 05:00", "step": "1 hour"},
                    "o": {"values": ["JFK", "LGA"]},
                }
            }
        },
        "t": {"Synth.part": "t"},
        "o": {"Synth.part": "o"},
    },
    "j": {
        "c": reference("cust"),
        "__key": {"Synth.combination": {"within": "c", "parts": {"e": {"table": "emp", "column": "id"}}}},
        "e": {"Synth.part": "e"},
    },
    "pair": {
        "__key": {
            "Synth.combination": {
                "parts": {"c": {"table": "cust", "column": "id"}, "e": {"table": "emp", "column": "id"}}
            }
        },
        "c": {"Synth.part": "c"},
        "e": {"Synth.part": "e"},
    },
}


def pairs(world: World, table: str, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(column(world, table, name) for name in names), strict=True))


@settings(max_examples=drawn(30))
@given(st.integers(0, 60), st.integers(1, 9), st.data(), st.integers(0, 2**32))
def test_combinations_come_once(rows: int, employees: int, data: st.DataObject, seed: int) -> None:
    customers = data.draw(st.integers(1, 9))
    junction = data.draw(st.integers(0, employees * customers))
    counts = {"emp": employees, "cust": customers, "w": rows, "j": junction, "pair": junction}
    before = data.draw(st.fixed_dictionaries(dict.fromkeys(counts, st.integers(0, 20))))
    world = world_of(ROUTES, counts, seed, before)
    world.check()
    for table, names in (("w", ("t", "o")), ("j", ("c", "e")), ("pair", ("c", "e"))):
        made = pairs(world, table, *names)
        assert len(set(made)) == counts[table]
    assert {employee for _, employee in pairs(world, "j", "c", "e")} <= set(column(world, "emp", "id"))


def test_an_open_range_runs_on_past_its_end_and_into_the_next_batch() -> None:
    counts = {"emp": 1, "cust": 1, "j": 0, "pair": 0}
    first = pairs(world_of(ROUTES, {**counts, "w": 10}, 1), "w", "t", "o")
    second = pairs(world_of(ROUTES, {**counts, "w": 30}, 2, {"w": 10}), "w", "t", "o")
    assert len({*first, *second}) == 40
    assert max(time for time, _ in first).hour <= 5 < max(time for time, _ in second).hour


def test_a_part_that_must_match_takes_only_fitting_rows() -> None:
    programs = {
        **{table: TENANTS[table] for table in ("ten", "A")},
        "x": {
            "t": reference("ten", "t"),
            "__key": {
                "Synth.combination": {
                    "within": "t",
                    "parts": {"a": {"table": "A", "column": "id", "match": {"t": "t"}}},
                }
            },
            "a": {"Synth.part": "a"},
        },
    }
    world = world_of(programs, {"ten": 5, "A": 50, "x": 20})
    world.check()
    made = pairs(world, "x", "t", "a")
    assert len(set(made)) == 20 and set(made) <= set(pairs(world, "A", "t", "id"))


# --- what keys can't supply, and what is wrong ---


@pytest.mark.parametrize(
    ("programs", "counts", "message"),
    [
        ({"p": {"id": KEY}, "c": {"p": reference("p", unique=True)}}, {"p": 10, "c": 30},
         r"c\.p → p\.id: 30 rows can't be dealt to 10 parents with at most 1 each\. Make fewer rows of c or more of p"),
        ({"p": {"id": KEY}, "c": {"p": reference("p")}}, {"p": 0, "c": 3}, r"the parent table has none"),
        (ROUTES, {"emp": 3, "cust": 2, "w": 0, "j": 7, "pair": 0}, r"j\.c → cust\.id: 7 rows can't be dealt to 2"),
        (ROUTES, {"emp": 3, "cust": 2, "w": 0, "j": 0, "pair": 7},
         r"pair\.__key: 7 different combinations of c, e are needed, but there are only 6"),
    ],
)  # fmt: skip
def test_counts_that_keys_can_not_supply_are_refused(
    programs: dict[str, Any], counts: dict[str, int], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        world_of(programs, counts).check()


def test_a_table_without_rows_needs_no_parents() -> None:
    world_of({"p": {"id": KEY}, "c": {"p": reference("p", unique=True)}}, {"p": 0, "c": 0}).check()


def test_only_nulls_when_there_is_no_parent() -> None:
    programs = {"p": {"id": KEY}, "c": {"p": reference("p", nulls="5%")}}
    world = world_of(programs, {"p": 0, "c": 4})
    world.check()
    assert column(world, "c", "p") == [None] * 4


@pytest.mark.parametrize(
    ("programs", "field", "message"),
    [
        ({"t": {"f": reference("x")}}, "f", "it refers to table 'x', which the recipe does not make"),
        ({"t": {"f": reference("t", "x")}}, "f", "a function of Synth must make it"),
        ({"t": {"f": {"Synth.position": "id"}, "id": KEY}}, "f", "t.id is no `Synth.reference`"),
        ({"t": {"f": {"Synth.part": {"of": "id", "part": "x"}}, "id": KEY}}, "f", "t.id is no `Synth.combination`"),
        ({"t": {"f": {"Synth.offset": {"after": "g", "gaps": [1]}},
                "g": {"Synth.offset": {"after": "f", "gaps": [1]}}}},
         "f", "in a circle: t.f → t.g → t.f"),
    ],
)  # fmt: skip
def test_links_that_lead_nowhere_are_recipe_errors(
    programs: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        world_of(programs, {"t": 5}).value("t", field, 4)
    assert message in str(caught.value)


def of_groups(rows: int, spread: dict[str, float], **more: Any) -> World:
    name = {"Synth.pattern": {"shapes": ["AA-9999"], "unique": True}}
    programs = {
        "t": {
            "order": {"Synth.group": {"rows": spread, "value": name}},
            "line": {"Synth.position": {"within": "order", "start": 10, "step": 10}},
            "__key": {
                "Synth.combination": {"within": "order", "parts": {"p": {"values": list("abcdefghi")}}}
            },
            "product": {"Synth.part": {"of": "__key", "part": "p"}},
            "paid": {"Synth.per": {"each": "order", "value": {"Synth.sequence": {"start": 1}}}},
        }
    }
    return world_of(programs, {"t": rows}, **more)


@settings(max_examples=drawn(12))
@given(st.integers(1, 300), st.integers(0, 2**32), st.sampled_from([0, 3, 1100]))
def test_rows_of_a_group_stand_together_and_are_the_same_in_pieces(rows: int, seed: int, before: int) -> None:
    spread = {"1": 2.0, "2": 1.0, "3-6": 1.0}
    whole = of_groups(before + rows, spread, seed=seed)
    whole.check()
    made = list(zip(*(column(whole, "t", name) for name in ("order", "line", "paid")), strict=True))
    seen: dict[str, int] = {}
    for number, (order, line, paid) in enumerate(made):
        is_first = line == 10
        assert (order not in seen) == is_first, "a group is one piece, and has a value of its own"
        seen.setdefault(order, paid)
        assert paid == seen[order] == len(seen)
        assert is_first or made[number - 1][1] == line - 10
    assert len(set(zip(column(whole, "t", "order"), column(whole, "t", "product"), strict=True))) == len(made)
    later = of_groups(rows, spread, seed=seed + 1, offsets={"t": before})
    assert column(later, "t", "order") == [each[0] for each in made[before:]], "a later batch goes on"


def test_groups_are_as_large_as_the_recipe_says_and_in_no_order() -> None:
    orders = column(of_groups(4_000, {"1": 60.0, "2": 20.0, "3": 20.0}), "t", "order")
    sizes = list(Counter(orders).values())
    shares = {size: count / len(sizes) for size, count in Counter(sizes).items()}
    assert shares == pytest.approx({1: 0.6, 2: 0.2, 3: 0.2}, abs=0.01)
    assert len(set(sizes[:20])) > 1


def test_groups_with_more_rows_than_can_differ_are_refused() -> None:
    with pytest.raises(PlanError, match="up to 12 rows, but only 9"):
        of_groups(5, {"1-12": 1.0}).check()
    with pytest.raises(RecipeError, match="at least one row"):
        of_groups(5, {"0-2": 1.0})


@settings(max_examples=drawn(20))
@given(st.integers(1, 400), st.integers(0, 2**32), st.sampled_from(["rising", "falling"]), st.integers(0, 99))
def test_values_in_the_order_of_the_rows(rows: int, seed: int, order: str, before: int) -> None:
    """Of rows, of groups, and of those that a later batch brings: each begins anew."""
    days = {"Synth.quantiles": {"values": ["2024-01-01", "2024-02-01", "2024-12-31"], "order": order}}
    name = {"Synth.sequence": {}}
    programs = {
        "t": {
            "day": {"Synth.nullable": {"nulls": "20%", "value": days}},
            "order": {"Synth.group": {"rows": {"1-3": 1.0}, "value": name}},
            "paid": {"Synth.per": {"each": "order", "value": days}},
        }
    }
    world = world_of(programs, {"t": rows}, seed, {"t": before})
    for made in ([day for day in column(world, "t", "day") if day], column(world, "t", "paid")):
        assert made == sorted(made, reverse=order == "falling")
    paid = dict(zip(column(world, "t", "order"), column(world, "t", "paid"), strict=True))
    assert list(paid.values()) == column_of_first(world, rows)
    if rows == 400:
        assert min(paid.values()).month == 1 and max(paid.values()).month == 12


def column_of_first(world: World, rows: int) -> list[Any]:
    """What the first row of each group has been paid on."""
    orders, paid = column(world, "t", "order"), column(world, "t", "paid")
    return [paid[row] for row in range(rows) if row == 0 or orders[row] != orders[row - 1]]


def test_a_reference_goes_by_another_column_or_stands_behind_another_reference() -> None:
    days = {"day": {"Synth.sequence": {"start": "2024-01-01", "step": "1 day"}}}
    program = {
        "order": {"Synth.choice": {str(number): 1 for number in range(40)}},
        "sold": reference("days", "day", each="order", nulls="20%"),
        "sent": reference("days", "day", after="sold", gaps=[0, 3, 9], unit="days"),
    }
    world = world_of({"days": days, "lines": program}, {"days": 200, "lines": 600})
    rows = [tuple(world.value("lines", name, row) for name in program) for row in range(600)]
    by_order = {order: {sold for each, sold, _ in rows if each == order} for order, *_ in rows}
    assert len(by_order) > 30 and all(len(each) == 1 for each in by_order.values())
    assert len({sold for _, sold, _ in rows}) > 20 and any(sold is None for _, sold, _ in rows)
    last = date(2024, 1, 1) + timedelta(days=199)
    assert all(
        (sent is None) == (sold is None)
        and (sold is None or sold <= sent <= min(last, sold + timedelta(days=9)))
        for _, sold, sent in rows
    )
    assert any(sold is not None and sent > sold for _, sold, sent in rows)


def test_a_gap_that_leads_to_what_no_key_can_be_compared_with_is_refused() -> None:
    program = {
        "sold": reference("days", "day"),
        "sent": reference("days", "day", after="sold", gaps=[0, 3], unit="hours"),
    }
    days = {"day": {"Synth.sequence": {"start": "2024-01-01", "step": "1 day"}}}
    world = world_of({"days": days, "lines": program}, {"days": 20, "lines": 6})
    with pytest.raises(RecipeError, match=r"lines\.sent: sold and a gap are .* no order with .* days\.day"):
        world.value("lines", "sent", 3)
