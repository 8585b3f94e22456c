"""The first statement of each page: who is here, which project the address names, and the header.

Each page's file runs by itself: on a fresh server the first request may be for any of them. So nothing may rely on
another page, or on the session: what is shown comes from the store, by the names in the address.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from synth_core import api
from synth_core.access import Person, Role, person_of
from synth_core.api import Desk
from synth_core.errors import SynthError
from synth_core.settings import load
from synth_core.stages.steps import Step
from ui.header import draw_header, draw_top
from ui.identity import who
from ui.page import Page, told
from ui.troubles import show_error

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


def open_page(place: str = "", *, needs_project: bool | None = None) -> Page:
    """Draw the header of a page and return it. Ends the script at the gate, and where the address names no project
    that can be opened (the page then says how to start). `needs_project`: False for pages that also stand without;
    None: those of the steps need one, others not."""
    title = place.capitalize() or "Projects"
    st.set_page_config(page_title=f"{title} · Synth Studio", page_icon=str(ICON), layout="wide")
    with told():
        desk = Desk(_person())
        name = st.query_params.get("project", "")
        must = place in list(Step) and place != Step.SOURCES if needs_project is None else needs_project
        if not name:
            page = Page(desk, place)
            draw_top(page, title, _QUESTIONS[place])
            if must:
                say_how_to_start(page)
            return page
        page = _opened(desk, place, name, title)
        if page.stored.version is None:
            # Somebody edited the files of the project: that becomes a version, which edits are then made on.
            page = Page(desk, place, name, desk.do(api.record, name, author="folder"))
        draw_header(page, title, _QUESTIONS[place])
    return page


def _opened(desk: Desk, place: str, name: str, title: str) -> Page:
    """The page of that project. One that can't be opened is told below a header that leads on, and ends the script."""
    try:
        return Page(desk, place, name, desk.do(api.open, name))
    except SynthError as error:
        page = Page(desk, place)
        draw_top(page, title, _QUESTIONS[place])
        show_error(error)
        say_how_to_start(page)


def say_how_to_start(page: Page) -> NoReturn:
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
