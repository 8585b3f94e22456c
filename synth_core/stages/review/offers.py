"""A model's proposals beside what the project says: what is left to decide, and the edits that accepting means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synth_core.errors import ProjectError
from synth_core.model.dialect import Dialect
from synth_core.model.doubts import ColumnProposal
from synth_core.model.edits import AnyEdit, RenameColumn, SetDialect, SetMeaning, SetPersonal, SetType
from synth_core.model.inferred import Origin
from synth_core.model.project import Column, Project, SourceKind, Table
from synth_core.model.proposals import Offer, Part, Proposals, Turned
from synth_core.model.types import TEMPORAL_KINDS, BigQueryType, Kind
from synth_core.stages.review.formats import format_fault

_UNNAMED = re.compile(r"column_\d+")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_NOTHING = "unknown"
_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", "^": "caret", "~": "tilde"}


def offers(project: Project, proposals: Proposals) -> tuple[Offer, ...]:
    """What is proposed, not as the project says, and not turned down. What a person said before is not asked again."""
    table = next((each for each in project.tables if each.name == proposals.table), None)
    if table is None:
        return ()
    turned = set(proposals.turned_down)
    found = [*_of_files(table, proposals), *_of_columns(table, proposals)]
    return tuple(each for each in found if _turned(each) not in turned)


def edits_of(project: Project, proposals: Proposals, offer: Offer) -> tuple[AnyEdit, ...]:
    """What accepting the offer changes. Raises ProjectError where it is not offered any more."""
    if offer not in offers(project, proposals):
        raise ProjectError(
            f"{offer.table}: that is not proposed any more.", hint="Look at what is proposed now."
        )
    table, column = offer.table, offer.column
    if offer.part == "dialect" and proposals.dialect is not None:
        return (SetDialect(table=table, dialect=proposals.dialect),)
    said = next(each for each in proposals.columns if each.column == column)
    if offer.part == "type":
        return (typed_as(table, said),)
    if offer.part == "meaning":
        return (SetMeaning(table=table, column=column, meaning=said.meaning),)
    if offer.part == "personal":
        return (SetPersonal(table=table, column=column, personal=said.personal),)
    return (RenameColumn(table=table, column=column, name=said.name),)


def typed_as(table: str, said: ColumnProposal) -> SetType:
    """The type that is proposed of a column."""
    type = BigQueryType(kind=Kind(said.type))
    return SetType(table=table, column=said.column, type=type, format=_format(said))


def without(proposals: Proposals, offer: Offer) -> Proposals:
    """The proposals after an offer was turned down."""
    return proposals.model_copy(update={"turned_down": (*proposals.turned_down, _turned(offer))})


def _turned(offer: Offer) -> Turned:
    return Turned(column=offer.column, part=offer.part, value=offer.proposed)


def _of_files(table: Table, proposals: Proposals) -> Iterator[Offer]:
    dialect, now = proposals.dialect, table.dialect
    if dialect is None or now is None or now.origin is Origin.HUMAN or now.value == dialect:
        return
    yield Offer(
        table=table.name,
        part="dialect",
        now=spoken(now.value),
        proposed=spoken(dialect),
        evidence=proposals.dialect_evidence,
    )


def spoken(dialect: Dialect) -> str:
    """How a file is written, in words."""
    header = {0: "no header", 1: "a header"}.get(dialect.header_rows, f"{dialect.header_rows} header rows")
    sign = _SIGNS.get(dialect.delimiter, repr(dialect.delimiter))
    quote = f"quote {dialect.quotechar}" if dialect.quotechar else "no quote"
    around = [
        f"{count} line{'s' * (count != 1)} {where}"
        for count, where in ((dialect.skip_rows, "above"), (len(dialect.footer), "below"))
        if count
    ]
    return ", ".join([sign, quote, dialect.encoding, header, *around])


def _of_columns(table: Table, proposals: Proposals) -> Iterator[Offer]:
    known = {column.name: column for column in table.columns}
    for said in proposals.columns:
        if (column := known.get(said.column)) is not None:
            for part, now, proposed in _parts(table, column, said):
                bad = proposals.misfits.get(column.name, 0) if part == "type" else 0
                yield Offer(
                    table=table.name,
                    column=column.name,
                    part=part,
                    now=now,
                    proposed=proposed,
                    evidence=said.evidence,
                    against=f"{bad:,} of the first {proposals.looked_at:,} values can't be read as that"
                    if bad
                    else "",
                )


def _parts(table: Table, column: Column, said: ColumnProposal) -> Iterator[tuple[Part, str, str]]:
    is_text = table.source.kind is SourceKind.DELIMITED
    decided = (Origin.HUMAN, Origin.DECLARED)
    if is_text and column.type.origin not in decided and said.type in Kind.__members__:
        kind, text_format = Kind(said.type), _format(said)
        same = kind is column.type.value.kind and (kind not in TEMPORAL_KINDS or text_format == column.format)
        if not same and not format_fault(BigQueryType(kind=kind), text_format):
            yield "type", _typed(str(column.type.value), column.format), _typed(said.type, text_format)
    if column.meaning.origin is not Origin.HUMAN and said.meaning not in (_NOTHING, column.meaning.value):
        yield "meaning", column.meaning.value, said.meaning
    if said.personal and not column.personal.value and column.personal.origin is not Origin.HUMAN:
        yield "personal", "not personal", "personal"
    taken = {each.name.lower() for each in table.columns}
    if (
        table.is_headerless
        and _UNNAMED.fullmatch(column.name)
        and _NAME.fullmatch(said.name)
        and said.name not in taken
    ):
        yield "name", column.name, said.name


def _format(said: ColumnProposal) -> str:
    return said.format if Kind(said.type) in TEMPORAL_KINDS else ""


def _typed(type: str, text_format: str) -> str:
    return f"{type}, written as {text_format}" if text_format else type
