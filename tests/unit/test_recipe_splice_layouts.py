"""Splices of one ugly text, to the letter: what each layout becomes, with either line end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from synth_core.errors import RecipeError
from synth_core.model.findings import TextEdit
from synth_core.recipe.edit import (
    Edits,
    Source,
    apply_edits,
    entry,
    insert,
    item,
    move,
    remove,
    replace,
    rewrite,
    set_value,
    statement,
)
from synth_core.recipe.notation import FieldText, ObjectText

UGLY = """\
\ufeff# title
- snowfakery_version: 3
-   object: 'kö'   # the first
    count: 4
    fields: {a: 1, b: [1, 2]}  # short

- object: other
  count: 5
  friends: []
  fields:\t# tab
    # about a
    a: "\U0001f600"  # smile

    # about b
    b:
      Synth.choice:
        x: 1  # often
        # a deeper one
    text: |+
      two
      lines

    wide: {
      p: 1,  # one
      # two follows
      q: 2  # two
    }
    last:
"""

Steps = tuple[str | int, ...]
FIRST: Steps = (1, "fields")
FIELDS: Steps = (2, "fields")


def find(source: Source, steps: Steps) -> Any:
    """The node under these keys and indexes."""
    node: Any = source.root
    for step in steps:
        node = node.value[step] if isinstance(step, int) else dict(by_name(node))[step][1]
    return node


def by_name(node: Any) -> list[tuple[str, Any]]:
    return [(pair[0].value, pair) for pair in node.value]


def key(node: Any, name: str | int) -> Any:
    return node.value[name] if isinstance(name, int) else dict(by_name(node))[name][0]


Splice = Callable[[Source], Edits]


def removed(*steps: str | int) -> Splice:
    def splice(source: Source) -> Edits:
        parent = find(source, steps[:-1])
        return remove(source, parent, key(parent, steps[-1]))

    return splice


def inserted(steps: Steps, piece: Any, **places: str | int) -> Splice:
    def splice(source: Source) -> Edits:
        parent = find(source, steps)
        return insert(source, parent, piece, **{side: key(parent, at) for side, at in places.items()})

    return splice


def moved(steps: Steps, name: str, **places: str) -> Splice:
    def splice(source: Source) -> Edits:
        parent = find(source, steps)
        return move(
            source, parent, key(parent, name), **{side: key(parent, at) for side, at in places.items()}
        )

    return splice


def valued(*steps: str | int, value: Any) -> Splice:
    def splice(source: Source) -> Edits:
        parent = find(source, steps[:-1])
        return set_value(source, parent, key(parent, steps[-1]), value)

    return splice


LONG = {"Synth.pattern": {"shapes": {f"shape {number}": number for number in range(9)}, "unique": True}}
LONG_LINES = (
    "      Synth.pattern:\n        shapes: {"
    + ", ".join(f'"shape {number}": {number}' for number in range(9))
    + "}\n        unique: true\n"
)
LONG_LINES = LONG_LINES if len(LONG_LINES.splitlines()[1]) <= 100 else (
    "      Synth.pattern:\n        shapes:\n"
    + "".join(f'          "shape {number}": {number}\n' for number in range(9))
    + "        unique: true\n"
)  # fmt: skip
CASES: dict[str, tuple[Splice, str, str]] = {
    # --- remove ---
    "first of several lines": (
        removed(*FIELDS, "a"),
        '    # about a\n    a: "\U0001f600"  # smile\n\n',
        "\n",
    ),
    "between blank line and follower": (
        removed(*FIELDS, "b"),
        "    # about b\n    b:\n      Synth.choice:\n        x: 1  # often\n        # a deeper one\n",
        "",
    ),
    "last entry": (removed(*FIELDS, "last"), "    last:\n", ""),
    "only entry": (
        removed(*FIELDS, "b", "Synth.choice", "x"),
        ":\n        x: 1  # often\n",
        ": {}\n",
    ),
    "text that keeps its blank lines": (
        removed(*FIELDS, "text"),
        "    text: |+\n      two\n      lines\n\n",
        "",
    ),
    "behind a dash": (removed(2, "object"), "- object: other\n  count: 5\n", "- count: 5\n"),
    "behind a dash, with a comment": (removed(1, "object"), "object: 'kö'   # the first\n    ", ""),
    "first in brackets": (removed(*FIRST, "a"), "{a: 1, ", "{"),
    "last in brackets": (removed(*FIRST, "b"), ", b: [1, 2]}", "}"),
    "item in brackets": (removed(*FIRST, "b", 0), "[1, 2]", "[2]"),
    "line in brackets": (removed(*FIELDS, "wide", "p"), "      p: 1,  # one\n", ""),
    "last line in brackets": (
        removed(*FIELDS, "wide", "q"),
        "      # two follows\n      q: 2  # two\n",
        "",
    ),
    "statement": (removed(0), "# title\n- snowfakery_version: 3\n", ""),
    # --- insert ---
    "first field": (
        inserted(FIELDS, entry("new", 1, "so"), before="a"),
        "    # about a\n",
        "    # so\n    new: 1\n    # about a\n",
    ),
    "below comments that belong to the entry": (
        inserted(FIELDS, entry("new", {"fake": "Name"}), after="b"),
        "        # a deeper one\n",
        '        # a deeper one\n    new: {fake: "Name"}\n',
    ),
    "behind blank lines that count": (
        inserted(FIELDS, entry("new", None), after="text"),
        "      lines\n\n",
        "      lines\n\n    new: null\n",
    ),
    "at the end": (inserted(FIELDS, entry("new", LONG)), "    last:\n", f"    last:\n    new:\n{LONG_LINES}"),
    "before what stands behind a dash": (
        inserted((2,), entry("nickname", "n"), before="object"),
        "- object: other\n",
        '- nickname: "n"\n  object: other\n',
    ),
    "in brackets": (inserted(FIRST, entry("c", 3), after="a"), "a: 1, b", "a: 1, c: 3, b"),
    "in brackets, first": (inserted(FIRST, entry("c", 3), before="a"), "{a: 1", "{c: 3, a: 1"),
    "in brackets, with a comment": (
        inserted(FIRST, entry("c", 3, "so")),
        "[1, 2]}",
        "[1, 2],\n        # so\n        c: 3}",
    ),
    "in brackets, behind the last line": (
        inserted((*FIELDS, "wide"), entry("r", 3, "so")),
        "q: 2  # two\n",
        "q: 2,  # two\n      # so\n      r: 3\n",
    ),
    "in brackets, before a line": (
        inserted((*FIELDS, "wide"), entry("r", 3), before="q"),
        "      # two follows\n",
        "      r: 3,\n      # two follows\n",
    ),
    "in an empty list": (
        inserted((2, "friends"), item({"object": "kö", "count": 2})),
        "  friends: []\n",
        '  friends:\n    - object: "kö"\n      count: 2\n',
    ),
    "in nothing": (
        inserted((*FIELDS, "last"), entry("fake", "Name", "so")),
        "    last:\n",
        '    last:\n      # so\n      fake: "Name"\n',
    ),
    "statement at the end": (
        inserted((), statement(ObjectText("t", 2, ["t: why"], [FieldText("f", 1, "one")]))),
        "    last:\n",
        '    last:\n\n# t: why\n- object: "t"\n  count: 2\n  fields:\n    # one\n    f: 1\n',
    ),
    "statement between": (
        inserted((), statement(ObjectText("t", 2, [], [])), after=0),
        "_version: 3\n",
        '_version: 3\n\n- object: "t"\n  count: 2\n  fields:\n\n',
    ),
    # --- move ---
    "up": (
        moved(FIELDS, "last", before="wide"),
        UGLY[UGLY.index("    wide") :],
        "    last:\n" + UGLY[UGLY.index("    wide") :].removesuffix("    last:\n"),
    ),
    "down, behind a dash": (
        moved((2,), "object", after="count"),
        "- object: other\n  count: 5\n",
        "- count: 5\n  object: other\n",
    ),
    "to behind a dash": (
        moved((1,), "count", before="object"),
        "-   object: 'kö'   # the first\n    count: 4\n",
        "-   count: 4\n    object: 'kö'   # the first\n",
    ),
    "in brackets, down": (moved(FIRST, "a", after="b"), "{a: 1, b: [1, 2]}", "{b: [1, 2], a: 1}"),
    # --- values ---
    "number": (valued(1, "count", value=7), "count: 4", "count: 7"),
    "short for long": (
        valued(*FIELDS, "b", value={"fake": "Name"}),
        "    b:\n      Synth.choice:\n        x: 1  # often\n",
        '    b: {fake: "Name"}\n',
    ),
    "long for short": (
        valued(*FIELDS, "a", value=LONG),
        'a: "\U0001f600"  # smile\n',
        f"a:  # smile\n{LONG_LINES}",
    ),
    "long for nothing": (valued(*FIELDS, "last", value=LONG), "last:\n", f"last:\n{LONG_LINES}"),
    "something for nothing": (valued(*FIELDS, "last", value="x"), "last:\n", 'last: "x"\n'),
    "in brackets, long": (
        valued(*FIRST, "b", value={"Synth.choice": {"x": 1}}),
        "b: [1, 2]",
        "b: {Synth.choice: {x: 1}}",
    ),
    "text for lines": (
        valued(*FIELDS, "text", value=1),
        "text: |+\n      two\n      lines\n\n",
        "text: 1\n",
    ),
    # --- scalars ---
    "single quotes": (
        lambda source: rewrite(source, find(source, (1, "object")), "it's"),
        "'kö'",
        "'it''s'",
    ),
    "double quotes": (
        lambda source: rewrite(source, find(source, (*FIELDS, "a")), 'a "b"\n'),
        '"\U0001f600"',
        '"a \\"b\\"\\n"',
    ),
    "no quotes": (
        lambda source: rewrite(source, find(source, (2, "object")), "Other One"),
        ": other",
        ": Other One",
    ),
    "no quotes where they are needed": (
        lambda source: rewrite(source, find(source, (2, "object")), "no"),
        ": other",
        ': "no"',
    ),
    "key": (lambda source: rewrite(source, key(find(source, FIELDS), "last"), "ä: b"), "last:", '"ä: b":'),
    "key without quotes": (
        lambda source: rewrite(source, key(find(source, FIELDS), "last"), "ä"),
        "last:",
        "ä:",
    ),
    "as it is": (lambda source: replace(source, find(source, (2, "count")), "${{6}}"), ": 5", ": ${{6}}"),
}  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("name", CASES)
def test_each_layout(name: str, ending: str) -> None:
    splice, old, new = CASES[name]
    text, expected = UGLY, UGLY.replace(old, new)
    assert text.count(old) == 1
    text, expected = text.replace("\n", ending), expected.replace("\n", ending)
    assert apply_edits(text, splice(Source.read(text))) == expected


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("last entry", "\n    last:", ""),
        ("at the end", "    last:", f"    last:\n    new:\n{LONG_LINES.removesuffix(chr(10))}"),
        ("long for nothing", "last:", f"last:\n{LONG_LINES.removesuffix(chr(10))}"),
        ("something for nothing", "last:", 'last: "x"'),
    ],
)
def test_a_last_line_without_a_break_stays_without(name: str, old: str, new: str) -> None:
    text = UGLY.removesuffix("\n")
    assert apply_edits(text, CASES[name][0](Source.read(text))) == text.replace(old, new)


@pytest.mark.parametrize(
    ("text", "splice", "expected"),
    [
        ("- a: 1  # own\n  # next\n  b: 2\n", removed(0, "a"), "-\n  # next\n  b: 2\n"),
        ("- - a\n  - b\n", removed(0, 0), "- - b\n"),
        ("- a: 1\n", removed(0, "a"), "- {}\n"),
        ("{a: 1,  # one\n  b: 2}", removed("b"), "{a: 1,  # one\n  }"),
        ("{a: 1,  # one\n  b: 2,}", removed("b"), "{a: 1,  # one\n  }"),
        ("{a: 1,  # one\n  # two\n  b: 2}", removed("a"), "{\n  # two\n  b: 2}"),
        ("{\n  a: 1\n  , b: 2}", removed("a"), "{\n  b: 2}"),
        ("{\n  a: 1\n, b: 2}", removed("a"), "{\n  b: 2}"),
        ("x: [a]  # c\n", removed("x", 0), "x: []  # c\n"),
        ("a: 1\n\nb: 2\nc: 3\n\n", removed("c"), "a: 1\n\nb: 2\n\n"),
        ("a: 1\n\nb: 2\n", removed("b"), "a: 1\n"),
        ("a: 1\n# far\n\n  # aside\n# near\nb: 2\n", removed("b"), "a: 1\n# far\n\n  # aside\n"),
        ("a: 1\n\n# near\nb: 2\n\nc: 3\n", removed("b"), "a: 1\n\nc: 3\n"),
        ("? a\n: 1\nb: 2\n", removed("a"), "b: 2\n"),
        ("? a\n: 1\nb: 2\n", valued("a", value=3), "? a\n: 3\nb: 2\n"),
        ("{a, b: 1}", valued("a", value=2), "{a: 2, b: 1}"),
        ("{a: , b: 1}", valued("a", value=2), "{a: 2 , b: 1}"),
        ("a: !!str\nb: 1\n", valued("a", value=2), "a: 2\nb: 1\n"),
        ("a:\n  # old\n  b: 1  # so\n# next\nc: 1\n", valued("a", value=2), "a: 2\n# next\nc: 1\n"),
        ("{a: {}, b: }", inserted(("a",), entry("x", 1)), "{a: {x: 1}, b: }"),
        ("{a: {}, b: }", inserted(("b",), entry("x", 1)), "{a: {}, b: {x: 1} }"),
        ("{a: {}, b}", inserted(("b",), entry("x", 1)), "{a: {}, b: {x: 1}}"),
        ("- []\n- 1\n", inserted((0,), item("x")), '-\n  - "x"\n- 1\n'),
        ("[]  # c", inserted((), item({"plugin": "a", "b": 1})), '- plugin: "a"\n  b: 1  # c'),
        ("x: 1", inserted((), entry("z", 2)), "x: 1\nz: 2"),
        ("x: |2\n   a\nz: >\n  b\n", valued("z", value=1), "x: |2\n   a\nz: 1\n"),
        (
            "a: |  # so\n  x\n  z\n\nb: 1\n",
            lambda source: rewrite(source, find(source, ("a",)), "p\n q\n"),
            "a: |  # so\n  p\n   q\n\nb: 1\n",
        ),
        (
            "a: |\n  x\nb: 1\n",
            lambda source: rewrite(source, find(source, ("a",)), "p"),
            'a: "p"\nb: 1\n',
        ),
        (
            "a: ${{b}} # c\n",
            lambda source: rewrite(source, find(source, ("a",)), "${{ {'x': 1} }}"),
            "a: \"${{ {'x': 1} }}\" # c\n",
        ),
        (
            "a: ${{b}} # c\n",
            lambda source: rewrite(source, find(source, ("a",)), "${{b[1]}}"),
            "a: ${{b[1]}} # c\n",
        ),
        (
            "[x y, z]",
            lambda source: rewrite(source, find(source, (0,)), "a, b"),
            '["a, b", z]',
        ),
        ("a: 1\u2028b: 2\x85c: 3\n", removed("b"), "a: 1\u2028c: 3\n"),
        ("---\na: 1\n...\n", inserted((), entry("b", 2)), "---\na: 1\nb: 2\n...\n"),
    ],
)
def test_rare_layouts(text: str, splice: Splice, expected: str) -> None:
    assert apply_edits(text, splice(Source.read(text))) == expected


def test_nothing_moves_out_of_comments_within_brackets() -> None:
    with pytest.raises(RecipeError, match="Line 2 stands within brackets among comments"):
        moved((), "a", after="b")(Source.read("{\n  a: 1,  # one\n  b: 2\n}"))


def test_what_stays_in_place_needs_no_edit() -> None:
    assert moved((), "a", before="b")(Source.read("a: 1\nb: 2\n")) == ()


def test_an_only_statement_leaves_an_empty_list() -> None:
    text = "# all\n- object: a  # one\n"
    source = Source.read(text)
    assert apply_edits(text, remove(source, source.root, source.root.value[0])) == "# all\n[]  # one\n"


ALIASES = "- a: &x {b: 1}\n  c: *x\n  d: 1\n- [&y 1, *y, *x]\n"


@pytest.mark.parametrize(
    "splice",
    [
        removed(0, "a"),
        removed(0, "a", "b"),
        inserted((0, "a"), entry("m", 1)),
        valued(0, "a", value=1),
        valued(0, "c", value=1),
        valued(0, "a", "b", value=2),
        removed(1, 0),
        inserted((1,), item(3), after=0),
        moved((0,), "a", after="d"),
        moved((0,), "c", before="a"),
        lambda source: rewrite(source, find(source, (0, "a", "b")), "x"),
    ],
)
def test_what_an_alias_repeats_is_not_edited(splice: Splice) -> None:
    with pytest.raises(RecipeError, match=r"Line [124] .*(alias|anchor)"):
        splice(Source.read(ALIASES))


@pytest.mark.parametrize(
    ("splice", "old", "new"),
    [
        (removed(0, "c"), "  c: *x\n", ""),
        (removed(0, "d"), "  d: 1\n", ""),
        (removed(1), "- [&y 1, *y, *x]\n", ""),
        (removed(1, 2), ", *x]", "]"),
        (inserted((0,), entry("m", 1), after="c"), "c: *x\n", "c: *x\n  m: 1\n"),
        (inserted((0,), entry("m", 1), after="a"), "}\n", "}\n  m: 1\n"),
        (inserted((1,), item(3), after=2), "*x]", "*x, 3]"),
        (valued(0, "d", value=2), "d: 1", "d: 2"),
    ],
)
def test_beside_aliases_edits_find_their_places(splice: Splice, old: str, new: str) -> None:
    assert apply_edits(ALIASES, splice(Source.read(ALIASES))) == ALIASES.replace(old, new)


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> TextEdit:
    return TextEdit(start_line=start[0], start_column=start[1], end_line=end[0], end_column=end[1], text=text)


def test_edits_refer_to_the_text_before_them_and_keep_their_order() -> None:
    edits = [
        edit((2, 2), (2, 3), "X"),
        edit((1, 1), (1, 1), "1"),
        edit((1, 1), (1, 1), "2"),
        edit((1, 1), (2, 1), ""),
        edit((2, 4), (2, 4), "!"),
    ]
    assert apply_edits("abc\ndef", edits) == "12dXf!"
    assert apply_edits("abc\r\ndef", edits) == "12dXf!"
    assert apply_edits("\ufeffabc\ndef", edits) == "\ufeff12dXf!"


@pytest.mark.parametrize(
    ("edits", "match"),
    [
        ([edit((1, 1), (1, 3), ""), edit((1, 2), (1, 4), "")], "same place in line 1"),
        ([edit((1, 1), (2, 2), ""), edit((2, 1), (2, 1), "x")], "same place in line 2"),
        ([edit((1, 3), (1, 1), "")], "same place in line 1"),
        ([edit((1, 5), (1, 5), "x")], "line 1, column 5"),
        ([edit((2, 5), (2, 5), "x")], "line 2, column 5"),
        ([edit((3, 1), (3, 1), "x")], "line 3, column 1"),
        ([edit((0, 1), (1, 1), "x")], "line 0, column 1"),
        ([edit((1, 0), (1, 1), "x")], "line 1, column 0"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edits: list[TextEdit], match: str) -> None:
    with pytest.raises(RecipeError, match=match):
        apply_edits("abc\ndef", edits)


def test_a_line_of_blanks_above_what_goes_stays_in_the_text_that_it_ends() -> None:
    text = "a: |-\n  b\n   \n# c\nd: e"
    source = Source.read(text)
    gone = apply_edits(text, remove(source, source.root, source.root.value[1][0]))
    assert gone == "a: |-\n  b\n   "
    assert yaml.safe_load(gone) == {"a": yaml.safe_load(text)["a"]} == {"a": "b\n "}
