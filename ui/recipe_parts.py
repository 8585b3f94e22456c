"""What one does to a recipe beside writing it: begin it, draft a part anew, compare versions, take a change back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api.recipe_text import Redrafted
from synth_core.history.compare import TextDifference
from synth_core.model.version import Version
from ui.difference_lines import draw_lines
from ui.page import Page
from ui.waiting import start
from ui.words import ago, escaped, many

RECIPE = "recipe.yml"
EDIT, REDRAFT, COMPARE = VIEWS = ("Edit", "Redraft", "Compare")
_MODELS = {"rules": "Rules", "gemini": "Gemini"}
Put = Callable[[str, str], bool]
"""Saves a text in place of the recipe, with a note, and shows it."""


@dataclass(frozen=True)
class Proposal:
    """A part that was drafted anew, and what it was made of."""

    before: str
    made: Redrafted
    note: str


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
            st.button(
                "Draft with Gemini",
                icon=":material/auto_awesome:",
                help=help,
                on_click=start,
                args=(page, "draft", {"model": "gemini"}),
            )


def choose_view(page: Page, base: int) -> str:
    """What is shown of the recipe: EDIT, REDRAFT or COMPARE. Beside it a way to take the last change back; `base` is
    the version that is shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        chosen = st.radio(
            "What to do with the recipe",
            VIEWS,
            horizontal=True,
            key="view",
            label_visibility="collapsed",
        )
        help = "Takes the last saved change of the recipe back; once more brings it back."
        if st.button("Undo", icon=":material/undo:", disabled=not page.can(Role.EDITOR), help=help):
            page.do(api.undo_recipe, page.name, base)
            st.rerun()
    return chosen or EDIT


def draw_redraft(page: Page, text: str, table: str, column: str, put: Put) -> None:
    """A table or column by rules or Gemini, with a remark; what comes of it is shown, and saved when it is accepted."""
    if not page.can(Role.EDITOR):
        st.caption("This needs an editor.")
        return
    key = f"redrafted {page.name}"
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
    if st.button("Draft it", type="primary", icon=":material/play_arrow:"):
        only = "" if place == table else column
        with st.spinner(f"{_MODELS[by]} at work"):
            made = page.do(api.redraft, page.name, table, only, remark=remark, text=text, model=by)
        note = f"{place} drafted again" + (f": {remark}" if remark else "")
        st.session_state[key] = Proposal(text, made, note)
    proposal: Proposal | None = st.session_state.get(key)
    if proposal is None or proposal.before != text:
        st.caption("What comes of it is shown beside what is there now. Nothing is saved before you take it.")
        return
    for each in proposal.made.undone:
        st.warning(escaped(str(each)), icon=":material/warning:")
    draw_text_difference(proposal.made.difference)
    if proposal.made.text != text and st.button("Take it", icon=":material/check:"):
        del st.session_state[key]
        put(proposal.made.text, proposal.note)
        st.rerun()


def draw_compare(page: Page, text: str, put: Put) -> None:
    """The recipe beside its last draft, or any older version."""
    names = {str(each.version.number): _version(each.version) for each in page.do(api.versions, page.name)}
    drafted = page.do(api.draft_version, page.name)
    if drafted is not None:
        names = {"draft": f"the last draft (version {drafted.number})", **names}
    chosen = st.selectbox("Version", list(names), format_func=lambda each: names[each], key="version")
    old = page.do(api.show, page.name, chosen or "latest")[1].get(RECIPE)
    if old is None:
        st.caption("That version has no recipe yet.")
        return
    draw_text_difference(page.do(api.text_diff, page.name, old, text))
    if old == text or not page.can(Role.EDITOR):
        return
    if st.button("Take this version's recipe", icon=":material/restore:"):
        put(old, f"recipe of version {chosen}")
        st.rerun()


def _version(version: Version) -> str:
    note = f": {version.note}" if version.note else ""
    return f"version {version.number}, {ago(version.time)} by {version.author}{note}"


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
    draw_lines(found.text)
