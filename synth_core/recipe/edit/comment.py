"""Edits of the comment above an entry."""

from __future__ import annotations

from yaml.nodes import CollectionNode, Node

from synth_core.recipe.edit.lines import lines_of, put_lines
from synth_core.recipe.edit.replace import Edits
from synth_core.recipe.edit.source import Source
from synth_core.recipe.notation import comment_lines


def set_comment(source: Source, collection: CollectionNode, part: Node, text: str) -> Edits:
    """The comment directly above an entry or item becomes this one; an empty text takes it away."""
    child = source.child(collection, part)
    lines = lines_of(source, collection, child)
    if lines.is_own:
        end = source.line_start(child.start)
        return (put_lines(source, lines.start, end, comment_lines(text, lines.column)),)
    new = comment_lines(text, 0)
    if not new:
        return ()
    before = lines.new_line if collection.flow_style else ""
    text = "".join(line + lines.new_line for line in new)
    return (source.edit(child.start, child.start, before + text),)
