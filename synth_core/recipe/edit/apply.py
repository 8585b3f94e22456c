"""Text edits applied to a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from synth_core.errors import RecipeError
from synth_core.model.findings import TextEdit
from synth_core.recipe.edit.characters import line_starts


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits done; their places are those of the text as it is given. What is inserted at the same
    place stands in the order of the edits.

    Raises RecipeError when an edit's place is not there (the text was changed since), or two edits overlap.
    """
    starts = line_starts(text)
    spans = sorted(
        (
            (_offset(text, starts, edit.start_line, edit.start_column),
             _offset(text, starts, edit.end_line, edit.end_column),
             edit.text)
            for edit in edits
        ),
        key=lambda span: span[:2],
    )  # fmt: skip
    pieces, done = [], 0
    for start, end, new in spans:
        if start < done or end < start:
            line = text.count("\n", 0, start) + 1
            raise RecipeError(f"Two edits change the same place in line {line}.", hint="Apply one of them.")
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


def _offset(text: str, starts: Sequence[int], line: int, column: int) -> int:
    if 1 <= line <= len(starts) and column >= 1:
        offset = starts[line - 1] + column - 1
        if offset <= (starts[line] - 1 if line < len(starts) else len(text)):
            return offset
    raise RecipeError(
        f"An edit refers to line {line}, column {column}, which the text does not have.",
        hint="The text was changed since the edit was made; lint it again.",
    )
