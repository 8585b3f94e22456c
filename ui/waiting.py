"""A job that goes on: what it does, and a way to stop it. It goes on without this page, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.errors import SynthError
from synth_core.jobs.record import Job, JobState
from synth_core.model.findings import Finding
from ui.page import Page
from ui.troubles import show_error
from ui.words import ago, escaped, many

_EVERY = 1.0


def start(page: Page, kind: str, arguments: Mapping[str, Any] | None = None) -> None:
    """Start a job; one that goes on already is not started twice. Nothing is drawn: the page is drawn anew after it."""
    latest = page.desk.do(api.job, page.name, kind)
    try:
        page.desk.do(api.start_job, page.name, kind, dict(arguments or {}), after=latest.id if latest else "")
    except SynthError as error:
        st.session_state[f"not started {kind}"] = error


def draw_job(page: Page, kind: str, doing: str) -> bool:
    """What the latest job of that kind does, or how it failed. True while one goes on; the page is drawn anew when it
    ends, and when it has come to its run, of which there is more to see."""
    refused: SynthError | None = st.session_state.pop(f"not started {kind}", None)
    if refused is not None:
        show_error(refused)
    found = page.do(api.job, page.name, kind)
    if found is None:
        return False
    if found.is_going:
        _watch(page, kind, doing, found.id, found.run_id)
        return True
    _ended(found, doing)
    return False


@st.fragment(run_every=_EVERY)
def _watch(page: Page, kind: str, doing: str, job_id: str, run_id: str) -> None:
    found = page.do(api.job, page.name, kind)
    if found is None or (found.id, found.run_id) != (job_id, run_id) or not found.is_going:
        st.rerun()
    assert found is not None
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(
                f":material/hourglass_top: **{doing}:** {escaped(found.lines[-1] if found.lines else 'starting')}"
            )
            st.button(
                "Stop",
                key=f"stop {kind}",
                icon=":material/stop_circle:",
                disabled=not page.can(Role.EDITOR),
                on_click=_stop,
                args=(page, kind),
            )
        st.caption(
            f"Started {ago(found.started_at)} by {escaped(found.user)}. It goes on if you close this page."
        )


def _stop(page: Page, kind: str) -> None:
    try:
        page.desk.do(api.cancel_job, page.name, kind)
    except SynthError as error:
        st.session_state[f"not started {kind}"] = error


def _ended(job: Job, doing: str) -> None:
    """Why it failed, until it is started again; what was noticed, where somebody may want to read it."""
    if job.error is not None and job.state in (JobState.FAILED, JobState.INTERRUPTED):
        text = escaped(f"{doing} {job.state.value}: {job.error.message}")
        hint = f"\n\n{escaped(job.error.hint)}" if job.error.hint else ""
        st.error(text + hint, icon=":material/error:")
        if job.error.details:
            with st.expander("Details"):
                st.code(job.error.details, language=None)
    noticed: Any = job.result.get("findings") or []
    if noticed:
        with st.expander(f"{doing}: {many(len(noticed), 'remark')}", icon=":material/info:"):
            for each in noticed:
                st.text(str(Finding.model_validate(each)))
