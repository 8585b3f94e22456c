"""Braces that make no formula: `${x}`, `{{x}}`, `${{x}`, and what was surely meant by them."""

from __future__ import annotations

import re

from synth_core.recipe.vetting.limits import Fault

STRAY = re.compile(r"\$\{(?!\{)|\{\{|\}\}|\$\{%")
"""What is left of braces beside formulas."""
SINGLE = re.compile(r"\$\{(?![{%])[^{}]*\}|\$\{%|\{\{\s*[\w.]+(\(.*\))?\s*\}\}|<<\s*[A-Za-z_][\w.]*\s*>>")
"""In a text without any formula: what somebody took for one."""
_WRONG = (
    re.compile(r"<<\s*([A-Za-z_][\w.]*)\s*>>"),
    re.compile(r"(?:\$\{+|\{\{+)([^{}]+)(?:\}\s*)*\}+"),
    re.compile(r"\$\{\{?([^{}]+)$"),
)
_RIGHT = re.compile(r"\$\{\{[^{}]*\}\}(?!\})")


def braces_fault(text: str) -> Fault:
    """What is said of such a text."""
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return Fault("braces", f"the braces in {shown!r} make no formula.", "A formula is written ${{ … }}.")


def with_braces(text: str) -> str:
    """The text with the braces of formulas; the text itself where none are missing."""
    pieces, at = [], 0
    for found in _RIGHT.finditer(text):
        pieces += [_mended(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*pieces, _mended(text[at:])])


def _mended(text: str) -> str:
    for wrong in _WRONG:
        text, count = wrong.subn(lambda found: "${{ " + found[1].strip() + " }}", text)
        if count:
            break
    return text
