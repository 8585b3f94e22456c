"""Delimiter, quote and escape character: every candidate splits the sample, the best table wins.

A good split gives rows of equal length (pattern) whose cells look like values of a type (type score), as in
van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019). Lines
above and below the table take no part in the pattern.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from synth_core.files.rows import Marks, Row, split_lines, split_rows
from synth_core.stages.sniff.kinds import kind_of

_LINES = 300
_CHARACTERS = 48 * 1024
_FEWEST_LINES = 6
_COLUMNS = 400
_USUAL = {
    ",": 1.0,
    "\t": 1.0,
    ";": 1.0,
    "|": 1.0,
    "\x01": 1.0,
    "\x1f": 1.0,
    "^": 0.97,
    "~": 0.97,
    "\x1e": 0.95,
    "\x02": 0.95,
}
_RARE = {
    ":": 0.86,
    "¦": 0.95,
    "§": 0.95,
    "¬": 0.95,
    "þ": 0.9,
    "#": 0.8,
    "!": 0.8,
    "*": 0.8,
    "=": 0.75,
    "&": 0.75,
    " ": 0.72,
}
_UNLIKELY = {"/": 0.6, "@": 0.6, "$": 0.6, "%": 0.6, "+": 0.6, "\\": 0.6, "`": 0.6}
_PRIOR = _USUAL | _RARE | _UNLIKELY
_WEIGHT = {
    "number": 1.0,
    "moment": 1.0,
    "address": 1.0,
    "code": 1.0,
    "null": 1.0,
    "empty": 0.8,
    "word": 0.9,
    "text": 0.75,
    "list": 0.5,
    "odd": 0.1,
}
_QUOTES = ('"', "'")


@dataclass(frozen=True)
class Split:
    """One way to split the sample, and how good it is."""

    marks: Marks
    rows: tuple[Row, ...]
    width: int
    """Cells in a row of the table."""
    score: float
    consistency: float
    """Share of rows of that width, between first and last of them."""


def best_splits(text: str) -> list[Split]:
    """All ways to split the text that are worth a look, the best first."""
    lines = _first_lines(text)
    sample = "".join(lines)
    splits = [_split(lines, marks) for marks in _candidates(lines, sample)]
    return sorted(splits, key=lambda split: -split.score)


def _first_lines(text: str) -> list[str]:
    """So many lines that they are enough to judge by, but of very long ones a few only."""
    lines: list[str] = []
    size = 0
    for line in split_lines(text):
        if len(lines) >= _LINES or (size > _CHARACTERS and len(lines) >= _FEWEST_LINES):
            break
        lines.append(line)
        size += len(line)
    return lines


def _candidates(lines: list[str], sample: str) -> list[Marks]:
    counts = Counter(sample)
    delimiters = [mark for mark in _PRIOR if counts[mark] >= max(1, len(lines) // 20)]
    delimiters = sorted(delimiters, key=lambda mark: -_PRIOR[mark] * min(counts[mark], 3 * len(lines)))[:12]
    if "," not in delimiters:
        delimiters.append(",")
    candidates = []
    for delimiter in delimiters:
        escaped = f"\\{delimiter}" in sample
        candidates.append(Marks(delimiter, "", "\\" if escaped else ""))
        for quote in _QUOTES:
            if quote in sample and _opens(sample, delimiter, quote):
                is_escaped = re.search(rf"[^\\{quote}\r\n]\\{quote}[^{re.escape(delimiter)}\r\n]", sample)
                candidates.append(Marks(delimiter, quote))
                if is_escaped or escaped:
                    candidates.append(Marks(delimiter, quote, "\\"))
    return candidates


def _opens(sample: str, delimiter: str, quote: str) -> bool:
    """The quote stands at the beginning of some cell."""
    return sample.startswith(quote) or any(mark + quote in sample for mark in (delimiter, "\n", "\r"))


def _split(lines: list[str], marks: Marks) -> Split:
    rows = tuple(split_rows(lines, marks))
    widths = [len(row.cells) for row in rows if not row.is_blank]
    if not widths:
        return Split(marks, rows, 1, 0.0, 0.0)
    width = table_width(widths)
    first, last = widths.index(width), len(widths) - 1 - widths[::-1].index(width)
    inside = widths[first : last + 1]
    fitting = inside.count(width)
    consistency = fitting / len(inside)
    outside = (len(widths) - len(inside)) / len(widths)
    flawed = sum(bool(row.problem) for row in rows) / len(rows)
    pattern = consistency**2 * (1 - 0.8 * outside) * (1 - min(1.0, 3 * flawed)) * _breadth(width)
    if fitting == 1 and len(widths) > 2:
        pattern *= 0.3
    types = _type_score([row for row in rows if len(row.cells) == width], marks)
    if width > 1 and len(widths) > 2 and fitting == len(widths):
        # Every single line, a header without any values included.
        pattern *= 1.3
    # A character that seldom separates needs more rows to convince.
    prior = _PRIOR[marks.delimiter] ** (1 + 10 / len(widths))
    score = pattern * types * prior * (0.99 if marks.escapechar else 1.0)
    if any(row.quoted for row in rows):
        score *= 1.02
    return Split(marks, rows, width, score, consistency)


def table_width(widths: list[int]) -> int:
    """The number of cells that the table's rows have: the most frequent one that is more than 1, unless the
    rows with one cell are the bulk."""
    counts = Counter(widths)
    several = [(count, width) for width, count in counts.items() if width > 1]
    if not several:
        return 1
    count, width = max(several)
    return width if count * 4 >= counts[1] else 1


def _breadth(width: int) -> float:
    """More columns are less of a coincidence; a single one is what is left when nothing splits."""
    return 0.45 if width == 1 else 1 - 0.6 / (width + 0.5)


def _type_score(rows: list[Row], marks: Marks) -> float:
    """The mean weight of the cells, each column counting alike, and how much each column is of one kind."""
    if not rows:
        return 0.0
    total = 0.0
    width = len(rows[0].cells)
    columns = range(0, width, 1 + width // _COLUMNS)
    for number in columns:
        weights = 0.0
        for row in rows:
            cell = row.cells[number]
            is_quoted = row.quoted is not None and row.quoted[number]
            weights += _cell_weight(cell, is_quoted, marks)
        total += weights / len(rows)
    return total / len(columns)


def _cell_weight(cell: str, is_quoted: bool, marks: Marks) -> float:
    kind = kind_of(cell)
    if is_quoted:
        return max(_WEIGHT[kind], 0.75)
    weight = _WEIGHT[kind]
    text = cell.strip(" ")
    if text and (text[0] in _QUOTES or text[-1] in _QUOTES) and marks.quotechar != text[0]:
        # A quote that is left at the end of a cell was not understood, and less so a single double quote.
        weight = min(weight, 0.35)
        if (text[0] == '"') != (len(text) > 1 and text[-1] == '"'):
            weight = 0.05
    if kind == "text" and "," in text and re.search(r",\S", text):
        weight = 0.5
    return weight
