"""Errors, as people read them: what happened and where, what to do; the technical text behind "Details"."""

from __future__ import annotations

import streamlit as st

from synth_core.errors import ConflictError, RecipeError, SynthError
from synth_core.model.version import Clash
from ui.long_text import draw_text
from ui.words import with_commands

_MOST = 20


def show_error(error: SynthError) -> None:
    """An error box with the way out below the message."""
    text = with_commands(error.message)
    if error.hint:
        text += "\n\n" + with_commands(error.hint)
    st.error(text, icon=":material/error:")
    if isinstance(error, ConflictError) and error.clashes:
        show_clashes(error)
    findings = error.findings if isinstance(error, RecipeError) else ()
    notes = getattr(error, "__notes__", ())
    if findings or notes:
        with st.expander("Details"):
            for finding in findings[:_MOST]:
                st.text(str(finding))
            for note in notes:
                st.text(note)


def show_clashes(error: ConflictError) -> None:
    """Both sides of a conflict, file by file: nothing is lost."""
    for clash in error.clashes:
        _clash(clash)


def _clash(clash: Clash) -> None:
    with st.expander(f"{clash.file}: both sides", expanded=True):
        theirs, mine = st.columns(2)
        with theirs:
            st.caption("What is there now")
            draw_text(clash.theirs or "(gone)")
        with mine:
            st.caption("What you have")
            draw_text(clash.mine or "(gone)")
