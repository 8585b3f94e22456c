"""Texts as they are, in a box of their own where they are long, so that what is below stays near."""

from __future__ import annotations

import streamlit as st

_BOX, _LINES = 420, 20
"""Pixels of the box, and the lines from which on there is one."""


def draw_text(text: str, language: str | None = None) -> None:
    """Draw it in the colours of a language, or in one."""
    height = _BOX if text.count("\n") > _LINES else None
    st.code(text, language=language, wrap_lines=True, height=height)
