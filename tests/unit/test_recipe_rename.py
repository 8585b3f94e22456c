"""A field of a recipe gets another name wherever the text names it, and nothing else changes."""

from __future__ import annotations

import pytest

from synth_core.recipe.edit.author import rename_field

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
