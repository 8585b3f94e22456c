"""Where the table begins and ends: lines above it (banner) and below it (footer)."""

from __future__ import annotations

import re
from collections import Counter
from itertools import dropwhile

from synth_core.files.rows import Row
from synth_core.stages.sniff.header import header_score
from synth_core.stages.sniff.header_block import is_signed_header
from synth_core.stages.sniff.kinds import NULL_TOKENS, is_remark, is_strong, kind_of

_LOOK = 200
_MOST = 120
"""Lines above a table: instruments write their settings there."""
_ALIKE, _FEWEST_STRONG = 0.7, 2
_FEWEST_NEAR = 3
_RAGGED, _FEWEST_BREAKS = 0.05, 5
_BEGINNING = 200
"""Characters by which a line above or below the table is told."""
_MOST_TITLES = 6
_NAMED = 1.0
"""Evidence of a header that makes a title of the line above it."""
_COMMENT = re.compile(r"\s*(?:#|//|--|;;|%|\*{2,}|={3,}|-{3,}|REM\b|HEADER\b|HDR\b)")
_KEY_VALUE = re.compile(
    r"\s*[\"']?(?:report|generated|created|exported?|extract(?:ed)?|source|date|period|version|author|title|"
    r"run|printed|prepared|as of|file ?name|filename|company|confidential|copyright|database|query|user|"
    r"produced|downloaded|updated|last (?:update|change)|data (?:from|as))\b[^,;|\t]*(?::|=|$|\d)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\s*[\"']?(?:(?:grand |sub)?totals?|sum|summe|gesamt|insgesamt|end(?: of (?:file|report|data))?|eof|"
    r"trailer|trl|footer|rows?|records?|count|number of|source|note|generated|exported|"
    r"copyright|confidential)\b"
    r"|\s*[\"']?(?:\(c\)|©)",
    re.IGNORECASE,
)
_END = re.compile(r"eof|end of (?:file|report|data|export)", re.IGNORECASE)
_COUNT = re.compile(r"\s*[\"'(\[-]*\s*\d[\d., ]*\s*(?:rows?|records?|lines?|entries|zeilen)\b", re.IGNORECASE)


def _is_comment(text: str) -> bool:
    text = text[:_BEGINNING]
    return bool(_COMMENT.match(text)) and text.strip() not in NULL_TOKENS


def banner_rows(rows: list[Row], width: int) -> int:
    """How many of the rows stand above header or data."""
    above = next((number for number, row in enumerate(rows) if not _is_passed(row)), 0)
    start = above + _first_regular(rows[above:], width)
    near = [number for number in range(above, start) if _is_near(rows[number], width)]
    ragged = near[:1] if len(near) >= _FEWEST_NEAR and 2 * len(near) > start - above else []
    found = (number for number in range(above, start) if _is_data(rows, number, start, width))
    start = min([start, *ragged, *([place] if (place := next(found, None)) is not None else [])])
    while start < len(rows) - 1 and _is_above(rows, start, width):
        start += 1
    return start


def _first_regular(rows: list[Row], width: int) -> int:
    """The row from which on the rows have the table's width: the place with the fewest exceptions."""
    window = rows[:_LOOK]
    fits = [len(row.cells) == width and not (row.is_blank and width > 1) for row in window]
    # Blank lines and comments inside a table are passed over, above it they belong to the banner.
    passed = list(map(_is_passed, window))
    breaks = [not fit and not skip for fit, skip in zip(fits, passed, strict=True)]
    best, best_cost, is_ragged = 0, float("inf"), False
    lost, ahead = 0, sum(breaks)
    for start in range(min(len(window), _MOST + 1)):
        cost = lost + 2 * ahead
        if cost < best_cost and fits[start]:
            best, best_cost, is_ragged = (
                start,
                cost,
                ahead > max(_FEWEST_BREAKS, _RAGGED * (len(window) - start)),
            )
        lost += fits[start]
        ahead -= breaks[start]
    # Where rows are of any width all the way, leaving out some of them mends nothing.
    return fits.index(True) if is_ragged else best


def _is_passed(row: Row) -> bool:
    return row.is_blank or is_remark(row.cells[0])


def _is_near(row: Row, width: int) -> bool:
    """A value too many or too few: several such lines are rows, which are not to be passed on as titles."""
    filled = sum(map(bool, map(str.strip, row.cells)))
    return width > 2 and len(row.cells) in (width - 1, width + 1) and filled > max(2, width / 2)


def _is_data(rows: list[Row], place: int, start: int, width: int) -> bool:
    """The row is as the table's are, from `start` on, but for its width: no line above, and not to be lost as one."""
    cells = rows[place].cells
    below = [row.cells for row in rows[start : start + 40] if len(row.cells) == width]
    if width < 3 or not below or 2 * sum(map(bool, map(str.strip, cells))) < width:
        return False
    kinds = [Counter(map(kind_of, column)).most_common(1)[0][0] for column in zip(*below, strict=True)]
    alike = [kind for cell, kind in zip(cells, kinds, strict=False) if kind_of(cell) == kind]
    begins_alike = kind_of(cells[0]) == kinds[0]
    is_alike = len(alike) >= _ALIKE * min(width, len(cells))
    return begins_alike and is_alike and sum(map(is_strong, alike)) >= _FEWEST_STRONG


def _is_above(rows: list[Row], start: int, width: int) -> bool:
    """A row of the right width that is none of the table's all the same."""
    row = rows[start]
    text = row.cells[0][:_BEGINNING]
    if row.is_blank or (start == 0 and text.lower() == "sep=" and not "".join(row.cells[1:])):
        return True
    below = [
        other
        for other in rows[start + 1 : start + 40]
        if len(other.cells) == width and any(map(str.strip, other.cells))
    ]
    if not below:
        return False
    filled = sum(bool(cell.strip()) for cell in row.cells)
    if not filled:
        return True
    counts = [sum(bool(cell.strip()) for cell in other.cells) for other in below]
    usual = Counter(counts).most_common(1)[0][0]
    table = list(dropwhile(lambda count: count == 1, counts))
    if width >= 3 and filled <= 1 and (usual >= 3 or min(table, default=0) >= 2):
        title = next(filter(str.strip, row.cells), "")
        return row.quoted is None or not is_strong(kind_of(title))
    if width == usual == 2 and filled == 1 and " " in text.strip() and row.quoted is None:
        return all(all(map(str.strip, other.cells)) for other in below)
    if (rows[start + 1].is_blank and _is_sentence(row, below)) or _is_written_otherwise(row, below):
        return True
    commented = sum(_is_comment(other.cells[0]) for other in below)
    if _is_comment(text) and commented <= len(below) // 4:
        return not is_signed_header(rows, start, width)
    if width == 1:
        return _is_title_of_one_column(rows, start)
    if width != 2 or not _KEY_VALUE.match(text):
        return False
    return _ends_with_blank(rows, start) or not _looks_like_header_of(row, below)


def _ends_with_blank(rows: list[Row], start: int) -> bool:
    """A few lines, a blank one, and then the table without any other."""
    behind = rows[start + 1 : start + 40]
    blanks = [number for number, row in enumerate(behind) if row.is_blank]
    return bool(blanks) and start + blanks[0] < _MOST_TITLES and blanks[-1] - blanks[0] < len(blanks)


def _is_sentence(row: Row, below: list[Row]) -> bool:
    """A title that has a delimiter in it: with more words than any value below."""
    words = max(len(cell.split()) for cell in row.cells)
    return words > 3 and words > max(len(cell.split()) for other in below for cell in other.cells)


def _is_written_otherwise(row: Row, below: list[Row]) -> bool:
    """A title that has a delimiter in it, above a header in quotes: the two were not written by the same program."""
    header, rest = below[0], [other.cells for other in below[1:]]
    if row.quoted is not None or header.quoted is None or not all(header.quoted):
        return False
    named = header_score(header.cells, rest)
    return named > _NAMED and named > header_score(row.cells, rest)


def _looks_like_header_of(row: Row, below: list[Row]) -> bool:
    """Two cells of a `key;value` line: the row after it is no header then, or is one itself."""
    first = below[0].cells
    rest = [other for other in below[1:] if not _KEY_VALUE.match(other.cells[0][:_BEGINNING])]
    typed = []
    for number in range(len(row.cells)):
        kinds = [kind_of(other.cells[number]) for other in rest]
        kinds = [kind for kind in kinds if kind not in ("empty", "null")]
        if sum(map(is_strong, kinds)) >= max(1, 0.8 * (len(kinds) - 1)):
            typed.append(number)
    return not any(not is_strong(kind_of(first[number])) for number in typed)


def _is_title_of_one_column(rows: list[Row], start: int) -> bool:
    """With a single column all lines have the same width: only the look of a line tells."""
    text = rows[start].cells[0][:_BEGINNING]
    if _KEY_VALUE.match(text) and (":" in text or re.search(r"\d{4}", text)):
        return not any(_KEY_VALUE.match(row.cells[0][:_BEGINNING]) for row in rows[start + 3 : start + 20])
    behind = rows[start + 1 : start + 40]
    if behind[0].cells[0].startswith(("===", "---")):
        return True
    return _ends_with_blank(rows, start)


def footer_rows(rows: list[Row], width: int) -> int:
    """How many of the last rows stand below the data. A row of values cut short is not among them."""
    count = 0
    for row in reversed(rows[1:]):
        if not _is_below(row, width, rows[1 : len(rows) - count - 1][:5]):
            break
        count += 1
    # Blank lines end a file of one column only together with something else.
    while width == 1 and count and rows[len(rows) - count].is_blank and count == _trailing_blanks(rows):
        count = 0
    return count


def _trailing_blanks(rows: list[Row]) -> int:
    count = 0
    for row in reversed(rows):
        if not row.is_blank:
            break
        count += 1
    return count


def _is_below(row: Row, width: int, first: list[Row]) -> bool:
    """The row is none of the table's, whose `first` rows begin otherwise."""
    text = row.cells[0][:_BEGINNING].strip()
    if row.is_blank:
        return True
    if _COUNT.match(text) and len(row.cells) <= max(1, min(width, 2)):
        return not any(_COUNT.match(other.cells[0][:_BEGINNING]) for other in first)
    is_full = len(row.cells) == width > 1 and all(map(str.strip, row.cells))
    if _is_comment(text) and (not is_full or is_remark(text)):
        return not any(_is_comment(other.cells[0]) for other in first)
    if _TOTAL.match(text) and not any(_TOTAL.match(other.cells[0][:_BEGINNING]) for other in first):
        is_other = all(is_strong(kind_of(other.cells[0])) for other in first) and width > 1
        return len(row.cells) != width or width > 2 or ":" in text or is_other or bool(_END.fullmatch(text))
    if len(row.cells) == 1 and width > 1 and kind_of(text) in ("text", "odd"):
        return True
    filled = [cell for cell in row.cells if cell.strip()]
    return len(row.cells) == width and width >= 3 and (not filled or _is_sum(row, filled, first))


def _is_sum(row: Row, filled: list[str], first: list[Row]) -> bool:
    """A text where the others have a number or a date, and a number or nothing more: `Saldo finale;;;;1.234,56`."""
    text, *rest = filled
    if row.cells[0] != text or len(rest) > 1 or 2 * len(filled) > len(row.cells) or kind_of(text) != "text":
        return False
    said = is_strong(kind_of(rest[0])) if rest else " " in text.strip()
    return bool(first) and said and all(is_strong(kind_of(other.cells[0])) for other in first)
