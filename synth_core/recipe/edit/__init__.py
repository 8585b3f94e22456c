"""Edits of a recipe's text that leave the rest of it as it is.

`Source` is a text with its nodes. `replace`, `rewrite`, `set_value`, `insert`, `remove` and `move` say which
characters change (as `TextEdit`s, so that a `Fix` can carry them), `apply_edits` changes them.
"""

from __future__ import annotations

from synth_core.recipe.edit.apply import apply_edits
from synth_core.recipe.edit.insert import insert, move
from synth_core.recipe.edit.pieces import Piece, entry, item, statement
from synth_core.recipe.edit.remove import remove
from synth_core.recipe.edit.replace import Edits, replace, rewrite, set_value
from synth_core.recipe.edit.source import Source

__all__ = [
    "Edits",
    "Piece",
    "Source",
    "apply_edits",
    "entry",
    "insert",
    "item",
    "move",
    "remove",
    "replace",
    "rewrite",
    "set_value",
    "statement",
]
