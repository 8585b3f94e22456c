"""Prompts: what the model is asked, in the project's own words where it has some."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.version import Version
from ui.editor import draw_editor
from ui.prompt_list import choose_prompt, draw_state
from ui.prompt_try import draw_try
from ui.shell import open_page
from ui.typing import draw_conflict, keep, typed_text

page = open_page("prompts", needs_project=True)
may = page.can(Role.EDITOR)
left, right = st.columns([7, 4], gap="medium")
with right:
    chosen = choose_prompt(page.do(api.prompts, page.name))
    draw_state(chosen)
typed = typed_text(page, f"prompt {chosen.id}", chosen.text)


def save(text: str, base: int, note: str) -> Version:
    """Give the project this text of the prompt."""
    return page.desk.do(api.save_prompt, page.name, chosen.id, text, base, note=note)


with left:
    draw_conflict(page, typed, chosen.text, save)
    typed.text = draw_editor(
        typed.text,
        name=f"Prompt {chosen.id}",
        key=typed.key,
        language="markdown",
        height=520,
        wrap=True,
        read_only=not may,
    )
    with st.container(horizontal=True):
        save_label = "Save for this project"
        is_same = not may or typed.is_saved
        if st.button(save_label, type="primary", icon=":material/save:", disabled=is_same):
            is_told = keep(typed, typed.text, save) or typed.conflict is not None
            if is_told:
                st.rerun()
        if st.button("Discard changes", icon=":material/close:", disabled=typed.is_saved):
            typed.show(typed.saved)
            st.rerun()
        if st.button(
            "Take the shipped text", icon=":material/restart_alt:", disabled=not may or chosen.own is None
        ):
            page.do(api.reset_prompt, page.name, chosen.id, typed.base)
            typed.show(chosen.shipped)
            typed.saved = chosen.shipped
            st.rerun()
    if not typed.is_saved:
        st.caption(":material/edit: Not saved yet: try it, then save it.")
with right:
    draw_try(page, chosen.id, typed.text)
