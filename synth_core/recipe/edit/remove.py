"""Edits that take entries out of mappings and items out of lists."""

from __future__ import annotations

from yaml.nodes import CollectionNode, MappingNode, Node

from synth_core.model.findings import TextEdit
from synth_core.recipe.edit.lines import Lines, lines_of, put_lines
from synth_core.recipe.edit.replace import Edits
from synth_core.recipe.edit.source import Child, Source


def remove(source: Source, collection: CollectionNode, part: Node) -> Edits:
    """An entry, named by its key, or an item goes: with its lines, the comments directly above it in the same column,
    and those behind and below it. A collection that loses its last child becomes `{}` or `[]`."""
    source.refuse_shared(collection)
    found = source.children(collection)
    child = source.child(collection, part)
    index = found.index(child)
    source.refuse_loss(child)
    if len(found) == 1:
        return _remove_all(source, collection, child)
    lines = lines_of(source, collection, child)
    is_last = index == len(found) - 1
    if lines.is_own:
        return (_remove_lines(source, lines, is_last),)
    if is_last:
        return (_remove_last(source, found[index - 1], child),)
    return (_remove_inline(source, collection, lines, child, found[index + 1]),)


def _remove_lines(source: Source, lines: Lines, is_last: bool) -> TextEdit:
    """Whole lines; the empty ones above go too, where blank ones or the collection's end follow. A line of blanks may
    be the last one of a text."""
    first = source.line(lines.start)
    is_end = is_last or lines.end == len(source.text)
    if is_end or not source.line_text(source.line(lines.end)).strip():
        while first > 0 and not source.line_text(first - 1).strip("\r\n"):
            first -= 1
    return put_lines(source, source.start_of(first), lines.end, [])


def _remove_inline(
    source: Source, collection: CollectionNode, lines: Lines, child: Child, follower: Child
) -> TextEdit:
    """One that shares its line with what stands before it: the next moves up, unless comments stand above that."""
    comma = source.skip(child.end, follower.start)
    is_split = not collection.flow_style or source.line(comma) == source.line(child.end)
    if not is_split or "#" not in source.text[lines.end : follower.start]:
        return source.edit(child.start, follower.start, "")
    start = len(source.text[: child.start].rstrip(" "))
    return source.edit(start, source.end_of(source.line(lines.end - 1)), "")


def _remove_last(source: Source, before: Child, child: Child) -> TextEdit:
    """The last one within brackets, with the comma before it, unless a comment stands between."""
    if "#" not in source.text[before.end : child.start]:
        return source.edit(before.end, child.end, "")
    comma = source.skip(child.end, len(source.text))
    return source.edit(child.start, comma + 1 if source.text[comma] == "," else child.end, "")


def _remove_all(source: Source, collection: CollectionNode, child: Child) -> Edits:
    """The only one; brackets say that nothing is left."""
    empty = "{}" if isinstance(collection, MappingNode) else "[]"
    if collection.flow_style:
        return (source.edit(source.inside(collection) - 1, source.span(collection)[1], empty),)
    lines = lines_of(source, collection, child)
    if collection is source.root or not lines.is_own:
        return (source.edit(child.start, child.end, empty),)
    head = source.last_token(source.head(source.above(collection)), child.start)
    return (source.edit(head, head, f" {empty}"), _remove_lines(source, lines, True))
