"""The functions of our plugin, one by one, without Snowfakery."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
import yaml
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synth_core.errors import PlanError, RecipeError
from synth_core.model.types import Kind
from synth_core.model.words import WORDS
from synth_core.recipe.functions import FUNCTIONS, Function, Place, Shape, literal
from synth_core.recipe.functions.distributions import Spread
from synth_core.recipe.world import TableShape, World, parse_generator

# A world in which every example of a function finds what it refers to.
NEIGHBOURS: dict[str, dict[str, Any]] = {
    "customers": {"id": {"Synth.sequence": {}}},
    "orders": {"line_no": {"Synth.sequence": {"start": 5}}},
    "t": {
        "order_id": {"Synth.reference": {"table": "orders", "column": "line_no"}},
        "country": {"Synth.choice": ["DE", "US"]},
        "buyer": {"Synth.choice": ["Ann Lee", "Bo Ray"]},
        "ordered_on": {"Synth.sequence": {"start": "2024-01-01"}},
        "__key": {"Synth.combination": {"parts": {"year": {"first": 2013, "last": 2024}}}},
    },
}
PYTHON = {
    int: {Kind.INT64, Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64},
    float: {Kind.FLOAT64},
    Decimal: {Kind.NUMERIC, Kind.BIGNUMERIC, Kind.FLOAT64},
    str: {Kind.STRING, Kind.JSON, Kind.GEOGRAPHY},
    bytes: {Kind.BYTES},
    date: {Kind.DATE},
    datetime: {Kind.DATETIME, Kind.TIMESTAMP},
    time: {Kind.TIME},
    dict: {Kind.STRUCT, Kind.JSON},
}


def world_of(programs: dict[str, dict[str, Any]], counts: dict[str, int], **more: Any) -> World:
    shapes = {table: TableShape(count, more.get("offset", 0)) for table, count in counts.items()}
    return World(
        more.get("seed", 1),
        date(2026, 1, 1),
        shapes,
        {
            table: {name: parse_generator(value, f"{table}.{name}") for name, value in fields.items()}
            for table, fields in programs.items()
        },
    )


def values(generator: Any, rows: int = 50, **more: Any) -> list[Any]:
    world = world_of({"t": {"f": generator}}, {"t": rows}, **more)
    return [world.value("t", "f", row) for row in world.tables["t"].rows]


def _without_faker(generator: Any) -> Any:
    """`fake:` is Snowfakery's to evaluate; a pattern stands in for it here."""
    if isinstance(generator, dict):
        return {
            ("Synth.pattern" if name == "fake" else name): _without_faker(inner)
            for name, inner in generator.items()
        }
    return generator


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=str)
def test_every_example_parses_and_makes_what_it_says(function: type[Function]) -> None:
    example = yaml.safe_load(f"{{{function.example}}}")
    example = _without_faker(example)
    programs = {**NEIGHBOURS, "t": {**NEIGHBOURS["t"], "f": example}}
    if function.name == "combination":
        programs["t"]["__key"] = example
    world = world_of(programs, {"customers": 20, "orders": 20, "t": 20})
    world.check()
    made = [world.value("t", "f", row) for row in range(20)]
    assert made == [world.value("t", "f", row) for row in range(20)]
    for value in made:
        if value is None or function.name == "combination":
            continue
        if isinstance(value, list):
            assert function.name == "array"
            continue
        assert PYTHON[type(value)] & function.fills, f"{value!r} is of none of {sorted(function.fills)}"
    assert function.__doc__
    assert all(field.description for name, field in function.model_fields.items() if function.name != "also")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=drawn(60))
@given(st.sampled_from(sorted(FUNCTIONS)), st.data())
def test_wrong_arguments_are_validation_errors_and_nothing_else(name: str, data: st.DataObject) -> None:
    function = FUNCTIONS[name]
    names = st.sampled_from([field.alias or key for key, field in function.model_fields.items()] or ["x"])
    arguments = data.draw(json_values | st.dictionaries(names, json_values, max_size=4))
    try:
        function.from_arguments(arguments)
    except ValidationError as error:
        assert error.errors()


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        ({"Synth.quantiles": {"values": [3, 1]}}, "values: quantiles ascend, but 1 follows 3"),
        ({"Synth.quantiles": {"values": [1, "2024-01-01"]}}, "are of different types"),
        ({"Synth.quantiles": {"values": ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z"]}}, "has a time zone"),
        ({"Synth.quantiles": {"values": ["x"]}}, "is no number, date or time"),
        ({"Synth.quantiles": {"values": [1], "foo": 2}}, "foo: there is no such argument"),
        ({"Synth.choice": "red"}, "a mapping is needed here"),
        ({"Synth.choice": {"red": "many"}}, "a weight is written like 70% or 3, not 'many'"),
        ({"Synth.choice": {"red": 0}}, "the weights add up to 0"),
        ({"Synth.pattern": {"shapes": {"A": -1}}}, "a weight is 0 or more"),
        ({"Synth.sequence": {"start": "x"}}, "a sequence starts with a number, date or time"),
        ({"Synth.sequence": {"step": 0}}, "a step of 0 repeats"),
        ({"Synth.sequence": {"start": 1, "step": "1 day"}}, "goes with a date or time"),
        ({"Synth.sequence": {"start": "2024-01-01", "step": "1 hour"}}, "takes whole days"),
        ({"Synth.reference": {"table": "t"}}, "column: is missing"),
        (
            {"Synth.reference": {"table": "t", "column": "c", "children": {"x": 1}}},
            "counts are written like",
        ),
        ({"Synth.reference": {"table": "t", "column": "c", "children": {"5-2": 1}}}, "from fewest to most"),
        ({"Synth.reference": {"table": "t", "column": "c", "nulls": "120%"}}, "between 0 % and 100 %"),
        ({"Synth.reference": {"table": "t", "column": "c", "after": "a"}}, "go together"),
        ({"Synth.reference": {"table": "t", "column": "c", "unit": "days"}}, "there is none"),
        ({"Synth.reference": {"table": "t", "column": "c", "after": "a", "gaps": [-1]}}, "not below zero"),
        (
            {"Synth.reference": {"table": "t", "column": "c", "after": "a", "gaps": [1], "unique": True}},
            "nothing else to choose it by",
        ),
        ({"Synth.reference": {"table": "t", "column": "c", "each": "a", "grouped": True}}, "by nothing else"),
        ({"Synth.combination": {"parts": {"p": {"values": [1], "shape": "A"}}}}, "a part has exactly one of"),
        ({"Synth.combination": {"parts": {"p": {"first": 5, "last": 1}}}}, "a `last` that is not lower"),
        (
            {
                "Synth.combination": {
                    "parts": {"p": {"behind": "q", "first": 0, "last": 1}, "q": {"values": [1]}}
                }
            },
            "has to be declared above it",
        ),
        (
            {"Synth.combination": {"parts": {"q": {"values": [1]}, "p": {"behind": "q", "values": [1]}}}},
            "from a whole number to a whole number",
        ),
        (
            {"Synth.combination": {"parts": {"p": {"first": 1, "last": 2, "unit": "days"}}}},
            "goes with `behind`",
        ),
        (
            {"Synth.combination": {"parts": {"p": {"first": 1, "last": "2024-01-01"}}}},
            "from a number to a number",
        ),
        ({"Synth.array": {"length": [None], "of": 1}}, "None is no whole number"),
        ({"Synth.bytes": {"length": -1}}, "is not between 0 and 10,000,000"),
        ({"Synth.words": {"count": 10**9}}, "is not between 0 and 10,000"),
        ({"Synth.point": {"latitude": [60, 40]}}, "south first"),
        ({"Synth.nothing": {}}, "is no function of Synth"),
        ({"Synth.uuid": {}, "Synth.words": {}}, "names exactly one function"),
    ],
)
def test_wrong_arguments_are_told_in_words(generator: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_generator(generator, "t.f")
    assert message in str(caught.value)
    assert str(caught.value).startswith("t.f: ")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("017", 17),
        ("1.50", Decimal("1.50")),
        ("1e3", Decimal("1e3")),
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-02-29 10:30:00", datetime(2024, 2, 29, 10, 30)),
        ("2024-02-29T10:30:00+00:00", datetime(2024, 2, 29, 10, 30, tzinfo=UTC)),
        ("10:30", time(10, 30)),
        ("red", "red"),
        ("NaN", "NaN"),
        ("1e999999999", "1e999999999"),
        (" ", " "),
        (True, True),
        (None, None),
    ],
)
def test_literals_are_read_as_their_author_means_them(text: Any, value: Any) -> None:
    assert literal(text) == value
    assert type(literal(text)) is type(value)


# --- distributions ---


def test_choices_come_as_often_as_their_weights_say() -> None:
    counts = Counter(values({"Synth.choice": {"a": "70%", "b": 20, "c": "10%", "never": 0}}, 10_000))
    assert set(counts) == {"a", "b", "c"}
    assert abs(counts["a"] - 7000) < 200 and abs(counts["c"] - 1000) < 120


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=33))
def test_whole_quantiles_stay_whole_and_inside(quantiles: list[int]) -> None:
    quantiles.sort()
    made = values({"Synth.quantiles": {"values": quantiles}}, 40)
    assert all(type(value) is int and quantiles[0] <= value <= quantiles[-1] for value in made)


def test_spikes_keep_their_share() -> None:
    quantiles = [0, 5, 5, 5, 5, 5, 9, 10, 11, 12, 20]
    made = Counter(values({"Synth.quantiles": {"values": quantiles}}, 10_000))
    assert 0.38 < made[5] / 10_000 < 0.52
    spread = Spread([0, 5, 5, 5, 9], 0, None)
    assert {spread.at(uniform) for uniform in (0.25, 0.4, 0.5, 0.74)} == {5}


def test_quantiles_keep_their_marginals() -> None:
    quantiles = [0.0, 1.0, 10.0, 100.0, 1000.0]
    made = sorted(values({"Synth.quantiles": {"values": quantiles, "decimals": 2}}, 4000))
    assert all(isinstance(value, Decimal) and value == round(value, 2) for value in made)
    assert abs(made[1000] - 1) < Decimal("0.3") and abs(made[3000] - 100) < 15


def test_dates_times_and_moments_keep_their_type_and_unit() -> None:
    dates = values({"Synth.quantiles": {"values": ["2024-01-01", "2024-01-31"]}})
    assert all(type(value) is date and date(2024, 1, 1) <= value <= date(2024, 1, 31) for value in dates)
    times = values({"Synth.quantiles": {"values": ["08:00:00", "17:00:00"], "unit": "minutes"}})
    assert all(type(value) is time and value.second == 0 for value in times)
    moments = values(
        {"Synth.quantiles": {"values": ["2024-01-01T00:00:00", "2024-01-02T00:00:00"], "unit": "hours"}}
    )
    assert all(type(value) is datetime and value.minute == 0 and value.tzinfo is None for value in moments)
    zoned = values(
        {"Synth.quantiles": {"values": ["2024-01-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00"]}}
    )
    assert all(value.tzinfo == UTC for value in zoned)
    assert all(
        datetime(2024, 1, 1, tzinfo=UTC) <= value <= datetime(2024, 3, 1, tzinfo=UTC) for value in zoned
    )


def test_quantiles_of_moments_in_another_zone_stay_between_their_ends() -> None:
    ends = ["2024-01-01T10:00:00+02:00", "2024-01-01T11:00:00+02:00"]
    low, high = (datetime.fromisoformat(end) for end in ends)
    assert all(low <= value <= high for value in values({"Synth.quantiles": {"values": ends}}))


def offsets(start: Any, gaps: list[Any], **more: Any) -> list[tuple[Any, Any]]:
    program = {
        "a": {"Synth.quantiles": {"values": start}},
        "b": {"Synth.offset": {"after": "a", "gaps": gaps, **more}},
    }
    world = world_of({"t": program}, {"t": 60})
    return [(world.value("t", "a", row), world.value("t", "b", row)) for row in range(60)]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9), st.sampled_from(["days", "hours", "seconds"]))
def test_offsets_never_run_backwards(gaps: list[int], unit: str) -> None:
    for before, after in offsets(["2024-01-01T00:00:00Z", "2024-12-31T00:00:00Z"], sorted(gaps), unit=unit):
        assert before <= after and type(after) is datetime
    for before, after in offsets(["2024-01-01", "2024-12-31"], sorted(gaps), unit=unit):
        # Hours behind a date are a time of a day.
        assert type(before) is date and type(after) is (date if unit == "days" else datetime)
        assert datetime.combine(before, time()) <= datetime.combine(after, getattr(after, "time", time)())


def test_what_stands_behind_floating_point_has_no_more_digits_than_asked_for() -> None:
    found = offsets([0.1, 99.9], [0.07, 0.5], decimals=2)
    assert all(after == round(after, 2) for _, after in found)


def test_offsets_of_numbers_and_nulls() -> None:
    pairs = offsets([10, 20], ["0.50", "1.50"], decimals=2)
    assert all(Decimal("0.5") <= Decimal(str(after)) - before <= Decimal("1.5") for before, after in pairs)
    program = {
        "a": {"Synth.nullable": {"nulls": "40%", "value": {"Synth.sequence": {"start": "2024-01-01"}}}},
        "b": {"Synth.offset": {"after": "a", "unit": "days", "gaps": [1]}},
    }
    world = world_of({"t": program}, {"t": 200})
    rows = [(world.value("t", "a", row), world.value("t", "b", row)) for row in range(200)]
    assert 50 < sum(a is None for a, _ in rows) < 110
    assert all((a is None) == (b is None) and (a is None or b - a == timedelta(days=1)) for a, b in rows)


@given(
    st.lists(st.integers(-40, 900), min_size=1, max_size=9),
    st.integers(0, 500),
    st.sampled_from(["", "T00:00:00Z"]),
)
def test_offsets_stay_within_their_limits_where_a_gap_does(gaps: list[int], days: int, time: str) -> None:
    first, last = date(2024, 1, 1), date(2024, 1, 1) + timedelta(days=days)
    limits = [f"{each}{time}" for each in (first, last)]
    gaps = sorted(gaps)
    for before, after in offsets(
        [f"2024-01-01{time}", f"2024-12-31{time}"], gaps, unit="days", limits=limits
    ):
        least, most = (literal(limit) for limit in limits)
        fitting = [gap for gap in range(gaps[0], gaps[-1] + 1) if least <= before + timedelta(gap) <= most]
        assert after - before in [timedelta(gap) for gap in fitting or range(gaps[0], gaps[-1] + 1)]
        if before + timedelta(gaps[0]) > most:
            assert after == before + timedelta(gaps[0]), "the nearest, where none fits"


def test_limits_of_an_offset_leave_the_rest_of_its_gaps_as_they_are() -> None:
    """Cut off, not heaped up at the end."""
    pairs = offsets([0], [0, 10, 20, 30, 40], limits=[0, 20])
    counts = Counter(after for _, after in pairs)
    assert set(counts) <= set(range(21)) and max(counts.values()) < 15
    assert all(
        after <= Decimal("7.5") for _, after in offsets([7], ["0.10", "3.00"], decimals=2, limits=[0, "7.50"])
    )


def test_what_no_gap_leads_to_may_be_null() -> None:
    pairs = offsets(
        ["2024-01-01", "2024-03-31"], [5, 9], unit="days", limits=["2024-01-10", "2024-02-28"], or_null=True
    )
    for before, after in pairs:
        assert after is None if before > date(2024, 2, 23) else after <= date(2024, 2, 28)
    # Of what lies before there is the nearest.
    assert {after - before for before, after in pairs if before == date(2024, 1, 1)} <= {timedelta(9)}
    assert any(after is None for _, after in pairs)


@pytest.mark.parametrize(
    ("limits", "unit", "said"),
    [
        ([], None, "there are none"),
        ([1], None, "two"),
        ([5, 1], None, "ascend"),
        ([1, 2], "days", "numbers"),
        (["2024-01-01"] * 2, None, "dates"),
    ],
)
def test_limits_of_an_offset_that_make_no_sense_are_refused(
    limits: list[Any], unit: str | None, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        FUNCTIONS["offset"].from_arguments(
            {"after": "a", "gaps": [1], "unit": unit, "limits": limits, "or_null": True}
        )


def test_an_offset_behind_a_text_is_refused() -> None:
    program = {
        "a": {"Synth.pattern": "AAA"},
        "b": {"Synth.offset": {"after": "a", "unit": "days", "gaps": [1]}},
    }
    with pytest.raises(RecipeError, match="is no date or time"):
        world_of({"t": program}, {"t": 1}).value("t", "b", 0)


def test_a_lookup_goes_by_the_plain_text_of_any_value() -> None:
    """Of what is not listed there is none."""
    known = {True: "yes", 7: 1, "2024-01-01": "new year", "none": None}
    for source, expected in (
        ({"Synth.choice": ["true"]}, "yes"),
        ({"Synth.quantiles": {"values": [7]}}, "1"),
        ({"Synth.quantiles": {"values": ["2024-01-01"]}}, "new year"),
        ({"Synth.choice": ["none"]}, None),
        ({"Synth.choice": ["other"]}, None),
        ({"Synth.nullable": {"nulls": "100%", "value": {"Synth.choice": ["7"]}}}, None),
    ):
        program = {"a": source, "b": {"Synth.lookup": {"of": "a", "values": known}}}
        assert world_of({"t": program}, {"t": 1}).value("t", "b", 0) == expected


# --- texts and keys ---


@settings(max_examples=drawn(40))
@given(
    st.dictionaries(
        st.text("A9x-", min_size=2, max_size=4), st.integers(1, 99), min_size=1, max_size=4
    ).filter(lambda shapes: not any(Shape(a).meets(Shape(b)) for a, b in combinations(shapes, 2))),
    st.integers(0, 30),
)
def test_unique_patterns_never_repeat_over_batches(shapes: dict[str, int], split: int) -> None:
    generator = {"Synth.pattern": {"shapes": shapes, "unique": True}}
    capacity = parse_generator(generator, "t.f").capacity()
    total = min(capacity or 0, 300)
    split = min(split, total)
    first = values(generator, split, seed=1)
    second = values(generator, total - split, seed=2, offset=split)
    assert len({*first, *second}) == total
    for text in first:
        assert any(len(text) == len(shape) for shape in shapes)


@pytest.mark.parametrize(
    ("shape", "characters"),
    [
        ("[13-5]", "1345"),
        ("[A-C0]", "ABC0"),
        ("[x9]", "x9"),
        ("[-a]", "-a"),
        ("[a-]", "a-"),
        (r"[\]+]", "]+"),
        (r"[\--/]", "-./"),
        ("[aa]", "a"),
    ],
)
def test_a_set_in_a_pattern_is_one_of_its_characters(shape: str, characters: str) -> None:
    assert set(values({"Synth.pattern": f"\\[{shape}-"}, 60)) == {f"[{each}-" for each in characters}
    unique = values({"Synth.pattern": {"shapes": shape, "unique": True}}, len(characters))
    assert sorted(unique) == sorted(characters)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("~-~", "apple-~", True),
        ("~-~", "zzz-~", False),
        ("~", "aaaaa", True),
        ("~-99", "~-999", False),
        ("~9", "~-", False),
        ("AB9", "A[BC]", False),
        ("[ab]x", r"\\a9", True),
    ],
)
def test_shapes_meet_where_a_text_is_of_both(one: str, other: str, meet: bool) -> None:
    one, other = (each.replace(r"\\", "\\") for each in (one, other))
    assert Shape(one).meets(Shape(other)) is Shape(other).meets(Shape(one)) is meet


def test_two_shapes_of_unique_texts_must_not_meet() -> None:
    shapes = {"A-[0-4]9": 1, "AB[0-4]": 1, r"A-\99": 1}
    made = values({"Synth.pattern": {"shapes": shapes, "unique": True}}, 60)
    assert len(set(made)) == 60
    with pytest.raises(RecipeError, match="can give the same text"):
        parse_generator({"Synth.pattern": {"shapes": {**shapes, "A-[4-6]0": 1}, "unique": True}}, "t.f")


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("A[0-9", "begins a set"),
        ("A[]", "begins a set"),
        ("[9-0]", "9-0 runs backwards"),
        ("[ -\U0010ffff]", "200 characters"),
    ],
)
@pytest.mark.parametrize("place", ["pattern", "combination"])
def test_a_set_that_is_not_whole_is_refused(shape: str, why: str, place: str) -> None:
    generator: dict[str, Any] = {"Synth.pattern": shape}
    if place == "combination":
        parts = {"a": {"shape": shape}, "b": {"first": 1, "last": 3}}
        generator = {"Synth.combination": {"parts": parts}}
    with pytest.raises(RecipeError, match=why):
        parse_generator(generator, "t.f")


def test_patterns_fill_letters_digits_and_keep_the_rest() -> None:
    for text in values({"Synth.pattern": r"\A-A9a#x."}, 40):
        assert text.startswith("A-") and text.endswith(".") and len(text) == 8
        assert text[2].isupper() and text[3].isdigit() and text[4].islower()
    assert len(set(values({"Synth.pattern": {"shapes": "99", "unique": True}}, 100))) == 100
    assert set(values({"Synth.pattern": {"shapes": r"\%%", "unique": True}}, 9)) == {
        f"%{digit}" for digit in range(1, 10)
    }


def test_too_few_shapes_are_told_before_anything_is_made() -> None:
    world = world_of({"t": {"f": {"Synth.pattern": {"shapes": "9", "unique": True}}}}, {"t": 11})
    with pytest.raises(
        PlanError, match=r"t\.f: 11 different values are needed, but its shapes allow only 10"
    ):
        world.check()


def test_sequences_count_on_after_the_last_batch() -> None:
    assert values({"Synth.sequence": {"start": 100, "step": 5}}, 3) == [100, 105, 110]
    assert values({"Synth.sequence": {"start": 100, "step": 5}}, 2, offset=3) == [115, 120]
    assert values({"Synth.sequence": {"start": "0.1", "step": "0.1"}}, 3) == [
        Decimal("0.1"),
        Decimal("0.2"),
        Decimal("0.3"),
    ]
    assert values({"Synth.sequence": {"start": "2024-02-28"}}, 2) == [date(2024, 2, 28), date(2024, 2, 29)]
    hours = values({"Synth.sequence": {"start": "2024-01-01T23:00:00", "step": "1 hour"}}, 2)
    assert hours == [datetime(2024, 1, 1, 23), datetime(2024, 1, 2)]


@pytest.mark.parametrize(
    "generator",
    [
        {"Synth.choice": {"red": 1, "blue": 2, "green": 3}},
        {"Synth.quantiles": {"values": [0, 1000]}},
        {"Synth.pattern": "AAA-999"},
        {"Synth.words": {"count": [1, 5]}},
        {"Synth.array": {"length": [0, 3], "of": {"Synth.quantiles": {"values": [0, 99]}}}},
        {"Synth.nullable": {"nulls": "40%", "value": {"Synth.pattern": "99"}}},
    ],
    ids=lambda generator: next(iter(generator)),
)
def test_a_second_batch_of_the_same_seed_goes_on_and_repeats_nothing(generator: dict[str, Any]) -> None:
    whole, first, second = values(generator, 60), values(generator, 30), values(generator, 30, offset=30)
    assert whole == first + second
    assert first != second


def test_uuids_are_version_4_and_differ_between_seeds_and_rows() -> None:
    made = values({"Synth.uuid": {}}, 100) + values({"Synth.uuid": {"upper": True}}, 100, seed=2)
    assert len({text.lower() for text in made}) == 200
    assert all(text[14] == "4" and text[19].lower() in "89ab" for text in made)


def test_words_bytes_and_points_keep_their_limits() -> None:
    for text in values({"Synth.words": {"count": [1, 20], "max_length": 30}}):
        assert 0 < len(text) <= 30 and text == text.strip()
    assert {len(made) for made in values({"Synth.bytes": {"length": [0, 40]}}, 300)} <= set(range(41))
    for point in values({"Synth.point": {"latitude": [47, 55], "longitude": [6, 15]}}):
        east, north = point.removeprefix("POINT(").removesuffix(")").split()
        assert 6 <= float(east) <= 15 and 47 <= float(north) <= 55


@pytest.mark.parametrize(
    ("count", "length", "least"), [(2, 9, 2), (4, 19, 4), (3, 10, 2), (1, 4, 1), (1000, 30, 6)]
)
def test_words_that_must_fit_are_whole_words(count: int, length: int, least: int) -> None:
    for text in values({"Synth.words": {"count": [count], "max_length": length}}):
        words = text.lower().split()
        assert len(text) <= length and set(words) <= set(WORDS) and len(words) >= least


def test_words_can_be_in_capitals() -> None:
    assert all(text.isupper() for text in values({"Synth.words": {"count": [2], "upper": True}}))


def test_of_a_word_that_nothing_fits_for_the_beginning_is_left() -> None:
    assert {len(text) for text in values({"Synth.words": {"count": [3], "max_length": 2}})} == {2}


def test_structs_arrays_and_json_nest() -> None:
    generator = {
        "Synth.struct": {
            "tags": {"Synth.array": {"length": [0, 3], "of": {"Synth.pattern": "AAAA"}}},
            "prefs": {"Synth.json": {"value": {"Synth.struct": {"n": {"Synth.sequence": 1}}}}},
        }
    }
    made = values(generator, 200)
    assert {len(row["tags"]) for row in made} == {0, 1, 2, 3}
    assert len({tag for row in made for tag in row["tags"]}) > 150, "elements have draws of their own"
    assert [json.loads(row["prefs"])["n"] for row in made] == list(range(1, 201))


def test_places_of_arguments_have_draws_of_their_own() -> None:
    both = values({"Synth.struct": {"a": {"Synth.pattern": "AAAAAA"}, "b": {"Synth.pattern": "AAAAAA"}}}, 20)
    assert all(row["a"] != row["b"] for row in both)
    place = Place(world_of({"t": {}}, {"t": 1}), "t", "f")
    assert place.below("x").name == "t.f/x"


def test_parts_behind_another_one_are_never_before_it_and_each_pair_comes_once() -> None:
    parts = {
        "begin": {"first": "2024-01-01", "last": "2024-01-10", "step": "1 day"},
        "end": {"behind": "begin", "first": 0, "last": 4, "unit": "days"},
    }
    fields = {
        "__key": {"Synth.combination": {"parts": parts}},
        "a": {"Synth.part": "begin"},
        "b": {"Synth.part": "end"},
    }
    world = world_of({"t": fields}, {"t": 60})
    world.check()
    pairs = [(world.value("t", "a", row), world.value("t", "b", row)) for row in range(60)]
    assert len(set(pairs)) == 60, "50 pairs there are, and then the dates run on"
    assert {(end - begin).days for begin, end in pairs} == {0, 1, 2, 3, 4}
    assert min(begin for begin, _ in pairs) == date(2024, 1, 1) < max(begin for begin, _ in pairs)
