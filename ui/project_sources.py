"""What a project reads and where its tables go: rows wanted, target, what a model may see, and what reading costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.errors import SynthError
from synth_core.model.cost import Cost, price_text, size_text
from synth_core.model.edits import AnyEdit, ScaleAll, SetExposure, SetTables, SetTarget, SetWanted
from synth_core.model.places import is_warehouse, spoken_sources
from synth_core.model.project import Exposure, Project
from synth_core.stages.review.offers import spoken
from ui.at_target import rows_at_target
from ui.grids import height_for
from ui.new_project import SEES
from ui.page import Page
from ui.saving import revision, save
from ui.words import escaped, many

AT_TARGET = "rows at the target now"
_FRESH = 300


def draw_tables(page: Page) -> None:
    """The tables, and how many rows of each are wanted."""
    project = page.project
    st.caption(f"Read from {escaped(spoken_sources(project.source))}")
    if not project.tables:
        told = ", ".join(project.only) or "all of its tables"
        st.markdown(f"**Nothing is inferred yet.** Of it are read: {escaped(told)}.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        percent = st.number_input(
            "Rows wanted, of those in the source (%)",
            min_value=0.01,
            value=100.0,
            key=f"scale {page.name}",
            disabled=not page.can(Role.EDITOR),
            width=280,
        )
        if st.button("Scale all", disabled=not page.can(Role.EDITOR)):
            save(page, [ScaleAll(share=percent / 100)])
            st.rerun()
        search = st.text_input("Search", key="search tables", placeholder="part of a name", width=220)
    _grid(page, project, search, _there(page))


def _there(page: Page) -> dict[str, int] | None:
    """Rows at the target already, by table; None where files are written, which are others each time, and where it is
    not known, which is said."""
    if not is_warehouse(page.project.target.uri):
        return None
    try:
        return rows_at_target(page)
    except SynthError as error:
        st.caption(f":material/cloud_off: What is at the target can't be told: {escaped(str(error))}")
        return None


def _grid(page: Page, project: Project, search: str, there: dict[str, int] | None) -> None:
    tables = [table for table in project.tables if search.lower() in table.name.lower()]
    if not tables:
        st.markdown(f"No table is called like {escaped(search)}.")
        return
    names = tuple(table.name for table in tables)
    key = f"wanted {hash(names)} {revision(page)}"
    st.data_editor(
        pd.DataFrame(
            {
                "table": names,
                "rows": [table.rows for table in tables],
                "rows wanted": [table.wanted for table in tables],
                **({} if there is None else {AT_TARGET: [there.get(name, 0) for name in names]}),
                "columns": [len(table.columns) for table in tables],
                "read from": [
                    spoken(table.dialect.value)
                    if table.dialect and table.source.files
                    else table.source.kind.value
                    for table in tables
                ],
                "source": [table.source.full_name for table in tables],
            }
        ),
        key=key,
        hide_index=True,
        num_rows="fixed",
        height=height_for(len(tables)),
        disabled=True
        if not page.can(Role.EDITOR)
        else ["table", "rows", AT_TARGET, "columns", "read from", "source"],
        column_config={
            "rows": st.column_config.NumberColumn(format="localized"),
            "rows wanted": st.column_config.NumberColumn(
                min_value=0, step=1, required=True, format="localized"
            ),
            AT_TARGET: st.column_config.NumberColumn(
                format="localized",
                help="They stay, and ours come on top."
                if project.target.mode == "append"
                else "They are gone once a run is published.",
            ),
            # How files are written takes a sentence.
            "read from": st.column_config.TextColumn(
                width="large" if any(table.dialect for table in tables) else None
            ),
        },
        on_change=_wanted,
        args=(page, names, key),
        alt="Tables: rows in the source, rows wanted, rows at the target now, columns, and how they are read",
    )


def _wanted(page: Page, names: Sequence[str], key: str) -> None:
    patch = st.session_state[key]["edited_rows"]
    wanted = {
        names[row]: cells["rows wanted"]
        for row, cells in patch.items()
        if cells.get("rows wanted") is not None
    }
    edits = [
        SetWanted(table=name, wanted=int(number))
        for name, number in wanted.items()
        if page.project.table(name).wanted != int(number)
    ]
    save(page, edits)


def draw_choice(page: Page) -> None:
    """Which tables of the source are taken."""
    project = page.project
    known = list(dict.fromkeys([*(table.own_name for table in project.tables), *project.only]))
    with (
        st.form(f"tables {revision(page)}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        chosen = st.multiselect(
            "Take only these tables",
            known,
            default=list(project.only),
            accept_new_options=True,
            placeholder="all of them; type the name of one that is not read yet",
            width=640,
        )
        sent = st.form_submit_button("Take these", disabled=not page.can(Role.EDITOR))
    if sent and tuple(chosen) != project.only:
        save(page, [SetTables(tables=tuple(chosen))])
        st.rerun()


def draw_target(page: Page) -> None:
    """Where synthetic tables go, and what a model may see."""
    target, start, may = page.project.target, revision(page), page.can(Role.EDITOR)
    with st.form(f"target {start}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        uri = st.text_input("Target", target.uri, disabled=not may, width=420)
        mode = st.selectbox(
            "Its rows are",
            ["append", "replace"],
            index=["append", "replace"].index(target.mode),
            format_func={"append": "kept, ours come on top", "replace": "replaced by ours"}.__getitem__,
            disabled=not may,
            width=220,
        )
        files = st.text_input(
            "Finished files also in",
            target.files,
            placeholder="nowhere else",
            disabled=not may,
            width=260,
        )
        sent = st.form_submit_button("Set the target", disabled=not may)
    if sent:
        edits: list[AnyEdit] = []
        if (uri, files, mode) != (target.uri, target.files, target.mode):
            edits = [SetTarget(uri=uri, files=files, mode="replace" if mode == "replace" else "append")]
        save(page, edits)
        st.rerun()
    key = f"exposure {start}"
    st.selectbox(
        "What a model may see of the source",
        list(Exposure),
        index=list(Exposure).index(page.project.exposure),
        format_func=lambda each: f"{each.value}: {SEES[each]}",
        key=key,
        disabled=not may,
        on_change=_exposed,
        args=(page, key),
        width=420,
    )


def _exposed(page: Page, key: str) -> None:
    save(page, [SetExposure(exposure=st.session_state[key])])


def draw_cost(page: Page) -> None:
    """What reading would cost now, before it is read."""
    if not page.can(Role.EDITOR):
        return
    try:
        costs = _costs(page, page.name, page.stored.reading)
    except SynthError as error:
        st.caption(f":material/cloud_off: What reading costs can't be told: {escaped(str(error))}")
        return
    billed = [cost for cost in costs if cost.queries]
    if not billed:
        st.caption("Reading costs nothing.")
        return
    total = size_text(sum(cost.bytes for cost in billed))
    price = price_text(sum(cost.dollars for cost in billed))
    st.markdown(
        f"Sampling reads **{escaped(total)}**, about **{escaped(price)}**, of {many(len(billed), 'table')}."
    )
    with st.expander("By table", icon=":material/payments:"):
        st.dataframe(
            {"table": [cost.table for cost in costs], "reads": [str(cost) for cost in costs]},
            hide_index=True,
            alt="What is read of each table, and what that costs",
        )


@st.cache_data(ttl=_FRESH, show_spinner="Asking what reading costs", max_entries=64)
def _costs(_page: Page, name: str, reading: str) -> list[Cost]:
    """By what is read, which edits do not change."""
    return _page.desk.do(api.cost, name)
