"""One run, or two: the report with its ways on, and the comparison."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.execution.state import ENDED, Manifest
from synth_core.report import Report
from synth_core.settings import load
from ui.difference import draw_difference
from ui.page import Page, told
from ui.report import draw_report
from ui.words import escaped

_OTHERS = 50
"""Runs of the same project that can be chosen to compare with."""


def draw_run(page: Page, run_id: str) -> None:
    """The report of a run."""
    manifest = page.do(api.state, run_id)
    _back(page)
    if manifest.state not in ENDED:
        st.markdown(
            f"This run is still going on: {manifest.state.value}. Its report is whole when it has ended."
        )
    with st.spinner("Measuring the rows: this is done once for each run"):
        report = _report(page, manifest)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Download as one HTML file",
            lambda: page.desk.do(api.report_html, run_id),
            file_name=f"report {run_id}.html",
            mime="text/html",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        _compare(page, manifest)
        if page.desk.role(manifest.project) >= Role.EDITOR:
            _clone(page, manifest)
    draw_report(report)


def draw_two(page: Page, one: str, other: str) -> None:
    """How two runs differ."""
    _back(page)
    for run_id in (one, other):
        page.do(api.state, run_id)
    with st.spinner("Comparing"):
        draw_difference(page.do(api.compare_runs, one, other))


def _report(page: Page, manifest: Manifest) -> Report:
    """Reports of runs that have ended stay as they are, unless one is resumed; what is lacking may come back."""
    key = (str(load().home), manifest.model_dump_json())
    with told():
        report = _built(page, *key)
    if report.lacking or manifest.state not in ENDED:
        _built.clear(page, *key)
    return report


@st.cache_resource(max_entries=8, show_spinner=False)
def _built(_page: Page, home: str, manifest: str) -> Report:
    """Shared by all who may see the run: that was asked before."""
    return _page.desk.do(api.report, Manifest.model_validate_json(manifest).run_id)


def _back(page: Page) -> None:
    st.page_link(
        "pages/history.py",
        label="All runs",
        icon=":material/arrow_back:",
        query_params={"project": page.name} if page.name else {},
    )


def _compare(page: Page, manifest: Manifest) -> None:
    rows = page.do(api.run_list, project=manifest.project, limit=_OTHERS)
    others = {
        f"{row.started_at:%Y-%m-%d %H:%M} · {row.state} · {row.run_id}": row.run_id
        for row in rows
        if row.run_id != manifest.run_id
    }
    if not others:
        return
    chosen = st.selectbox(
        "Compare with another run", list(others), index=None, placeholder="Choose a run", width=320
    )
    if chosen:
        query = {"project": page.name} if page.name else {}
        st.switch_page(
            "pages/history.py", query_params={**query, "run": others[chosen], "with": manifest.run_id}
        )


def _clone(page: Page, manifest: Manifest) -> None:
    with st.popover("Clone the project", icon=":material/content_copy:"), st.form("clone"):
        version = manifest.version or "latest"
        st.caption(
            f"A new project like version {version} of {escaped(manifest.project)}: all that was reviewed, and the "
            "recipe. It has to be approved anew, and writes to the same target until you change that."
        )
        name = st.text_input("Name of the new project", f"{manifest.project} copy")
        if st.form_submit_button("Clone", type="primary"):
            made = page.do(api.clone, manifest.project, name, version=version)
            st.switch_page("pages/recipe.py", query_params={"project": made.project.name})
