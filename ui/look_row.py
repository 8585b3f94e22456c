"""A place that wants a look: what is told of it, and its answers beside it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_TEXT, _ANSWERS = 3, 2
"""Shares of the width. Were they as wide as what is in them, answers would stand now beside, now below."""


def look_row(text: str) -> DeltaGenerator:
    """Draw the text (Markdown); where its answers go."""
    told, answers = st.columns([_TEXT, _ANSWERS], vertical_alignment="center")
    told.markdown(text)
    return answers.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center")
