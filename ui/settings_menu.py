"""The dialog of the settings: every parameter and where its value comes from, and what the job lacks."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.checkup import Result, State
from synth_core.settings import load
from ui.page import Page
from ui.words import escaped, many, with_commands

_ICONS = {
    State.OK: ":material/check_circle:",
    State.MISSING: ":material/error:",
    State.LOOK: ":material/visibility:",
    State.SKIPPED: ":material/do_not_disturb_on:",
}
_WORDS = {
    State.OK: "In order",
    State.MISSING: "Missing",
    State.LOOK: "Take a look",
    State.SKIPPED: "Not looked at",
}
_FOUND = "settings-checks"


@st.dialog("Settings", width="large", icon=":material/settings:")
def settings_dialog(page: Page) -> None:
    """Parameters and checks; nothing is changed here, as they are of the whole service."""
    parameters, checks = st.tabs(["Parameters", "Checks"])
    with parameters:
        _parameters(page)
    with checks:
        _checks(page)
    if load().identity == "oidc":
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def _parameters(page: Page) -> None:
    st.caption(
        "They are set in synth.toml, in the environment, or on the command line; the later one wins. "
        "Credentials are no parameters, and are never shown."
    )
    st.dataframe(
        [
            {
                "Parameter": each.name,
                "Value": each.value or "(empty)",
                "From": each.origin,
                "What it is for": each.help.replace("`", ""),
            }
            for each in page.do(api.configuration)
        ],
        hide_index=True,
        height=420,
        column_config={
            "Parameter": st.column_config.TextColumn(width=150, pinned=True),
            "Value": st.column_config.TextColumn(width=220),
            "From": st.column_config.TextColumn(width=200),
            "What it is for": st.column_config.TextColumn(width="large"),
        },
    )


def _checks(page: Page) -> None:
    st.caption(
        "What this machine and Google Cloud must give for the job that is configured. Nothing of it is billed; in an "
        "existing target dataset an empty table is made and taken away."
    )
    may = page.can(Role.EDITOR)
    why = None if may else "Editors run the checks."
    if st.button("Run the checks", type="primary", icon=":material/stethoscope:", disabled=not may, help=why):
        with st.spinner("Looking at this machine and at the cloud"):
            st.session_state[_FOUND] = page.do(api.doctor)
    found: Sequence[Result] = st.session_state.get(_FOUND, ())
    if found:
        _results(found)


def _results(found: Sequence[Result]) -> None:
    counts = {state: sum(each.state is state for each in found) for state in State}
    st.markdown(
        " · ".join(f"{_ICONS[state]} {_WORDS[state]}: {count}" for state, count in counts.items() if count)
    )
    for each in found:
        if each.state is not State.OK:
            _result(each)
    fine = [each for each in found if each.state is State.OK]
    if fine:
        with st.expander(f"{many(len(fine), 'thing')} in order"):
            for each in fine:
                st.markdown(f"{_ICONS[each.state]} {escaped(each.about)}: {with_commands(each.message)}")


def _result(result: Result) -> None:
    """What is missing, and what gives it."""
    with st.container(border=True):
        st.markdown(f"{_ICONS[result.state]} **{_WORDS[result.state]}** · {escaped(result.about)}")
        st.markdown(with_commands(f"{result.message} {result.hint}".strip()))
        if result.role:
            st.caption(f"Role: {escaped(result.role)}")
        if result.command:
            st.code(result.command, language="bash", wrap_lines=True)
