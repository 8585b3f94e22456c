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

page = open_page("prompts")
may = page.can(Role.EDITOR)
left, right = st.columns([7, 4], gap="medium")
with right:
    chosen = choose_prompt(page.do(api.prompts, page.name))
    draw_state(chosen)
# Nothing is saved before somebody says so: until then it is kept for whoever types it.
what = f"prompt-{chosen.id}"
typed = typed_text(
    page,
    f"prompt {chosen.id}",
    chosen.text,
    (lambda: page.do(api.unsaved, page.name, what)) if may else lambda: None,
)


def save(text: str, base: int, note: str) -> Version:
    """Give the project this text of the prompt."""
    return page.desk.do(api.save_prompt, page.name, chosen.id, text, base, note=note)


def forget() -> None:
    """What was typed is saved, or not wanted any more."""
    page.do(api.forget_unsaved, page.name, what)


with left:
    draw_conflict(page, typed, chosen.text, save, forget)
    text = draw_editor(
        typed.text,
        name=f"Prompt {chosen.id}",
        key=typed.key,
        language="markdown",
        height=520,
        wrap=True,
        read_only=not may,
    )
    if may and text != typed.text:
        typed.text = text
        if text == typed.saved:
            forget()
        else:
            page.do(api.keep_unsaved, page.name, what, text, typed.base)
    with st.container(horizontal=True):
        save_label = "Save for this project"
        is_same = not may or typed.is_saved
        if st.button(save_label, type="primary", icon=":material/save:", disabled=is_same):
            if keep(typed, typed.text, save):
                forget()
                st.rerun()
            if typed.conflict is not None:
                st.rerun()
        if st.button("Discard changes", icon=":material/close:", disabled=typed.is_saved):
            forget()
            typed.show(typed.saved)
            st.rerun()
        if st.button(
            "Take the shipped text", icon=":material/restart_alt:", disabled=not may or chosen.own is None
        ):
            page.do(api.reset_prompt, page.name, chosen.id, typed.base)
            forget()
            typed.show(chosen.shipped)
            typed.saved = chosen.shipped
            st.rerun()
    if not typed.is_saved:
        st.caption(
            ":material/edit: Not saved yet: try it, then save it. Until then it is kept for you, also over a reload."
        )
with right:
    draw_try(page, chosen.id, typed.text)
