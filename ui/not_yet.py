"""A step that was opened too early says what is missing, and leads there."""

from __future__ import annotations

import streamlit as st

from ui.page import Page


def stop_if_too_early(page: Page) -> None:
    """End the page where something must be done before this step."""
    state = next(each for each in page.steps if each.step == page.place)
    if not state.missing:
        return
    with st.container(border=True):
        st.markdown(state.missing)
        if state.first:
            st.page_link(
                f"pages/{state.first}.py",
                label=state.first.capitalize(),
                icon=":material/arrow_forward:",
                query_params={"project": page.name},
            )
    page.back_and_next()
    st.stop()
