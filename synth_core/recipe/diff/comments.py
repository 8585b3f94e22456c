"""The comments of a recipe, by what they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.nodes import MappingNode, ScalarNode

from synth_core.recipe.edit.lines import lines_of
from synth_core.recipe.edit.source import Source
from synth_core.recipe.text import walk
from synth_core.recipe.vetting.nodes import entries, key_of
from synth_core.recipe.vetting.scope import Scope

Owner = tuple[str, str]
"""Table and column; both empty for what is about neither."""
_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")


def comments_by_owner(source: Source, scope: Scope) -> dict[Owner, list[str]]:
    """The comments above, behind and within each field and object, in the order of the text."""
    found: dict[Owner, list[str]] = {("", ""): []}
    areas = sorted(_areas(source, scope), key=lambda area: (area[0], -area[1]))
    for start, text in _comments(source):
        owner = ("", "")
        for begin, end, about in areas:
            if begin > start:
                break
            if start < end:
                owner = about
        found.setdefault(owner, []).append(text)
    return found


def without_comments(source: Source) -> str:
    """The text's layout without comments and blank lines."""
    pieces, done = [], 0
    for start, text in _comments(source):
        pieces.append(source.text[done:start])
        done = start + len(text)
    lines = "".join([*pieces, source.text[done:]]).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _areas(source: Source, scope: Scope) -> Iterator[tuple[int, int, Owner]]:
    """(start, end, what it is about), each field within its object."""
    tops = {id(child.node): child for child in source.children(source.root)}
    for template in scope.templates:
        child = tops.get(id(template.node))
        if child is not None:
            lines = lines_of(source, source.root, child)
            yield lines.start, lines.end, (template.table, "")
        for entry in entries(template.node):
            if entry.name == "fields" and isinstance(entry.value, MappingNode) and source.parent(entry.value):
                for field in source.children(entry.value):
                    lines = lines_of(source, entry.value, field)
                    yield lines.start, lines.end, (template.table, key_of(field.node))


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    """Every comment with its place. Scalars may hold a `#`; between them it always begins a comment."""
    done = 0
    scalars = [node for node in walk(source.root) if isinstance(node, ScalarNode)]
    for node in sorted(scalars, key=source.span):
        start, end = source.span(node)
        yield from _between(source, done, start)
        done = max(done, end)
        if node.style in ("|", ">"):
            # A comment may stand behind the sign that begins a block of lines.
            yield from _between(source, start, source.end_of(source.line(start)))
    yield from _between(source, done, len(source.text))


def _between(source: Source, start: int, end: int) -> Iterator[tuple[int, str]]:
    for found in _COMMENT.finditer(source.text, start, end):
        yield found.start(), found[0].rstrip()
