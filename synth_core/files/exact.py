"""Data rows read one by one, for dialects that no fast reader knows; slow and exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa

from synth_core.files.body import Body, Lines, marks_of
from synth_core.files.rows import Row, split_rows
from synth_core.model.dialect import Dialect

_ROWS = 16_384


def exact_batches(body: Body, dialect: Dialect, width: int) -> Iterator[pa.RecordBatch]:
    """All data rows as text, NULL as the dialect says. Raises ArrowInvalid at a row that is no row of the table."""
    lines = Lines(without_escaped_nulls(body.chunks(), dialect))
    rows = (row for row in split_rows(lines, marks_of(dialect)) if width == 1 or not row.is_blank)
    while part := list(islice(rows, _ROWS)):
        if any(row.problem or len(row.cells) != width for row in part):
            raise pa.ArrowInvalid("a row is not as the others are")
        values = zip(*(_values(row, dialect) for row in part), strict=True)
        arrays = [pa.array(column, pa.string()) for column in values]
        yield pa.RecordBatch.from_arrays(arrays, [str(number) for number in range(width)])


def _values(row: Row, dialect: Dialect) -> list[str | None]:
    nulls = ("", *dialect.null_tokens)
    quoted = row.quoted if dialect.quoted_empty_is_empty else None
    return [
        None if cell in nulls and not (quoted is not None and quoted[number]) else cell
        for number, cell in enumerate(row.cells)
    ]


def without_escaped_nulls(chunks: Iterator[str], dialect: Dialect) -> Iterator[str]:
    r"""A null token such as `\N` would lose its escape character before it could be seen: make it empty, or keep it by
    one more where blanks are no values."""
    escape, delimiter = dialect.escapechar, re.escape(dialect.delimiter)
    tokens = [token for token in dialect.null_tokens if escape and escape in token]
    if not tokens:
        yield from chunks
        return
    words = "|".join(map(re.escape, tokens))
    blanks = " *" if dialect.initial_space else ""
    pattern = re.compile(rf"(?:(?<=[{delimiter}\r\n])|\A){blanks}({words})(?=[{delimiter}\r\n]|\Z)")

    def instead(found: re.Match[str]) -> str:
        return f" {found[1].replace(escape, escape * 2)}" if dialect.delimiter == " " and blanks else ""

    held = ""
    for chunk in chunks:
        held += chunk
        cut = max(held.rfind("\n"), held.rfind("\r")) + 1
        if cut:
            yield pattern.sub(instead, held[:cut])
            held = held[cut:]
    if rest := pattern.sub(instead, held):
        yield rest
