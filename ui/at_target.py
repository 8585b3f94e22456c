"""Rows that are at a project's target already."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from ui.page import Page

KEPT = 60
"""Seconds for which what is at the target is not asked again."""


def rows_at_target(page: Page) -> dict[str, int]:
    """By table, of those that are there; asked again after a while, or where the project writes to other tables.
    Raises SynthError."""
    tables = tuple(table.name for table in page.project.tables)
    return _rows_at_target(page, page.name, page.project.target.uri, tables)


@st.cache_data(ttl=KEPT, max_entries=20, show_spinner="Looking at the target")
def _rows_at_target(_page: Page, name: str, uri: str, tables: tuple[str, ...]) -> dict[str, int]:
    return _page.desk.do(api.target_rows, name)


def forget_rows_at_target() -> None:
    """A run has changed them."""
    _rows_at_target.clear()
