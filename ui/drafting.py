"""A draft that a job of its own writes: how far it is, and what it could not do."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.jobs.record import Job, JobState
from ui.page import Page
from ui.words import ago, escaped

KIND = "draft"


def draw_drafting(page: Page) -> None:
    """While a job drafts, its progress; when it has failed, why. Nothing where there is none."""
    job = page.do(api.job, page.name, KIND)
    if job is None:
        return
    if job.is_going:
        _watch(page)
    elif job.state is not JobState.DONE and job.id != st.session_state.get("read job"):
        _draw_end(job)


@st.fragment(run_every=1.0)
def _watch(page: Page) -> None:
    job = page.do(api.job, page.name, KIND)
    if job is None or not job.is_going:
        # The recipe is another one now; this also ends the asking.
        st.rerun()
    with st.container(border=True):
        st.markdown(f"**A recipe is being drafted** by {escaped(job.user)}, begun {ago(job.started_at)}.")
        st.caption(escaped(job.lines[-1]) if job.lines else "It is starting.")
        if page.can(Role.EDITOR) and st.button("Cancel", icon=":material/cancel:", key="cancel draft"):
            page.do(api.cancel_job, page.name, KIND)
            st.rerun()


def _draw_end(job: Job) -> None:
    words = {
        JobState.FAILED: "The last draft failed",
        JobState.CANCELLED: "The last draft was cancelled",
        JobState.INTERRUPTED: "The last draft was interrupted: its process ended",
    }
    why = f": {escaped(job.error.message)} {escaped(job.error.hint)}" if job.error else "."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            f"{words.get(job.state, 'The last draft has not ended well')}{why}", icon=":material/warning:"
        )
        if st.button("Got it", key="read draft"):
            st.session_state["read job"] = job.id
            st.rerun()
