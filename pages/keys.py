"""Keys: how the tables hang together, as a picture and as a list; links are accepted, changed, added and removed."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.access import Role
from synth_core.model.edits import AcceptAbove
from synth_core.stages.review import sure_keys
from synth_core.stages.review.link_views import entity_diagram, link_views
from ui.link_forms import draw_chosen, draw_key_form, draw_new_link
from ui.link_list import draw_keys, draw_links, draw_looks
from ui.not_yet import stop_if_too_early
from ui.saving import save, tell, undo
from ui.shell import open_page
from ui.waiting import draw_job
from ui.words import many

SURE = 0.9
MOST_DRAWN = 25  # tables in one picture; of more, those around one

page = open_page("keys")
tell(page)
stop_if_too_early(page)
draw_job(page, "infer", "Inferring")
looks = [each for each in page.do(api.attention, page.name) if each.step == "keys"]
views = link_views(page.project, page.profile, looks)
held = [view for view in views if view.state == "accepted"]

with st.container(horizontal=True, vertical_alignment="center"):
    sure = sure_keys(page.project, SURE)
    st.button(
        f"Accept {sure} above {SURE:.0%}" if sure else f"All above {SURE:.0%} accepted",
        icon=":material/done_all:",
        type="primary" if sure else "secondary",
        disabled=not sure or not page.can(Role.EDITOR),
        help="Keys, links and rules. What is accepted is your word: inferring again does not change it.",
        on_click=save,
        args=(page, [AcceptAbove(confidence=SURE, step="keys")]),
    )
    st.button(
        "Undo",
        icon=":material/undo:",
        disabled=not page.can(Role.EDITOR),
        help="The version before becomes a new one.",
        on_click=undo,
        args=(page,),
    )
    st.caption(
        f"{many(len(page.project.tables), 'table')}, {many(len(held), 'link')}, {many(len(looks), 'place')} to look at"
    )
draw_looks(page, views, looks)

names = [table.name for table in page.project.tables]
around = ""
if len(names) > MOST_DRAWN:
    around = st.selectbox(f"Draw what is around (of {len(names)} tables)", names, key="around", width=340)
if held:
    with st.container(border=True):
        st.mermaid_chart(
            entity_diagram(page.project, around),
            alt=f"Tables and their links: {'; '.join(str(view.link) for view in held[:MOST_DRAWN])}",
        )
else:
    st.markdown("**No table refers to another**, as far as is known.")

may = page.can(Role.EDITOR)
st.subheader("Links", anchor=False)
if views:
    to_do = "accept, change or remove it" if may else "see what is known of it"
    st.caption(f"Choose a link to {to_do}.")
    chosen = draw_links(page, views)
    if chosen is not None:
        draw_chosen(page, chosen)
if may:
    with st.expander("Add a link", icon=":material/add_link:", expanded=not views):
        draw_new_link(page)

st.subheader("Primary keys and rules", anchor=False)
draw_keys(page.project)
if may:
    with st.expander("Change a key or a rule", icon=":material/key:"):
        draw_key_form(page)
page.back_and_next()
