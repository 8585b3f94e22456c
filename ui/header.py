"""The header of each page: project, version, saved state, who is here, and the steps with what needs a look."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.stages.steps import StepState
from ui.members_menu import members_dialog
from ui.page import Page
from ui.settings_menu import settings_dialog
from ui.words import ago, escaped, many

_NAMES = {"": "Projects", "history": "History", "prompts": "Prompts"}


def draw_top(page: Page, title: str, question: str) -> None:
    """The header of a page without a project."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("**Synth Studio**")
        _ways(page)
    _title(title, question)


def draw_header(page: Page, title: str, question: str) -> None:
    """The header of a page of a project."""
    versions = page.desk.do(api.latest_version, page.name)
    saved = (
        f"v{versions.number} saved {ago(versions.time)} by {versions.author}" if versions else "not saved yet"
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{escaped(page.name)}** · {escaped(saved)}")
        _ways(page)
    with st.container(horizontal=True, vertical_alignment="center"):
        for state in page.steps:
            _step(page, state)
    _title(title, question)


def _title(title: str, question: str) -> None:
    st.title(title, anchor=False)
    st.caption(question)


def _step(page: Page, state: StepState) -> None:
    is_here = state.step == page.place
    label = state.step.capitalize()
    if state.needs_look:
        icon, label, why = (
            ":material/pending:",
            f"{label} · {state.needs_look}",
            f"{many(state.needs_look, 'place')} to look at",
        )
    elif state.is_done:
        icon, why = ":material/check_circle:", "done"
    else:
        icon, why = ":material/radio_button_unchecked:", state.missing or "not done yet"
    st.page_link(
        f"pages/{state.step}.py",
        label=f"**{label}**" if is_here else label,
        icon=icon,
        query_params={"project": page.name},
        help=why,
    )


def _ways(page: Page) -> None:
    """Where one can go from anywhere, and who is here."""
    query = {"project": page.name} if page.name else {}
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.page_link("app.py", label="Projects", icon=":material/folder_open:")
        st.page_link("pages/history.py", label="History", icon=":material/history:", query_params=query)
        if page.name:
            st.page_link("pages/prompts.py", label="Prompts", icon=":material/chat:", query_params=query)
        entries = ["Members", "Settings"] if page.name else ["Settings"]
        chosen = st.menu_button("More", entries, icon=":material/menu:", type="tertiary")
        role = page.desk.role(page.name).word
        st.caption(f":material/person: {escaped(page.person.name)} · {role}")
    if chosen == "Members":
        members_dialog(page)
    elif chosen == "Settings":
        settings_dialog(page)
