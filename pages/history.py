"""History: runs and audit, the report of one run, two runs compared."""

from __future__ import annotations

import streamlit as st

from ui.history import draw_history
from ui.one_run import draw_run, draw_two
from ui.shell import open_page

page = open_page("history")
run_id, other = st.query_params.get("run", ""), st.query_params.get("with", "")
if run_id and other:
    draw_two(page, run_id, other)
elif run_id:
    draw_run(page, run_id)
else:
    draw_history(page)
