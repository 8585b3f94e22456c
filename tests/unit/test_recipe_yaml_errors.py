"""What is no YAML: in plain words, where the mistake is, and mended."""

from __future__ import annotations

import pytest
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_core.recipe.edit import apply_edits
from synth_core.recipe.text import compose

GOOD = """# a recipe
- object: t
  count: 3
  fields:
    # the first
    a: {fake: Name}
    b: "text"
    c:
      Synth.choice: [red, "blue"]
    d: plain text
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "words", "after"),
    [
        ("d: plain text", "d: plain: text", (10, 13), "a second `: `", 'd: "plain: text"'),
        ("d: plain text", "d: plain: text # so", (10, 13), "a second `: `", 'd: "plain: text" # so'),
        ("count: 3", "count 3", (3, 3), "a `:` is missing", "count: 3"),
        ('b: "text"', 'b:"text"', (7, 6), "a space is missing", 'b: "text"'),
        ("d: plain text", "d:plain text", (10, 6), "a space is missing", "d: plain text"),
        ("    d:", "\td:", (10, 1), "a tab", None),
        ("  count", "\tcount", (3, 1), "a tab", "  count"),
        ("plain text", "@plain", (10, 8), "can't begin with `@`", '"@plain"'),
        ("plain text", "`plain`", (10, 8), "can't begin with", '"`plain`"'),
        ("plain text", "%plain", (10, 8), "can't begin with `%`", '"%plain"'),
        ("plain text", ", plain", (10, 8), "can't begin with `,`", '", plain"'),
        ("plain text", "*plain", (10, 8), "names no part", '"*plain"'),
        ("plain text", "& plain", (10, 8), "names no part", '"& plain"'),
        ("plain text", "'plain text", (10, 8), "this ' is never closed", "'plain text'"),
        ('"text"', '"text', (7, 8), "this \" is not closed in its line", '"text"'),
        ('"text"', r'"a\qb"', (7, 10), r"`\q` means nothing", r'"a\\qb"'),
        ('"text"', '"text" more', (7, 15), "nothing can follow here", None),
        ("{fake: Name}", "{fake: Name", (6, 8), "this `{` is never closed", "{fake: Name}"),
        ('[red, "blue"]', '[red, "blue"', (9, 21), "this `[` is never closed", '[red, "blue"]'),
        ('[red, "blue"]', '["red" "blue"]', (9, 28), "a comma or `]` is missing", '["red", "blue"]'),
        ("{fake: Name}", "{fake: Name}}", (6, 20), "a `}` too many", "{fake: Name}"),
        ("{fake: Name}", "{x: ${{ y }}}", (6, 12), "a formula must be quoted", '{x: "${{ y }}"}'),
        ("    b:", "   b:", (7, 4), "indented by 3 fits nowhere", "    b:"),
        ("    b:", "      b:", (7, 7), "indented by 6 fits nowhere", "    b:"),
        ("    c:\n", "      c: 1\n    e:\n", (8, 7), "indented by 6 fits nowhere", None),
        ("    d: plain text\n", "    d: plain text\n      e: 1\n", (11, 7), "below one that has a value", None),
        ("  fields:", " fields:", (4, 2), "indented by 1 fits nowhere", "  fields:"),
        ("- object: t\n", "- object: t\n---\n", (3, 1), "a second document", None),
        ("# a recipe\n", "- a: 1\nb: 2\n", (2, 1), "begins with `- `", None),
        ("# a recipe\n", "- a: 1\n - b: 2\n", (2, 2), "begins in the first column", None),
        ("plain text", "- a", (10, 8), "a list begins in a line of its own", None),
        ("plain text", "| text", (10, 10), "begins in the next line", None),
        ("plain text", "pl\x07ain", (10, 10), "U+0007 is no character", "plain"),
        ("plain text", "pl\ud800ain", (10, 10), "U+D800 is no character", "plain"),
        ("plain text\n", "[1, [2, 3\n", (10, 12), "this `[` is never closed", None),
    ],
)  # fmt: skip
def test_mistakes_are_explained_where_they_are(
    old: str, new: str, place: tuple[int, int], words: str, after: str | None
) -> None:
    assert GOOD.count(old) == 1
    broken = GOOD.replace(old, new)
    root, [finding] = compose(broken)
    assert root is None and finding.code == "recipe.yaml"
    assert (finding.line, finding.column_number) == place
    assert words in finding.message and finding.message.endswith(".")
    if after is not None:
        assert finding.fix is not None and finding.fix.safe
        assert apply_edits(broken, finding.fix.edits) == GOOD.replace(old, after)
        assert compose(GOOD.replace(old, after))[0] is not None


def test_lines_are_counted_alike_with_carriage_returns_and_a_mark_at_the_start() -> None:
    broken = "\ufeff" + GOOD.replace("plain text", "'plain text").replace("\n", "\r\n")
    _, [finding] = compose(broken)
    assert (finding.line, finding.column_number) == (10, 8)
    assert finding.fix is not None
    assert apply_edits(broken, finding.fix.edits) == broken.replace("'plain text", "'plain text'")
    _, [first] = compose("\ufeff- [a\n")
    assert (first.line, first.column_number) == (1, 3)


@settings(max_examples=drawn(300))
@given(
    st.integers(0, len(GOOD)),
    st.integers(0, 12),
    st.text("\t'\"[]{}:-#&*!|>%@`,\\ a\n\r\ufeff\u2028$", max_size=4),
)
def test_whatever_is_broken_the_place_is_in_the_text_and_the_fix_leads_on(
    at: int, gone: int, put: str
) -> None:
    broken = GOOD[:at] + put + GOOD[at + gone :]
    root, findings = compose(broken)
    if root is not None:
        return
    [finding] = findings
    if finding.code == "recipe.yaml":
        assert finding.line is not None and finding.column_number is not None
        assert 1 <= finding.line <= broken.count("\n") + broken.count("\r") + broken.count("\u2028") + 1
        if finding.fix:
            fixed = apply_edits(broken, finding.fix.edits)
            _, after = compose(fixed)
            assert fixed != broken
            assert not finding.fix.safe or not [each for each in after if each.message == finding.message]
