"""A prompt tried on one table: what it asks, what that costs, and what the model answers."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api.prompting import Tried
from ui.long_text import draw_text
from ui.page import Page
from ui.words import escaped, many


def draw_try(page: Page, prompt_id: str, text: str) -> None:
    """Choose a table; see the request, and send it if wanted."""
    st.subheader("Try it on one table", anchor=False)
    if not page.can(Role.EDITOR):
        st.caption("This needs an editor: a request shows what is known of the source.")
        return
    if not page.project.tables:
        st.caption("Infer the schema first: a prompt is tried on a table.")
        return
    table = st.selectbox("Table", [each.name for each in page.project.tables], key="try table")
    key = f"tried {page.name} {prompt_id} {table}"
    with st.container(horizontal=True):
        if st.button("Show the request", icon=":material/visibility:"):
            st.session_state[key] = text, page.do(api.try_prompt, page.name, prompt_id, text, table)
        shown: tuple[str, Tried] | None = st.session_state.get(key)
        is_current = shown is not None and shown[0] == text
        help = "Sends the request shown below. The answer changes nothing in the project."
        if st.button("Ask the model", icon=":material/send:", disabled=not is_current, help=help):
            with st.spinner("Waiting for the answer"):
                tried = page.do(api.try_prompt, page.name, prompt_id, text, table, send=True)
            st.session_state[key] = shown = text, tried
    if shown is None:
        st.caption("You see what would be sent, its tokens and its price, before anything is.")
        return
    if not is_current:
        st.caption(":material/warning: The text was changed since: show the request again.")
    _draw(shown[1])


def _draw(tried: Tried) -> None:
    st.caption(
        f"{many(tried.requests, 'request')} about this table; the first: {escaped(str(tried.estimate))}."
    )
    for each in tried.findings:
        st.warning(escaped(str(each)), icon=":material/warning:")
    if tried.answer:
        st.markdown("**Answer**")
        st.code(tried.answer, language="json", wrap_lines=True)
        st.caption(escaped(f"{tried.account}"))
    with st.expander("The task"):
        draw_text(tried.request.system, "markdown")
    with st.expander("The question", expanded=not tried.answer):
        draw_text(tried.request.prompt, "json")
