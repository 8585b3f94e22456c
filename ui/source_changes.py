"""Says when a source is not what it was when it was read, and offers to read it again."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.errors import SynthError
from synth_core.stages.source_changes import SourceChange
from ui.page import Page
from ui.waiting import start
from ui.words import escaped

_LOOK_AGAIN = 60
"""Seconds: a look asks the warehouse, or the bucket, for what it has."""
_MOST = 10


def draw_source_changes(page: Page) -> None:
    """What changed, if something did."""
    if not page.can(Role.EDITOR) or not page.project.tables:
        return
    changes, trouble = _changes(page, page.name, page.stored.reading)
    if trouble:
        st.warning(escaped(f"The source can't be looked at: {trouble}"), icon=":material/cloud_off:")
    if not changes:
        return
    with st.container(border=True):
        st.markdown(":material/sync_problem: **The source has changed since it was read.**")
        for each in changes[:_MOST]:
            st.markdown(f"{escaped(each.table)}: {escaped(each.message)}")
        if len(changes) > _MOST:
            st.caption(f"and {len(changes) - _MOST} more")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Infer again",
                icon=":material/refresh:",
                help="What you have said stays; the difference is shown in the history.",
                on_click=start,
                args=(page, "infer"),
            )


@st.cache_data(ttl=_LOOK_AGAIN, show_spinner=False, max_entries=64)
def _changes(_page: Page, name: str, reading: str) -> tuple[tuple[SourceChange, ...], str]:
    """By what was read: read again, it is looked at again; edits change nothing at the source."""
    try:
        return _page.desk.do(api.source_changes, name), ""
    except SynthError as error:
        return (), str(error)
