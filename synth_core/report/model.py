"""The report of a run, as data."""

from __future__ import annotations

from datetime import date, datetime

from synth_core.execution.creation import Drafted
from synth_core.model.base import Frozen
from synth_core.model.inferred import Origin
from synth_core.model.profile import ColumnProfile
from synth_core.model.project import LoadMode
from synth_core.stages.bars import Bars
from synth_core.stages.compare import Likeness
from synth_core.stages.literals import Literals
from synth_core.stages.verify import Check

NEAR = 0.9
"""From here on a column counts as alike."""
PRIVACY = (
    "Each value or number that a draft takes from the source stands for at least {k} of its rows; this is called "
    "k-anonymity. It hides single rows, but it is not differential privacy: it promises nothing about what somebody "
    "could find out who knows much else about the source. Whether the rows may be given away is for a person to decide."
)


class ReportedColumn(Frozen):
    """A column, or a field of a nested one, with the facts of both sides."""

    name: str
    type: str
    meaning: str
    is_personal: bool
    """Itself, or by a link: only shapes of it are shown."""
    made_by: str
    """The comment of the recipe that stands above it; empty where there is none."""
    source: ColumnProfile | None = None
    made: ColumnProfile | None = None
    likeness: Likeness | None = None
    """None where there is nothing to compare, or where values are made up on purpose."""
    bars: Bars


class ReportedTable(Frozen):
    """A table that was made."""

    name: str
    source: str
    """Where it was read from."""
    source_rows: int
    wanted: int
    rows: int | None = None
    """That were made; None where the run did not come so far."""
    bytes: int | None = None
    file: str = ""
    target: str = ""
    columns: tuple[ReportedColumn, ...]

    @property
    def compared(self) -> tuple[Likeness, ...]:
        """The columns that can be compared, worst first."""
        found = [column.likeness for column in self.columns if column.likeness is not None]
        return tuple(sorted(found, key=lambda each: (each.score, each.column)))

    @property
    def alike(self) -> int:
        """How many of them are like the source."""
        return sum(each.score >= NEAR for each in self.compared)


class Decision(Frozen):
    """Something about the source that the rows follow, and who says so."""

    origin: Origin
    about: str
    """The table, column or link."""
    what: str
    why: str = ""


class Report(Frozen):
    """All that is known of a run."""

    run_id: str
    project: str
    version: int | None
    state: str
    message: str
    notes: tuple[str, ...]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    approved_by: str
    approved_at: datetime
    approval_note: str
    fingerprint: str
    """Of the approved plan."""
    recipe_hash: str
    """SHA-256 of the recipe's text, as the audit has it."""
    seed: int
    engine: str
    today: date
    mode: LoadMode
    drafted: Drafted
    source: str
    target: str
    output: str
    tables: tuple[ReportedTable, ...]
    links: tuple[str, ...]
    """That the rows keep."""
    checks: tuple[Check, ...]
    literals: Literals
    decisions: tuple[Decision, ...]
    """Those of people and models one by one; what was declared or measured is only counted."""
    counted: dict[Origin, int]
    """So many things each of them decided."""
    lacking: str = ""
    """Why facts are missing."""
    summary: tuple[str, ...] = ()
    """The whole in a few plain sentences."""

    @property
    def rows(self) -> int:
        """That were made."""
        return sum(table.rows or 0 for table in self.tables)

    @property
    def compared(self) -> tuple[Likeness, ...]:
        """The columns that can be compared, worst first."""
        found = [each for table in self.tables for each in table.compared]
        return tuple(sorted(found, key=lambda each: (each.score, each.table, each.column)))

    @property
    def privacy(self) -> str:
        """What is promised, and what is not."""
        return PRIVACY.format(k=self.literals.k)

    def table(self, name: str) -> ReportedTable:
        """The table of that name; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"the run made no table {name}")
