"""Where the bars of a chart stand; the template writes them as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from synth_core.report.words import percent
from synth_core.stages.bars import Bars

LABELS = 166
WIDTH = 420
BAR = 8
ROW = 2 * BAR + 8
_NUMBER = 52


@dataclass(frozen=True)
class Line:
    """One bar and its share as text: colour is never the only sign."""

    side: str
    """`source` or `made`."""
    y: int
    width: float
    share: str


@dataclass(frozen=True)
class Group:
    """The bars of both sides under one label."""

    label: str
    y: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart, source above synthetic in each group."""

    height: int
    groups: tuple[Group, ...]
    told: str
    """The same in words, for those who do not see it."""
    width: int = WIDTH
    left: int = LABELS
    bar: int = BAR


def drawing(bars: Bars) -> Drawing:
    """The chart of a column."""
    shares = [share for bar in bars.bars for share in (bar.source, bar.made) if share is not None]
    most, room = max(shares, default=0.0), WIDTH - LABELS - _NUMBER
    groups = []
    for number, bar in enumerate(bars.bars):
        top = number * ROW
        lines = tuple(
            Line(
                side=side,
                y=top + row * (BAR + 1),
                width=max(0.5, round(room * share / most, 1)) if most else 0.5,
                share=percent(share),
            )
            for row, (side, share) in enumerate((("source", bar.source), ("made", bar.made)))
            if share is not None
        )
        groups.append(Group(label=bar.label, y=top + BAR + 4, lines=lines))
    return Drawing(height=len(bars.bars) * ROW, groups=tuple(groups), told=description(bars))


def description(bars: Bars) -> str:
    """The bars in words."""
    shown = [f"{bar.label}: source {percent(bar.source)}, synthetic {percent(bar.made)}" for bar in bars.bars]
    return f"{bars.what}. {'; '.join(shown)}"
