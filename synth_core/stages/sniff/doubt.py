"""What a model is asked about a file, and which of its verdicts measurement lets pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_core.files.rows import Row, split_lines, strip_line_end
from synth_core.model.doubts import SURE, FileDoubt, FileVerdict, SplitCandidate
from synth_core.stages.sniff.structure import Split

JUDGED = 0.8
"""How sure a verdict is that measurement let pass."""
_LINES = 12
_CANDIDATES = 4
_MOST_BANNER = 8
_NEAR = 0.85
"""A way to split that is less good than this share of the best is no rival of it."""
_WORSE = 0.95
"""A way to split that fits fewer rows than the measured one by more than this is refused."""
_CLEAR = 2.0
"""Evidence about the header (as a logit) that no model outweighs."""

FileJudge = Callable[[FileDoubt], FileVerdict | None]


@dataclass(frozen=True)
class Seen:
    """What measurement saw of a file's layout."""

    width: int
    banner: int
    """Lines above the table."""
    first: tuple[Row, ...]
    """The first rows of the table."""
    score: float | None
    """Evidence for a header: above 0 for it, None where there is none at all."""
    has_header: bool
    starts: tuple[int, ...]
    """The lines on which rows begin, from 1."""


def doubt_of(
    path: Path, head: str, splits: Sequence[Split], seen: Seen, *, ask_all: bool = False
) -> FileDoubt | None:
    """What is open about a file; None where measurement is sure of everything. `ask_all`: nothing is taken for sure."""
    ranked = _ranked(splits)
    rival = max((splits[index].score for index in ranked[1:]), default=0.0)
    ask_split = len(ranked) > 1 and (ask_all or rival > _NEAR * splits[0].score)
    header = 0.5 if seen.score is None else 1 / (1 + math.exp(-abs(seen.score)))
    lines = [strip_line_end(line) for line in split_lines(head)[:_LINES]]
    ask_banner = seen.banner > 0 or any(line.strip().upper().startswith("HEADER") for line in lines[:3])
    ask_header = (ask_all or header < SURE) and bool(seen.first)
    if not (ask_split or ask_header or (ask_banner and (ask_all or header < SURE))):
        return None
    return FileDoubt(
        file=path.name,
        lines=tuple(lines),
        candidates=tuple(
            SplitCandidate(
                delimiter=splits[index].marks.delimiter,
                quotechar=splits[index].marks.quotechar,
                columns=splits[index].width,
                consistency=round(splits[index].consistency, 2),
            )
            for index in ranked
        ),
        banner_lines=seen.banner,
        rows=tuple(tuple(row.cells) for row in seen.first),
        has_header=seen.has_header,
        ask_split=ask_split,
        ask_banner=ask_banner,
        ask_header=ask_header,
    )


def allowed(
    verdict: FileVerdict | None, doubt: FileDoubt, splits: Sequence[Split], seen: Seen
) -> FileVerdict | None:
    """The verdict as far as measurement does not speak against it, with the number of a split in place of that of a
    candidate; None where nothing of it would change anything."""
    if verdict is None:
        return None
    ranked = _ranked(splits)
    candidate: int | None = None
    if doubt.ask_split and verdict.candidate and verdict.candidate < len(ranked):
        chosen, best = splits[ranked[verdict.candidate]], splits[0]
        near = chosen.score > _NEAR * best.score and chosen.consistency >= _WORSE * best.consistency
        if chosen.width > 1 and near:
            candidate = ranked[verdict.candidate]
    banner: int | None = None
    if (
        candidate is None
        and doubt.ask_banner
        and verdict.banner_lines is not None
        and verdict.banner_lines != seen.banner
        and verdict.banner_lines <= _MOST_BANNER
        and _is_row(splits[0], verdict.banner_lines)
    ):
        banner = verdict.banner_lines
    header: bool | None = None
    unclear = seen.score is None or abs(seen.score) < _CLEAR
    if doubt.ask_header and unclear and verdict.has_header not in (None, seen.has_header):
        header = verdict.has_header
        if header and not _can_be_names(doubt.rows[0]):
            header = None
    if candidate is None and banner is None and header is None:
        return None
    return FileVerdict(candidate=candidate, banner_lines=banner, has_header=header, evidence=verdict.evidence)


def _ranked(splits: Sequence[Split]) -> list[int]:
    """The best split for each delimiter, by their numbers."""
    ranked: list[int] = []
    known: set[str] = set()
    for index, split in enumerate(splits):
        if split.marks.delimiter not in known and (index == 0 or split.width > 1):
            known.add(split.marks.delimiter)
            ranked.append(index)
    return ranked[:_CANDIDATES]


def _is_row(split: Split, lines: int) -> bool:
    """A row of the table's width begins right behind so many lines, and none stands above."""
    before = [row for row in split.rows if row.line <= lines]
    behind = next((row for row in split.rows if row.line > lines), None)
    fits = behind is not None and behind.line == lines + 1 and len(behind.cells) == split.width
    return fits and not any(len(row.cells) == split.width for row in before)


def _can_be_names(cells: Sequence[str]) -> bool:
    """All filled and different."""
    names = [cell.strip().casefold() for cell in cells]
    return bool(names) and all(names) and len(set(names)) == len(names)
