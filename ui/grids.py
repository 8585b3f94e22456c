"""How high grids are: as their rows where that is bearable, so that nobody scrolls in a box for the last one."""

from __future__ import annotations

ROW, HEAD, MOST = 35, 37, 640
"""Pixels: of a row, of the names above them with the border, and of the highest grid."""


def height_for(rows: int) -> int:
    """The height of a grid with so many rows."""
    return min(HEAD + ROW * rows, MOST)
