"""Formulas (`${{price * 2}}`): finding the names in them, and renaming those."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jinja2

from synth_core.errors import RecipeError

OPEN, CLOSE = "${{", "}}"
ENVIRONMENT = jinja2.Environment(
    block_start_string="${%",
    block_end_string="%}",
    variable_start_string=OPEN,
    variable_end_string=CLOSE,
    autoescape=True,
    keep_trailing_newline=True,
)
"""The delimiters of Snowfakery's version 3; only used to read formulas, never to evaluate them."""
_KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"}
)


def is_formula(value: Any) -> bool:
    """A text that Snowfakery evaluates."""
    return isinstance(value, str) and OPEN in value


def names_in(formula: str) -> set[str]:
    """All names in the formula, those of attributes and functions included. Raises RecipeError."""
    return {text for kind, text in _tokens(formula) if kind == "name"}


def texts_in(formula: str) -> list[str]:
    """The plain texts in the formula, and those around it. Raises RecipeError."""
    texts = {"data": lambda text: text, "string": lambda text: text[1:-1]}
    return [texts[kind](text) for kind, text in _tokens(formula) if kind in texts]


def replace_name(formula: str, old: str, new: str) -> str:
    """The formula with one name written otherwise wherever it stands. Raises RecipeError."""
    return "".join(new if (kind, text) == ("name", old) else text for kind, text in _tokens(formula))


def rename(
    formula: str,
    names: Mapping[str, str],
    this: Mapping[str, str],
    tables: Mapping[str, Mapping[str, str]],
    held: Callable[[Sequence[str]], Mapping[str, str]] = lambda names: {},
) -> str:
    """The formula with other names. Raises RecipeError when it can't be read.

    `names` holds what stands alone (columns of the row, tables), `this` the row's columns after `this.` or in
    `this[…]`, and `tables` the columns after the (old) name of another row. `held` tells those after a column that
    holds another row, from the names that lead to it: `["buyer"]`, `["orders", "buyer"]`.
    """
    tokens = _tokens(formula)
    solid = [index for index, (kind, _) in enumerate(tokens) if kind != "whitespace"]
    result = [text for _, text in tokens]

    def text_at(position: int) -> str:
        return tokens[solid[position]][1] if 0 <= position < len(solid) else ""

    def row_at(position: int) -> Mapping[str, str]:
        """The columns of the row that the names up to this position stand for."""
        chain = [text_at(position)]
        while text_at(position - 1) == ".":
            position -= 2
            chain.insert(0, text_at(position))
        if text_at(position - 1) == "|":
            return {}
        # A column of that name comes before a table of that name, and `this` may be a column too.
        if len(chain) > 1 or chain[0] in this:
            return held(chain)
        return this if chain == ["this"] else tables.get(chain[0], {})

    for position, index in enumerate(solid):
        kind, text = tokens[index]
        before, after = text_at(position - 1), text_at(position + 1)
        if kind == "name" and before == ".":
            result[index] = row_at(position - 2).get(text, text)
            if result[index] != text and not is_name(result[index]):
                result[solid[position - 1]], result[index] = "", f"[{result[index]!r}]"
        elif kind == "name" and not _is_fixed(text, before, after, text_at(position - 2)):
            result[index] = names.get(text, text)
        elif kind == "string" and before == "[" and after == "]":
            new = row_at(position - 2).get(text[1:-1], text[1:-1])
            result[index] = text if new == text[1:-1] else repr(new)
    return "".join(result)


def is_name(text: str) -> bool:
    """Can stand in a formula as it is."""
    return text.isidentifier() and text not in _KEYWORDS


def _is_fixed(text: str, before: str, after: str, before_that: str) -> bool:
    """A word of the language, a filter, a test, or the name of an argument."""
    is_test = before == "is" or (before == "not" and before_that == "is")
    return text in _KEYWORDS or before == "|" or is_test or (after == "=" and before in ("(", ","))


def _tokens(formula: str) -> Sequence[tuple[str, str]]:
    try:
        return [(kind, text) for _, kind, text in ENVIRONMENT.lex(formula)]
    except jinja2.TemplateSyntaxError as error:
        raise RecipeError(f"The formula {formula!r} can't be read: {error.message}.") from None
