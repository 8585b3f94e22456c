"""What changed between two recipes, in words: everything, and nothing twice."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from random_edits import edits, make
from rich_recipe import RICH

from synth_core.errors import RecipeError
from synth_core.recipe.diff import Change, ChangeKind, diff_recipes
from synth_core.recipe.diff.tables import moved
from synth_core.recipe.diff.words import FUNCTION_WORDS
from synth_core.recipe.edit.author import (
    add_field,
    add_object,
    remove_object,
    rename_field,
    rename_table,
    set_generator,
)
from synth_core.recipe.functions import FUNCTIONS, PLUGIN
from synth_core.recipe.include import load
from synth_core.recipe.notation import FieldText, ObjectText

GREETING = "${{ greeting }} ${{ customer.full_name }}"


def said(old: str, new: str) -> list[str]:
    return [str(change) for change in diff_recipes(old, new)]


def replaced(*pairs: tuple[str, str]) -> str:
    text = RICH
    for old, new in pairs:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (RICH, []),
        (replaced(("Bern: 70%", "Bern: 60%")), ["customer.address.city: Bern 70% → 60%"]),
        (
            replaced(("Lyon: 30%", "Oslo: 30%")),
            ["customer.address.city: value Lyon removed", "customer.address.city: value Oslo added (30%)"],
        ),
        (replaced(("nulls: 5%", "nulls: 7%")), ["customer.address: nulls 5% → 7%"]),
        (replaced((", nulls: 2%", ", nulls: 5%")), ["order.customer_id: nulls 2% → 5%"]),
        (replaced((", nulls: 2%", "")), ["order.customer_id: nulls 2% removed"]),
        (replaced(('{"0": 10%, ', '{"0": 20%, ')), ["customer.region_code: children 0 10% → 20%"]),
        (replaced(("gaps: [0, 9]", "gaps: [0, 3, 9]")), ["order.shipped: gaps [0, 9] → [0, 3, 9]"]),
        (replaced(("unit: days, ", "")), ["order.shipped: unit days removed"]),
        (replaced(("[0, 2], of:", "[0, 2, 2, 2, 5], of:")), ["order.tags: length 2 → 5 items"]),
        (
            replaced(("[red, blue]", "[red, green]")),
            ["order.tags: value blue removed", "order.tags: value green added (1)"],
        ),
        (
            replaced(("{fake: Name}", "{fake: FirstName}")),
            ["macro person changed", "customer.full_name: fake Name → fake FirstName"],
        ),
        (
            replaced(("{Synth.array: {length: [0, 2], of: {Synth.choice: [red, blue]}}}", "{Synth.quantiles: [1, 2]}")),
            ["order.tags: ARRAY → quantiles"],
        ),
        (
            replaced(("{Synth.part: {part: year}}", "${{ line }}")),
            ["order.year: part of a combination → formula"],
        ),
        (replaced(("lat: 1", "lat: 2")), ["customer.address.geo.lat: always 1 → always 2"]),
        (
            replaced(("lat: 1", "height: 1")),
            ["customer.address.geo.lat: removed", "customer.address.geo.height: added, always 1"],
        ),
        (
            replaced(("${{ order.line + 1 }}", "${{ order.line }}")),
            ["basket.size: ${{ order.line + 1 }} → ${{ order.line }}"],
        ),
        (replaced(("{min: 1, max: 9}", "{min: 1, max: 8}")), ["parcel.weight: max 9 → 8"]),
        (replaced(("count: 50", "count: 60")), ["order: 50 → 60 rows"]),
        (replaced(("count: ${{ order.line }}", "count: 2")), ["parcel: ${{ order.line }} → 2 rows"]),
        (replaced(("  nickname: someone\n", ""), ("someone", "customer")), [
            "customer: nickname someone removed",
            f"order.text: {GREETING}, ${{{{ someone.note… → {GREETING}, ${{{{ customer.not…",
            "order.seller: to someone → customer",
        ]),
        (replaced(("value: hello", "value: bye")), ["variable greeting: hello → bye"]),
        (replaced(("default: 3", "default: 4")), ["option scale: 3 → 4"]),
        (replaced(("- option: scale\n  default: 3\n", "")), ["option scale removed"]),
        (replaced(("- var: greeting", "- var: other\n  value: 1\n- var: greeting")), ["variable other added"]),
        (replaced(("- macro: person", "- macro: none\n- macro: person")), ["macro none added"]),
        (replaced(("from one", "from 1")), ["customer.id: comment changed"]),
        (replaced(("   # from one", "")), ["customer.id: comment changed"]),
        (replaced(("    # nested\n", "")), ["customer.address: comment changed"]),
        (replaced(("    note:", "    # new\n    note:")), ["customer.note: comment added"]),
        (replaced(("# goes with it", "# rides along")), ["order: comment changed"]),
        (replaced(("# the end", "# end")), ["recipe: comment changed"]),
        (replaced(("# the first letter", "# a letter")), ["recipe: comment changed"]),
        (replaced(("text: |\n", "text: |  # so # so\n")), ["order.text: comment added"]),
        (replaced(("count: 50", "count:  50")), ["Only the layout changed."]),
        (replaced(("- object: empty", "\n- object: empty")), ["Only the layout changed."]),
        (RICH.replace("\n", "\r\n"), ["Only the layout changed."]),
        (replaced(("count: 50", "count: '50'")), ["Written in another way, which means the same."]),
        (
            replaced(("- object: empty", "- object: empty\n  count: 1")),
            ["Written in another way, which means the same."],
        ),
        (replaced(("[red, blue]", "{red: 1, blue: 1}")), ["Written in another way, which means the same."]),
        (
            replaced(("count: 50", "count:  50"), ("# the end", "# end")),
            ["recipe: comment changed", "Only the layout changed."],
        ),
        (replaced(("# the end\n", "- object: order\n  fields: {x: 1}\n# the end\n")), [
            "Tables or variables are made in another order or place.",
            "order: 50 → 50 + 1 rows",
            "order.x: column added, always 1",
        ]),
    ],
)  # fmt: skip
def test_each_change_in_words(new: str, expected: list[str]) -> None:
    assert said(RICH, new) == expected


@pytest.mark.parametrize(
    ("new", "kinds", "sentences"),
    [
        (rename_field(RICH, "customer", "region_code", "area"), [ChangeKind.COLUMN_RENAMED],
         ["customer.region_code → area: column renamed"]),
        (rename_field(RICH, "customer", "full_name", "theName"), [ChangeKind.COLUMN_RENAMED],
         ["customer.full_name → theName: column renamed"]),
        (rename_table(RICH, "customer", "client"), [ChangeKind.TABLE_RENAMED], ["customer → client: table renamed"]),
        (rename_field(rename_field(rename_table(RICH, "order", "sale"), "sale", "ordered", "day"),
                      "sale", "shipped", "sent"),
         [ChangeKind.TABLE_RENAMED, ChangeKind.COLUMN_RENAMED, ChangeKind.COLUMN_RENAMED],
         ["order → sale: table renamed", "sale.ordered → day: column renamed", "sale.shipped → sent: column renamed"]),
        (add_field(RICH, "order", "new", {"fake": "City"}, comment="x", after="year"), [ChangeKind.COLUMN_ADDED],
         ["order.new: column added, fake City"]),
        (add_object(RICH, ObjectText("t", 2, ["why"], [FieldText("a", 1, "so")])), [ChangeKind.TABLE_ADDED],
         ["t: table added, rows: 2, columns: 1"]),
    ],
)  # fmt: skip
def test_renames_are_found_and_what_follows_them_is_no_change(
    new: str, kinds: list[ChangeKind], sentences: list[str]
) -> None:
    changes = diff_recipes(RICH, new)
    assert sorted(str(each) for each in changes) == sorted(sentences)
    assert sorted(each.kind for each in changes) == sorted(kinds)
    # Seen from the other side nothing else changes either.
    back = diff_recipes(new, RICH)
    opposite = {
        ChangeKind.COLUMN_ADDED: ChangeKind.COLUMN_REMOVED,
        ChangeKind.TABLE_ADDED: ChangeKind.TABLE_REMOVED,
    }
    assert sorted(each.kind for each in back) == sorted(opposite.get(kind, kind) for kind in kinds)


def test_a_renamed_table_with_another_change_is_still_that_table() -> None:
    new = set_generator(rename_table(RICH, "customer", "client"), "client", "since", 1)
    assert said(RICH, new) == ["customer → client: table renamed", "client.since: quantiles → always 1"]


def test_other_tables_are_added_and_removed() -> None:
    text = "- object: a\n  fields: {x: 1, y: 2}\n"
    assert said(text, text.replace("a\n", "b\n").replace("1", "3").replace("2", "4")) == [
        "b: table added, rows: 1, columns: 2",
        "a: table removed",
    ]
    assert said(RICH, remove_object(RICH, "empty")) == ["empty: table removed"]


def test_columns_that_are_made_alike_are_not_mixed_up() -> None:
    old = "- object: a\n  fields: {x: {fake: Name}, y: {fake: Name}, z: 1}\n"
    assert said(old, old.replace("x:", "p:").replace("y:", "q:")) == [
        "a.x → p: column renamed",
        "a.y → q: column renamed",
    ]
    # Which of both went can't be told.
    assert said(old, "- object: a\n  fields: {z: 1, w: {fake: Name}}\n") == [
        "a.w: column added, fake Name",
        "a.x: column removed",
        "a.y: column removed",
    ]


def test_columns_that_only_move() -> None:
    old = "- object: a\n  fields: {p: 1, q: 2, r: 3, s: 4}\n"
    assert said(old, "- object: a\n  fields: {q: 2, r: 3, p: 1, s: 4}\n") == ["a.p: column moved behind r"]
    assert said(old, "- object: a\n  fields: {s: 4, p: 1, q: 2, r: 3}\n") == [
        "a.s: column moved to the front"
    ]
    assert said(old, "- object: a\n  fields: {n: 0, p: 1, q: 2, r: 3, s: 4}\n") == [
        "a.n: column added, always 0"
    ]


@given(st.permutations(list("abcdef")))
def test_the_fewest_names_move(new: list[str]) -> None:
    old = list("abcdef")
    shifted = moved(old, new)
    rest = [name for name in new if name not in shifted]
    assert rest == sorted(rest)
    runs = [run for size in range(7) for run in combinations(new, size) if list(run) == sorted(run)]
    assert len(shifted) == 6 - max(map(len, runs))


def test_tables_in_another_order_or_place() -> None:
    old = "- object: a\n- object: b\n  friends:\n    - object: c\n"
    moved_tables = ["Tables or variables are made in another order or place."]
    assert said(old, "- object: b\n  friends:\n    - object: c\n- object: a\n") == moved_tables
    assert said(old, "- object: a\n  friends:\n    - object: c\n- object: b\n") == moved_tables


def test_before_and_after_are_there_for_machines() -> None:
    [change] = diff_recipes(RICH, replaced(("Bern: 70%", "Bern: 60%")))
    assert change == Change(
        kind=ChangeKind.ARGUMENT,
        table="customer",
        column="address.city",
        before="70%",
        after="60%",
        sentence="customer.address.city: Bern 70% → 60%",
    )
    [change] = diff_recipes(RICH, set_generator(RICH, "order", "tags", {"fake": "City"}))
    assert (change.kind, change.before, change.after) == (ChangeKind.GENERATOR, "ARRAY", "fake City")


def test_included_recipes_count() -> None:
    old = "- include_file: parts.yml\n- object: a\n  include: m\n"
    part = "- macro: m\n  fields: {x: 1}\n"
    files, other = {"parts.yml": part}, {"parts.yml": part.replace("1", "2")}
    changes = diff_recipes(old, old + "# end\n", old_files=files, new_files=other)
    assert [str(each) for each in changes] == [
        "macro m changed",
        "a.x: always 1 → always 2",
        "recipe: comment added",
    ]
    assert [str(each) for each in diff_recipes(old, old, old_files=files, new_files=other)] == [
        "macro m changed",
        "a.x: always 1 → always 2",
    ]
    with pytest.raises(RecipeError, match=r"parts\.yml can't be read"):
        diff_recipes(old, old + "\n")


def test_every_function_of_ours_has_words() -> None:
    assert set(FUNCTION_WORDS) == {f"{PLUGIN}.{name}" for name in FUNCTIONS}


@settings(max_examples=drawn(80))
@given(data=st.data())
def test_a_random_edit_is_told_as_what_it_is(data: st.DataObject) -> None:
    edit = data.draw(edits(RICH))
    kind, table, field, given_value = edit
    try:
        new = make(RICH, edit)
    except RecipeError:
        return
    changes = [
        each for each in diff_recipes(RICH, new) if each.kind not in (ChangeKind.MACRO, ChangeKind.COMMENT)
    ]
    if load(new) == load(RICH):
        assert changes == [] or [each.kind for each in changes] == [ChangeKind.LAYOUT]
        return
    if edit == ("count", "empty", "", 1):
        assert [each.kind for each in changes] == [ChangeKind.LAYOUT]
        return  # It is made once without a count, too.
    if (kind, table) == ("table", "empty"):
        return  # Nothing tells that it is the same one.
    expected: dict[str, Any] = {
        "count": (ChangeKind.COUNT, table, ""),
        "add": (ChangeKind.COLUMN_ADDED, table, "new field"),
        "remove": (ChangeKind.COLUMN_REMOVED, table, field),
        "rename": (ChangeKind.COLUMN_RENAMED, table, given_value),
        "table": (ChangeKind.TABLE_RENAMED, given_value, ""),
    }
    if kind == "set":
        assert changes
        assert {(each.table, each.column.partition(".")[0]) for each in changes} <= {
            (table, field), ("", ""), ("basket", "")
        }  # fmt: skip
    elif field != "basket":
        assert [(each.kind, each.table, each.column) for each in changes] == [expected[kind]]
