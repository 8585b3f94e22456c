"""Recipe: how each value is made, as text and as a form."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.findings import Finding
from synth_core.model.version import Version
from synth_core.recipe.form import Wanted
from ui.editor import draw_editor
from ui.field import draw_field
from ui.outline import choose_place, open_place
from ui.problems import draw_problems
from ui.recipe_parts import COMPARE, REDRAFT, choose_view, draw_beginning, draw_compare
from ui.redraft import draw_redraft, draw_waiting
from ui.shell import open_page
from ui.typing import draw_conflict, keep, put, typed_text
from ui.waiting import draw_job

page = open_page("recipe")
draw_job(page, "draft", "Drafting the recipe")
stored = page.stored.recipe
if stored is None:
    draw_beginning(page)
    page.back_and_next()
    st.stop()

may = page.can(Role.EDITOR)
typed = typed_text(page, "recipe", stored)


def save(text: str, base: int, note: str) -> Version:
    """Save the recipe."""
    return page.desk.do(api.save_recipe, page.name, text, base, note=note)


def write(text: str, note: str) -> bool:
    """Save another text as the recipe, and show it."""
    return put(typed, text, save, note)


def go_to(finding: Finding) -> None:
    """Open the place of a finding."""
    open_place(finding.table, finding.column)
    typed.go_to(finding.line or 1)
    st.rerun()


def fix(*places: str) -> None:
    """Mend what is found at the places; without one, all that is safe to mend."""
    done = page.do(api.fix_text, page.name, typed.text, places, safe=not places)
    write(done.text, "fixes of the linter")
    st.rerun()


def apply(wanted: Wanted) -> None:
    """Write what the form says into the text."""
    changed = page.do(api.change_field, page.name, typed.text, table, column, wanted)
    write(changed.text, f"{table}.{column} by the form")
    st.rerun()


draw_conflict(page, typed, stored, save)
found = page.do(api.check_text, page.name, typed.text)
left, right = st.columns([7, 4], gap="medium")
with right:
    table, column = choose_place(page.do(api.outline, page.name, typed.text), typed)
    if column:
        draw_field(page, typed.text, table, column, revision=typed.revision, apply=apply if may else None)
    else:
        st.caption("Choose a column to see how it is made, and to change it without writing.")
with left:
    view = choose_view(page, typed.base)
    if view != REDRAFT:
        draw_waiting(page, typed.text)
    if view == REDRAFT:
        draw_redraft(page, typed, table, column, write)
    elif view == COMPARE:
        draw_compare(page, typed.text, write)
    else:
        text = draw_editor(
            typed.text,
            name="Recipe",
            key=typed.key,
            findings=found,
            read_only=not may,
            go_to=(typed.line, typed.turn),
        )
        if may and text != typed.text:
            keep(typed, text, save, "typed")
            st.rerun()
        draw_problems(found, go_to=go_to, fix=fix if may else None, fix_all=fix if may else None)
page.back_and_next()
