"""Runs and audit as lists, with filters that stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.execution.audit import AuditRow, Status
from synth_core.execution.state import State
from synth_core.report import RunRow, words
from ui.grids import height_for
from ui.page import Page

STEP = 100
"""Runs that are read at a time."""
_SIGNS = {
    "published": "✓",
    "failed": "✗",
    "cancelled": "–",
    "interrupted": "–",
    "Completed": "✓",
    "Failed": "✗",
}


class Wanted(TypedDict):
    """Which runs are meant, as `api.run_list` and `api.audit` take it."""

    project: str
    by: str
    since: datetime | None
    until: datetime | None


def draw_history(page: Page) -> None:
    """The list that the address asks for, below its filters."""
    view = st.radio("What to list", ["Runs", "Audit"], key="view", horizontal=True, bind="query-params")
    is_audit = view == "Audit"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        project = page.name or _choice("Project", [card.name for card in page.do(api.project_list)], "of")
        states = [each.value for each in (Status if is_audit else State)]
        state = _choice("Status" if is_audit else "State", states, "status" if is_audit else "state")
        by = st.text_input("Started or approved by", key="by", bind="query-params", width=220)
        first = st.date_input("From", None, key="since", bind="query-params", width=150)
        last = st.date_input("To", None, key="until", bind="query-params", width=150)
    wanted = Wanted(project=project, by=by or "", since=_start(first), until=_start(last, days=1))
    if is_audit:
        _audit(page, wanted, state)
    else:
        _runs(page, wanted, state)


def _choice(label: str, options: Sequence[str], key: str) -> str:
    chosen = st.selectbox(
        label, options, index=None, placeholder="All", key=key, bind="query-params", width=200
    )
    return chosen or ""


def _start(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day, time.min, UTC) + timedelta(days=days) if day else None


def _runs(page: Page, wanted: Wanted, state: str) -> None:
    most = st.session_state.setdefault("runs shown", STEP)
    rows = page.do(api.run_list, **wanted, state=state, limit=most + 1)
    if not rows:
        _say_nothing(page, is_filtered=any([*wanted.values(), state]))
        return
    shown = rows[:most]
    chosen = st.dataframe(
        pd.DataFrame(
            {
                "started": [row.started_at for row in shown],
                "by": [row.started_by for row in shown],
                "approved by": [row.approved_by for row in shown],
                "project": [row.project for row in shown],
                "version": [row.version for row in shown],
                "tables": [row.tables for row in shown],
                "rows": [row.rows for row in shown],
                "state": [_signed(row.state) for row in shown],
                "took": [words.duration(row.seconds) for row in shown],
                "report": [f"/history?run={row.run_id}" for row in shown],
                "target": [row.target for row in shown],
                "what happened": [row.message for row in shown],
            }
        ),
        hide_index=True,
        height=height_for(len(shown)),
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        key="runs",
        column_config={
            "started": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC"),
            "rows": st.column_config.NumberColumn(format="localized"),
            "report": st.column_config.LinkColumn(display_text="open"),
        },
        alt="Runs, newest first: when, who, project, tables, rows, state, duration",
    )
    picked = [shown[index] for index in chosen["selection"]["rows"] if index < len(shown)]
    with st.container(horizontal=True, vertical_alignment="center"):
        _ways_on(page, picked)
        if len(rows) > most and st.button("Show older runs", icon=":material/expand_more:"):
            st.session_state["runs shown"] = most + STEP
            st.rerun()


def _ways_on(page: Page, picked: Sequence[RunRow]) -> None:
    query = {"project": page.name} if page.name else {}
    if len(picked) == 1:
        st.page_link(
            "pages/history.py",
            label="Open the report",
            icon=":material/lab_profile:",
            query_params={**query, "run": picked[0].run_id},
        )
    elif len(picked) == 2:
        newer, older = picked if picked[0].started_at > picked[1].started_at else picked[::-1]
        st.page_link(
            "pages/history.py",
            label="Compare the two",
            icon=":material/compare_arrows:",
            query_params={**query, "run": older.run_id, "with": newer.run_id},
        )
    else:
        st.caption("Choose a run to open its report, or two to compare them.")


def _audit(page: Page, wanted: Wanted, status: str) -> None:
    most = st.session_state.setdefault("audit of runs", STEP)
    events = page.do(api.audit, **wanted, status=status, limit=most)[::-1]
    # Events are read run by run: those of older runs may be what somebody looks for.
    is_more = len(page.do(api.run_list, **wanted, limit=most + 1)) > most
    if events:
        _events(events)
    elif not is_more:
        _say_nothing(page, is_filtered=any([*wanted.values(), status]))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if not is_more:
            st.caption(f"All events that the filters take: {len(events):,}.")
            return
        found = f"{len(events):,} of these" if events else "None of these"
        st.caption(
            f"Looked at are the events of the {most:,} newest runs: {found} are what the filters take."
        )
        if st.button("Show older events", icon=":material/expand_more:"):
            st.session_state["audit of runs"] = most + STEP
            st.rerun()


def _events(events: Sequence[AuditRow]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "when": [event.insert_timestamp for event in events],
                "status": [_signed(event.status.value) for event in events],
                "table": [event.table_name for event in events],
                "rows": [event.num_records_generated for event in events],
                "user": [event.user or "" for event in events],
                "approver": [event.approver or "" for event in events],
                "target": [event.target_table or "" for event in events],
                "drafted by": [event.model_id or "" for event in events],
                "run": [f"/history?run={event.run_id}" for event in events],
                "what happened": [event.error_message or "" for event in events],
            }
        ),
        hide_index=True,
        height=height_for(len(events)),
        placeholder="",
        column_config={
            "when": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone="UTC"),
            "rows": st.column_config.NumberColumn(format="localized"),
            "run": st.column_config.LinkColumn(display_text=r"run=(.+)$"),
        },
        alt="Audit, newest first: when, status, table, rows, who started and approved it, target",
    )


def _signed(state: str) -> str:
    return f"{_SIGNS.get(state, '…')} {state}"


def _say_nothing(page: Page, *, is_filtered: bool) -> None:
    with st.container(border=True):
        if is_filtered and not page.name:
            st.markdown("**Nothing was found.** Take a filter away.")
            return
        st.markdown(
            "**Nothing was run here yet**, or the filters leave nothing. A run begins with an approved plan."
        )
        if page.name:
            st.page_link(
                "pages/run.py",
                label="Approve and run",
                icon=":material/play_arrow:",
                query_params={"project": page.name},
            )
        else:
            st.page_link("app.py", label="Choose a project", icon=":material/folder_open:")
