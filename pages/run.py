"""Run: the plan, its approval, the run as it goes on, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api import RunPlan
from synth_core.jobs.record import Job
from ui.approval import draw_approval, draw_approved, draw_plan, draw_published, rows_there, why_not_here
from ui.not_yet import stop_if_too_early
from ui.page import Page
from ui.run_progress import draw_run
from ui.shell import open_page
from ui.waiting import draw_job, start


def latest_job(page: Page) -> Job | None:
    """The job that runs or resumes, or the one that did last."""
    found = [job for kind in ("run", "resume") if (job := page.do(api.job, page.name, kind))]
    return max(found, key=lambda job: (job.is_going, job.started_at), default=None)


def draw_start(page: Page, plan: RunPlan, is_going: bool, there: Mapping[str, int]) -> None:
    """The button that starts the run; what goes on is not started twice, and what was published says so."""
    if not plan.is_current or is_going:
        return
    if plan.published_by:
        draw_published(page, plan, there)
    if plan.would_repeat(there):
        return
    too_much = why_not_here(page) if page.can(Role.EDITOR) else ""
    if too_much:
        st.warning(too_much, icon=":material/memory:")
    st.button(
        "Start once more" if plan.published_by else "Start",
        type="secondary" if plan.published_by else "primary",
        icon=":material/play_arrow:",
        disabled=bool(too_much) or not page.can(Role.APPROVER),
        help=None if page.can(Role.APPROVER) else "Approvers start runs.",
        on_click=start,
        args=(page, "run"),
    )


page = open_page("run")
stop_if_too_early(page)
plan = page.do(api.run_plan, page.name)
job = latest_job(page)
runs = page.do(api.runs, project=page.name, limit=1)
run_id = (job.run_id if job and job.is_going else "") or (runs[0].run_id if runs else "")
is_going = bool(job and job.is_going) or bool(runs and not runs[0].ended_at)

st.subheader("Plan", anchor=False)
# What a run is about to change is of no interest, and may not be open to others.
there = None if is_going else rows_there(page)
draw_plan(plan, there)
draw_approved(plan)
draw_start(page, plan, is_going, there or {})
if there is not None:
    with st.expander(
        "Approve", icon=":material/verified:", expanded=not plan.is_current or plan.would_repeat(there)
    ):
        draw_approval(page, plan, there)

if job and (not job.run_id or f"not started {job.kind}" in st.session_state):
    # Until there is a run, and where there came none, the job itself is all there is to see.
    draw_job(page, job.kind, "Run")
if run_id and not (job and job.is_going and not job.run_id):
    st.subheader("Run" if is_going else "Latest run", anchor=False)
    draw_run(page, run_id)
elif not job:
    st.caption("Nothing was run yet.")
page.back_and_next()
