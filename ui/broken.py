"""A project that can't be opened: what is wrong, and the way back to a version that could be read."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.errors import ProjectError, SynthError
from ui.page import Page
from ui.troubles import show_error
from ui.words import ago, escaped

_OUTCOME = "not restored"


def draw_broken(page: Page, name: str, error: ProjectError) -> None:
    """The error, and what helps; `page` is about no project, since none could be opened."""
    show_error(error)
    refused: SynthError | None = st.session_state.pop(_OUTCOME, None)
    if refused is not None:
        show_error(refused)
    try:
        version = page.desk.do(api.readable_version, name)
    except SynthError:
        # No project can have that name, or the store does not answer: that was just told.
        return
    if version is None:
        return
    with st.container(border=True):
        st.markdown(
            f"**Version {version.number} can be read**: {escaped(version.note or 'saved')}, {ago(version.time)} by "
            f"{escaped(version.author)}. Restoring it makes a new version; what is there now stays in the history."
        )
        may = page.desk.role(name) >= Role.EDITOR
        st.button(
            f"Restore version {version.number}",
            icon=":material/restore:",
            type="primary",
            disabled=not may,
            help=None if may else "Editors restore versions.",
            on_click=_restore,
            args=(page, name, version.number),
        )


def _restore(page: Page, name: str, number: int) -> None:
    try:
        page.desk.do(api.restore, name, number)
    except SynthError as error:
        st.session_state[_OUTCOME] = error
