"""Findings on a text as a list: each leads to its place, and what can be mended is mended by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from synth_core.model.findings import Finding, Level
from ui.words import escaped, many

MOST = 20
_ICONS = {
    Level.ERROR: (":material/error:", "Error"),
    Level.WARNING: (":material/warning:", "Look"),
    Level.NOTE: (":material/info:", "Note"),
}


def draw_problems(
    findings: Sequence[Finding],
    *,
    go_to: Callable[[Finding], None],
    fix: Callable[[str], None] | None,
    fix_all: Callable[[], None] | None,
) -> None:
    """The findings, errors first. `go_to` opens the place of one, `fix` mends the one at `CODE:LINE:COLUMN`; None: the
    person may not."""
    order = list(Level)
    found = sorted(findings, key=lambda each: order.index(each.level))
    errors = sum(each.level is Level.ERROR for each in found)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(f"Problems ({len(found)})" if found else "Problems", anchor=False, width="content")
        if fix_all is not None and any(each.fix and each.fix.safe for each in found):
            help = "Applies the fixes that write what was surely meant."
            if st.button("Fix all safe ones", icon=":material/build:", key="fix all", help=help):
                fix_all()
    if not found:
        st.caption("Nothing is wrong with this recipe.")
        return
    if errors:
        st.caption(f"{many(errors, 'error')} must be mended before the recipe can run.")
    with st.container(height=260 if len(found) > 4 else "content", border=False):
        for number, each in enumerate(found[:MOST]):
            _draw(number, each, go_to, fix)
    if len(found) > MOST:
        st.caption(
            f"And {many(len(found) - MOST, 'more')}, which stand in the editor's gutter.".replace(
                "mores", "more"
            )
        )


def _draw(
    number: int, finding: Finding, go_to: Callable[[Finding], None], fix: Callable[[str], None] | None
) -> None:
    icon, word = _ICONS[finding.level]
    where = f"Line {finding.line}" if finding.line else "Recipe"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if st.button(
            f"{where}: {escaped(finding.message)}",
            key=f"finding {number}",
            type="tertiary",
            icon=icon,
            help=f"{word}. {escaped(finding.hint)}".strip() or None,
            wrap=True,
        ):
            go_to(finding)
        if finding.fix is None or fix is None:
            return
        if st.button("Fix", key=f"fix {number}", icon=":material/build:", help=escaped(finding.fix.title)):
            fix(place_of(finding))


def place_of(finding: Finding) -> str:
    """`CODE:LINE:COLUMN`, as fixes are called."""
    code = finding.code.removeprefix("recipe.")
    column = f":{finding.column_number}" if finding.column_number else ""
    return f"{code}:{finding.line}{column}"
