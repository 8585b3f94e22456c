"""Texts that may hold formulas: each is parsed to a syntax tree, which is walked through (`walk`); what is surely meant
otherwise is said."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes

from synth_core.recipe.formulas import CLOSE, ENVIRONMENT, OPEN, replace_name
from synth_core.recipe.vetting.braces import SINGLE, braces_fault, with_braces
from synth_core.recipe.vetting.limits import Fault
from synth_core.recipe.vetting.walk import Names, Walk

MAX_LENGTH = 10_000


def check_text(text: str, names: Names) -> list[Fault]:
    """Faults of a text that may hold formulas."""
    return [_mended(fault, text, names) for fault in _faults(text, names)]


def _faults(text: str, names: Names) -> list[Fault]:
    if OPEN not in text:
        if SINGLE.search(text) is None:
            return []
        if "${%" in text:
            return [Fault("formula", "statements (`${%`) are not allowed.", "Use `if:` with choices.")]
        return [braces_fault(text)]
    tree = _parse(text)
    if isinstance(tree, Fault):
        return [tree]
    walk = Walk(names)
    try:
        walk.visit(tree)
    except RecursionError:
        return [Fault("formula", "the formula is nested too deeply.")]
    return walk.faults


def _mended(fault: Fault, text: str, names: Names) -> Fault:
    """The fault with the text as it was surely meant, as far as that can be known."""
    if fault.near.name:
        better = replace_name(text, fault.name, fault.near.name)
        return replace(fault, better=better, is_sure=fault.near.is_close)
    if fault.code == "braces":
        better = with_braces(text)
        left = _faults(better, names) if OPEN in better else [fault]
        if not any(each.code in ("braces", "formula") for each in left):
            return replace(fault, better=better, is_sure=not left)
    return fault


@lru_cache(maxsize=8192)
def _parse(text: str) -> nodes.Template | Fault:
    if len(text) > MAX_LENGTH:
        return Fault("formula", f"a formula can't have more than {MAX_LENGTH:,} characters.")
    try:
        tree = ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        if text.count(OPEN) != text.count(CLOSE):
            return braces_fault(text)
        return Fault("formula", f"the formula can't be read: {error.message}.", "It is written ${{ … }}.")
    except RecursionError:
        return Fault("formula", "the formula is nested too deeply.")
    except (ValueError, OverflowError, MemoryError) as error:
        return Fault("formula", f"the formula can't be read: {error}.")
    return tree
