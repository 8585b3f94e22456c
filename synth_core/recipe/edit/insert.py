"""Edits that put entries into mappings and items into lists, or move them there."""

from __future__ import annotations

from yaml.nodes import CollectionNode, Node

from synth_core.errors import RecipeError
from synth_core.recipe.edit.lines import Lines, lines_of, put_lines
from synth_core.recipe.edit.pieces import Piece
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import Edits
from synth_core.recipe.edit.source import Child, Source
from synth_core.recipe.notation import comment_lines


def insert(
    source: Source, collection: Node, piece: Piece, *, before: Node | None = None, after: Node | None = None
) -> Edits:
    """A new entry or item before or after another one, which is named by its key or as the item; at the end when
    neither is given. It takes the indentation of the others. The collection may be empty: `{}`, `[]` or nothing."""
    source.refuse_shared(collection)
    found = source.children(collection)
    if not found:
        return _fill(source, collection, piece)
    here = source.child(collection, before or after or found[-1].node)
    lines = lines_of(source, collection, here)
    if source.in_flow(collection):
        return _insert_in_flow(source, here, lines, piece.flow, piece.comment, before is not None)
    text = piece.block(lines.column)
    if before is not None:
        text += [""] * piece.is_apart
    elif piece.is_apart:
        is_close = lines.end < len(source.text) and source.line_text(source.line(lines.end)).strip()
        text = ["", *text, *([""] if is_close else [])]
    return _insert_lines(source, here, lines, text, before is not None)


def move(
    source: Source,
    collection: CollectionNode,
    part: Node,
    *,
    before: Node | None = None,
    after: Node | None = None,
) -> Edits:
    """An entry or item goes before or after another one of the same collection, just as it is written."""
    source.refuse_shared(collection)
    names = [child.node for child in source.children(collection)]
    child, here = source.child(collection, part), source.child(collection, before or after or part)
    order = [name for name in names if name is not part]
    order.insert(order.index(here.node) + (before is None), part)
    if order == names:
        return ()
    if source.has_alias(child.node) or source.has_alias(child.value):
        raise RecipeError(
            f"Line {source.line_of(part)} holds an anchor or alias, so it can't be moved.",
            hint="Write out what the alias stands for.",
        )
    gone = remove(source, collection, part)
    lines, target = lines_of(source, collection, child), lines_of(source, collection, here)
    if not source.in_flow(collection):
        text = source.text[lines.start : source.end_of(source.line(lines.end - 1))]
        if not lines.is_own:
            text = " " * lines.column + text[lines.column :]
        return (*gone, *_insert_lines(source, here, target, [text], before is not None))
    raw = source.text[child.start : child.end]
    if any("#" in source.before(edit).replace(raw, "", 1) for edit in gone):
        raise RecipeError(
            f"Line {source.line_of(part)} stands within brackets among comments, so it can't be moved.",
            hint="Move it by hand.",
        )
    return (*gone, *_insert_in_flow(source, here, target, raw, "", before is not None))


def _insert_lines(source: Source, here: Child, lines: Lines, text: list[str], is_before: bool) -> Edits:
    if not is_before:
        return (put_lines(source, lines.end, lines.end, text),)
    if lines.is_own:
        return (put_lines(source, lines.start, lines.start, text),)
    # What stands before it, such as a dash, now stands before the new one.
    first = source.line_break.join(text).lstrip(" ")
    return (source.edit(here.start, here.start, first + lines.new_line),)


def _insert_in_flow(
    source: Source, here: Child, lines: Lines, new: str, comment: str, is_before: bool
) -> Edits:
    if lines.is_own:
        above, text = comment_lines(comment, lines.column), " " * lines.column + new
        if is_before:
            return (put_lines(source, lines.start, lines.start, [*above, f"{text},"]),)
        if source.text[source.skip(here.end, len(source.text))] == ",":
            return (put_lines(source, lines.end, lines.end, [*above, f"{text},"]),)
        return (
            source.edit(here.end, here.end, ","),
            put_lines(source, lines.end, lines.end, [*above, text]),
        )
    pad = lines.new_line
    above_new = "".join(pad + line for line in comment_lines(comment, 0))
    if is_before:
        return (source.edit(here.start, here.start, f"{above_new}{pad if comment else ''}{new}, "),)
    return (source.edit(here.end, here.end, f",{above_new}{pad if comment else ' '}{new}"),)


def _fill(source: Source, node: Node, piece: Piece) -> Edits:
    """The first child of something empty."""
    start, end = source.span(node)
    if node is source.root:
        return (source.edit(start, end, source.line_break.join(piece.block(0))),)
    above = source.above(node)
    head = source.head(above)
    if source.in_flow(source.parent(node) or node):
        colon = ":" if head == source.span(above.node)[1] else ""
        text = f"{piece.brackets[0]}{piece.flow}{piece.brackets[1]}"
        return (source.edit(head, above.end, f"{colon} {text}"),)
    column = above.start - source.line_start(above.start) + 2
    at = source.next_line(above.end)
    return (source.edit(head, above.end, ""), put_lines(source, at, at, piece.block(column)))
