"""Delimiter, quote and escape character: every candidate splits the sample, the best table wins.

A good split gives rows of equal length (pattern) whose cells look like values of a type (type score), as in
van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019). Lines
above and below the table take no part in the pattern.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from synth_core.files.rows import Marks, Row, split_lines, split_rows, without_comments
from synth_core.stages.sniff.candidates import CONTROL, LIKELY, candidates, likelihood
from synth_core.stages.sniff.kinds import is_remark, is_strong, kind_of
from synth_core.stages.sniff.weights import type_score

_LINES = 300
_CHARACTERS = 48 * 1024
_FEWEST_LINES = 6
_START = 4096
"""Characters of a line in which dates, addresses and the like are looked for."""
_FLAWS = {"open": 3.0, "cut": 0.5, "after": 1.0, "long": 3.0}
_TOKEN = re.compile(
    r"https?://[^\s\"'<>`]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]*[a-zA-Z][\w.-]{2,80}"
    r"|(?<![\w:./-])(?:(?:\d{4}|\d\d?)([-/.])\d\d?\1(?:\d{4}|\d\d?)"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z| UTC| ?[+-]\d{2}(?::?\d{2})?)?)?"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|[$€£]-?\d[\d.,]{0,20}|\d[\d.,]{0,20} ?%)(?![\w:/-])"
)
"""What has signs inside that separate nothing: addresses, dates, times, money, shares."""
_INSIDE = 0.25
"""What is left of the likelihood of a sign that stands nearly always in such tokens."""
_ALIGNED = 0.9
"""Blanks of which several stand side by side: columns one below the other."""
_LISTED = 0.85
_LIST = re.compile(r"[^,;\t|]*([,;\t|])(?=\S)[^,;\t|]+(?:\1(?=\S)[^,;\t|]+)+")
"""Items of a list; a row seldom begins with one, so the lists' mark rather separates cells."""
_PROSE = frozenset(",;:")
_IN_PROSE = 0.85
"""Such a mark with a blank behind it wherever it stands may as well be punctuation of a text."""
_PREFIXING = 0.6
"""A sign that always has a blank before it and none behind is the first one of a value."""
_SIDES = frozenset(",;|")
_CUT = 0.6
_COMMA_NUMBER = re.compile(r"-?\d+,\d+")
_FEWEST_DECIMALS = 3
_DECIMAL = 0.6
"""What is left of the comma where it may as well be the decimal mark of all numbers that have one."""
_SEPARATOR = re.compile(r"sep=(.)[\r\n]", re.IGNORECASE)
"""A first line that says how the file is split, for spreadsheets."""
_SAID = 3.0
_REMARKED = re.compile(r"(?:#(?:[# \t!][^\r\n]*)?)?(?:\r\n|\n|\r)")
"""A line that is a comment or blank."""
_ESCAPING = 0.99
_BROKEN = 0.9
"""A sign that opens as many values without end as it encloses is a part of them: `'Amman`."""
_DOUBTS, _DOUBTS_OF_EXACT, _DOUBTS_OF_TYPED = 10.0, 4.0, 2.5
"""How much a seldom delimiter has to convince: less where it stands equally often in each of three rows or more, and
still less where it leaves a column of numbers or the like."""
_SEVERAL, _FEWEST_WIDE = 2, 5


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
    text = _behind_remarks(text)
    read = _first_lines(text)
    lines = _without_comments(read)
    whole = read if lines != read else None
    sample = "".join(lines)
    named = _SEPARATOR.match(lines[0])
    starts = [line[:_START] for line in lines]
    bare = [(line, _TOKEN.sub("", line)) for line in starts]
    is_cut = sum(map(len, read)) < len(text)
    splits = [_split(lines, marks, bare, whole, is_cut=is_cut) for marks in candidates(lines, sample)]
    if named:
        splits = [
            replace(each, score=each.score * (_SAID if each.marks.delimiter == named[1] else 1.0))
            for each in splits
        ]
    if any(_has_decimal_commas(split) for split in splits):
        splits = [
            replace(each, score=each.score * (_DECIMAL if each.marks.delimiter == "," else 1.0))
            for each in splits
        ]
    return sorted(splits, key=lambda split: -split.score)


def _has_decimal_commas(split: Split) -> bool:
    """Another sign splits every line alike that has a comma, and each comma that is left stands inside a number."""
    if split.marks.delimiter == "," or split.consistency < 1 or split.width < 2:
        return False
    if split.marks.delimiter == " " and split.width == 2 and any("," in cell for cell in split.rows[0].cells):
        # Of two numbers side by side each may be one of three that a comma separates; a header without any is none.
        return False
    if any("," in cell for row in split.rows if len(row.cells) != split.width for cell in row.cells):
        return False
    cells = [cell for row in split.rows if len(row.cells) == split.width for cell in row.cells if "," in cell]
    return len(cells) >= _FEWEST_DECIMALS and all(map(_COMMA_NUMBER.fullmatch, cells))


def _behind_remarks(text: str) -> str:
    """The text without the comments that it begins with, however many there are."""
    place = 0
    while match := _REMARKED.match(text, place):
        place = match.end()
    return text[place:] or text


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


def _without_comments(lines: list[str]) -> list[str]:
    """Comments between the rows say nothing about how these are split: blank lines stand for them."""
    remarks = [is_remark(line) for line in lines]
    if sum(remarks) == sum(bool(line.strip()) for line in lines):
        return lines
    return ["\n" if is_remark else line for is_remark, line in zip(remarks, lines, strict=True)]


def _split(
    lines: list[str],
    marks: Marks,
    bare: list[tuple[str, str]],
    whole: list[str] | None,
    *,
    is_cut: bool,
) -> Split:
    """`bare`: the lines as they are, and without those tokens that have signs inside; `whole`: with the comments that
    `lines` lack, some of which may stand in quotes; `is_cut`: there are more lines behind them."""
    if whole is not None and marks.quotechar:
        rows = tuple(split_rows(without_comments(whole, marks, is_remark), marks))
    else:
        rows = tuple(split_rows(lines, marks))
    if is_cut and rows and rows[-1].problem == "open":
        # It may well be closed in a line that was not looked at.
        rows = (*rows[:-1], rows[-1]._replace(problem="cut"))
    widths = [len(row.cells) for row in rows if not row.is_blank]
    if not widths:
        return Split(marks, rows, 1, 0.0, 0.0)
    widest = _wider(widths, table_width(widths))
    if widest is not None:
        narrow, wide = (
            _scored(rows, lines, marks, bare, widths, width) for width in (table_width(widths), widest)
        )
        return wide if wide.score > narrow.score else narrow
    return _scored(rows, lines, marks, bare, widths, table_width(widths))


def _wider(widths: list[int], width: int) -> int | None:
    """A table below a long list of settings: rows of several times the width, side by side and fewer."""
    counts = Counter(other for other in widths if other >= _SEVERAL * width)
    if width < 2 or not counts:
        return None
    wide, count = counts.most_common(1)[0]
    place = widths.index(wide)
    return wide if count >= _FEWEST_WIDE and 2 * widths[place : place + count].count(wide) > count else None


def _scored(
    rows: tuple[Row, ...],
    lines: list[str],
    marks: Marks,
    bare: list[tuple[str, str]],
    widths: list[int],
    width: int,
) -> Split:
    first, last = widths.index(width), len(widths) - 1 - widths[::-1].index(width)
    inside = widths[first : last + 1]
    fitting = inside.count(width)
    consistency = fitting / len(inside)
    outside = (len(widths) - len(inside)) / len(widths)
    table = [row for row in rows if len(row.cells) == width and not (row.is_blank and width > 1)]
    flawed = sum(_FLAWS.get(row.problem, 0.0) for row in rows) / len(rows)
    pattern = consistency**2 * (1 - 0.8 * outside) * (1 - min(1.0, flawed)) * _breadth(_filled(table))
    if fitting == 1 and len(widths) > 2:
        pattern *= 0.3
    types = type_score(table, marks)
    if width > 1 and len(widths) > 2 and fitting == len(widths):
        # Every single line, a header without any values included.
        pattern *= 1.3
    # A character that seldom separates needs more rows, or wider ones, to convince.
    is_aligned = marks.delimiter == " " and marks.initial_space
    doubts = _DOUBTS
    if consistency == 1 and fitting > 2 and marks.delimiter != " ":
        doubts = _DOUBTS_OF_TYPED if _is_typed(table) else _DOUBTS_OF_EXACT
    likely = _ALIGNED if is_aligned else likelihood(marks.delimiter)
    if _needs_quotes(table, marks.delimiter):
        likely = max(likely, LIKELY)
    prior = likely ** (1 + doubts / (len(widths) * math.sqrt(max(1, width - 1))))
    outside_tokens = [marks.delimiter in rest for line, rest in bare if marks.delimiter in line]
    if width > 1 and all(row.quoted is not None and all(row.quoted) for row in table):
        # Quotes on both sides of it: there is nothing else that it could be.
        prior = max(prior, CONTROL)
    elif likelihood(marks.delimiter) < LIKELY and 2 * sum(outside_tokens) <= len(outside_tokens):
        prior *= _INSIDE
    score = pattern * types * prior * (_ESCAPING if marks.escapechar else 1.0)
    broken = sum(row.problem in _FLAWS for row in rows)
    sound = sum(bool(row.quoted) and not row.problem for row in table)
    if sound > broken:
        score *= 1.02
    elif broken:
        score *= _BROKEN
    if width > 1 and all(_LIST.fullmatch(row.cells[0]) for row in table):
        score *= _LISTED
    if marks.delimiter in _PROSE and not marks.initial_space and _is_prose(table):
        score *= _IN_PROSE
    if marks.initial_space and not is_aligned and not _has_blanks(lines, marks):
        score *= _INSIDE
    columns = _columns(table)
    if any(_is_cut(column, 0, marks.delimiter) for column in columns) or any(
        _is_cut(column, -1, marks.delimiter) for column in columns[:-1]
    ):
        score *= _CUT
    if likelihood(marks.delimiter) < LIKELY and marks.delimiter != " " and _is_prefix(table):
        score *= _PREFIXING
    return Split(marks, rows, width, score, consistency)


def _has_blanks(lines: list[str], marks: Marks) -> bool:
    """Most delimiters have blanks behind them. A single one may stand in a quoted text: `"so, ""he"" said"`."""
    rows = split_rows(lines, replace(marks, initial_space=False))
    inner = [cell for row in rows for cell in row.cells[1:] if cell]
    return 2 * sum(cell[0] == " " for cell in inner) >= len(inner)


def _is_prose(table: list[Row]) -> bool:
    """All values but those of the first column begin with a blank."""
    inner = [cell for row in table for cell in row.cells[1:] if cell]
    return bool(inner) and all(cell[0] == " " for cell in inner)


def _needs_quotes(table: list[Row], delimiter: str) -> bool:
    """Several values are quoted that have the delimiter inside, as they must."""
    found = (
        delimiter in cell
        for row in table
        if row.quoted is not None and not row.problem
        for cell, is_quoted in zip(row.cells, row.quoted, strict=True)
        if is_quoted
    )
    return sum(found) > 1


def _is_cut(column: tuple[str, ...], end: int, delimiter: str) -> bool:
    """Nearly every value begins (or ends) with another usual delimiter: this one is a blank at the end of values."""
    filled = [cell for cell in column if cell]
    sides = Counter(cell[end] for cell in filled if cell[end] in _SIDES - {delimiter})
    return (
        len(filled) > 2 and max(map(len, filled)) > 1 and max(sides.values(), default=0) >= 0.9 * len(filled)
    )


def _is_prefix(table: list[Row]) -> bool:
    """It stands as in `12 #news` or `5 $3`, nearly always."""
    pairs = [
        left.endswith(" ") and right[:1] not in ("", " ")
        for row in table
        for left, right in pairwise(row.cells)
    ]
    return bool(pairs) and sum(pairs) >= 0.9 * len(pairs)


def _is_typed(table: list[Row]) -> bool:
    """Below the first row a column has nothing but numbers or the like; no cell ends in a blank, as in `Room #12`."""
    if any(cell != cell.strip(" ") for row in table for cell in row.cells):
        return False
    return any(all(is_strong(kind_of(cell)) for cell in column[1:]) for column in _columns(table))


def _columns(table: list[Row]) -> list[tuple[str, ...]]:
    return list(zip(*(row.cells for row in table), strict=True))


def table_width(widths: list[int]) -> int:
    """The number of cells that the table's rows have: the most frequent one that is more than 1, unless the
    rows with one cell are the bulk."""
    counts = Counter(widths)
    several = [(count, width) for width, count in counts.items() if width > 1]
    if not several:
        return 1
    count, width = max(several)
    return width if count * 4 >= counts[1] else 1


def _filled(rows: list[Row]) -> int:
    """Columns with anything in them: a character that only ends (or only opens) the lines splits nothing."""
    return sum(any(map(str.strip, column)) for column in _columns(rows)) or 1


def _breadth(width: int) -> float:
    """More columns are less of a coincidence; a single one is what is left when nothing splits."""
    return 0.45 if width == 1 else 1 - 0.6 / (width + 0.5)
