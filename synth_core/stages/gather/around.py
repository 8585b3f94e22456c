"""The lines above and below a table, without what tells who somebody is."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

import duckdb

from synth_core.files.body import marks_of
from synth_core.files.sql import quote, raw_name
from synth_core.model.dialect import Dialect
from synth_core.model.project import Column
from synth_core.model.types import Kind
from synth_core.stages.describe.mentions import crossed_out, is_personal, without_mentions
from synth_core.stages.gather.totals import cells_of

_LONGEST = 200
"""Characters of what is looked up among the values of a column."""


def without_persons(dialect: Dialect, known: Container[str] = ()) -> Dialect:
    """The dialect with lines in which `known` texts in small letters, what stands behind a label such as
    `Account holder`, and addresses and numbers of persons are crossed out: `Xxx Xxx`."""

    def crossed(line: str) -> str:
        for start, end, label, text in reversed(list(_texts(line, dialect))):
            if text.casefold() in known or (label and is_personal(label, text)):
                line = line[:start] + crossed_out(text) + line[end:]
        return without_mentions(line)

    banner, footer = (tuple(map(crossed, each)) for each in (dialect.banner, dialect.footer))
    return dialect.model_copy(update={"banner": banner, "footer": footer})


def personal_texts(
    con: duckdb.DuckDBPyConnection, dialect: Dialect, columns: Sequence[Column], table: str
) -> frozenset[str]:
    """What stands in the lines around a table that is loaded, and in its personal columns, too; in small letters."""
    lines = (*dialect.banner, *dialect.footer)
    texts = {text.casefold() for line in lines for _, _, _, text in _texts(line, dialect)}
    asked = sorted(text for text in texts if len(text) <= _LONGEST)
    personal = [each for each in columns if each.personal.value and each.type.value.kind is Kind.STRING]
    found: set[str] = set()
    for column in personal if asked else ():
        value = f"lower({quote(column.name)})"
        query = (
            f"SELECT DISTINCT {value} FROM {raw_name(table)} WHERE {value} IN (SELECT unnest(?::VARCHAR[]))"
        )
        found.update(row[0] for row in con.execute(query, [asked]).fetchall())
    return frozenset(found)


def _texts(line: str, dialect: Dialect) -> Iterator[tuple[int, int, str, str]]:
    """(begin, end, label, text) of what stands in the cells of a line; the label is what stands before a colon, or in
    the first of two cells. What is filled in when a file is written has none."""
    marks = marks_of(dialect)
    before = ""
    cells = list(cells_of(line, marks))
    is_pair = sum(any(map(str.isalnum, line[start:end])) for start, end in cells) == 2
    for start, end in cells:
        first, last = _stripped(line, start, end, f" \t{marks.quotechar or ''}")
        cell = line[first:last]
        if "{" in cell or not any(map(str.isalnum, cell)):
            continue
        label, colon, rest = cell.partition(":")
        if colon and rest.startswith(" ") and rest.strip():
            first, last = _stripped(line, first + len(label) + 1, last, " ")
            yield first, last, label.strip(), line[first:last]
        else:
            yield first, last, before, cell
        before = cell.rstrip(": ") if is_pair or cell.endswith(":") else ""


def _stripped(line: str, start: int, end: int, around: str) -> tuple[int, int]:
    text = line[start:end]
    return start + len(text) - len(text.lstrip(around)), end - len(text) + len(text.rstrip(around))
