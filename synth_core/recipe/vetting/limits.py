"""Limits on what formulas and arguments can blow up: repeated texts, wide formats, long provider values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import nodes

from synth_core.recipe.catalogue.providers import find_provider
from synth_core.recipe.vetting.names import NOTHING_NEAR, Near, near

MAX_REPEAT = 1_000
MAX_POWER = 64
MAX_DIGITS = 30
_SIZES = frozenset(
    {
        *("depth", "digits", "left_digits", "length", "levels", "max_chars", "max_nb_chars", "min_chars"),
        *("nb_sentences", "nb_words", "number", "right_digits"),
    }
)
_WIDE = re.compile(r"%[^a-zA-Z%]*(\d{4,}|\*)|%[^a-zA-Z%]?\d{3,}")
_TEXT_FILTERS = frozenset({"capitalize", "lower", "string", "title", "upper"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a formula or argument."""

    code: str
    message: str
    hint: str = ""
    near: Near = NOTHING_NEAR
    """The name that should stand there instead of `name`."""
    name: str = ""
    better: str = ""
    """The whole text as it should be; empty where that is not known."""
    is_sure: bool = False
    """The better text is surely what was meant."""


def repeat_fault(node: nodes.Mul) -> Fault | None:
    """A text or list is repeated too often."""
    for text, times in ((node.left, node.right), (node.right, node.left)):
        if is_texty(text):
            count = times.value if isinstance(times, nodes.Const) else None
            again = isinstance(text, nodes.Mul) or any(True for _ in text.find_all(nodes.Mul))
            if not isinstance(count, int) or abs(count) > MAX_REPEAT or again:
                return Fault(
                    "formula", f"a text can be repeated {MAX_REPEAT:,} times at most, by a plain number."
                )
            return None
    return None


def format_fault(node: nodes.Mod) -> Fault | None:
    """A text is formatted by anything but a plain, narrow format."""
    if is_texty(node.left) and not (
        isinstance(node.left, nodes.Const) and not _WIDE.search(str(node.left.value))
    ):
        return Fault("formula", "a text before `%` must be a plain format with small widths.")
    return None


def power_fault(node: nodes.Pow) -> Fault | None:
    """A power that can grow without bounds."""
    power = node.right.value if isinstance(node.right, nodes.Const) else None
    again = isinstance(node.left, nodes.Pow) or any(True for _ in node.left.find_all(nodes.Pow))
    if not isinstance(power, (int, float)) or not 0 <= power <= MAX_POWER or again:
        return Fault("formula", f"a power must be a plain number from 0 to {MAX_POWER}.")
    return None


def replace_fault(node: nodes.Filter) -> Fault | None:
    """A `replace` that makes texts much longer."""
    values = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
    is_plain = len(values) == len(node.args) == 2 and not node.kwargs
    if not (is_plain and values[0] != "" and len(str(values[1])) <= len(str(values[0])) + 10):
        return Fault("arguments", "`replace` takes two short texts.")
    if sum(1 for each in node.find_all(nodes.Filter) if each.name == "replace") > 5:
        return Fault("arguments", "there are too many `replace` in a row.")
    return None


def round_fault(node: nodes.Filter) -> Fault | None:
    """A `round` to so many decimals that the power of ten never ends."""
    digits = [*node.args[:1], *(each.value for each in node.kwargs if each.key == "precision")]
    if all(isinstance(each, nodes.Const) and each.value in range(MAX_DIGITS + 1) for each in digits):
        return None
    return Fault("arguments", f"`round` takes a plain number of decimals, from 0 to {MAX_DIGITS}.")


def provider_faults(name: str, argument: str, values: Iterable[object]) -> list[Fault]:
    """Faults of one argument of a Faker provider; a list counts as its items."""
    provider = find_provider(name)
    if provider is None:
        return []
    if argument not in provider.arguments:
        better = near(argument, provider.arguments)
        message = f"`fake.{name}` has no argument {argument!r}."
        return [Fault("arguments", message, better.hint, better, argument)]
    for value in values:
        number = value if isinstance(value, (int, float)) else 0
        if abs(number) > (10_000 if argument in _SIZES else 1e18):
            return [Fault("arguments", f"`{argument}` of `fake.{name}` is too large: {value}.")]
        if isinstance(value, str) and (len(value) > 10_000 or _WIDE.search(value)):
            return [Fault("arguments", f"`{argument}` of `fake.{name}` is too long.")]
    return []


def is_pattern(text: str) -> bool:
    """A `strftime` format without widths."""
    return len(text) <= 100 and not re.search(r"%[^a-zA-Z%]*\d", text)


def is_whole(node: nodes.Node) -> bool:
    """A plain whole number."""
    inner = node.node if isinstance(node, nodes.Neg) else node
    return isinstance(inner, nodes.Const) and isinstance(inner.value, int)


def is_texty(node: nodes.Node) -> bool:
    """A text or list is among what it is made of."""
    kinds = (nodes.Const, nodes.Concat, nodes.List, nodes.Tuple, nodes.Filter)
    items = [*([node] if isinstance(node, nodes.Getitem) else []), *node.find_all(nodes.Getitem)]
    # In `this['unit price']` the text names a column.
    names = {id(each.arg) for each in items}
    for each in [node, *node.find_all(kinds)]:
        if id(each) in names:
            continue
        if isinstance(each, (nodes.Concat, nodes.List, nodes.Tuple)):
            return True
        if isinstance(each, nodes.Const) and isinstance(each.value, str):
            return True
        if isinstance(each, nodes.Filter) and each.name in (
            "string",
            "lower",
            "upper",
            "title",
            "capitalize",
        ):
            return True
    return False


def constants(node: nodes.Node) -> list[object] | None:
    """The plain values of an argument, a list's one by one; None when there is anything else."""
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const):
        return [node.node.value]
    if isinstance(node, (nodes.List, nodes.Tuple)):
        inner = [constants(item) for item in node.items]
        return None if None in inner else [value for values in inner if values for value in values]
    return None
