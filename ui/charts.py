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


def chart(bars: Bars) -> alt.LayerChart | alt.FacetChart:
    """Two bars a label, the source's above; each with its share as text, so that colour is not the only sign."""
    sides = [side for side, there in zip(SIDES, bars.sides, strict=True) if there]
    labels = [bar.label for bar in bars.bars]
    rows = [
        {"label": bar.label, "side": side, "share": share}
        for bar in bars.bars
        for side, share in zip(SIDES, (bar.source, bar.made), strict=True)
        if share is not None
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(labelLimit=190, ticks=False, domain=False)),
        yOffset=alt.YOffset("side:N", sort=sides),
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(nice=False, padding=0)),
        tooltip=[
            alt.Tooltip("label:N", title="value"),
            alt.Tooltip("side:N", title="rows of"),
            alt.Tooltip("share:Q", title="share", format=".1%"),
        ],
    )
    legend = alt.Legend(title=None, orient="top") if len(sides) > 1 else None
    drawn = base.mark_bar(height=BAR - 1).encode(color=alt.Color("side:N", sort=sides, legend=legend))
    shares = base.mark_text(align="left", baseline="middle", dx=4, fontSize=10).encode(
        text=alt.Text("share:Q", format=".1%")
    )
    height = len(labels) * (BAR * len(sides) + 6)
    return alt.layer(drawn, shares).properties(height=height)


def spark(bars: Bars) -> tuple[list[float], list[float]]:
    """The shares of both sides as plain numbers, for `st.column_config.BarChartColumn`; an empty list where a side is
    not known."""
    return _known(bar.source for bar in bars.bars), _known(bar.made for bar in bars.bars)


def _known(shares: Iterable[float | None]) -> list[float]:
    return [share for share in shares if share is not None]
