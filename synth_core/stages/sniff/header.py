"""Header rows: does the first row name the columns below it?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from synth_core.files.rows import Row
from synth_core.stages.describe.tokens import may_name
from synth_core.stages.sniff.kinds import is_strong, kind_of, outline_of, shape_of

_VOCABULARY = """
id key code name no nr num number date time year month day type kind class category status state city
country region zip postal address street phone fax mail email url title description desc comment note
notes price cost amount total sum quantity qty count value rate percent unit currency age gender sex
first last middle start end from to created updated modified flag level rank score order line item
product customer user account company department group team parent ref reference index latitude longitude
lat lon size weight height width length color language version source target text label birth
"""
NAME_WORDS = frozenset(_VOCABULARY.split())
"""What columns are often called, in any subject."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_CLEAR = 1.0
"""Evidence that makes a header of a line that has fewer cells than the rows below it."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_FEWEST_STEPS = 3
_STEP_OVER_NUMBERS = 1.0
"""Evidence of a number that is the name of a column, as in tables with a column a year, a size or a distance."""
_WHOLE = re.compile(r"[1-9]\d{0,8}")
_TRUTHS = frozenset({"true", "false"})
_PLAIN_WORDS = re.compile(r"[A-Za-z]+(?:[ _-][A-Za-z]+)*")
_COUNTED = re.compile(r"([^\W\d].*?)(\d{1,9})")
_RUNNING = 0.8
"""Of the cells."""
_MANY = 20
_FEWEST_BARE = 3
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:[._-]\w+)*")


def header_score(first: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """The evidence that `first` is a header of the rows below: above 0 it is more likely than not."""
    filled = [cell.strip() for cell in first if cell.strip()]
    if not filled:
        return -5.0
    columns = list(zip(*below, strict=False)) if below else [()] * len(first)
    steps = _year_columns(first, columns) | _step_columns(first, columns) | _over_truths(first, columns)
    # Columns without anything in them, as spreadsheets leave them at the right, say nothing.
    width = len(filled) + sum(
        not cell.strip() and (not column or any(map(str.strip, column)))
        for cell, column in zip(first, columns, strict=False)
    )
    score = sum(
        _STEP_OVER_NUMBERS if number in steps else _column_evidence(cell, column)
        for number, (cell, column) in enumerate(zip(first, columns, strict=False))
    )
    score /= math.sqrt(width)
    typed = sum(is_strong(kind_of(cell)) for cell in filled) - len(steps)
    score -= 2.5 * typed / math.sqrt(width)
    score -= 1.2 * sum(kind_of(cell) == "null" for cell in filled)
    empty = width - len(filled) - _lacks_first(first, columns)
    usual_empty = sum(not cell.strip() for row in below for cell in row) / max(1, len(below))
    score += 0.5 if not empty and usual_empty >= 1 else 0.0
    score -= 1.5 * empty / math.sqrt(width)
    if len(set(filled)) < len(filled):
        score -= 1.5
    score += 2.2 * _name_share(filled)
    if len(filled) > 1 and all(map(may_name, filled)):
        score += 1.5  # one value may happen to be such a word, but hardly a whole row
    score += 0.8 * (_is_uniform(filled) and sum(_is_uniform(row) for row in below) <= len(below) // 4)
    score += 5.0 * (_are_counted(filled) and not any(map(_are_counted, below[:_FEWEST_BARE])))
    if not below and len(filled) > 3 and not any(char.isdigit() for cell in filled for char in cell):
        score += 1.0  # of a record something would be a number or a date
    if sum(len(cell) > 40 for cell in filled) > len(filled) / 2:
        score -= 1.5
    return score - 0.9


def _lacks_first(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Only the name of the first column lacks, whose values are all there and all different: they number the rows, or
    name them."""
    if first[0].strip() or not all(map(str.strip, first[1:])):
        return False
    values = [value.strip() for value in columns[0]]
    return len(values) >= _FEWEST_STEPS and all(values) and len(set(values)) == len(values)


def _year_columns(first: Sequence[str], columns: Sequence[Sequence[str]]) -> set[int]:
    """The places of years side by side, rising or falling, over values that are no years."""
    found = _side_by_side(
        {number: int(cell) for number, cell in enumerate(first) if _YEAR.fullmatch(cell.strip())}
    )
    values = _values_of(columns, found)
    return found if 2 * sum(bool(_YEAR.fullmatch(value)) for value in values) <= len(values) else set()


def _step_columns(first: Sequence[str], columns: Sequence[Sequence[str]]) -> set[int]:
    """The places of whole numbers side by side, rising or falling, over values of which none is a whole number, or that
    are all smaller than each of them and so many that the first would hardly be the largest, in steps, by chance."""
    found = _side_by_side(
        {number: int(cell) for number, cell in enumerate(first) if _WHOLE.fullmatch(cell.strip())}
    )
    values = [value for value in _values_of(columns, found) if value]
    if values and all(kind_of(value) == "number" and not value.isdigit() for value in values):
        return found
    names = [int(first[place]) for place in sorted(found)]
    is_even = len({later - number for number, later in pairwise(names)}) == 1
    is_above = len(values) >= _MANY * len(found) and all(map(str.isdigit, values))
    return found if is_even and is_above and max(map(int, values)) < min(names) else set()


def _over_truths(first: Sequence[str], columns: Sequence[Sequence[str]]) -> set[int]:
    """The places of numbers over `true` and `false`, as answers to numbered questions have them."""
    pairs = zip(first, columns, strict=False)
    return {
        place for place, (cell, column) in enumerate(pairs) if cell.strip().isdigit() and _are_truths(column)
    }


def _are_truths(values: Sequence[str]) -> bool:
    return len(values) > 1 and {value.strip().lower() for value in values} <= _TRUTHS


def _side_by_side(numbers: Mapping[int, int]) -> set[int]:
    """The places of so many numbers side by side, each higher (or each lower) than the one before it."""
    found: set[int] = set()
    for place in numbers:
        places = range(place, place + _FEWEST_STEPS)
        run = [numbers.get(number, 0) for number in places]
        if all(number < later for number, later in pairwise(run)) or all(
            0 < later < number for number, later in pairwise(run)
        ):
            found |= set(places)
    return found


def _values_of(columns: Sequence[Sequence[str]], places: Set[int]) -> list[str]:
    return [value.strip() for place in places if place < len(columns) for value in columns[place]]


def _column_evidence(cell: str, column: Sequence[str]) -> float:
    """What one column says: its values' type, length and shape against those of the cell above them."""
    filled = ((value, kind_of(value)) for each in column if (value := each.strip()))
    known = [(value, kind) for value, kind in filled if kind != "null"]
    values = [value for value, _ in known]
    text = cell.strip()
    if not values or not text:
        return 0.0
    kind, count = Counter(kind for _, kind in known).most_common(1)[0]
    sure = count / len(values)
    if is_strong(kind) and sure >= 0.7:
        if kind_of(text) == kind:
            return -1.5
        return (2.4 if len(values) > 1 else 1.6) * sure
    if _are_truths(values):
        return -1.5 if text.lower() in _TRUTHS else 2.4
    if is_strong(kind_of(text)):
        return -1.0
    evidence = 0.0
    if text in values:
        # Where each value occurs once, a first one that occurs again is none of them.
        is_other = len(values) >= _MANY and len(set(values)) == len(values)
        evidence += 0.9 if is_other else -1.6
    elif len(values) >= 3 * len(set(values)):
        # A few values again and again, and never the first one.
        evidence += 0.9
    if len(values) >= 4:
        for look in (shape_of, outline_of):
            form, count = Counter(map(look, values)).most_common(1)[0]
            if count >= 0.8 * len(values):
                evidence += -0.7 if look(text) == form else 0.9
                break
    lengths = [len(value) for value in values]
    if len(values) >= 4:
        mean = sum(lengths) / len(lengths)
        spread = math.sqrt(sum((length - mean) ** 2 for length in lengths) / len(lengths))
        distance = abs(len(text) - mean) / (spread + 0.6)
        evidence += 0.5 if distance > 3 else (-0.25 if distance < 1 else 0.0)
        # Of so many alike the first one is seldom the longest.
        evidence += 0.5 if len(values) >= _MANY and len(text) > max(lengths) else 0.0
    if not _has_digit(text) and sum(map(_has_digit, values)) > 0.9 * len(values):
        evidence += 0.9
    elif _PLAIN_WORDS.fullmatch(text) and not any(map(_PLAIN_WORDS.fullmatch, values)):
        # Signs or another alphabet below.
        evidence += 0.6 if len(values) >= _MANY else 0.0
    if " " not in text and sum(" " in value for value in values) > 0.8 * len(values):
        evidence += 0.3
    if " " in text and not any(" " in value for value in values):
        evidence += 0.1
    return evidence


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _are_counted(cells: Sequence[str]) -> bool:
    """One word with running numbers, as spreadsheets and programs name columns: `item 1`, `item 2`; of very many every
    so many are looked at."""
    found = [_COUNTED.fullmatch(cell.strip()) for cell in cells]
    steps = Counter(int(b[2]) - int(a[2]) for a, b in pairwise(found) if a and b and a[1] == b[1])
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    return step > 0 and len(cells) >= _FEWEST_BARE and count >= _RUNNING * (len(cells) - 1)


def _is_uniform(cells: Sequence[str]) -> bool:
    """All cells are single identifiers in the same case."""
    words = [cell for cell in cells if cell.strip()]
    if not all(_IDENTIFIER.fullmatch(word) for word in words):
        return False
    return all(word.isupper() for word in words) or all(word.islower() for word in words)


def _name_share(cells: Sequence[str]) -> float:
    """Share of cells that look like names of columns, less those that hardly can be one."""
    share = 0.0
    for cell in cells:
        words = [word.lower() for word in _WORDS.findall(cell)]
        known = sum(word in NAME_WORDS or word.removesuffix("s") in NAME_WORDS for word in words)
        if known and len(words) <= 5:
            share += 1.0
        elif may_name(cell) or _is_joined(cell):
            share += 0.6
        elif _IDENTIFIER.fullmatch(cell) and cell.islower():
            share += 0.3
        elif len(cell) > 60 or re.search(r"[!?]|, |\. ", cell):
            share -= 0.5
    return share / len(cells)


def _is_joined(cell: str) -> bool:
    """Words glued together, as in programs: `order_no`, `orderNo`."""
    return bool(
        _IDENTIFIER.fullmatch(cell) and ("_" in cell or "." in cell or re.search(r"[a-z][A-Z]", cell))
    )


def short_header(row: Row, below: Sequence[Sequence[str]]) -> Row | None:
    """The row with a cell more, empty, where it is the header of rows that have one value more than it. Fewer than
    three cells may as well be a title or a key and its value, unless they are quoted names."""
    if not below or len(row.cells) != len(below[0]) - 1 or header_score(below[0], below[1:]) > 0:
        return None
    are_names = row.quoted is not None and all(row.quoted) and all(map(_IDENTIFIER.fullmatch, row.cells))
    if len(row.cells) < _FEWEST_BARE and not are_names:
        return None
    if any(is_strong(kind_of(cell)) for cell in row.cells):
        return None
    sides = ([cells[:-1] for cells in below], [cells[1:] for cells in below])
    if max(header_score(row.cells, side) for side in sides) < _CLEAR:
        return None
    return Row(row.line, completed(row.cells, below), None)


def completed(cells: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """A header with the cell that it lacks: the first one where rows begin with names or numbers of their own, as R
    writes them, else the last one, for rows that end in a delimiter."""
    first = [row[0].strip() for row in below]
    own = first == list(map(str, range(1, len(first) + 1))) or not any(
        is_strong(kind_of(cell)) for cell in first
    )
    if own and len(set(first)) == len(first) and any(row[-1].strip() for row in below):
        return ["", *cells]
    return [*cells, ""]


def is_second_header(first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """After a header, `second` is another one: it names the columns again, or fits no column's values."""
    if not below:
        return False
    pairs = [(a.strip().lower(), b.strip().lower()) for a, b in zip(first, second, strict=False) if b.strip()]
    if len(pairs) < len(second) or not pairs:
        return False
    related = sum(_is_related(a, b) for a, b in pairs) / len(pairs)
    if related >= 0.6 and not any(is_strong(kind_of(cell)) for cell in second):
        return True
    typed = [
        number
        for number, column in enumerate(zip(*below, strict=False))
        if (values := [value for value in column if value.strip()])
        and sum(is_strong(kind_of(value)) for value in values) >= 0.9 * len(values)
    ]
    strong = any(is_strong(kind_of(cell)) or kind_of(cell) == "null" for cell in second)
    return len(typed) >= max(2, len(second) // 3) and not strong and header_score(second, below) > 3.0


def is_group_row(first: Sequence[str], second: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """`first` has a title for several columns side by side, and `second` names each of them: `General,General,Price`
    or, from merged cells, `General,,Price`."""
    groups = [cell.strip() for cell in first]
    names = [cell.strip().casefold() for cell in second]
    if not groups[0] or not all(names) or len(set(names)) < len(names):
        return False
    runs = [
        group for group, before in zip(groups, [None, *groups], strict=False) if group and group != before
    ]
    if not 1 < len(runs) < len(groups) or len(set(runs)) < len(runs):
        return False
    if any(is_strong(kind_of(cell)) for cell in (*runs, *second)):
        return False
    return not any(
        group in column for group, column in zip(groups, zip(*below, strict=False), strict=False) if group
    )


def _is_related(a: str, b: str) -> bool:
    if not a:
        return False
    return a in b or b in a or bool(set(re.split(r"\W|_", a)) & set(re.split(r"\W|_", b)))
