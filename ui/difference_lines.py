"""Lines that differ between two texts."""

from __future__ import annotations

import streamlit as st

from ui.words import many

MOST = 300


def draw_lines(text: str) -> None:
    """A difference as `diff -u` writes it, as far as anybody reads it. Plus and minus say what colours would, and it
    does not scroll by itself: who has no mouse could not reach what is hidden."""
    lines = text.splitlines()
    st.code("\n".join(lines[:MOST]), language=None, wrap_lines=True)
    if len(lines) > MOST:
        st.caption(f"And {many(len(lines) - MOST, 'line')} below these.")
