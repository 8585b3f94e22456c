"""Schema: what the columns of each table are; edited in place, and every word of it with its reason."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.edits import AcceptAbove
from synth_core.stages.review import sure_columns
from synth_core.stages.review.overview import column_views
from ui.column_detail import draw_detail
from ui.column_grid import draw_grid
from ui.column_looks import draw_looks
from ui.file_dialect import draw_file
from ui.not_yet import stop_if_too_early
from ui.saving import save, tell, undo
from ui.shell import open_page
from ui.source_changes import draw_source_changes
from ui.table_choice import choose_table
from ui.waiting import draw_job, start
from ui.words import escaped, many

SURE = 0.9
VIEWS = ("all", "needs attention", "personal")

page = open_page("schema")
tell(page)
is_inferring = draw_job(page, "infer", "Inferring")
if is_inferring and not page.project.tables:
    # What there is to read comes with its end.
    st.stop()
stop_if_too_early(page)

looks = page.do(api.attention, page.name)
schema = [each for each in looks if each.step == "schema"]
is_busy = draw_job(page, "ask", "Asking the model") or is_inferring
draw_source_changes(page)

with st.container(horizontal=True, vertical_alignment="bottom"):
    table = choose_table(page.project, Counter(each.table for each in schema))
    view = st.radio("Columns", VIEWS, horizontal=True, key=f"view {table.name}")
    search = st.text_input("Search", key=f"search {table.name}", placeholder="part of a name", width=150)
    sure = sure_columns(page.project, SURE, table.name)
    st.button(
        f"Accept {sure} above {SURE:.0%}" if sure else f"All above {SURE:.0%} accepted",
        icon=":material/done_all:",
        disabled=not sure or not page.can(Role.EDITOR),
        help="What is accepted is your word: inferring again does not change it.",
        on_click=save,
        args=(page, [AcceptAbove(confidence=SURE, table=table.name)]),
    )
    if st.button(
        "Ask Gemini",
        icon=":material/smart_toy:",
        disabled=is_busy or not page.can(Role.EDITOR),
        help=f"About {table.name} and its files. It sees: {page.project.exposure}. What it proposes stands beside "
        "what was measured; you decide.",
    ):
        start(page, "ask", {"tables": [table.name]})
        st.rerun()
    st.button(
        "Undo",
        icon=":material/undo:",
        disabled=not page.can(Role.EDITOR),
        help="The version before becomes a new one.",
        on_click=undo,
        args=(page,),
    )

views = column_views(page.project, page.profile, table, looks)
offers = page.do(api.offered, page.name, table.name)
waiting = sum(len(each.looks) for each in views)
st.caption(
    f"{escaped(table.name)}: {many(len(views), 'column')}, {many(waiting, 'place')} to look at, "
    f"{many(table.rows, 'row')}"
)
shown = [
    each
    for each in views
    if (view != "needs attention" or each.looks)
    and (view != "personal" or each.is_personal)
    and search.lower() in each.column.name.lower()
]
draw_looks(page, table, views, offers)
if shown:
    draw_grid(page, table, shown, f"{view} {search}")
else:
    st.markdown(f"No column of {escaped(table.name)} is among these.")
for each in schema:
    if each.table == table.name and not each.column:
        st.warning(escaped(each.why), icon=":material/warning:")
draw_file(page, table, offers)

names = [each.column.name for each in shown or views]
closer = st.expander(
    "Look closer at one column", icon=":material/zoom_in:", key=f"detail {table.name}", on_change="rerun"
)
if closer.open:
    with closer:
        chosen = st.selectbox("Column", names, key=f"closer {table.name} {view} {search}", width=340)
        draw_detail(page, table, next(each for each in views if each.column.name == chosen))
page.back_and_next()
