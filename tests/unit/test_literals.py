"""What a recipe has from its source, and what stands behind it."""

from __future__ import annotations

from typing import Any

import pytest
from lint_helpers import HEAD, project_of

from synth_core.model.profile import ColumnProfile, Profile, TableProfile, ValueCount
from synth_core.stages.literals import Copied, Literals, copied_literals

COLUMNS = {"v": "STRING", "n": "INT64", "who": "STRING", "d": "TIMESTAMP"}
PROJECT = project_of({"t": COLUMNS}, personal=("who",))


def facts(**columns: dict[str, Any]) -> Profile:
    def column(name: str, given: dict[str, Any]) -> ColumnProfile:
        counts = {
            part: tuple(ValueCount(value=value, count=count) for value, count in given.pop(part, {}).items())
            for part in ("top", "shapes", "forms")
        }
        known = {"rows": 100, "nulls": 0, "distinct": 5, "unique": False} | counts | given
        return ColumnProfile(name=name, path=(name,), **known)

    given = {name: dict(columns.get(name, {})) for name in COLUMNS}
    table = TableProfile(table="t", rows=100, columns=tuple(column(*each) for each in given.items()))
    return Profile(k=10, tables=(table,))


def copied(field: str, **columns: dict[str, Any]) -> list[Copied]:
    return list(all_of(field, **columns).copied)


def all_of(field: str, **columns: dict[str, Any]) -> Literals:
    recipe = HEAD + f"- object: t\n  count: 10\n  fields:\n    {field}\n"
    return copied_literals(PROJECT, recipe, facts(**columns))


@pytest.mark.parametrize(
    "generator",
    [
        "{Synth.choice: {pro: 20%, retail: 70%, foo: 10%}}",
        "{Synth.nullable: {nulls: 5%, value: {Synth.choice: {pro: 20%, retail: 70%, foo: 10%}}}}",
        "{random_choice: {pro: 20%, retail: 70%, foo: 10%}}",
    ],
)
def test_values_are_counted_with_their_rows(generator: str) -> None:
    values, other = copied(f"v: {generator}", v={"top": {"retail": 60, "pro": 12, "old": 11}})
    assert (values.what, values.count, values.support, values.is_exact) == ("values", 2, 12, True)
    assert values.examples == (ValueCount(value="pro", count=12), ValueCount(value="retail", count=60))
    assert (other.what, other.count, other.support) == ("other texts", 1, 0)


def test_both_sides_of_a_lookup_are_counted_where_they_come_from() -> None:
    field = "v: {Synth.lookup: {of: n, values: {red: retail, blue: null, grün: foo}}}"
    values, other = copied(field, v={"top": {"retail": 60}}, n={"top": {"red": 30, "blue": 11}})
    assert (values.what, values.count, values.support, values.is_exact) == ("values", 3, 11, True)
    assert (other.what, other.count) == ("other texts", 2)


def test_quantiles_have_k_rows_at_least_and_changed_ones_are_nobodys() -> None:
    points = tuple(map(str, range(33)))
    [found] = copied("n: {Synth.quantiles: [0, 3, 3.5, 900]}", n={"quantiles": points})
    assert (found.what, found.count, found.support, found.is_exact) == ("quantiles", 2, 10, False)
    assert copied("n: {Synth.quantiles: [100, 900]}", n={"quantiles": points}) == []


def test_moments_are_the_same_with_a_zone_and_without() -> None:
    points = ("2024-01-01 08:00:00", "2024-02-01 08:00:00")
    [found] = copied('d: {Synth.quantiles: ["2024-01-01 08:00:00+00:00"]}', d={"quantiles": points})
    assert (found.what, found.count) == ("quantiles", 1)


def test_shapes_carry_what_all_values_share() -> None:
    [found] = copied(
        r"v: {Synth.pattern: {shapes: {'O\A-[12]999': 80%, 'zz': 20%}}}",
        v={"shapes": {"AA-9999": 70, "AA": 30}, "forms": {r"O\A-[12]999": 70}},
    )
    assert (found.what, found.count, found.support) == ("shapes", 1, 70)


def test_of_personal_columns_nothing_is_shown() -> None:
    [found] = copied("who: {Synth.pattern: {shapes: {Aaa: 100%}}}", who={"shapes": {"Aaa": 100}})
    assert (found.what, found.support, found.examples) == ("shapes", 100, ())
    [named] = copied("who: {Synth.choice: [Anna, Berta]}", who={"top": {"Anna": 50}})
    assert (named.what, named.count) == ("other texts", 2), "values of a personal column are not known"


def test_a_recipe_of_its_own_has_nothing_from_data() -> None:
    found = all_of("v: {fake: FirstName}", v={"top": {"retail": 60}})
    assert (found.count, found.smallest_support, found.others, found.has_facts) == (0, None, 0, True)


def test_without_facts_nothing_is_claimed() -> None:
    found = copied_literals(PROJECT, HEAD + "- object: t\n  fields: {v: {Synth.choice: [a, b]}}\n", None)
    assert not found.has_facts and found.copied == ()
