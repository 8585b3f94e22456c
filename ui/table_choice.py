"""Which table a page is about: chosen here, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from synth_core.model.project import Project, Table
from ui.words import many


def choose_table(project: Project, looks: Mapping[str, int]) -> Table:
    """The table of the address, or the first one that wants a look. Those that do say so."""
    names = [table.name for table in project.tables]
    asked = st.query_params.get("table", "")
    if asked not in names:
        asked = next((name for name in names if looks.get(name)), names[0])

    def label(name: str) -> str:
        return f"{name} · {looks[name]} to look at" if looks.get(name) else name

    chosen = st.selectbox(
        f"Table ({many(len(names), 'table')})",
        names,
        index=names.index(asked),
        format_func=label,
        key=f"table {project.name} {asked}",
        width=300,
    )
    if chosen != st.query_params.get("table"):
        st.query_params["table"] = chosen
    return project.table(chosen)
