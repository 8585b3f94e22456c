"""Tables and fields of a recipe get other names wherever the text names them, and nothing else changes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

import pytest
from rich_recipe import RICH, TABLES

from synth_core.errors import RecipeError
from synth_core.recipe.edit.author import remove_field, rename_field, rename_table, set_generator
from synth_core.recipe.reading import Recipe, needs
from synth_core.recipe.vetting import examine
from synth_core.stages.lint import lint

HEAD = "# mine: column_1\n- snowfakery_version: 3\n- plugin: synth_core.recipe.plugin.Synth\n"
PARENT = """- object: "a"   # table a
  nickname: one
  fields:
    # why column_1 is so
    column_1: {Synth.sequence: 1}
    column_2: "text with column_1 in it"
"""
OTHER = "- object: b\n  fields:\n    column_1: {Synth.sequence: 5}\n"


def renamed(text: str, new: str = "key") -> list[tuple[str, str]]:
    """The lines that change, before and after."""
    before = HEAD + text
    after = rename_field(before, "a", "column_1", new)
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old.strip(), now.strip()) for old, now in pairs if old != now]


OWN = ("column_1: {Synth.sequence: 1}", "key: {Synth.sequence: 1}")


def test_the_field_itself_and_nothing_else() -> None:
    assert renamed(PARENT + OTHER) == [OWN]


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("Größe", "Größe"),
        ("yes", '"yes"'),
        ("a: b", '"a: b"'),
        ('say "hi"', 'say "hi"'),
        ('"hi"', '"\\"hi\\""'),
        ("id", "id"),
    ],
)
def test_a_name_that_yaml_would_misread_is_quoted(new: str, written: str) -> None:
    assert renamed(PARENT, new) == [(OWN[0], f"{written}: {{Synth.sequence: 1}}")]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("r: {Synth.reference: {table: a, column: column_1}}", "r: {Synth.reference: {table: a, column: key}}"),
        (
            "r: {Synth.reference: {table: b, column: column_1, match: {column_1: x}}}",
            None,
        ),
        (
            "r: {Synth.reference: {table: a, column: column_1, match: {'column_1': column_1}}}",
            "r: {Synth.reference: {table: a, column: key, match: {'key': column_1}}}",
        ),
        (
            "r: {Synth.reference: {table: b, column: column_1, also: [{table: a, columns: {column_1: column_1}}]}}",
            "r: {Synth.reference: {table: b, column: column_1, also: [{table: a, columns: {column_1: key}}]}}",
        ),
        (
            "__k: {Synth.combination: {parts: {column_1: {table: a, column: column_1, match: {column_1: x}}}}}",
            "__k: {Synth.combination: {parts: {column_1: {table: a, column: key, match: {key: x}}}}}",
        ),
        ("f: '${{ a.column_1 + 1 }}'", "f: '${{ a.key + 1 }}'"),
        ("f: ${{ one.column_1 }}", "f: ${{ one.key }}"),
        ("f: ${{ column_1 ~ 'column_1' }}", None),
        ("f: {Synth.array: {length: 2, of: '${{ a.column_1 }}'}}", "f: {Synth.array: {length: 2, of: '${{ a.key }}'}}"),
    ],
)  # fmt: skip
def test_what_another_table_says_of_it(field: str, expected: str | None) -> None:
    found = renamed(f"{PARENT}{OTHER}    x: 1\n    {field}\n")
    assert found == ([OWN, (field, expected)] if expected else [OWN])


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("n: {Synth.position: column_1}", "n: {Synth.position: key}"),
        ("n: {Synth.position: {within: column_1}}", "n: {Synth.position: {within: key}}"),
        ("n: {Synth.offset: {after: column_1, gaps: [1]}}", "n: {Synth.offset: {after: key, gaps: [1]}}"),
        ("n: {Synth.parent: {link: column_1, column: column_1}}", "n: {Synth.parent: {link: key, column: column_1}}"),
        ("n: {Synth.parent: {link: up, column: column_1}}", "n: {Synth.parent: {link: up, column: key}}"),
        (
            "__k: {Synth.combination: {within: column_1, parts: {x: {first: 1, last: 3}}}}",
            "__k: {Synth.combination: {within: key, parts: {x: {first: 1, last: 3}}}}",
        ),
        ("n: {Synth.part: {part: p, column: column_1}}", "n: {Synth.part: {part: p, column: key}}"),
        ("n: {Synth.part: {part: q, column: column_1}}", None),
        ("n: ${{ column_1 * 2 }}", "n: ${{ key * 2 }}"),
        ("n: ${{ this.column_1 }}", "n: ${{ this.key }}"),
        ("n: ${{ b.column_1 ~ column_1 }}", "n: ${{ b.column_1 ~ key }}"),
        (
            "n: {Synth.array: {length: 2, of: {Synth.position: column_1}}}",
            "n: {Synth.array: {length: 2, of: {Synth.position: key}}}",
        ),
    ],
)  # fmt: skip
def test_what_its_own_table_says_of_it(field: str, expected: str | None) -> None:
    text = f"""{OTHER}- object: a
  fields:
    column_1: {{Synth.reference: {{table: b, column: column_1}}}}
    up: {{Synth.reference: {{table: a, column: column_1, nulls: 5%}}}}
    __key: {{Synth.combination: {{parts: {{p: {{table: a, column: column_1}}, q: {{table: b, column: column_1}}}}}}}}
    {field}
"""
    found = renamed(text)
    assert [old for old, _ in found[:3]] == [line.strip() for line in text.splitlines()[5:8]]
    assert found[3:] == ([(field, expected)] if expected else [])


def test_in_a_macro_that_only_this_table_includes() -> None:
    text = "- macro: m\n  fields:\n    column_1: {Synth.sequence: 1}\n- object: a\n  include: m\n"
    assert renamed(text) == [OWN]


def test_a_formula_in_lines_of_its_own_and_links_of_snowfakery() -> None:
    text = f"{PARENT}    f: |\n      ${{{{ column_1 }}}}\n- object: c\n  fields:\n    f: {{reference: one.column_1}}\n"
    assert renamed(text)[1:] == [
        ("${{ column_1 }}", "${{ key }}"),
        ("f: {reference: one.column_1}", "f: {reference: one.key}"),
    ]


def test_letters_of_any_width_do_not_shift_it() -> None:
    text = '\ufeff- object: "größe 日本 𝄞"\n  fields:\n    "𝄞": {Synth.sequence: 1}   # 𝄞\n'
    assert rename_field(text, "größe 日本 𝄞", "𝄞", "key") == text.replace('"𝄞":', '"key":')


# --- a recipe with every way to name something ---

COMMENT = re.compile(r"(?:^|\s)(#[^\n]*)", re.MULTILINE)
FIELDS = [(table, field) for table, seen in examine(RICH).scope.tables.items() for field in seen.fields]
KEY = ("order", "__key")
"""`Synth.part` takes it without naming it."""
Place = tuple[str, str]


def changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and the new ones."""
    diff = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    return [line[1:] for line in diff if line[0] == "-"], [line[1:] for line in diff if line[0] == "+"]


def links(text: str) -> dict[Place, list[Place]]:
    """The fields that each of our functions evaluates."""
    functions = Recipe.read(text).functions()
    return {
        (table, field): needs(table, function, functions)
        for table, fields in functions.items()
        for field, function in fields.items()
    }


def mapped(mapping: Callable[[Place], Place]) -> dict[Place, list[Place]]:
    """The links of the rich recipe with other names."""
    return {mapping(place): [mapping(each) for each in needed] for place, needed in links(RICH).items()}


@pytest.mark.parametrize(("table", "field"), [place for place in FIELDS if place != KEY])
def test_a_renamed_field_is_renamed_everywhere_and_back(table: str, field: str) -> None:
    new = rename_field(RICH, table, field, "newName")
    assert lint(new, None) == []
    assert rename_field(new, table, "newName", field) == RICH
    gone, made = changed(RICH, new)
    assert [re.sub(r"\bnewName\b", field, line) for line in made] == gone
    assert COMMENT.findall(new) == COMMENT.findall(RICH)
    assert links(new) == mapped(lambda place: (table, "newName") if place == (table, field) else place)


@pytest.mark.parametrize("table", TABLES)
def test_a_renamed_table_is_renamed_everywhere_and_back(table: str) -> None:
    new = rename_table(RICH, table, "newName")
    assert lint(new, None) == []
    assert rename_table(new, "newName", table) == RICH
    gone, made = changed(RICH, new)
    assert [re.sub(r"\bnewName\b", table, line) for line in made] == gone
    assert COMMENT.findall(new) == COMMENT.findall(RICH)
    assert links(new) == mapped(lambda place: ("newName", place[1]) if place[0] == table else place)
    assert table not in Recipe.read(new).fields()


def test_names_that_formulas_can_bear_only_in_brackets() -> None:
    new = rename_field(RICH, "customer", "full_name", "it's a name")
    assert lint(new, None) == []
    gone, made = changed(RICH, new)
    assert made == [
        "    it's a name: {fake: Name}",
        """    initial: ${{ this["it's a name"][0] }}  # the first letter""",
        """    note: "${{ this[\\"it's a name\\"] ~ ' since ' ~ since }}\"""",
        """    payload: {Synth.json: {value: {Synth.struct: {who: "${{ customer[\\"it's a name\\"] }}"}}}}""",
        """      ${{ greeting }} ${{ customer["it's a name"] }},""",
    ]
    assert len(gone) == len(made)


@pytest.mark.parametrize(
    ("table", "field", "name", "match"),
    [
        ("order", "nummer", "x", r"order has no field 'nummer'\. Did you mean `number`\?"),
        ("orders", "number", "x", r"makes no table 'orders'\. Did you mean `order`\?"),
        ("order", "number", "line", "has a field 'line' already"),
        ("order", "number", "a\nb", "invisible character"),
        ("order", "number", "", "The name is empty"),
        ("order", "number", "greeting", "Line 72 stands in the way: 'greeting' means something else"),
        ("order", "number", "customer", "Line 71 stands in the way: 'customer' means something else"),
        ("order", "__key", "key", "order.year takes '__key' without saying so. Write `of: __key` there"),
        ("parcel", "weight", "order", r"Line \d+ stands in the way: 'order' means something else"),
    ],
)
def test_a_field_is_not_renamed_for_a_reason(table: str, field: str, name: str, match: str) -> None:
    with pytest.raises(RecipeError, match=match):
        rename_field(RICH, table, field, name)


@pytest.mark.parametrize(
    ("table", "name", "match"),
    [
        ("order", "customer", "has a table 'customer' already"),
        ("order", "someone", "has a nickname 'someone' already"),
        ("order", "greeting", "has a variable 'greeting' already"),
        ("order", "a/b", "can't contain '/'"),
        ("order", "the orders", "its formula names the table, and can't name one like 'the orders'"),
        ("customer", "Order", "differ only in"),
        ("customer", "line", "'line' means something else in its formula"),
        ("region", "random_choice", "'random_choice' means something else in its formula"),
    ],
)
def test_a_table_is_not_renamed_for_a_reason(table: str, name: str, match: str) -> None:
    with pytest.raises(RecipeError, match=match):
        rename_table(RICH, table, name)


SHARED = """\
- snowfakery_version: 3
- macro: base
  fields:
    name: {fake: Name}
    hello: "${{ 'hi ' ~ name ~ other }}"
- object: a
  include: base
  fields:
    other: 1
- object: b
  include: base
  fields:
    other: 2
"""


@pytest.mark.parametrize(
    "edit",
    [
        lambda: rename_field(SHARED, "a", "name", "x"),
        lambda: remove_field(SHARED, "a", "name"),
        lambda: set_generator(SHARED, "a", "name", 1),
    ],
)
def test_a_macro_of_several_tables_is_not_changed_for_one(edit: Callable[[], str]) -> None:
    with pytest.raises(RecipeError, match=r"a\.name comes from the macro 'base', which b includes, too"):
        edit()


def test_a_macros_formula_means_each_table_that_includes_it() -> None:
    with pytest.raises(RecipeError, match=r"Line 5 means something else in 'b' than in 'a'"):
        rename_field(SHARED, "a", "other", "x")


def test_a_field_that_holds_a_row_leads_to_its_table() -> None:
    text = """\
- snowfakery_version: 3
- object: city
  fields: {name: x, id: 1}
- object: person
  fields:
    home: {random_reference: city}
    work: {if: [{choice: {when: "${{ id > 3 }}", pick: {reference: city}}}, {choice: {pick: {reference: city}}}]}
    name: y
    line: "${{ home.name ~ work['name'] ~ name }}"
    unsure: "${{ home or work }}"
- object: trip
  fields:
    who: {random_reference: person}
    where: "${{ who.home.name ~ who.name }}"
    home: {reference: who.home}
"""
    new = rename_field(text, "city", "name", "title")
    assert changed(text, new)[1] == [
        "  fields: {title: x, id: 1}",
        "    line: \"${{ home.title ~ work['title'] ~ name }}\"",
        '    where: "${{ who.home.title ~ who.name }}"',
    ]
    new = rename_field(text, "person", "home", "house")
    assert changed(text, new)[1] == [
        "    house: {random_reference: city}",
        "    line: \"${{ house.name ~ work['name'] ~ name }}\"",
        '    unsure: "${{ house or work }}"',
        '    where: "${{ who.house.name ~ who.name }}"',
        "    home: {reference: who.house}",
    ]
    unsure = text.replace("~ name }}", "~ unsure.name }}")
    with pytest.raises(RecipeError, match="Line 9 stands in the way: its formula does not say whose 'name'"):
        rename_field(unsure, "city", "name", "title")


def test_a_reference_does_not_come_to_mean_another_row() -> None:
    text = """\
- snowfakery_version: 3
- object: city
  fields: {name: x}
- object: person
  fields:
    home: {random_reference: city}
    where: {reference: home.name}
    there: {reference: city.name}
"""
    with pytest.raises(RecipeError, match="Line 7 stands in the way: 'city' would mean another row there"):
        rename_field(text, "person", "home", "city")
    with pytest.raises(RecipeError, match="Line 8 stands in the way: 'where' would mean another row there"):
        rename_table(text, "city", "where")


def test_a_new_field_called_id_does_not_take_over_the_row_number() -> None:
    text = (
        "- snowfakery_version: 3\n- object: a\n  fields:\n    f: 1\n"
        '- object: b\n  fields:\n    g: "${{ a.id }}"\n    h: 1\n'
    )
    with pytest.raises(RecipeError, match="Line 7 stands in the way: 'id' means something else"):
        rename_field(text, "a", "f", "id")
    assert "id: 1" in rename_field(text, "b", "h", "id")
