"""The places that a project reads: one or several; another is found by browsing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from synth_core.access import Role
from synth_core.model.edits import SetSources
from synth_core.model.places import is_warehouse, spoken
from synth_core.model.sources import is_table, split_sources
from synth_core.stages.review.whole import is_read_from
from ui.browse import KINDS, Chosen, browse
from ui.page import Page
from ui.saving import save
from ui.words import escaped, many


def draw_places(page: Page) -> None:
    """All of them, each to be taken out, and a way to add one."""
    sources = split_sources(page.project.source)
    part = st.expander(
        f"Read from {many(len(sources), 'place')}",
        icon=":material/folder_copy:",
        key=f"places {page.name}",
        expanded="at" in st.query_params,
        on_change="rerun",
    )
    if not part.open:
        # What is at a place is listed where somebody looks for it.
        return
    with part:
        for source in sources:
            _draw_place(page, sources, source)
        if page.can(Role.EDITOR):
            _draw_adding(page, sources)


def _draw_place(page: Page, sources: Sequence[str], source: str) -> None:
    read = [table for table in page.project.tables if is_read_from(table, source)]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        told = f"{many(len(read), 'table')} of it read" if read else "not read yet"
        st.markdown(f"**{escaped(spoken(source))}** · {told}", width="stretch")
        st.button(
            "Take out",
            key=f"take out {source}",
            icon=":material/remove:",
            disabled=len(sources) == 1 or not page.can(Role.EDITOR),
            help="It is the only one." if len(sources) == 1 else "Its tables go, with what was said of them.",
            on_click=_set,
            args=(page, [each for each in sources if each != source]),
        )


def _draw_adding(page: Page, sources: Sequence[str]) -> None:
    with st.container(border=True):
        kind = st.radio(
            "Add a place",
            list(KINDS),
            index=list(KINDS).index("folder"),
            horizontal=True,
            format_func=KINDS.__getitem__,
            key="add from",
            on_change=_look_elsewhere,
        )
        chosen = browse(page, kind)
        new = [each for each in _named(chosen, _name_for_one(chosen)) if each not in sources]
        if st.button(
            "Add it",
            icon=":material/add:",
            disabled=not new,
            help="It is read when the schema is inferred again.",
        ):
            _set(page, [*sources, *new])
            st.rerun()


def _name_for_one(chosen: Chosen) -> str:
    """A name of its own for the one table that is chosen: another place may have one of its name."""
    is_one = len(chosen.sources) == 1 and (len(chosen.tables) == 1 or is_table(chosen.sources[0]))
    if not is_one:
        return ""
    return st.text_input(
        "Its table is called", key="name of the table", placeholder="as it is called there", width=260
    ).strip()


def _named(chosen: Chosen, name: str) -> list[str]:
    """As SOURCEs, each with the tables that are taken of it."""
    tables = f"#{','.join(chosen.tables)}" if chosen.tables else ""
    found = [f"{source}{tables}" if is_warehouse(source) else source for source in chosen.sources]
    return [f"{name}={source}" for source in found] if name else found


def _look_elsewhere() -> None:
    st.query_params.pop("at", None)


def _set(page: Page, sources: list[str]) -> None:
    _look_elsewhere()
    save(page, [SetSources(sources=tuple(sources))])
