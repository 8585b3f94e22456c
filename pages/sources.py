"""Sources: which tables a project imitates. Without a project: look around and begin a new one."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from ui.browse import WAYS, Chosen, browse
from ui.new_project import draw_beginning
from ui.places import draw_places
from ui.project_sources import draw_choice, draw_cost, draw_tables, draw_target
from ui.saving import tell
from ui.shell import open_page, say_how_to_start
from ui.source_changes import draw_source_changes
from ui.waiting import draw_job, start
from ui.words import escaped

page = open_page("sources")
tell(page)

if not page.name:
    if not page.can(Role.EDITOR):
        say_how_to_start(page)
    asked = st.query_params.get("from", "")
    kind = st.radio(
        "Read from",
        list(WAYS),
        index=list(WAYS).index(asked if asked in WAYS else "folder"),
        horizontal=True,
        format_func=WAYS.__getitem__,
        key="from where",
    )
    if kind != asked:
        st.query_params.from_dict({"from": kind})
    if kind == "upload":
        files = st.file_uploader(
            "Files",
            accept_multiple_files=True,
            help=f"{api.READABLE}: one table a file.",
        )
        draw_beginning(page, Chosen(), {file.name: file.getvalue() for file in files})
    else:
        draw_beginning(page, browse(page, kind))
    st.stop()

is_busy = draw_job(page, "infer", "Inferring")
draw_source_changes(page)
waiting = [each for each in page.do(api.attention, page.name) if each.step == "sources"]
if page.project.tables:
    for each in waiting:
        st.warning(escaped(each.why), icon=":material/sync_problem:")
draw_tables(page)
draw_places(page)
if page.can(Role.EDITOR):
    with st.expander("Choose tables", icon=":material/checklist:"):
        draw_choice(page)
st.subheader("Target", anchor=False)
draw_target(page)
draw_cost(page)
is_new = not page.project.tables
st.button(
    "Infer schema" if is_new else "Infer again",
    type="primary" if waiting else "secondary",
    icon=":material/travel_explore:" if is_new else ":material/refresh:",
    disabled=is_busy or not page.can(Role.EDITOR),
    help="Reads the source. What you have said stays.",
    on_click=start,
    args=(page, "infer"),
)
page.back_and_next()
