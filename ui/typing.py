"""A text that somebody is typing: saved at each pause, and never lost to somebody else's edit of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from synth_core.api import Unsaved
from synth_core.errors import ConflictError, SynthError
from synth_core.model.version import Version
from ui.page import Page
from ui.troubles import show_error

Save = Callable[[str, int, str], Version]
"""Saves a text that was written from that of a version, with a note."""


@dataclass
class Typed:
    """What the session holds of a text; all of it that was saved lies in the store."""

    name: str
    text: str
    base: int
    """The version that it was written from."""
    saved: str
    """What the store has of it, as far as this session knows."""
    revision: int = 0
    """Another one whenever the editor must show another text than was typed into it."""
    line: int = 0
    turn: int = 0
    place: tuple[str, str] = ("", "")
    """The table and column that were chosen last."""
    conflict: ConflictError | None = None

    @property
    def key(self) -> str:
        """Of the editor that shows it."""
        return f"{self.name} {self.revision}"

    @property
    def is_saved(self) -> bool:
        """Nothing of it would be lost, not even what the editor has just sent."""
        sent = st.session_state.get(self.key)
        return self.text == self.saved and sent in (None, self.text)

    def show(self, text: str) -> None:
        """Put another text into the editor."""
        self.text = text
        self.revision += 1

    def go_to(self, line: int) -> None:
        """Let the editor show a line."""
        self.line = line
        self.turn += 1


def typed_text(
    page: Page, what: str, stored: str, unsaved: Callable[[], Unsaved | None] = lambda: None
) -> Typed:
    """The text that is being typed on this page. What is in the store counts, unless something typed is not saved;
    `unsaved` tells what an earlier session left so."""
    name = f"{what} of {page.name}"
    found: Typed | None = st.session_state.get(f"typed {name}")
    if found is None:
        found = Typed(name, stored, page.version, stored)
        if (left := unsaved()) is not None:
            found.text, found.base = left.text, left.base
        st.session_state[f"typed {name}"] = found
    elif found.is_saved and found.base != page.version:
        # Saved elsewhere: by another tab, by somebody else, or by another page.
        if stored != found.text:
            found.show(stored)
        found.saved, found.base = stored, page.version
    return found


def put(typed: Typed, text: str, save: Save, note: str) -> bool:
    """Save a text in place of the one that is typed, and show it. False where it could not be saved: then it is shown
    all the same, so that nothing is lost, with the reason above it at the next run."""
    typed.show(text)
    return keep(typed, text, save, note)


def keep(typed: Typed, text: str, save: Save, note: str = "") -> bool:
    """Save what was typed. False where it could not be saved; the conflict is kept, other reasons are told at once."""
    typed.text = text
    try:
        version = save(text, typed.base, note)
    except ConflictError as error:
        typed.conflict = error
        return False
    except SynthError as error:
        show_error(error)
        return False
    typed.base, typed.saved, typed.conflict = version.number, text, None
    return True


def draw_conflict(
    page: Page, typed: Typed, stored: str, save: Save, settled: Callable[[], None] = lambda: None
) -> None:
    """Both sides of a conflict, and the ways out of it; `settled` is called when one was taken."""
    if typed.conflict is None:
        return
    show_error(typed.conflict)
    with st.container(horizontal=True):
        if st.button("Take what is there now", key="take theirs", icon=":material/download:"):
            typed.show(stored)
            typed.saved, typed.base, typed.conflict = stored, page.version, None
            settled()
            st.rerun()
        help = "Theirs stays a version, which can be restored."
        if st.button("Save mine over it", key="save mine", icon=":material/upload:", help=help):
            typed.base = page.version
            if keep(typed, typed.text, save):
                settled()
            st.rerun()
