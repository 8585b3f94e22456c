"""Bars as inline SVG. Colours come from the page's own variables, so that it follows light and dark."""

from __future__ import annotations

from markupsafe import Markup, escape

from synth_core.report.words import percent
from synth_core.stages.bars import Bars

LABELS = 150
WIDTH = 420
BAR = 8
ROW = 2 * BAR + 8
_NUMBER = 52


def chart(bars: Bars, title: str) -> Markup:
    """Two bars a line, source above synthetic, each with its share as text: colour is never the only sign."""
    most = max((share for bar in bars.bars for share in (bar.source, bar.made) if share is not None), default=0.0)
    room = WIDTH - LABELS - _NUMBER
    parts = []
    for number, bar in enumerate(bars.bars):
        top = number * ROW
        middle = top + BAR + 4
        parts.append(f'<text class="label" x="{LABELS - 8}" y="{middle}">{escape(bar.label)}</text>')
        for row, (kind, share) in enumerate((("source", bar.source), ("made", bar.made))):
            if share is None:
                continue
            y = top + row * BAR + row
            width = round(room * share / most, 1) if most else 0
            parts.append(
                f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{max(width, 0.5)}" height="{BAR}" rx="1"/>'
                f'<text class="share" x="{LABELS + max(width, 0.5) + 5}" y="{y + BAR - 1}">{percent(share)}</text>'
            )
    height = len(bars.bars) * ROW
    told = escape(f"{title}: {bars.what}. {description(bars)}")
    return Markup(
        f'<svg class="bars" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'aria-label="{told}">{"".join(parts)}</svg>'
    )


def description(bars: Bars) -> str:
    """The same in words, for those who do not see it."""
    shown = [
        f"{bar.label}: source {percent(bar.source)}, synthetic {percent(bar.made)}" for bar in bars.bars[:20]
    ]
    return "; ".join(shown)
