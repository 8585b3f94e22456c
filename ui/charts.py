"""Charts of columns: source beside synthetic, from facts alone. They take colours from the theme, and load nothing."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd
import streamlit as st

from synth_core.model.profile import ColumnProfile
from synth_core.report.drawing import description
from synth_core.stages.bars import Bars, bars_of

SIDES = ("source", "synthetic")
BAR = 9
"""Pixels a bar."""
LABEL = 18
"""Pixels that a label needs, or every other one is left out."""
AXIS = 46
"""Pixels of the axis below."""


def distribution(
    source: ColumnProfile | None, synthetic: ColumnProfile | None, *, name: str, is_personal: bool
) -> None:
    """Draw how a column's values are spread on both sides, or on the one that is known; of a personal column shapes and
    lengths only."""
    draw_bars(bars_of(source, synthetic, is_personal=is_personal), name)


def draw_bars(bars: Bars, name: str) -> None:
    """Draw bars of one column, with what they say in words for those who do not see them."""
    if not any(bars.sides):
        st.caption("Nothing is known of its values.")
        return
    st.altair_chart(chart(bars), alt=f"{name}: {description(bars)}", key=f"bars {name}")


def draw_key() -> None:
    """Say once above several charts which bar is which."""
    st.caption("In each pair the upper bar is the source, the lower one the synthetic rows.")


def chart(bars: Bars) -> alt.Chart:
    """Two bars a label, the source's above: colour is not the only sign."""
    sides = [side for side, there in zip(SIDES, bars.sides, strict=True) if there]
    labels = [bar.label for bar in bars.bars]
    rows = [
        {"label": bar.label, "side": side, "share": share}
        for bar in bars.bars
        for side, share in zip(SIDES, (bar.source, bar.made), strict=True)
        if share is not None
    ]
    drawn: alt.Chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            y=alt.Y(
                "label:N",
                sort=labels,
                title=None,
                axis=alt.Axis(labelLimit=190, labelOverlap=False, ticks=False, domain=False),
            ),
            yOffset=alt.YOffset("side:N", sort=sides),
            x=alt.X("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4)),
            # The scale holds both sides, so that each keeps its colour where the other is not known.
            color=alt.Color("side:N", scale=alt.Scale(domain=list(SIDES)), legend=None),
            tooltip=[
                alt.Tooltip("label:N", title="value"),
                alt.Tooltip("side:N", title="rows of"),
                alt.Tooltip("share:Q", title="share", format=".1%"),
            ],
        )
        .properties(height=len(labels) * max(BAR * len(sides) + 6, LABEL) + AXIS)
    )
    return drawn


def spark(bars: Bars) -> tuple[list[float], list[float]]:
    """The shares of both sides as plain numbers, for `st.column_config.BarChartColumn`; an empty list where a side is
    not known."""
    return _known(bar.source for bar in bars.bars), _known(bar.made for bar in bars.bars)


def _known(shares: Iterable[float | None]) -> list[float]:
    return [share for share in shares if share is not None]
