"""Columns of a preview: how their values are spread, beside the source."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core import api
from synth_core.api import PreviewColumn
from synth_core.stages.compare import FEW_ROWS
from ui.charts import draw_bars, draw_key
from ui.page import Page
from ui.words import escaped

CHARTS = 9
"""On one page."""
ORDERS = ("Least alike first", "As in the table")


def draw_columns(page: Page, table: str, rows: int) -> None:
    """Small charts, a page of them at a time."""
    found = page.do(api.preview_columns, page.name, table)
    if rows < FEW_ROWS:
        st.caption(
            f":material/info: {rows} rows say little about how values are spread: make {FEW_ROWS} or more."
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.radio("Order", ORDERS, horizontal=True, key="order")
        search = st.text_input("Search", key=f"charts {table}", placeholder="part of a name", width=220)
    found = tuple(each for each in found if search.lower() in each.name.lower())
    if not found:
        st.markdown(f"No column of {escaped(table)} is called so.")
        return
    if order == ORDERS[0]:
        found = tuple(sorted(found, key=lambda each: each.likeness.score if each.likeness else 2.0))
    pages = -(-len(found) // CHARTS)
    number = st.pagination(pages, key=f"charts of {table} {search}") if pages > 1 else 1
    draw_key()
    _grid(table, found[(number - 1) * CHARTS : number * CHARTS])


def _grid(table: str, shown: Sequence[PreviewColumn]) -> None:
    grid = st.columns(3)
    for position, column in enumerate(shown):
        with grid[position % 3], st.container(border=True):
            st.markdown(f"**{escaped(column.name)}**{' · personal' if column.is_personal else ''}")
            alike = column.likeness
            known = alike is not None and not alike.few_rows and not column.is_personal
            st.caption(escaped(column.bars.what) + (f" · {alike.score:.0%} alike" if known and alike else ""))
            draw_bars(column.bars, f"{table}.{column.name}")
