"""Rows of a preview, and of its source beside them."""

from __future__ import annotations

from base64 import b64encode

import pyarrow as pa
import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api import SourceRows
from synth_core.previews import KeptPreview
from ui.grids import height_for
from ui.page import Page
from ui.words import escaped, many

VIEWS = ("Synthetic rows", "Source rows", "Side by side")
_SHOWN = 50
"""Rows of the source that are read."""


def draw_rows(page: Page, kept: KeptPreview, table: str, view: str) -> None:
    """Rows as they will load; rows of the source for editors only."""
    made = page.do(api.preview_rows, page.name, table)
    if view == VIEWS[0]:
        _grid(made, f"Synthetic rows of {table}")
        return
    source = _source(page, table)
    if view == VIEWS[1]:
        _grid(source.rows, f"Source rows of {table}")
        return
    left, right = st.columns(2)
    with left:
        st.caption("Synthetic")
        _grid(made, f"Synthetic rows of {table}")
    with right:
        st.caption("Source")
        _grid(source.rows, f"Source rows of {table}")


def views(page: Page) -> tuple[str, ...]:
    """The ways to look at rows that the person has."""
    return VIEWS if page.can(Role.EDITOR) else VIEWS[:1]


def _source(page: Page, table: str) -> SourceRows:
    """Rows of the source, read once for as long as the session lasts."""
    unmasked = st.toggle(
        "Show values of people as they are",
        key=f"unmasked {page.name} {table}",
        help="They are shapes otherwise: letters as A or a, digits as 9. That you looked is noted in the audit.",
    )
    kept: dict[tuple[object, ...], SourceRows] = st.session_state.setdefault("source rows", {})
    key = (page.name, page.stored.fingerprint, table, unmasked)
    if key not in kept:
        with st.spinner(f"Reading {table}"):
            kept.clear()
            kept[key] = page.do(api.source_rows, page.name, table, _SHOWN, unmasked=unmasked)
    found = kept[key]
    if found.masked:
        st.caption(f":material/visibility_off: Shapes only: {escaped(', '.join(found.masked))}")
    elif found.personal:
        st.caption(
            f":material/visibility: Values of people are shown: {escaped(', '.join(found.personal))}. "
            "The audit has noted it."
        )
    return found


def _grid(rows: pa.Table, alt: str) -> None:
    if not rows.num_rows:
        st.caption("No rows: the source has none either.")
        return
    nested = [field.name for field in rows.schema if pa.types.is_nested(field.type)]
    st.dataframe(
        _readable(rows),
        hide_index=True,
        height=height_for(rows.num_rows),
        column_config={name: st.column_config.JsonColumn(width="medium") for name in nested},
        alt=alt,
    )
    st.caption(many(rows.num_rows, "row"))
    if nested:
        _one_row(rows)


def _readable(rows: pa.Table) -> pa.Table:
    """Bytes as the warehouse shows them, in base64."""
    for position, field in enumerate(rows.schema):
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            texts = [
                None if each is None else b64encode(each).decode()
                for each in rows.column(position).to_pylist()
            ]
            rows = rows.set_column(position, field.name, pa.array(texts, pa.string()))
    return rows


def _one_row(rows: pa.Table) -> None:
    """A nested row in full."""
    with st.expander("One row in full", icon=":material/data_object:"):
        number = st.number_input("Row", 1, rows.num_rows, key=f"row {rows.schema.names}")
        st.json(rows.slice(number - 1, 1).to_pylist()[0])
