"""The few questions before a project is begun: its name, where its tables go, what a model may see."""

from __future__ import annotations

import streamlit as st

from synth_core import api
from synth_core.model.project import Exposure
from synth_core.settings import load
from ui.browse import Chosen
from ui.page import Page

SEES = {
    Exposure.SCHEMA: "names and types",
    Exposure.PROFILE: "facts that point at nobody",
    Exposure.MASKED_ROWS: "a few rows, masked",
    Exposure.ROWS: "a few rows as they are",
}


def draw_beginning(page: Page, chosen: Chosen, files: dict[str, bytes] | None = None) -> None:
    """Ask, and begin; the project opens with what reading will cost. `files` come with the browser."""
    taken = {card.name for card in page.do(api.project_list)}
    settings = load()
    suggested = _free(chosen.name or "project", taken)
    with st.form("begin", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Name of the project", suggested, key=f"name {suggested}", width=260).strip()
            target = st.text_input(
                "Target",
                settings.target,
                key="begin target",
                placeholder=f"duckdb:{settings.home / 'made' / (suggested + '.duckdb')}",
                help="Where synthetic tables go: bigquery:PROJECT.DATASET, gs://BUCKET/PREFIX, duckdb:PATH or a "
                "folder. It can be changed later. Empty: a DuckDB file of this machine.",
                width=460,
            ).strip()
            shown = st.selectbox(
                "What a model may see",
                list(Exposure),
                index=list(Exposure).index(Exposure(settings.exposure)),
                format_func=lambda each: f"{each.value}: {SEES[each]}",
                width=320,
            )
        st.caption("Nothing is read yet: the next page says what reading will cost.")
        begun = st.form_submit_button(
            "Begin", type="primary", icon=":material/arrow_forward:", disabled=not chosen and not files
        )
    if not begun:
        return
    sources = chosen.sources if files is None else (page.do(api.upload, name, files),)
    page.do(
        api.init,
        name,
        sources,
        target or f"duckdb:{settings.home / 'made' / (name + '.duckdb')}",
        tables=chosen.tables,
        exposure=(shown or Exposure.PROFILE).value,
    )
    st.switch_page("pages/sources.py", query_params={"project": name})


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it that no project has."""
    return next(
        each for each in (name, *(f"{name} {number}" for number in range(2, 10_000))) if each not in taken
    )
