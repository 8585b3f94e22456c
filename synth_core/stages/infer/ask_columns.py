"""Columns that measurement leaves open: what is asked, and what of the answers holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from synth_core.errors import SynthError
from synth_core.files.casts import cast_text
from synth_core.files.sql import quote, raw_name
from synth_core.model.doubts import SURE, ColumnProposal, TableDoubt
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import Profile
from synth_core.model.project import Column, Exposure, Project, SourceKind, Table
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, BigQueryType, Kind
from synth_core.ports import Model
from synth_core.stages.describe import is_personal
from synth_core.stages.describe.candidates import typed_column
from synth_core.stages.describe.contradict import contradiction
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.sample import take_sample
from synth_core.stages.infer.trust import Trust
from synth_core.stages.workbench import Workbench

UNKNOWN = "unknown"
_UNNAMED = re.compile(r"column_\d+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_CONTROLS = 8
"""Columns a table that are asked although measurement is sure of them."""
_SURELY = 0.95
_FILLED = 0.7
"""How sure we are of what only a model says."""
_ROWS = 10
_WITH_MEANING = NUMERIC_KINDS | TEMPORAL_KINDS | {Kind.STRING}
_TEXT_SOURCES = (SourceKind.DELIMITED,)


@dataclass
class Answered:
    """The tables as they are after the answers, and what was noticed."""

    tables: tuple[Table, ...]
    findings: list[Finding] = field(default_factory=list)


def ask_columns(bench: Workbench, project: Project, profile: Profile, model: Model) -> Answered:
    """Ask about every table that has open columns, and take over what measurement does not speak against."""
    linked = {(link.table, name) for link in project.accepted_links for name in link.columns}
    facts = {each.table: each for each in profile.tables}
    doubts = []
    for table in project.tables:
        asked = _asked(table, linked)
        if asked:
            rows = _rows(bench, table) if project.exposure in (Exposure.MASKED_ROWS, Exposure.ROWS) else ()
            doubts.append(TableDoubt(table=table, facts=facts.get(table.name), columns=asked, rows=rows))
    if not doubts:
        return Answered(project.tables)
    proposals = model.columns(doubts)
    trust = _trust(doubts, proposals)
    answered = Answered(project.tables)
    if not trust.may_fill:
        answered.findings.append(_not_trusted(model, trust))
        return answered
    judged = _Judge(bench, model, trust)
    answered.tables = tuple(
        judged.table(table, proposals.get(table.name, {}), linked) for table in project.tables
    )
    answered.findings += judged.findings()
    return answered


def _asked(table: Table, linked: set[tuple[str, str]]) -> tuple[str, ...]:
    """Open columns, and among them some that are sure; none where nothing is open. In the table's order."""
    opened = {column.name for column in table.columns if is_open(table, column, linked)}
    if not opened:
        return ()
    sure = [column.name for column in table.columns if _is_sure(column)]
    # Which ones does not depend on their order, so that nobody can tell them by their places.
    sure.sort(key=lambda name: hashlib.sha256(f"{table.name}\0{name}".encode()).digest())
    chosen = opened | set(sure[:_CONTROLS])
    return tuple(column.name for column in table.columns if column.name in chosen)


def is_open(table: Table, column: Column, linked: set[tuple[str, str]]) -> bool:
    """Measurement does not know what it holds."""
    kind = column.type.value.kind
    if column.field.is_nested or kind not in _WITH_MEANING:
        return False
    if column.meaning.origin is not Origin.MEASURED:
        return False
    is_key = column.name in table.key_columns or (table.name, column.name) in linked
    if is_key and kind is not Kind.STRING:
        # A number that identifies means nothing else.
        return False
    return column.meaning.value == UNKNOWN or column.meaning.confidence < SURE or _is_type_open(table, column)


def _is_type_open(table: Table, column: Column) -> bool:
    return (
        table.source.kind in _TEXT_SOURCES
        and column.type.origin is Origin.MEASURED
        and column.type.confidence < SURE
    )


def _is_sure(column: Column) -> bool:
    said = column.meaning
    return said.value != UNKNOWN and (said.confidence >= _SURELY or said.origin is not Origin.MEASURED)


def _rows(bench: Workbench, table: Table) -> tuple[dict[str, str | None], ...]:
    names = [column.name for column in table.columns]
    texts = ", ".join(f"CAST({quote(name)} AS VARCHAR)" for name in names)
    found = bench.con.execute(f"SELECT {texts} FROM {bench.name_of(table.name)} LIMIT {_ROWS}").fetchall()
    return tuple(dict(zip(names, row, strict=True)) for row in found)


def _trust(doubts: Sequence[TableDoubt], proposals: Mapping[str, Mapping[str, ColumnProposal]]) -> Trust:
    """Over all tables together. What was not answered says nothing."""
    asked = right = 0
    for doubt in doubts:
        for name, proposal in proposals.get(doubt.table.name, {}).items():
            column = doubt.table.column(name)
            if _is_sure(column):
                asked += 1
                right += proposal.meaning == column.meaning.value
    return Trust(asked, right)


class _Judge:
    """Takes proposals over, or not."""

    def __init__(self, bench: Workbench, model: Model, trust: Trust) -> None:
        self._bench, self._model, self._trust = bench, model, trust
        self._taken: list[str] = []
        self._refused: list[str] = []
        self._names: list[Finding] = []

    def table(
        self, table: Table, proposals: Mapping[str, ColumnProposal], linked: set[tuple[str, str]]
    ) -> Table:
        """The table with what holds of the proposals."""
        names = [name for name in proposals if is_open(table, table.column(name), linked)]
        if not names:
            return table
        samples = take_sample(self._bench.con, raw_name(table.name), names)
        facts = {
            sample.name: Facts.of(table.column(sample.name).type.value.kind, sample.values)
            for sample in samples
        }
        if table.is_headerless:
            self._name(table, proposals)
        columns = tuple(
            self._column(table, column, proposals[column.name], facts[column.name])
            if column.name in facts
            else column
            for column in table.columns
        )
        return table.model_copy(update={"columns": columns})

    def findings(self) -> list[Finding]:
        """What was taken over and what was not, in two sentences; and names for columns that have none."""
        found = list(self._names)
        if self._taken:
            found.append(
                Finding(
                    level=Level.NOTE,
                    code="model.used",
                    message=f"{self._model.id} says what {_few(self._taken)} hold; project.yaml has its reasons.",
                )
            )
        if self._refused:
            found.append(
                Finding(
                    level=Level.NOTE,
                    code="model.vetoed",
                    message=f"what {self._model.id} says contradicts the values, and was left out: "
                    f"{_few(self._refused)}.",
                )
            )
        return found

    def _name(self, table: Table, proposals: Mapping[str, ColumnProposal]) -> None:
        """A name is for a person to give: keys, links and recipes call the column by it."""
        taken = {column.name.lower() for column in table.columns}
        named = {
            name: each.name
            for name, each in proposals.items()
            if _UNNAMED.fullmatch(name) and _NAME.fullmatch(each.name) and each.name.lower() not in taken
        }
        if not named:
            return
        told = ", ".join(f"{new} for {name}" for name, new in named.items())
        name, new = next(iter(named.items()))
        self._names.append(
            Finding(
                level=Level.NOTE,
                code="model.names",
                table=table.name,
                message=f"its files name no columns; {self._model.id} proposes {told}.",
                hint=f"`synth rename PROJECT {table.name}.{name} {new}` gives a column its name.",
            )
        )

    def _column(self, table: Table, column: Column, proposal: ColumnProposal, facts: Facts) -> Column:
        place = f"{table.name}.{column.name}"
        if self._trust.may_overrule:
            column = self._protected(column, proposal, place)
            if _is_type_open(table, column):
                column = self._typed(table, column, proposal, place)
        measured = column.meaning
        if proposal.meaning == UNKNOWN:
            return column
        if proposal.meaning == measured.value:
            agreed = f"{measured.evidence}; {self._model.id} agrees"
            sure = round(min(_SURELY, measured.confidence + 0.15), 2)
            return column.model_copy(
                update={"meaning": measured.model_copy(update={"confidence": sure, "evidence": agreed})}
            )
        if measured.value != UNKNOWN and not self._trust.may_overrule:
            return column
        if against := contradiction(proposal.meaning, facts):
            self._refused.append(f"{place} as {proposal.meaning} ({against})")
            return column
        self._taken.append(place)
        said = f"{self._model.id}: {proposal.evidence}" if proposal.evidence else f"{self._model.id} says so"
        meaning = Inferred[str](
            value=proposal.meaning, origin=Origin.MODEL, confidence=_FILLED, evidence=said
        )
        personal = column.personal
        if is_personal(proposal.meaning) and personal.origin is Origin.MEASURED and not personal.value:
            label = proposal.meaning.replace("_", " ")
            personal = Inferred[bool](
                value=True, origin=Origin.MODEL, confidence=_FILLED, evidence=f"{label} is personal data"
            )
        # What was measured as personal stays so: a model takes no protection away.
        return column.model_copy(update={"meaning": meaning, "personal": personal})

    def _protected(self, column: Column, proposal: ColumnProposal, place: str) -> Column:
        """Personal, if a model that has shown that it knows says so and measurement does not know better."""
        personal = column.personal
        knows = personal.confidence >= SURE and column.meaning.value != UNKNOWN
        if not proposal.personal or personal.value or personal.origin is not Origin.MEASURED or knows:
            return column
        self._taken.append(f"{place} (personal)")
        said = f"{self._model.id} says that its values tell something about a person"
        return column.model_copy(
            update={
                "personal": Inferred[bool](value=True, origin=Origin.MODEL, confidence=_FILLED, evidence=said)
            }
        )

    def _typed(self, table: Table, column: Column, proposal: ColumnProposal, place: str) -> Column:
        kind = Kind(proposal.type)
        text_format = proposal.format if kind in TEMPORAL_KINDS else ""
        measured = column.type.value
        if (kind, text_format) == (measured.kind, column.format) or kind is Kind.FLOAT64:
            return column
        if kind is measured.kind and kind not in TEMPORAL_KINDS:
            return column
        if not self._casts(table, column.name, kind, text_format):
            self._refused.append(f"{place} as {kind.value} (not every value can be read as that)")
            return column
        self._taken.append(place)
        said = f"{self._model.id}: {proposal.evidence}; every value can be read as that"
        return column.model_copy(
            update={
                "type": Inferred[BigQueryType](
                    value=BigQueryType(kind=kind), origin=Origin.MODEL, confidence=_FILLED, evidence=said
                ),
                "format": text_format,
            }
        )

    def _casts(self, table: Table, name: str, kind: Kind, text_format: str) -> bool:
        """Every text of the column can be read as the type, as every one could as the measured type."""
        if kind in (Kind.STRING, Kind.GEOGRAPHY):
            return kind is Kind.STRING
        assert table.dialect is not None, "only text files have open types"
        typed = typed_column(name, BigQueryType(kind=kind), text_format)
        try:
            cast = cast_text(typed, table.dialect.value)
            lost = self._bench.con.execute(
                f"SELECT count(*) FROM {raw_name(table.name)}"
                f" WHERE {quote(name)} IS NOT NULL AND ({cast}) IS NULL"
            ).fetchall()[0][0]
        except (SynthError, ValueError, duckdb.Error):
            # A format that does not exist.
            return False
        return int(lost) == 0


def _not_trusted(model: Model, trust: Trust) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="model.not-trusted",
        message=f"{model.id} was right about {trust.right} of {trust.asked} columns of which measurement is sure, so "
        "the rest of what it says about columns was left out.",
        hint="The rules decided instead; another model may do better.",
    )


def _few(places: Sequence[str]) -> str:
    shown = ", ".join(places[:5])
    return shown if len(places) <= 5 else f"{shown} and {len(places) - 5} more"
