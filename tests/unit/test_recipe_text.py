"""Reading the text: one node tree with places, and bounds on what is read."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode
from yardstick import timed

from synth_core.errors import RecipeError
from synth_core.recipe.include import load
from synth_core.recipe.text import MAX_DEPTH, Place, compose, construct, walk

RECIPE = """# über
- snowfakery_version: 3
- object: "Größe 😀"   # a comment
  count: 3
  fields:
    'a b': {fake: Name}
    "x: y": >
      folded
      text
    z: &anchor [1, 2.50, 017, 2024-01-01, yes, ~, "\\u00e9"]
    w: *anchor
    v: |-
      ${{ literal }}
"""


def tree(node: Node) -> Any:
    """Everything that matters of a node: kind, tag, value, place."""
    place = (node.start_mark.line, node.start_mark.column)
    if isinstance(node, ScalarNode):
        return (node.tag, node.value, place)
    if isinstance(node, MappingNode):
        return (node.tag, place, [(tree(key), tree(value)) for key, value in node.value])
    return (node.tag, place, [tree(item) for item in node.value])


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.dates()
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@given(plain, st.booleans(), st.booleans())
@example(yaml.safe_load(RECIPE), True, False)
def test_the_fast_parser_sees_what_the_plain_one_sees(value: Any, unicode: bool, flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=unicode, default_flow_style=flow)
    node, findings = compose(text)
    expected = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None and not findings and expected is not None
    assert tree(node) == tree(expected)
    assert construct(node) == yaml.safe_load(text)


def test_a_recipe_with_comments_anchors_and_blocks_reads_the_same() -> None:
    node, _ = compose(RECIPE)
    expected = yaml.compose(RECIPE, Loader=yaml.SafeLoader)
    assert node is not None and expected is not None
    assert tree(node) == tree(expected)
    assert load(RECIPE) == yaml.safe_load(RECIPE)


def test_places_count_from_one_and_in_characters() -> None:
    node, _ = compose(RECIPE)
    assert node is not None
    found = {each.value: Place.of(each) for each in walk(node) if isinstance(each, ScalarNode)}
    assert found["Größe 😀"] == Place(3, 11)
    assert found["a b"] == Place(6, 5)
    assert len([each for each in walk(node) if isinstance(each, ScalarNode) and each.value == "017"]) == 1


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("- a: [1", "recipe.yaml", 1),
        ("- a: 1\n  b: : 2", "recipe.yaml", 2),
        ("- a\n\tb: 1", "recipe.yaml", 2),
        ("- *nowhere", "recipe.yaml", 1),
        ("a: 1\n--- \nb: 2", "recipe.yaml", 2),
        ("- \x00", "recipe.yaml", 1),
        ("", "recipe.empty", None),
        ("# only a comment", "recipe.empty", None),
        ("x" * 5_000_001, "recipe.too-large", None),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "recipe.too-large", None),
        ("- &a 1\n" + "- *a\n" * 1001, "recipe.too-large", None),
        ("- &a [*a]", "recipe.alias", 1),
        ("- x\n- &a {b: *a}", "recipe.alias", 2),
    ],
)
def test_what_can_not_be_read_is_one_finding(text: str, code: str, line: int | None) -> None:
    node, findings = compose(text)
    assert node is None
    assert [(each.code, each.line) for each in findings] == [(code, line)]
    with pytest.raises(RecipeError):
        load(text)


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["- &x0 [a, b, c, d, e, f, g, h, i]"]
    lines += [f"- &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 40)]
    with timed() as took:
        node, findings = compose("\n".join(lines))
    assert node is None and findings[0].code == "recipe.too-large"
    assert took.seconds < 1.0


def test_many_small_aliases_are_fine() -> None:
    node, findings = compose("- &a {x: 1}\n" + "- *a\n" * 500)
    assert node is not None and not findings


@pytest.mark.parametrize(
    "text", ["- x: 2024-13-45", "- ? [a]\n  : 1", "- x: !!int abc", "- x: " + "9" * 5000]
)
def test_values_that_do_not_exist_are_recipe_errors(text: str) -> None:
    with pytest.raises(RecipeError, match="can't be read"):
        load(text)


@pytest.mark.parametrize("text", ["a: 1", "just text", "- 1\n- 2"])
def test_a_recipe_is_a_list_of_statements(text: str) -> None:
    with pytest.raises(RecipeError, match="A recipe is a list of statements"):
        load(text)


@given(st.text(max_size=60))
def test_any_text_gives_a_tree_or_a_finding(text: str) -> None:
    node, findings = compose(text)
    assert (node is None) == bool(findings)
