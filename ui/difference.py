"""Two runs side by side."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from synth_core.report import RunDifference
from ui.grids import height_for
from ui.words import escaped

_NUMBER = st.column_config.NumberColumn(format="localized")


def draw_difference(found: RunDifference) -> None:
    """What was chosen and what came of it, then what changed in recipe and project, rows, and likeness."""
    st.markdown(f"From run **{escaped(found.one)}** to run **{escaped(found.other)}**")
    changed = [each for each in found.settings if not each.is_same]
    st.header("What is different", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "what": [each.what for each in changed],
                "one": [each.one for each in changed],
                "other": [each.other for each in changed],
            }
        ),
        hide_index=True,
        height=height_for(len(changed)),
        placeholder="",
        alt="What differs: of one run, of the other",
    )
    st.header("Changes of the recipe", anchor=False)
    _lines(found.recipe, "Both have the same recipe.")
    st.header("Changes of what is known about the source", anchor=False)
    _lines(found.project, "Both know the same about the source.")
    st.header("Rows", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "table": [each.table for each in found.tables],
                "one": [each.one for each in found.tables],
                "other": [each.other for each in found.tables],
            }
        ),
        hide_index=True,
        height=height_for(len(found.tables)),
        placeholder="",
        column_config={"one": _NUMBER, "other": _NUMBER},
        alt="Rows of each table in both runs",
    )
    st.header("How like the source", anchor=False)
    if not found.columns:
        st.caption("No column is more or less like the source than it was.")
        return
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        pd.DataFrame(
            {
                "column": [f"{each.table}.{each.column}" for each in found.columns],
                "one": [each.one for each in found.columns],
                "other": [each.other for each in found.columns],
                "change": [each.change for each in found.columns],
            }
        ),
        hide_index=True,
        height=height_for(len(found.columns)),
        placeholder="",
        column_config={"one": share, "other": share, "change": share},
        alt="Columns that are not equally like the source in both runs, the largest change first",
    )


def _lines(lines: tuple[str, ...], otherwise: str) -> None:
    if not lines:
        st.caption(otherwise)
        return
    st.markdown("\n".join(f"- {escaped(line)}" for line in lines))
