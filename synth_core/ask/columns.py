"""Asks what columns hold: a table a call; where the answer was cut off, half of its columns a call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_core.ask import exposure
from synth_core.ask.answers import ColumnsAnswer, columns_answer, evidence
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.ask.shown import Ours
from synth_core.model.doubts import ColumnProposal, TableDoubt
from synth_core.model.project import Exposure
from synth_core.model.types import Kind
from synth_core.stages.describe import catalogue

_MOST = 60
"""Columns that are asked about in one call; all others of the table are named."""
_TYPES = [kind.value for kind in Kind if kind not in (Kind.STRUCT, Kind.RANGE)]
_UNKNOWN = "unknown"
_TELLING = 3
"""A shorter value stands in any sentence by chance."""


def ask_columns(
    asker: Asker, doubts: Sequence[TableDoubt], shown: Exposure
) -> dict[str, dict[str, ColumnProposal]]:
    """By table and column. What is not answered is left out."""
    parts = [
        doubt.model_copy(update={"columns": doubt.columns[start : start + _MOST]})
        for doubt in doubts
        for start in range(0, len(doubt.columns), _MOST)
    ]
    asks = [columns_ask(part, shown) for part in parts]
    asker.expect(asks)
    found: dict[str, dict[str, ColumnProposal]] = {}
    with asker.ahead(asks):
        for part in parts:
            found.setdefault(part.table.name, {}).update(_answered(asker, part, shown))
    return found


def _answered(asker: Asker, doubt: TableDoubt, shown: Exposure) -> dict[str, ColumnProposal]:
    try:
        answer = asker.ask(columns_ask(doubt, shown))
    except NoAnswer as error:
        if not error.too_long:
            return {}
        if len(doubt.columns) == 1:
            asker.note(error.finding)
            return {}
        middle = len(doubt.columns) // 2
        halves = (doubt.columns[:middle], doubt.columns[middle:])
        parts = [doubt.model_copy(update={"columns": half}) for half in halves]
        return _answered(asker, parts[0], shown) | _answered(asker, parts[1], shown)
    names = {number: name for name, number in _ids(doubt).items()}
    return {
        names[each.column]: ColumnProposal(
            column=names[each.column],
            meaning=each.meaning,
            personal=each.personal,
            type=each.type,
            format=each.format,
            name=each.name,
            evidence=_quoting_nothing(evidence(each.evidence), doubt),
        )
        for each in answer.columns
    }


def _quoting_nothing(said: str, doubt: TableDoubt) -> str:
    """Evidence is kept in the project: where rows were shown, no value of theirs may come back in it, and no word of
    one, unless it stands in a name."""
    shown = {str(value) for row in doubt.rows for value in row.values() if value is not None}
    names = {doubt.table.name, *(column.name for column in doubt.table.columns)}
    words = _words(" ".join(shown)) - _words(" ".join(names).replace("_", " ")) - _words(" ".join(names))
    quotes = any(len(value) >= _TELLING and value in said for value in shown)
    return "" if quotes or words & _words(said) else said


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w{4,}", text)}


def columns_ask(doubt: TableDoubt, shown: Exposure) -> Ask[ColumnsAnswer]:
    """The question about the columns of a doubt."""
    ids = _ids(doubt)
    table = doubt.table
    return Ask(
        question="columns",
        inputs={
            "table": exposure.columns(table, doubt.facts, shown, ids, doubt.rows),
            "meanings": Ours(_meanings()),
            "types": Ours(", ".join(_TYPES)),
        },
        answer=columns_answer(list(ids.values()), [*catalogue(), _UNKNOWN], _TYPES),
        about=f"{len(ids)} column{'s' * (len(ids) != 1)} of {table.name}",
        table=table.name,
    )


def _ids(doubt: TableDoubt) -> dict[str, str]:
    """Ids by name: what a model may answer is nobody's text."""
    places = {column.name: number for number, column in enumerate(doubt.table.columns, 1)}
    return {name: f"c{places[name]}" for name in doubt.columns}


def _meanings() -> str:
    lines = []
    for name, meaning in catalogue().items():
        known = ", ".join(" ".join(phrase) for phrase in meaning.names[:4])
        personal = "personal; " if meaning.personal else ""
        lines.append(f"- {name} ({personal}{', '.join(meaning.kinds)}){f': {known}' if known else ''}")
    return "\n".join([*lines, f"- {_UNKNOWN}: none of these"])
