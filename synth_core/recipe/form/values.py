"""Arguments as a person writes them in a form, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from yaml.nodes import CollectionNode, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.edit.proof import Plain, plain
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.notation import flow, scalar
from synth_core.recipe.text import compose, construct, is_plain_number

_TEXTS = frozenset({"column", "file", "moment", "row", "table", "text"})
"""Arguments that are texts: nobody quotes them in a form."""
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None}


def shown(value: Any, kind: str = "any") -> str:
    """A value for a form: a text or formula where one belongs as it is, all else as YAML in one line."""
    value = undated(value)
    is_text = isinstance(value, str) and (kind in _TEXTS or is_formula(value))
    return str(value) if is_text else flow(value)


def read(text: str, kind: str = "any", *, what: str = "It") -> Plain:
    """The value that a person wrote for an argument of that kind. Raises RecipeError for YAML that is none."""
    if kind == "text":
        return text
    text = text.strip()
    if kind in _TEXTS or (is_formula(text) and text[0] not in "\"'[{"):
        return text
    root, findings = compose(text)
    if root is None:
        wrong = findings[0].message if findings else "nothing is there"
        raise RecipeError(f"{what} can't be read: {wrong}", hint='Put texts with signs in quotes: "a: b".')
    if isinstance(root, CollectionNode):
        return _plain(root, what)
    return _scalar(root) if isinstance(root, ScalarNode) else None


def read_value(text: str) -> Plain:
    """A plain value: a number, `true`, `false`, `null`, or else a text, which may stand in quotes."""
    root = None if is_formula(text) else compose(text.strip())[0]
    return _scalar(root) if isinstance(root, ScalarNode) else text


def shown_value(value: Any) -> str:
    """A plain value so that `read_value` reads the same."""
    if isinstance(value, str):
        return value if read_value(value) == value else scalar(value)
    return scalar(undated(value))


def undated(value: Any) -> Any:
    """Dates and times, which YAML reads where no quotes stand, as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: undated(each) for name, each in value.items()}
    return [undated(each) for each in value] if isinstance(value, list) else value


def _scalar(node: ScalarNode) -> Plain:
    """As people mean it: `01090`, `no` and `1_000` are texts."""
    if node.style:
        return str(node.value)
    if is_plain_number(node):
        number: int | float = construct(node)
        return number
    return _WORDS.get(node.value, str(node.value))


def _plain(node: CollectionNode, what: str) -> Plain:
    try:
        return plain(undated(construct(node)))
    except ValueError as error:
        raise RecipeError(f"{what} can't be read: {error}.") from None
