"""Asks how a file is written where measurement is not sure.

Each question has several cases: the file, and pieces made of it of which the answer is known. They come in an order
that tells nothing. A model that is wrong about one of those is not believed about the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from synth_core.ask import exposure
from synth_core.ask.answers import CasesAnswer, cases_answer, evidence
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.model.doubts import FileDoubt, FileVerdict, SplitCandidate
from synth_core.model.findings import Finding, Level
from synth_core.model.project import Exposure
from synth_core.stages.sniff.header import NAME_WORDS

_MOST_BANNER = 8
_TELLING = re.compile(r"\w{3,}")
_WORDS = NAME_WORDS | {"header"}
"""Words that are often names of columns; in masked lines they alone are left."""
_NAMES = ("id", "name", "date", "amount", "status", "city", "code", "type", "email", "price", "count", "note")
_RARE = ("|", "\t", ";", "~", "^")
_TITLES = ("Report of the month", "")


Known = Mapping[str, str | None]


@dataclass(frozen=True)
class _Case:
    """A piece of a file; `known` is the right verdict, None for the file itself."""

    told: Mapping[str, Any]
    known: str | None = None


def ask_structure(asker: Asker, doubt: FileDoubt, shown: Exposure) -> FileVerdict | None:
    """None where nothing was answered, or where nothing of the file may be seen."""
    if shown is Exposure.SCHEMA:
        return None
    split = banner = header = None
    if doubt.ask_split:
        split = _asked(asker, doubt, shown, "dialect")
    if doubt.ask_banner:
        banner = _asked(asker, doubt, shown, "custom_header")
    if doubt.ask_header and (shown is Exposure.ROWS or _tells(doubt.rows[0])):
        header = _asked(asker, doubt, shown, "header")
    said = [each[1] for each in (split, banner, header) if each]
    if not said:
        return None
    return FileVerdict(
        candidate=ascii_uppercase.index(split[0]) if split else None,
        banner_lines=int(banner[0]) if banner else None,
        # Names that are masked are no sign of data.
        has_header=None
        if header is None or (header[0] == "no" and shown is not Exposure.ROWS)
        else header[0] == "yes",
        evidence=f"{asker.model}: {evidence(' '.join(said))}"
        if _quotes_nothing(said, doubt)
        else asker.model,
    )


def _quotes_nothing(said: Sequence[str], doubt: FileDoubt) -> bool:
    """Evidence is kept in the project: where lines were shown, nothing that stands in them may come back in it, but
    words that are often names of columns."""
    shown = " ".join((*doubt.lines, *(cell for row in doubt.rows for cell in row)))
    words = {word.lower() for word in _TELLING.findall(shown)} - _WORDS
    return not words & {word.lower() for word in _TELLING.findall(" ".join(said))}


def file_ask(doubt: FileDoubt, shown: Exposure, question: str) -> tuple[Ask[CasesAnswer], Known] | None:
    """One of the three questions about a file, and the right verdict by case, None for the file itself. None where
    nothing can be made of the file of which the answer is known."""
    letters = ascii_uppercase[: len(doubt.candidates)]
    verdicts: Sequence[str]
    if question == "dialect":
        cases, verdicts = _splits(doubt, letters), letters
    elif question == "custom_header":
        cases, verdicts = _banners(doubt), [str(number) for number in range(_MOST_BANNER + 1)]
    else:
        cases, verdicts = _headers(doubt), ("yes", "no")
    if len(cases) < 3:
        return None
    # The order follows from the contents, and so does not tell which is the file.
    ordered = sorted(cases, key=lambda case: hashlib.sha256(repr(case.told).encode()).digest())
    letters = ascii_uppercase[: len(ordered)]
    told = {letter: case.told for letter, case in zip(letters, ordered, strict=True)}
    ask = Ask(
        question=question,
        inputs={"cases": exposure.cases(told, shown, _WORDS)},
        answer=cases_answer(letters, verdicts),
        about=f"how {doubt.file} is written ({question})",
    )
    return ask, {letter: case.known for letter, case in zip(letters, ordered, strict=True)}


def _asked(asker: Asker, doubt: FileDoubt, shown: Exposure, question: str) -> tuple[str, str] | None:
    """Verdict on the file and why; None where there is none that can be believed."""
    made = file_ask(doubt, shown, question)
    if made is None:
        return None
    ask, known = made
    asker.expect([ask])
    try:
        answer = asker.ask(ask)
    except NoAnswer as error:
        asker.note(error.finding)
        return None
    said = {each.case: each for each in answer.cases}
    wrong = [
        letter
        for letter, right in known.items()
        if right and (letter not in said or said[letter].verdict != right)
    ]
    if wrong:
        asker.note(
            Finding(
                level=Level.NOTE,
                code="model.not-trusted",
                file=doubt.file,
                message=f"{asker.model} was wrong about {len(wrong)} of {len(known) - 1} pieces of which the answer "
                f"is known ({question}), so the file is read as measured.",
            )
        )
        return None
    own = next(letter for letter, right in known.items() if right is None)
    return (said[own].verdict, said[own].evidence) if own in said else None


def _tells(row: Sequence[str]) -> bool:
    """Something of the row is left when it is masked: a model that sees shapes alone knows less than was measured."""
    return any(word.lower() in NAME_WORDS for cell in row for word in re.findall(r"[^\W\d_]+", cell))


def _splits(doubt: FileDoubt, letters: str) -> list[_Case]:
    candidates = [_split_told(each) for each in doubt.candidates]
    cases = [_Case({"lines": doubt.lines, "candidates": dict(zip(letters, candidates, strict=True))})]
    rows = [row for row in doubt.rows if len(row) > 1]
    marks = [mark for mark in _RARE if not any(mark in cell for row in rows for cell in row)]
    if len(rows) < 2 or len(letters) < 2:
        return cases
    for mark, right in zip(marks, ("A", "B"), strict=False):
        # The same cells under a mark that occurs in none of them.
        width = len(rows[0])
        true = {"delimiter": mark, "quote": "", "columns": width, "rows_with_so_many": "all"}
        false = {"delimiter": "e", "quote": "", "columns": width + 1, "rows_with_so_many": "34%"}
        pair = (true, false) if right == "A" else (false, true)
        told = {"lines": [mark.join(row) for row in rows], "candidates": dict(zip("AB", pair, strict=True))}
        cases.append(_Case(told, right))
    return cases


def _split_told(candidate: SplitCandidate) -> dict[str, Any]:
    return {
        "delimiter": candidate.delimiter,
        "quote": candidate.quotechar,
        "columns": candidate.columns,
        "rows_with_so_many": exposure.share(candidate.consistency, 1.0),
    }


def _banners(doubt: FileDoubt) -> list[_Case]:
    table = doubt.lines[doubt.banner_lines :]
    cases = [_Case({"lines": doubt.lines})]
    if len(table) >= 4:
        # Rows of the table alone; and the same below a title.
        cases += [
            _Case({"lines": table[1:]}, "0"),
            _Case({"lines": (*_TITLES, *table[1:])}, str(len(_TITLES))),
        ]
    return cases


def _headers(doubt: FileDoubt) -> list[_Case]:
    rows = doubt.rows
    cases = [_Case({"first_row": rows[0], "row_below": rows[1] if len(rows) > 1 else ()})]
    if len(rows) >= 3:
        # A row of data over another one; and common names over it.
        names = [_NAMES[place % len(_NAMES)] for place in range(len(rows[1]))]
        cases += [
            _Case({"first_row": rows[1], "row_below": rows[2]}, "no"),
            _Case({"first_row": names, "row_below": rows[2]}, "yes"),
        ]
    return cases
