"""A file whose dialect a person has said: nothing is measured of that, only what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.body import Body
from synth_core.files.names import names_of, plain_name
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.stages.sniff.header import completed
from synth_core.stages.sniff.sniff import Sniffed
from synth_core.stages.sniff.values import null_texts

_ROWS = 2000


def as_decided(path: Path, dialect: Inferred[Dialect], known: Sequence[str] = ()) -> Sniffed:
    """Names of the columns and how each writes NULL. Without a header the known names count, if there are as many.
    Raises SourceError where the file can't be read so."""
    body = Body(path, dialect.value)
    rows = list(islice(body.rows(), _ROWS))
    if len(body.header) < dialect.value.header_rows:
        raise SourceError(
            f"{path}: the file ends before its header.", hint="Has it fewer lines above the header?"
        )
    if body.header:
        cells = body.header[-1].cells
        texts = [row.cells for row in rows if len(row.cells) == len(cells) + 1]
        is_short = bool(texts) and rows[0].cells == texts[0]
        names = names_of([completed(cells, texts)] if is_short else [row.cells for row in body.header])
    else:
        width = len(rows[0].cells) if rows else len(known)
        names = tuple(known) if len(known) == width else tuple(map(plain_name, range(1, width + 1)))
    fitting = [row for row in rows if len(row.cells) == len(names) and not (row.is_blank and len(names) > 1)]
    return Sniffed(
        file=str(path),
        dialect=dialect,
        names=names,
        null_texts=null_texts(fitting, len(names), dialect.value),
    )
