"""What one does to a recipe beside writing it: begin it, draft a part anew, compare versions, take a change back."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api.recipe_text import Redrafted
from synth_core.history.compare import TextDifference
from ui.page import Page
from ui.words import ago, escaped, many

RECIPE = "recipe.yml"
_MODELS = {"rules": "Rules", "gemini": "Gemini"}
Put = Callable[[str, str], bool]
"""Saves a text in place of the recipe, with a note, and shows it."""


def draw_beginning(page: Page) -> None:
    """There is no recipe yet: how to get one."""
    with st.container(border=True):
        st.markdown("**There is no recipe yet.** Rules draft one from what was measured, in a few seconds.")
        if not page.can(Role.EDITOR):
            st.caption("This needs an editor.")
            return
        if not page.project.tables:
            st.caption("Infer the schema first: a recipe is drafted from what is known of the tables.")
            return
        with st.container(horizontal=True):
            if st.button("Draft by rules", type="primary", icon=":material/bolt:"):
                page.do(api.draft, page.name, model="rules")
                st.rerun()
            help = "It makes better what rules know little of, and sees what the project allows."
            if st.button("Draft with Gemini", icon=":material/auto_awesome:", help=help):
                page.do(api.start_job, page.name, "draft", {"model": "gemini"})
                st.rerun()


def draw_actions(page: Page, text: str, table: str, column: str, put: Put) -> None:
    """Buttons for all of it."""
    may = page.can(Role.EDITOR)
    with st.container(horizontal=True):
        if st.button("Redraft…", icon=":material/auto_fix:", disabled=not may or not table):
            _redraft(page, text, table, column, put)
        if st.button("Compare…", icon=":material/difference:"):
            _compare(page, text, put)
        help = "Takes the last saved change of the recipe back; once more brings it back."
        if st.button("Undo", icon=":material/undo:", disabled=not may, help=help):
            page.do(api.undo_recipe, page.name)
            st.rerun()


@st.dialog("Draft anew", width="large")
def _redraft(page: Page, text: str, table: str, column: str, put: Put) -> None:
    """A table or column by rules or Gemini, with a remark; what comes of it is shown, and saved when it is accepted."""
    key = f"redrafted {page.name} {table}.{column}"
    places = [f"{table}.{column}", table] if column else [table]
    place = st.radio(
        "What", places, horizontal=True, captions=["this column", "the whole table"][-len(places) :]
    )
    by = st.radio("By", list(_MODELS), format_func=_MODELS.get, horizontal=True)
    remark = ""
    if by != "rules":
        remark = st.text_area(
            "Remark",
            max_chars=2000,
            placeholder="Such as: street names are Swiss; never more than three words.",
            help="Gemini reads it as your word on the values. It sees of the source what the project allows.",
        )
    if st.button("Draft it", type="primary", icon=":material/play_arrow:"):
        with st.spinner(f"{_MODELS[by]} at work"):
            st.session_state[key] = page.do(
                api.redraft,
                page.name,
                table,
                "" if place == table else column,
                remark=remark or "",
                text=text,
                model=by,
            )
    made = cast("Redrafted | None", st.session_state.get(key))
    if made is None:
        return
    for each in made.undone:
        st.warning(escaped(str(each)), icon=":material/warning:")
    draw_text_difference(made.difference)
    if made.text != text and st.button("Take it", icon=":material/check:"):
        note = f"{place} drafted again" + (f": {remark}" if remark else "")
        del st.session_state[key]
        put(made.text, note)
        st.rerun()


@st.dialog("Compare with a version", width="large")
def _compare(page: Page, text: str, put: Put) -> None:
    """The recipe beside any older one."""
    names = {
        f"{each.version.number}": f"version {each.version.number}, {ago(each.version.time)} by "
        f"{each.version.author}{f': {each.version.note}' if each.version.note else ''}"
        for each in page.do(api.versions, page.name)
        if RECIPE in each.version.changed
    }
    drafted = page.do(api.draft_version, page.name)
    options = [*(["draft"] if drafted else []), *names]
    chosen = st.selectbox(
        "Version",
        options,
        format_func=lambda each: names.get(
            each, f"the last draft (version {drafted.number})" if drafted else ""
        ),
    )
    if chosen is None:
        st.caption("The recipe was never saved before.")
        return
    old = page.do(api.show, page.name, chosen)[1].get(RECIPE, "")
    draw_text_difference(page.do(api.text_diff, page.name, old, text))
    if old == text or not page.can(Role.EDITOR):
        return
    if st.button("Take this version's recipe", icon=":material/restore:"):
        put(old, f"recipe of version {chosen}")
        st.rerun()


def draw_text_difference(found: TextDifference) -> None:
    """What differs, in words and by lines."""
    if found.change.kind == "same":
        st.caption("There is no difference.")
        return
    st.caption(f"{many(found.change.added, 'line')} more, {found.change.removed:,} less.")
    if found.change.changes:
        st.markdown("\n".join(f"- {escaped(each)}" for each in found.change.changes[:30]))
        if len(found.change.changes) > 30:
            st.caption(f"And {len(found.change.changes) - 30} more.")
    st.code(found.text, language="diff", height=300, wrap_lines=True)
