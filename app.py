"""Home: the projects, where to begin a new one, and the runs of late."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from ui.begin import begin_example
from ui.lists import draw_projects, draw_runs
from ui.shell import open_page

page = open_page()
cards = page.do(api.project_list)

if page.can(Role.EDITOR):
    st.subheader("Start a new project", anchor=False)
    with st.container(horizontal=True):
        for label, icon, place in (
            ("From BigQuery", ":material/database:", "bigquery"),
            ("From Cloud Storage", ":material/cloud:", "gcs"),
            ("From a folder", ":material/folder:", "folder"),
            ("Upload files", ":material/upload_file:", "upload"),
        ):
            st.page_link("pages/sources.py", label=label, icon=icon, query_params={"from": place})
        if st.button(
            "Try the example shop", icon=":material/storefront:", type="primary" if not cards else "secondary"
        ):
            begin_example(page)

st.subheader("Projects", anchor=False)
if cards:
    draw_projects(page, cards)
else:
    first = (
        "Try the example shop: nine tables in messy files, read in a few seconds."
        if page.can(Role.EDITOR)
        else "Editors begin one."
    )
    st.markdown(f"There is no project yet. {first}")

st.subheader("Recent runs", anchor=False)
draw_runs(page, page.do(api.runs, limit=10))
