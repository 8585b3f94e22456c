"""What a model proposes of a table that a person asked it about, until the person has decided."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.doubts import ColumnProposal

Part = Literal["type", "meaning", "personal", "name", "dialect"]


class Turned(Frozen):
    """A proposal that a person turned down: asked again, it is not offered again."""

    column: str = ""
    """Empty: of the files."""
    part: Part
    value: str


class Proposals(Frozen):
    """The answer about one table, as it is kept in the store."""

    table: str
    model: str
    asked_by: str
    asked_at: datetime
    columns: tuple[ColumnProposal, ...] = ()
    dialect: Dialect | None = None
    """How its files are written, where the model says otherwise than measurement and measurement allows it."""
    dialect_evidence: str = ""
    misfits: dict[str, int] = {}
    """By column: of the first values of its file, how many can't be read as the type that is proposed."""
    looked_at: int = 0
    """Of so many."""
    sure: int = 0
    """Columns of whose meaning measurement is sure."""
    right: int = 0
    """Of these, how many the model called the same: whether it can be believed."""
    turned_down: tuple[Turned, ...] = ()


class Offer(Frozen):
    """One proposal beside what the project says now."""

    table: str
    column: str = ""
    """Empty: of the files."""
    part: Part
    now: str
    proposed: str
    evidence: str = ""
    against: str = ""
    """What measurement has to say against it."""
