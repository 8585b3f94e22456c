"""The dialog of a project's members."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from ui.page import Page, told
from ui.words import ago, escaped


@st.dialog("Members", width="medium", icon=":material/group:")
def members_dialog(page: Page) -> None:
    """Who takes part in the project, and as what; editors add, change and take out."""
    found = page.do(api.members, page.name)
    may = page.can(Role.EDITOR)
    if not found.people:
        st.markdown(
            "Everybody who is let in takes part, by the role that the configuration gives them. "
            "Add somebody, and everybody else may only look."
        )
    for name, role in sorted(found.people.items()):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{escaped(name)} · {role}")
            if st.button("Remove", key=f"remove {name}", icon=":material/person_remove:", disabled=not may):
                _change(page, name, None)
    with st.form("member", border=False, clear_on_submit=True):
        name = st.text_input("Name", placeholder="ana@acme.com", disabled=not may)
        words = [each.word for each in Role]
        wanted = st.radio("Role", words, index=words.index("editor"), horizontal=True, disabled=not may)
        if st.form_submit_button("Add", icon=":material/person_add:", disabled=not may):
            _change(page, name, wanted)
    if found.changed_by:
        st.caption(f"Changed {ago(found.changed_at)} by {escaped(found.changed_by)}")


def _change(page: Page, name: str, role: str | None) -> None:
    with told():
        page.desk.do(api.set_members, page.name, {name: role})
    st.rerun(scope="app")
