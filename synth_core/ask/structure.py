"""Asks how a file is written where measurement is not sure."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TypeVar

from synth_core.ask import exposure
from synth_core.ask.answers import (
    Answer,
    BannerAnswer,
    DialectAnswer,
    HeaderAnswer,
    YesNo,
    banner_answer,
    dialect_answer,
    evidence,
)
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.model.doubts import FileDoubt, FileVerdict
from synth_core.model.project import Exposure
from synth_core.stages.sniff.header import NAME_WORDS

A = TypeVar("A", bound=Answer)
_MOST_BANNER = 8
_WORDS = NAME_WORDS | {"header"}
"""Words that are often names of columns; in masked lines they alone are left."""


def ask_structure(asker: Asker, doubt: FileDoubt, shown: Exposure) -> FileVerdict | None:
    """None where nothing was answered, or where nothing of the file may be seen."""
    if shown is Exposure.SCHEMA:
        return None
    candidate = banner = None
    header: bool | None = None
    said = []
    if doubt.ask_split and (split := _answer(asker, _split(doubt, shown))):
        candidate = ascii_uppercase.index(split.choice)
        said.append(split.evidence)
    if doubt.ask_banner and (lines := _answer(asker, _banner(doubt, shown))):
        banner = int(lines.lines)
        said.append(lines.evidence)
    if doubt.ask_header and (row := _answer(asker, _header(doubt, shown))):
        header = row.names_columns is YesNo.YES
        said.append(row.evidence)
    if not said:
        return None
    told = f"{asker.model}: {evidence(' '.join(said))}"
    return FileVerdict(candidate=candidate, banner_lines=banner, has_header=header, evidence=told)


def _answer(asker: Asker, ask: Ask[A]) -> A | None:
    asker.expect([ask])
    try:
        return asker.ask(ask)
    except NoAnswer as error:
        asker.note(error.finding)
        return None


def _split(doubt: FileDoubt, shown: Exposure) -> Ask[DialectAnswer]:
    letters = ascii_uppercase[: len(doubt.candidates)]
    return Ask(
        question="dialect",
        inputs={
            "lines": exposure.file_lines(doubt, shown, _WORDS),
            "candidates": exposure.split_candidates(doubt, letters),
        },
        answer=dialect_answer(letters),
        about=f"how {doubt.file} is split into columns",
    )


def _banner(doubt: FileDoubt, shown: Exposure) -> Ask[BannerAnswer]:
    return Ask(
        question="custom_header",
        inputs={
            "lines": exposure.file_lines(doubt, shown, _WORDS),
            "measured": exposure.measured_layout(doubt),
        },
        answer=banner_answer(min(_MOST_BANNER, len(doubt.lines))),
        about=f"the lines above the table of {doubt.file}",
    )


def _header(doubt: FileDoubt, shown: Exposure) -> Ask[HeaderAnswer]:
    return Ask(
        question="header",
        inputs={
            "rows": exposure.first_rows(doubt, shown, _WORDS),
            "measured": exposure.measured_layout(doubt),
        },
        answer=HeaderAnswer,
        about=f"the first row of {doubt.file}",
    )
