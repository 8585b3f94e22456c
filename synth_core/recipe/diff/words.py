"""Generators and values in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import PLUGIN
from synth_core.recipe.notation import flow

LONGEST = 60
FUNCTION_WORDS = {
    f"{PLUGIN}.{name}": words
    for name, words in {
        "choice": "weighted choice",
        "quantiles": "quantiles",
        "offset": "offset",
        "lookup": "lookup",
        "per": "one for each of another column",
        "pattern": "pattern",
        "words": "words",
        "login": "made of names",
        "uuid": "UUID",
        "bytes": "bytes",
        "point": "point on earth",
        "sequence": "sequence",
        "reference": "reference",
        "key_of": "key of another table",
        "parent": "column of the parent",
        "group": "rows that belong together",
        "position": "position within the parent or group",
        "combination": "combination",
        "part": "part of a combination",
        "nullable": "nulls",
        "struct": "STRUCT",
        "array": "ARRAY",
        "json": "JSON",
    }.items()
}


def call_of(generator: Any) -> tuple[str, Any] | None:
    """The function that a generator calls, and what stands behind its name; None for a plain value."""
    if isinstance(generator, list) and len(generator) == 1 and isinstance(generator[0], Mapping):
        generator = generator[0]
    if isinstance(generator, Mapping) and len(generator) == 1:
        [(name, arguments)] = generator.items()
        return str(name), arguments
    return None


def kind_of(generator: Any) -> str:
    """What makes the values: `weighted choice`, `fake Email`, `formula` …"""
    table = row_of(generator)
    if table:
        return f"rows of {table}"
    call = call_of(generator)
    if call is None:
        return "formula" if is_formula(generator) else f"always {text_of(generator)}"
    name, arguments = call
    if name == "fake" and isinstance(arguments, str):
        return f"fake {arguments}"
    return FUNCTION_WORDS.get(name, name)


def row_of(generator: Any) -> str:
    """The table whose rows are made in place of a value."""
    if isinstance(generator, list) and len(generator) == 1:
        generator = generator[0]
    return str(generator["object"]) if isinstance(generator, Mapping) and "object" in generator else ""


def text_of(value: Any) -> str:
    """A value as a recipe has it, cut where it is long."""
    text = value if isinstance(value, str) else flow(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
