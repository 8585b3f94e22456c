"""A part of the recipe drafted anew: by rules at once, by Gemini in a job; shown beside what is there, to be taken."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api import KeptRedraft
from synth_core.errors import SynthError
from ui.page import Page
from ui.recipe_parts import Put, draw_text_difference
from ui.typing import Typed
from ui.waiting import draw_job, start
from ui.words import ago, escaped

DOING = "Drafting a part anew"
_MODELS = {"rules": "Rules", "gemini": "Gemini"}


def draw_waiting(page: Page, text: str) -> None:
    """Beside other views of the recipe: that one goes on, or waits to be looked at."""
    job = page.do(api.job, page.name, "redraft")
    if job is not None and job.is_going:
        draw_job(page, "redraft", DOING)
        return
    kept = page.do(api.kept_redraft, page.name)
    if kept is not None and kept.is_of(text):
        st.info(f"{escaped(kept.place)} was drafted anew: look at it in Redraft.", icon=":material/draft:")


def draw_redraft(page: Page, typed: Typed, table: str, column: str, put: Put) -> None:
    """A table or column by rules or Gemini, with a remark. What comes of it is kept in the store and shown; it is saved
    when somebody takes it."""
    if not page.can(Role.EDITOR):
        st.caption("This needs an editor.")
        return
    places = [f"{table}.{column}", table] if column else [table]
    captions = ["this column", "the whole table"][-len(places) :]
    place = st.radio("What is drafted anew", places, horizontal=True, captions=captions) or table
    by = (
        st.radio("By whom", list(_MODELS), format_func=lambda each: _MODELS[each], horizontal=True) or "rules"
    )
    remark = ""
    if by != "rules":
        remark = (
            st.text_area(
                "Remark",
                max_chars=2000,
                placeholder="Such as: street names are Swiss; never more than three words.",
                help="Gemini reads it as your word on the values. It sees of the source what the project allows.",
            )
            or ""
        )
    is_going = draw_job(page, "redraft", DOING)
    if st.button(
        "Draft it",
        type="primary",
        icon=":material/play_arrow:",
        disabled=is_going or not typed.is_saved,
        help=None if typed.is_saved else "Settle first what the text is: it is not saved.",
    ):
        _redraft(page, table, "" if place == table else column, remark, by)
        st.rerun()
    kept = page.do(api.kept_redraft, page.name)
    if kept is None or not kept.is_of(typed.text):
        if not is_going:
            st.caption(
                "What comes of it is shown beside what is there now. Nothing is saved before you take it."
            )
        return
    _draw_proposal(page, kept, typed.text, put)


def _redraft(page: Page, table: str, column: str, remark: str, by: str) -> None:
    """Rules are done at once; what a model does goes on without the page."""
    if by != "rules":
        start(page, "redraft", {"table": table, "column": column, "remark": remark, "model": by})
        return
    try:
        page.desk.do(api.keep_redraft, page.name, table, column, model=by)
    except SynthError as error:
        st.session_state["not started redraft"] = error


def _draw_proposal(page: Page, kept: KeptRedraft, text: str, put: Put) -> None:
    with st.container(border=True):
        remark = f": “{kept.remark}”" if kept.remark else ""
        st.markdown(
            f"**{escaped(kept.place)}** as {escaped(kept.made_by)} had it drafted {ago(kept.made_at)}"
            f"{escaped(remark)}"
        )
        for each in kept.undone:
            st.warning(escaped(str(each)), icon=":material/warning:")
        draw_text_difference(kept.change, kept.lines)
        with st.container(horizontal=True):
            if kept.text != text and st.button("Take it", type="primary", icon=":material/check:"):
                page.do(api.drop_redraft, page.name)
                put(kept.text, kept.note)
                st.rerun()
            if st.button("Leave it", icon=":material/close:"):
                page.do(api.drop_redraft, page.name)
                st.rerun()
