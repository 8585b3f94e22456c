"""What one does to a recipe beside writing it: begin it, compare versions, take a change back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.version import PartChange, Version
from ui.difference_lines import draw_lines
from ui.page import Page
from ui.waiting import start
from ui.words import ago, escaped, many

RECIPE = "recipe.yml"
EDIT, REDRAFT, COMPARE = VIEWS = ("Edit", "Redraft", "Compare")
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
    found = page.do(api.text_diff, page.name, old, text)
    draw_text_difference(found.change, found.text)
    if old == text or not page.can(Role.EDITOR):
        return
    if st.button("Take this version's recipe", icon=":material/restore:"):
        put(old, f"recipe of version {chosen}")
        st.rerun()


def _version(version: Version) -> str:
    note = f": {version.note}" if version.note else ""
    return f"version {version.number}, {ago(version.time)} by {version.author}{note}"


def draw_text_difference(change: PartChange, lines: str) -> None:
    """What differs, in words and by lines."""
    if change.kind == "same":
        st.caption("There is no difference.")
        return
    st.caption(f"{many(change.added, 'line')} more, {change.removed:,} less.")
    if change.changes:
        st.markdown("\n".join(f"- {escaped(each)}" for each in change.changes[:30]))
        if len(change.changes) > 30:
            st.caption(f"And {len(change.changes) - 30} more.")
    draw_lines(lines)
