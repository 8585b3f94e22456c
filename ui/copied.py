"""What a recipe has from the source."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from synth_core.report import words
from synth_core.stages.literals import Literals
from ui.grids import height_for


def draw_copied(found: Literals) -> None:
    """By column: what, and how many source rows stand behind it."""
    if not found.has_facts:
        st.caption("Not known: what was known of the source when the run began was not kept.")
        return
    if not found.copied:
        st.caption("Nothing: no value in the recipe comes from the source.")
        return
    st.caption(
        f"Nothing with fewer than {found.k} source rows comes into a draft. Points of a distribution are values or "
        "means of values; a form has A or a for a letter and 9 for a digit."
    )
    st.dataframe(
        pd.DataFrame(
            {
                "column": [f"{each.table}.{each.column}" for each in found.copied],
                "what": [words.copied(each) for each in found.copied],
                "fewest source rows behind one": [words.support(each) for each in found.copied],
                "the rarest": [
                    ", ".join(f"{value.value} ({value.count:,})" for value in each.examples)
                    for each in found.copied
                ],
            }
        ),
        hide_index=True,
        height=height_for(len(found.copied)),
        placeholder="",
        alt="What the recipe has from the source: column, what, fewest source rows, the rarest values",
    )
