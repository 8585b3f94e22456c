"""Splices change what they name and nothing else, however the text is laid out."""

from __future__ import annotations

from typing import Any

from drawing import drawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ugly_yaml import COMMENT, data, texts, words
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit import (
    Source,
    apply_edits,
    entry,
    insert,
    item,
    move,
    remove,
    rewrite,
    set_value,
)
from synth_core.recipe.text import TAG, construct, walk

many = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=drawn(100))
Spot = tuple[CollectionNode, int]
Step = tuple[int, int]


def tree(node: Node) -> Any:
    """All that a node says, order of keys included."""
    if isinstance(node, ScalarNode):
        return (node.tag, "" if node.tag == f"{TAG}null" else node.value)
    if isinstance(node, MappingNode):
        return [(tree(key), tree(value)) for key, value in node.value]
    return [tree(each) for each in node.value]


def read(text: str) -> Any:
    return tree(Source.read(text).root)


def spots(source: Source) -> list[Spot]:
    """Every child of every collection."""
    nodes = [node for node in walk(source.root) if isinstance(node, CollectionNode)]
    return [(node, index) for node in nodes for index in range(len(node.value))]


def name_of(collection: CollectionNode, index: int) -> Node:
    child = collection.value[index]
    return child[0] if isinstance(collection, MappingNode) else child


def path_to(root: Node, target: Node) -> list[Step]:
    """Steps down to a node: each child's index, and 1 for the value of an entry."""
    todo: list[tuple[Node, list[Step]]] = [(root, [])]
    while todo:
        node, path = todo.pop()
        if node is target:
            return path
        for index, each in enumerate(node.value if isinstance(node, CollectionNode) else ()):
            for part, inner in enumerate(each if isinstance(node, MappingNode) else (each,)):
                todo.append((inner, [*path, (index, part)]))
    raise LookupError(target)


def at(root: Node, path: list[Step]) -> Any:
    """The node at the end of the steps."""
    for index, part in path:
        root = root.value[index][part] if isinstance(root, MappingNode) else root.value[index]
    return root


def around(source: Source, collection: CollectionNode, index: int) -> range:
    """The lines that a change of the child may touch: its own, comments and blank lines around them, and what stands
    directly before and behind these."""
    lines = source.text.splitlines()
    child = source.children(collection)[index]
    first, last = source.line(child.start), source.line(max(child.start, child.end - 1))

    def is_between(line: int) -> bool:
        return 0 <= line < len(lines) and lines[line].strip(" \t,]}\ufeff")[:1] in ("#", "")

    while is_between(first - 1):
        first -= 1
    while is_between(last + 1):
        last += 1
    return range(max(0, first - 1), last + 2)


def stays(old: str, new: str, lines: range) -> bool:
    """Every line but these is as it was."""
    before = old.splitlines(keepends=True)
    rest = "".join(before[lines.stop :]).rstrip("\r\n")
    return new.startswith("".join(before[: lines.start])) and new.rstrip("\r\n").endswith(rest)


def same(one: Any, other: Any) -> bool:
    """Equal, in types and in the order of keys, too."""
    return repr(one) == repr(other)


@many
@given(texts(), st.data())
def test_what_is_removed_is_gone_and_nothing_else(text: str, choose: st.DataObject) -> None:
    source = Source.read(text)
    collection, index = choose.draw(st.sampled_from(spots(source)))
    lines = around(source, collection, index)
    new = apply_edits(text, remove(source, collection, name_of(collection, index)))
    del collection.value[index]
    assert read(new) == tree(source.root)
    assert stays(text, new, lines)
    kept = [line for number, line in enumerate(text.splitlines()) if number not in lines]
    assert set(COMMENT.findall("\n".join(kept))) <= set(COMMENT.findall(new))
    assert new.endswith("\n") or not text.endswith("\n")


@many
@given(texts(), words, data, st.sampled_from(["", "why # so"]), st.booleans(), st.data())
def test_what_is_inserted_stands_there_and_can_be_taken_out(
    text: str, name: str, value: Any, comment: str, is_before: bool, choose: st.DataObject
) -> None:
    source = Source.read(text)
    collection, index = choose.draw(st.sampled_from(spots(source)))
    is_mapping = isinstance(collection, MappingNode)
    piece = entry(name, value, comment) if is_mapping else item(value, comment)
    side = "before" if is_before else "after"
    new = apply_edits(text, insert(source, collection, piece, **{side: name_of(collection, index)}))
    after = Source.read(new)
    grown = at(after.root, path_to(source.root, collection))
    place = index + (not is_before)
    undone = apply_edits(new, remove(after, grown, name_of(grown, place)))
    made = grown.value.pop(place)
    assert tree(after.root) == tree(source.root)
    assert same(construct(made[1] if is_mapping else made), value)
    assert not is_mapping or made[0].value == name
    assert [each for each in COMMENT.findall(new) if each in text] == COMMENT.findall(text)
    assert new.count("# why # so") == bool(comment)
    assert stays(text, new, around(source, collection, index))
    assert new.endswith("\n") == text.endswith("\n")
    if not source.in_flow(collection) and not (comment and is_before):
        # A comment behind a dash stays there.
        assert undone == text


@many
@given(texts(), st.booleans(), st.data())
def test_what_is_moved_is_the_same_elsewhere(text: str, is_before: bool, choose: st.DataObject) -> None:
    source = Source.read(text)
    collection, index = choose.draw(st.sampled_from(spots(source)))
    other = choose.draw(st.integers(0, len(collection.value) - 1))
    if other == index:
        return
    part, here = name_of(collection, index), name_of(collection, other)
    try:
        edits = move(source, collection, part, **{"before" if is_before else "after": here})
    except RecipeError:
        assert source.in_flow(collection) and "#" in text
        return
    child = collection.value.pop(index)
    place = [name_of(collection, each) for each in range(len(collection.value))].index(here)
    collection.value.insert(place + (not is_before), child)
    new = apply_edits(text, edits)
    assert read(new) == tree(source.root)
    assert sorted(COMMENT.findall(new)) == sorted(COMMENT.findall(text))
    assert new.endswith("\n") == text.endswith("\n")
    assert "\r\n" in text or "\r" not in new


@many
@given(
    texts(), st.one_of(words, st.sampled_from(["${{a * 2}}", "${{ [1, 2] | length }}", "a\nb"])), st.data()
)
def test_a_scalar_takes_another_text_in_its_style(text: str, value: str, choose: st.DataObject) -> None:
    source = Source.read(text)
    node = choose.draw(st.sampled_from([each for each in walk(source.root) if isinstance(each, ScalarNode)]))
    start, end = source.span(node)
    if start == end:
        return
    new = apply_edits(text, rewrite(source, node, value))
    assert new.startswith(text[:start])
    assert new.endswith(text[end:])
    style, node.tag, node.value = node.style, f"{TAG}str", value
    after = Source.read(new)
    assert tree(after.root) == tree(source.root)
    if style in ("'", '"') and "\n" not in value:
        assert at(after.root, path_to(source.root, node)).style == style


@many
@given(texts(), data, st.data())
def test_a_value_takes_the_place_of_another(text: str, value: Any, choose: st.DataObject) -> None:
    source = Source.read(text)
    chosen = [spot for spot in spots(source) if isinstance(spot[0], MappingNode)]
    if not chosen:
        return
    collection, index = choose.draw(st.sampled_from(chosen))
    lines = around(source, collection, index)
    key, old = collection.value[index]
    new = apply_edits(text, set_value(source, collection, key, value))
    after = Source.read(new)
    found = at(after.root, path_to(source.root, collection))
    assert same(construct(found.value[index][1]), value)
    found.value[index] = collection.value[index] = (key, key)
    assert tree(after.root) == tree(source.root)
    assert stays(text, new, lines)
    start, end = source.span(old)
    if source.line(start) > source.line(source.span(key)[1]):
        # Below its key, whole lines are replaced.
        start, end = source.next_line(source.span(key)[1]), source.next_line(end)
    assert set(COMMENT.findall(text[:start] + text[end:])) <= set(COMMENT.findall(new))
    assert new.endswith("\n") == text.endswith("\n")


def test_a_dash_at_the_end_of_a_line_inside_of_brackets_is_quoted() -> None:
    """`[0, -\\n]` is no YAML, though `[0, -]` is."""
    for text, wanted in (("- a: [0,\n  8\n  ]\n", '- a: [0,\n  "-"\n  ]\n'), ("- a: 8\n", '- a: "-"\n')):
        source = Source.read(text)
        node = next(each for each in walk(source.root) if isinstance(each, ScalarNode) and each.value == "8")
        assert apply_edits(text, rewrite(source, node, "-")) == wanted
