"""The facts of a column as bars, source beside synthetic, for whoever draws them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal

from synth_core.model.base import Frozen
from synth_core.model.profile import ColumnProfile, ValueCount
from synth_core.stages.compare import number_of

MOST = 12
"""Bars of a chart; what is left becomes one more."""
BINS = 12
REST = "all others"
EMPTY = "no value"
_SHORT = 24

Kind = Literal["values", "ranges", "shapes", "lengths", "nulls"]


class Bar(Frozen):
    """A bar of both sides; a share of all rows each, from 0 to 1. None: nothing is known of that side."""

    label: str
    source: float | None = None
    made: float | None = None


class Bars(Frozen):
    """A column's distribution, or what may be shown of it."""

    kind: Kind
    what: str
    """What a bar stands for, in words."""
    bars: tuple[Bar, ...]

    @property
    def sides(self) -> tuple[bool, bool]:
        """Whether there are bars of the source, and of the synthetic rows."""
        return (
            any(bar.source is not None for bar in self.bars),
            any(bar.made is not None for bar in self.bars),
        )


def bars_of(source: ColumnProfile | None, made: ColumnProfile | None, *, is_personal: bool) -> Bars:
    """How the values are spread. Of personal columns only how texts look and how long they are; where nothing but
    missing values can be counted, those."""
    sides = [side if side is not None and side.rows else None for side in (source, made)]
    known = [side for side in sides if side is not None]
    if not is_personal:
        if known and all(side.top for side in known):
            return _counted(
                "values", "Share of rows by value", sides, [side.top if side else None for side in sides]
            )
        if known and all(side.quantiles for side in known):
            return _ranges(sides)
    if known and all(side.shapes for side in known):
        what = "Share of rows by how the text looks (A, a: a letter, 9: a digit)"
        return _counted("shapes", what, sides, [side.shapes if side else None for side in sides])
    if known and all(side.length_quantiles for side in known):
        return _lengths(sides)
    filled = tuple(None if side is None else 1 - side.nulls / side.rows for side in sides)
    return Bars(
        kind="nulls",
        what="Share of rows with a value",
        bars=(Bar(label="a value", source=filled[0], made=filled[1]), _empty(sides)),
    )


def _counted(
    kind: Kind,
    what: str,
    sides: Sequence[ColumnProfile | None],
    counts: Sequence[Sequence[ValueCount] | None],
) -> Bars:
    """Frequent values, most frequent in the source first; then all others, then rows without a value."""
    shares = [
        {} if side is None else {each.value: each.count / side.rows for each in listed or ()}
        for side, listed in zip(sides, counts, strict=True)
    ]
    labels = list(dict.fromkeys([*shares[0], *shares[1]]))
    if len(labels) > MOST + 1:
        labels = sorted(labels, key=lambda label: -max(side.get(label, 0.0) for side in shares))[:MOST]
        labels = sorted(labels, key=lambda label: -shares[0].get(label, 0.0))
    bars = [Bar(label=short(label), **_both(sides, shares, label)) for label in labels]
    rest = [
        None
        if side is None
        else max(0.0, 1 - side.nulls / side.rows - sum(known.get(label, 0.0) for label in labels))
        for side, known in zip(sides, shares, strict=True)
    ]
    if any(each is not None and each >= 0.0005 for each in rest):
        bars.append(Bar(label=REST, source=rest[0], made=rest[1]))
    return Bars(kind=kind, what=what, bars=(*bars, *_nulls(sides)))


def _both(
    sides: Sequence[ColumnProfile | None], shares: Sequence[dict[str, float]], label: str
) -> dict[str, float | None]:
    return {
        name: None if side is None else known.get(label, 0.0)
        for name, side, known in zip(("source", "made"), sides, shares, strict=True)
    }


def _ranges(sides: Sequence[ColumnProfile | None]) -> Bars:
    """Bins of equal width over the middle of both sides; the outer ones reach to the ends, so that a few very large
    values do not squeeze all others into one bar."""
    points = [None if side is None else [number_of(text) for text in side.quantiles] for side in sides]
    known = [each for each in points if each]
    low, high = min(each[1] for each in known), max(each[-2] for each in known)
    if high <= low:
        low, high = min(each[0] for each in known), max(each[-1] for each in known)
    like = next(side.quantiles[0] for side in sides if side is not None)
    is_whole = all(side.integral for side in sides if side is not None)
    edges = _edges(low, high, is_whole=is_whole, is_round=_is_number(like))
    shares = [None if each is None else _in_bins(each, edges) for each in points]
    filled = [0.0 if side is None else 1 - side.nulls / side.rows for side in sides]
    bars = []
    for number in range(len(edges) - 1):
        inside = [
            None if share is None else share[number] * part
            for share, part in zip(shares, filled, strict=True)
        ]
        label = _range(edges, number, like, is_whole=is_whole)
        bars.append(Bar(label=label, source=inside[0], made=inside[1]))
    return Bars(kind="ranges", what="Share of rows by range", bars=(*bars, *_nulls(sides)))


def _edges(low: float, high: float, *, is_whole: bool, is_round: bool) -> list[float]:
    """Of about `BINS` bins between the two; round numbers where those are numbers."""
    if high <= low:
        return [low - 0.5, low + 0.5]
    step = (high - low + is_whole) / BINS
    if is_round:
        magnitude = 10.0 ** floor(log10(step))
        step = next(each * magnitude for each in (1.0, 2.0, 5.0, 10.0) if each * magnitude >= step * 0.999)
        step = max(1.0, step) if is_whole else step
        low = floor(low / step) * step
    count = max(1, ceil((high - low) / step - 1e-9 + (1 / step if is_whole else 0)))
    # Whole numbers fall into bins, not between them.
    return [low + step * number - (0.5 if is_whole else 0.0) for number in range(count + 1)]


def _in_bins(quantiles: Sequence[float], edges: Sequence[float]) -> list[float]:
    """How much lies in each bin; between two quantiles values are spread evenly, and equal ones are a spike."""
    below = [0.0, *(_share_below(quantiles, edge) for edge in edges[1:-1]), 1.0]
    return [max(0.0, upper - lower) for lower, upper in pairwise(below)]


def _share_below(quantiles: Sequence[float], edge: float) -> float:
    steps = len(quantiles) - 1
    total = 0.0
    for low, high in pairwise(quantiles):
        if high <= edge:
            total += 1.0
        elif low < edge:
            total += (edge - low) / (high - low)
    return total / steps if steps else float(quantiles[0] <= edge)


def _lengths(sides: Sequence[ColumnProfile | None]) -> Bars:
    """How long texts are, from nine quantiles of each side."""
    points = [None if side is None else [float(each) for each in side.length_quantiles] for side in sides]
    known = [each for each in points if each]
    low, high = min(each[0] for each in known), max(each[-1] for each in known)
    edges = _edges(low, high, is_whole=True, is_round=True)
    shares = [None if each is None else _in_bins(each, edges) for each in points]
    bars = tuple(
        Bar(
            label=_range(edges, number, "0", is_whole=True, is_open=False),
            source=None if shares[0] is None else shares[0][number],
            made=None if shares[1] is None else shares[1][number],
        )
        for number in range(len(edges) - 1)
    )
    return Bars(kind="lengths", what="Share of texts by length in characters", bars=bars)


def _nulls(sides: Sequence[ColumnProfile | None]) -> list[Bar]:
    return [_empty(sides)] if any(side is not None and side.nulls for side in sides) else []


def _empty(sides: Sequence[ColumnProfile | None]) -> Bar:
    shares = [None if side is None else side.nulls / side.rows for side in sides]
    return Bar(label=EMPTY, source=shares[0], made=shares[1])


def short(text: str) -> str:
    """A value as a label."""
    shown = text if text.strip() == text and text else repr(text)
    return shown if len(shown) <= _SHORT else f"{shown[: _SHORT - 1]}…"


def _range(edges: Sequence[float], number: int, like: str, *, is_whole: bool, is_open: bool = True) -> str:
    low, high = edges[number], edges[number + 1]
    if len(edges) == 2 and not is_whole:
        return _text((low + high) / 2, like, high - low)
    if is_whole:
        first, last = floor(low) + 1, floor(high)
        if first >= last:
            return _number(last)
        texts = _number(first), _number(last)
    else:
        texts = _text(low, like, high - low), _text(high, like, high - low)
    if is_open and number == 0 and len(edges) > 2:
        return f"up to {texts[1]}"
    if is_open and number == len(edges) - 2 and len(edges) > 2:
        return f"from {texts[0]}"
    return f"{texts[0]} to {texts[1]}"


def _text(position: float, like: str, width: float) -> str:
    """The position as a text of the kind of `like`, no finer than the width needs."""
    if ":" in like and "-" not in like:
        minutes = round(position / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if _is_number(like):
        return _number(position, width)
    if len(like) == 10:
        return date.fromordinal(max(1, round(position / 86400))).isoformat()
    moment = datetime.fromtimestamp(position, UTC)
    return f"{moment:%Y-%m-%d}" if width >= 2 * 86400 else f"{moment:%Y-%m-%d %H:%M}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(value: float, width: float = 1.0) -> str:
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    digits = 0 if width >= 1 else 1 if width >= 0.1 else 2 if width >= 0.01 else 4
    return f"{value:,.{digits}f}"
