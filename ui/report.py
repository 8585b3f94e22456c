"""A run's report on a page, for people who do not know the tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from synth_core.report import Report, ReportedTable, words
from synth_core.report.model import NEAR
from ui.charts import draw_bars, draw_key, spark
from ui.checks import draw_checks
from ui.copied import draw_copied
from ui.grids import height_for
from ui.words import escaped

CHARTS = 9
"""Columns whose charts are on one page."""
HASH = 12
"""Digits of a fingerprint that are shown; the HTML file has all of them."""
_NUMBER = st.column_config.NumberColumn(format="localized")
_ICONS = {"published": ":material/check_circle:", "failed": ":material/error:"}


def draw_report(report: Report) -> None:
    """The whole of it: in short, then one part at a time."""
    with st.container(width=900):
        st.markdown(
            f"{_ICONS.get(report.state, ':material/info:')} **{escaped(report.state.capitalize())}**"
            f" · run {escaped(report.run_id)}"
        )
        for sentence in report.summary:
            st.markdown(escaped(sentence))
        for note in report.notes:
            st.markdown(f"Note: {escaped(note)}")
        st.caption(escaped(report.privacy))
    part = st.radio("Part of the report", list(_PARTS), key="part", horizontal=True, bind="query-params")
    _PARTS[part or "Tables"](report)


def _tables(report: Report) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "table": [table.name for table in report.tables],
                "rows made": [table.rows for table in report.tables],
                "rows of the source": [table.source_rows for table in report.tables],
                "columns alike": [_alike(table) for table in report.tables],
                "size": [words.size(table.bytes) for table in report.tables],
                "read from": [table.source for table in report.tables],
                "written to": [table.target or table.file for table in report.tables],
            }
        ),
        hide_index=True,
        height=height_for(len(report.tables)),
        placeholder="",
        column_config={"rows made": _NUMBER, "rows of the source": _NUMBER},
        alt="Tables: rows made, rows of the source, columns that are alike, size, where from and where to",
    )
    facts = {
        "Started": f"{words.when(report.started_at)}{_by(report.started_by)}",
        "Ended": words.when(report.ended_at),
        "Approved": f"{words.when(report.approved_at)}{_by(report.approved_by)}{_note(report.approval_note)}",
        "Target": f"{report.target} ({'rows added' if report.mode == 'append' else 'rows replaced'})",
        "Files": report.output,
        "Recipe": f"drafted by {report.drafted.model_id}, SHA-256 {report.recipe_hash[:HASH]}…",
        "Plan": f"{report.fingerprint[:HASH]}…",
        "Seed": f"{report.seed}, reference date {report.today}, engine {report.engine or 'none yet'}",
    }
    st.table({escaped(name): escaped(value) for name, value in facts.items()}, border="horizontal")


def _columns(report: Report) -> None:
    if report.lacking:
        st.caption(f":material/info: {escaped(report.lacking)}")
    names = [table.name for table in report.tables]
    name = st.selectbox("Table", names, key="table", bind="query-params", width=320)
    table = report.table(name or names[0])
    shown = [spark(column.bars) for column in table.columns]
    st.dataframe(
        pd.DataFrame(
            {
                "column": [column.name for column in table.columns],
                "type": [column.type for column in table.columns],
                "meaning": [column.meaning for column in table.columns],
                "personal": ["personal" if column.is_personal else "" for column in table.columns],
                "made by": [column.made_by for column in table.columns],
                "source": [source for source, _ in shown],
                "synthetic": [made for _, made in shown],
                "alike": [column.likeness.score if column.likeness else None for column in table.columns],
                "compared by": [column.likeness.what if column.likeness else "" for column in table.columns],
            }
        ),
        hide_index=True,
        height=height_for(len(table.columns)),
        placeholder="",
        column_config={
            "source": st.column_config.BarChartColumn(y_min=0),
            "synthetic": st.column_config.BarChartColumn(y_min=0),
            "alike": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        },
        alt=f"Columns of {table.name}: type, meaning, personal or not, distributions of both sides, how alike",
    )
    st.caption(
        f"{_alike(table)} columns are at least {NEAR:.0%} alike. Personal columns are made up on purpose: they "
        "are not compared, and no value of them is shown."
    )
    pages = -(-len(table.columns) // CHARTS)
    number = st.pagination(pages, key="charts", bind="query-params") if pages > 1 else 1
    draw_key()
    grid = st.columns(3)
    for position, column in enumerate(table.columns[(number - 1) * CHARTS : number * CHARTS]):
        with grid[position % 3], st.container(border=True):
            st.markdown(f"**{escaped(column.name)}**{' · personal' if column.is_personal else ''}")
            st.caption(escaped(column.bars.what))
            draw_bars(column.bars, f"{table.name}.{column.name}")


def _checks(report: Report) -> None:
    if report.checks:
        draw_checks(report.checks)
    else:
        st.caption("The run did not come so far that anything was checked.")


def _copied(report: Report) -> None:
    draw_copied(report.literals)


def _decided(report: Report) -> None:
    counted = [
        f"{words.plural(count, 'thing')} by {words.WHO[origin]}" for origin, count in report.counted.items()
    ]
    st.caption(escaped(", ".join(counted)))
    if not report.decisions:
        st.caption("Nothing was decided by a person or a model: all of it was measured or declared.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "about": [each.about for each in report.decisions],
                "decision": [each.what for each in report.decisions],
                "by": [words.WHO[each.origin] for each in report.decisions],
                "why": [each.why for each in report.decisions],
            }
        ),
        hide_index=True,
        height=height_for(len(report.decisions)),
        placeholder="",
        alt="Decisions of people and models: about what, which, by whom, why",
    )


_PARTS: Mapping[str, Callable[[Report], None]] = {
    "Tables": _tables,
    "Columns": _columns,
    "Checks": _checks,
    "Copied from data": _copied,
    "Decisions": _decided,
}


def _alike(table: ReportedTable) -> str:
    return f"{table.alike} of {len(table.compared)}" if table.compared else "not compared"


def _by(name: str) -> str:
    return f" by {name}" if name else ""


def _note(text: str) -> str:
    return f": {text}" if text else ""
