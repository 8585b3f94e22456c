"""A run as it goes on, and what came of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.api import RunStatus
from synth_core.errors import SynthError
from synth_core.execution.state import State
from synth_core.report import words
from ui.at_target import forget_rows_at_target
from ui.checks import draw_checks, held
from ui.grids import height_for
from ui.page import Page
from ui.troubles import show_error
from ui.words import ago, escaped, many

_EVERY = 1.0
STATES = {
    State.PENDING: "○ waiting",
    State.STAGING: "… copying the input",
    State.GENERATING: "… making rows",
    State.GENERATED: "◐ made",
    State.LOADING: "… loading",
    State.LOADED: "◐ loaded",
    State.CHECKED: "◐ checked",
    State.PUBLISHING: "… publishing",
    State.PUBLISHED: "✓ published",
    State.FAILED: "✗ failed",
    State.CANCELLED: "– cancelled",
    State.INTERRUPTED: "! interrupted",
}
_ICONS = {
    State.PUBLISHED: ":material/check_circle:",
    State.FAILED: ":material/error:",
    State.CANCELLED: ":material/cancel:",
    State.INTERRUPTED: ":material/power_off:",
}


def draw_run(page: Page, run_id: str) -> None:
    """The run, drawn again and again until it has ended."""
    status = page.do(api.run_progress, run_id)
    if _is_over(page, status):
        _draw_ended(page, status)
    else:
        _watch(page, run_id)


@st.fragment(run_every=_EVERY)
def _watch(page: Page, run_id: str) -> None:
    status = page.do(api.run_progress, run_id)
    if _is_over(page, status):
        forget_rows_at_target()
        st.rerun()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(
            f":material/hourglass_top: **Run {escaped(run_id)}** {escaped(_at(status))}, started "
            f"{ago(status.started_at)}. It goes on if you close this page."
        )
        st.button(
            "Cancel",
            icon=":material/stop_circle:",
            disabled=not page.can(Role.APPROVER),
            on_click=_cancel,
            args=(page, run_id),
        )
    _refused()
    st.progress(min(1.0, status.rows / status.wanted) if status.wanted else 0.0, text=_how_far(status))
    _draw_tables(status)
    _draw_log(status)


def _is_over(page: Page, status: RunStatus) -> bool:
    """The run has ended, and so has the job that drove it: it writes its own end a moment later."""
    if status.is_going:
        return False
    jobs = (page.do(api.job, page.name, kind) for kind in ("run", "resume"))
    return not any(job and job.is_going and job.run_id == status.run_id for job in jobs)


def _draw_ended(page: Page, status: RunStatus) -> None:
    word = STATES[status.state].partition(" ")[2]
    st.markdown(
        f"{_ICONS[status.state]} **Run {escaped(status.run_id)} {word}**, "
        f"{many(status.rows, 'row')} in {words.duration(status.seconds)}"
    )
    if status.message and status.state is State.FAILED:
        st.error(escaped(status.message), icon=":material/error:")
    elif status.state is not State.PUBLISHED:
        st.caption("The target is as it was. Resuming goes on where the run has stopped.")
    for note in status.notes:
        st.info(escaped(note), icon=":material/info:")
    _refused()
    with st.container(horizontal=True, vertical_alignment="center"):
        if status.state is not State.PUBLISHED:
            st.button(
                "Resume",
                icon=":material/play_arrow:",
                disabled=not page.can(Role.APPROVER),
                help="Tables whose files are whole are not made again.",
                on_click=_resume,
                args=(page, status.run_id),
            )
        st.page_link(
            "pages/history.py",
            label="Report",
            icon=":material/description:",
            query_params={"project": page.name, "run": status.run_id},
        )
    _draw_tables(status)
    checks = [check for table in status.tables for check in table.checks]
    if checks:
        with st.expander(f"Checks: {held(checks)}", expanded=not all(check.ok for check in checks)):
            draw_checks(checks)
    _draw_log(status)


def _draw_tables(status: RunStatus) -> None:
    tables = status.tables
    columns: dict[str, list[object]] = {
        "table": [each.table for each in tables],
        "state": [STATES[each.state] for each in tables],
        "made": [each.rows / each.wanted if each.wanted else 1.0 for each in tables],
        "rows": [each.rows for each in tables],
        "wanted": [each.wanted for each in tables],
    }
    if status.is_going:
        columns["rows/s"] = [round(each.per_second) if each.per_second else None for each in tables]
        columns["time left"] = [words.duration(each.seconds_left) for each in tables]
    else:
        columns["checks"] = [held(each.checks) if each.checks else "" for each in tables]
        columns["size"] = [words.size(each.file.bytes) if each.file else "" for each in tables]
        columns["file"] = [each.file.path if each.file else "" for each in tables]
        if any(each.file_link for each in tables):
            columns["file in the console"] = [each.file_link or None for each in tables]
        if any(each.link for each in tables):
            columns["table in the console"] = [each.link or None for each in tables]
    numbers = {
        name: st.column_config.NumberColumn(format="localized") for name in ("rows", "wanted", "rows/s")
    }
    links = {
        f"{what} in the console": st.column_config.LinkColumn(display_text="open")
        for what in ("file", "table")
    }
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        placeholder="",
        height=height_for(len(tables)),
        column_config={
            "made": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            **numbers,
            **links,
        },
        alt="Tables of the run: state, rows made and wanted, and what came of them",
    )


def _draw_log(status: RunStatus) -> None:
    with st.expander("Log", icon=":material/subject:"):
        lines = [f"{line.at:%H:%M:%S}  {line.text}" for line in status.lines]
        st.code("\n".join(lines) or "Nothing yet.", language=None, wrap_lines=True, height=240)


def _how_far(status: RunStatus) -> str:
    text = f"{status.rows:,} of {many(status.wanted, 'row')}"
    if status.per_second:
        text += f" · {status.per_second:,.0f} rows/s · {words.duration(status.seconds_left)} left"
    return text


def _at(status: RunStatus) -> str:
    return f"is {STATES[status.state].partition(' ')[2]}"


def _cancel(page: Page, run_id: str) -> None:
    try:
        page.desk.do(api.cancel, run_id)
    except SynthError as error:
        st.session_state["run refused"] = error


def _resume(page: Page, run_id: str) -> None:
    try:
        page.desk.do(api.start_job, page.name, "resume", {"run_id": run_id})
    except SynthError as error:
        st.session_state["run refused"] = error


def _refused() -> None:
    error: SynthError | None = st.session_state.pop("run refused", None)
    if error is not None:
        show_error(error)
