"""Children per parent in a recipe: short, and with the source's mean."""

from __future__ import annotations

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st
from typed_tables import add_table, link, project

from synth_core.model.profile import LinkProfile
from synth_core.recipe.functions import Reference
from synth_core.recipe.reading import Recipe
from synth_core.stages.draft import draft
from synth_core.stages.draft.spread import MOST, written_spread
from synth_core.stages.lint import lint
from synth_core.stages.profile import profile
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


def test_a_part_of_a_key_that_is_referred_to_by_itself_is_unique_by_itself() -> None:
    with duckdb.connect() as con:
        lines = add_table(con, "airlines", "SELECT i AS id FROM range(6) r(i)", key=("id",))
        query = "SELECT i % 6 AS airline, 100 + i AS no FROM range(40) r(i)"
        flights = add_table(con, "flights", query, key=("airline", "no"))
        query = "SELECT i AS id, 100 + i % 40 AS flight FROM range(90) r(i)"
        bookings = add_table(con, "bookings", query, key=("id",))
        links = (
            link("flights", ("airline",), "airlines", ("id",)),
            link("bookings", ("flight",), "flights", ("no",)),
        )
        source = project(lines, bookings, flights, links=links)
        text = draft(source, profile(con, source)).text
    assert Recipe.read(text).fields()["flights"]["no"] == {"Synth.sequence": {"start": 100, "step": 1}}
    assert [each for each in lint(text, source) if each.level == "error"] == []


def test_more_rows_than_parents_are_dealt_although_no_parent_had_two() -> None:
    with duckdb.connect() as con:
        visits = add_table(con, "visits", "SELECT i AS id, i AS patient FROM range(60) r(i)", key=("id",))
        patients = add_table(con, "patients", "SELECT i AS id FROM range(50) r(i)", key=("id",))
        source = project(visits, patients, links=(link("visits", ("patient",), "patients", ("id",)),))
        text = draft(source, profile(con, source)).text
    assert "unique" not in Recipe.read(text).fields()["visits"]["patient"]["Synth.reference"]
    assert [each for each in lint(text, source) if each.level == "error"] == []
