"""How much the cells of a split look like values."""

from __future__ import annotations

import re

from synth_core.files.rows import Marks, Row
from synth_core.stages.sniff.kinds import kind_of

QUOTES = ('"', "'", "`")
_COLUMNS = 400
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
_MARKS = (",", ";", "|", "\t")
"""A cell that ends in one of them was cut at the wrong place."""
_GLUED = re.compile(r"\d[$%+*=#!&@`~]\d")
"""Digits on both sides of a sign that is in no number: it should have separated them."""


def type_score(rows: list[Row], marks: Marks) -> float:
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
    if kind == "number" and cell.isdigit():
        return _WEIGHT[kind]  # most cells of most tables
    if is_quoted:
        return max(_WEIGHT[kind], 0.75)
    weight = _WEIGHT[kind]
    if kind == "word" and marks.delimiter == " ":
        weight = _WEIGHT["text"]  # words side by side are one text
    text = cell.strip(" ")
    if text and (text[0] in QUOTES or text[-1] in QUOTES) and marks.quotechar != text[0]:
        # A quote that is left at the end of a cell was not understood, and less so a single double quote.
        weight = min(weight, 0.35)
        if (text[0] == '"') != (len(text) > 1 and text[-1] == '"'):
            weight = 0.05
    if kind == "text" and "," in text and re.search(r",\S", text):
        weight = 0.5
    if text[-1:] in _MARKS and len(text) > 1 and marks.delimiter not in _MARKS:
        weight = min(weight, 0.35)
    if kind == "text" and " " not in text and _GLUED.search(text):
        weight = _WEIGHT["odd"]
    return weight
