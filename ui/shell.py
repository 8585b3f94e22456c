"""The first statement of each page: who is here, which project the address names, and the header.

Each page's file runs by itself: on a fresh server the first request may be for any of them. So nothing may rely on
another page, or on the session: what is shown comes from the store, by the names in the address.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from synth_core import api
from synth_core.access import Person, Role, person_of
from synth_core.api import Desk
from synth_core.errors import ProjectError
from synth_core.settings import load
from ui.broken import draw_broken
from ui.header import draw_header, draw_top
from ui.identity import who
from ui.page import Page, told

_ABOUT_ALL = ("", "history")
_WITHOUT = (*_ABOUT_ALL, "sources")
"""Pages that stand without a project. On Sources a new one is begun."""
ICON = Path(__file__).parent / "static" / "icon.png"
_QUESTIONS = {
    "": "Which project do you want to go on with?",
    "sources": "Which tables do you want to imitate?",
    "schema": "Is this what the columns are?",
    "keys": "How do the tables hang together?",
    "recipe": "How is each value made?",
    "preview": "Do the rows look right?",
    "run": "Shall it be made?",
    "history": "What was made, by whom, and how did it end?",
    "prompts": "What is the model asked?",
}


def open_page(place: str = "") -> Page:
    """Draw the header of a page and return it. Ends the script at the gate, and where the page needs a project and the
    address names none that can be opened; the page then says how to start, or how to go back."""
    title = place.capitalize() or "Projects"
    st.set_page_config(page_title=f"{title} · Synth Studio", page_icon=str(ICON), layout="wide")
    with told():
        desk = Desk(_person())
        name = st.query_params.get("project", "")
        if not name:
            page = Page(desk, place)
            draw_top(page, title, _QUESTIONS[place])
            if place not in _WITHOUT:
                say_how_to_start(page)
            return page
        try:
            stored = desk.do(api.open, name)
        except ProjectError as error:
            page = Page(desk, place)
            draw_top(page, title, _QUESTIONS[place])
            draw_broken(page, name, error)
            if place not in _ABOUT_ALL:
                st.stop()
            return page
        if stored.version is None:
            # Somebody edited the files of the project: that becomes a version, which edits are then made on.
            stored = desk.do(api.record, name, author="folder")
        page = Page(desk, place, name, stored)
        draw_header(page, title, _QUESTIONS[place])
    return page


def say_how_to_start(page: Page) -> None:
    """An empty page says what to do, and ends."""
    with st.container(border=True):
        new = (
            "or begin a new one over your tables" if page.can(Role.EDITOR) else "or have an editor begin one"
        )
        st.markdown(f"**No project is open.** Choose one, {new}.")
        with st.container(horizontal=True):
            st.page_link("app.py", label="Projects", icon=":material/folder_open:")
            if page.can(Role.EDITOR):
                st.page_link("pages/sources.py", label="New project", icon=":material/add:")
    st.stop()


def _person() -> Person:
    """Who is here. On a laptop that is the user of the machine, who may do everything."""
    identity = who()
    if identity.is_local:
        return Person(identity.name, Role.APPROVER)
    return person_of(identity.name, load())
