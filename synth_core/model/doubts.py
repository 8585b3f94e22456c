"""What measurement leaves open, as it is put to a model, and what a model proposes.

A proposal is never more than that: whoever asked checks it against the values before anything changes.
"""

from __future__ import annotations

from typing import Any

from synth_core.model.base import Frozen
from synth_core.model.profile import TableProfile
from synth_core.model.project import Table

SURE = 0.9
"""What is measured with this confidence is not asked."""
PLEASE_LOOK = 0.5
"""What is less sure than this is a guess: a person should look at it."""


class SplitCandidate(Frozen):
    """One way to split a file into columns."""

    delimiter: str
    quotechar: str
    columns: int
    consistency: float
    """Share of rows that have so many."""


class FileDoubt(Frozen):
    """A text file of which it is not sure how it is written."""

    file: str
    lines: tuple[str, ...]
    """The first ones, as they are in the file."""
    candidates: tuple[SplitCandidate, ...]
    """Ranked, the measured one first."""
    banner_lines: int
    """Lines above the table, as measured."""
    rows: tuple[tuple[str, ...], ...]
    """The first ones below those lines, split by the measured candidate."""
    has_header: bool
    ask_split: bool
    ask_banner: bool
    ask_header: bool


class FileVerdict(Frozen):
    """What a model says about it; None where it has no opinion."""

    candidate: int | None = None
    banner_lines: int | None = None
    has_header: bool | None = None
    evidence: str = ""


class TableDoubt(Frozen):
    """A table, some columns of which are open."""

    table: Table
    facts: TableProfile | None
    columns: tuple[str, ...]
    """Those that are asked about. Among them are some of which measurement is sure: they show whether the model can be
    trusted, so nobody tells it which they are."""
    rows: tuple[dict[str, Any], ...] = ()
    """A few rows, for whom they may be shown to."""


class ColumnProposal(Frozen):
    """What a model thinks of a column."""

    column: str
    meaning: str
    personal: bool
    type: str
    """A kind of BigQuery type."""
    format: str = ""
    name: str = ""
    """What a column without a name of its own could be called."""
    evidence: str = ""


class LinkCandidate(Frozen):
    """A key that a column may refer to, and what was measured."""

    ref_table: str
    ref_column: str
    share: float
    """Of the column's different values, how many occur in the key."""
    confidence: float


class LinkDoubt(Frozen):
    """A column that may refer to another table, and the keys that it may refer to, the likeliest first."""

    table: str
    column: str
    candidates: tuple[LinkCandidate, ...]


class LinkProposal(Frozen):
    """What a column refers to; `ref_table` is empty where it refers to nothing."""

    table: str
    column: str
    ref_table: str
    ref_column: str
    evidence: str = ""
