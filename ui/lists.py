"""Lists on the home page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from synth_core.api import ProjectCard
from synth_core.execution.state import Manifest, State
from ui.grids import height_for
from ui.page import Page
from ui.words import ago

_RUN_WORDS = {
    State.PUBLISHED: "✓ published",
    State.FAILED: "✗ failed",
    State.CANCELLED: "– cancelled",
}


def draw_projects(page: Page, cards: Sequence[ProjectCard]) -> None:
    """The projects; choosing one opens it."""
    frame = pd.DataFrame(
        {
            "project": [card.name for card in cards],
            "state": [card.state for card in cards],
            "tables": [card.tables for card in cards],
            "last change": [ago(card.changed_at) for card in cards],
            "by": [card.changed_by for card in cards],
            "owner": [card.owner for card in cards],
            "source": [card.source for card in cards],
        }
    )
    chosen = st.dataframe(
        frame,
        hide_index=True,
        height=height_for(len(cards)),
        on_select="rerun",
        selection_mode="single-row",
        key="projects",
        column_config={"source": st.column_config.TextColumn(width="medium")},
        alt="Projects: name, state, tables, last change, owner and source",
    )
    with st.container(horizontal=True):
        names = [card.name for card in cards]
        rows = chosen["selection"]["rows"]
        name = st.selectbox(
            "Open a project",
            names,
            index=rows[0] if rows else None,
            placeholder="Choose a project",
            width=320,
        )
        if name:
            card = cards[names.index(name)]
            st.page_link(
                f"pages/{page_of(card)}.py",
                label=f"Open {name}",
                icon=":material/arrow_forward:",
                query_params={"project": name},
            )


def page_of(card: ProjectCard) -> str:
    """The page on which a project goes on."""
    return {"begun": "sources", "inferred": "schema", "drafted": "recipe"}.get(card.state, "run")


def draw_runs(page: Page, runs: Sequence[Manifest]) -> None:
    """The runs of late, with their states in words."""
    if not runs:
        st.caption("No run yet: a project is run once its plan is approved.")
        return
    frame = pd.DataFrame(
        {
            "run": [run.run_id for run in runs],
            "project": [run.project for run in runs],
            "state": [_RUN_WORDS.get(run.state, run.state.value) for run in runs],
            "tables": [len(run.tables) for run in runs],
            "started": [ago(run.started_at) for run in runs],
            "report": [f"/history?run={run.run_id}" for run in runs],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        column_config={"report": st.column_config.LinkColumn(display_text="open")},
        alt="Runs: id, project, state, tables, when it started",
    )
