"""A table's finished file, for whoever reads it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_core.execution.output import Output
from synth_core.execution.state import FileReceipt
from synth_core.files.shape import output_kind
from synth_core.model.places import is_bucket
from synth_core.model.project import SourceKind, Table
from synth_core.ports import LoadFiles


@contextmanager
def finished_files(
    output: Output, receipt: FileReceipt, table: Table, *, copies: Path | None
) -> Iterator[LoadFiles]:
    """What a warehouse must be told to load the file. Where `copies` is a folder, an object in the cloud is copied
    there first, and the copy goes afterwards. Raises TargetError where it is not what was written any more."""
    kind = output_kind(table)
    dialect = table.dialect.value if table.dialect and kind is SourceKind.DELIMITED else None
    copy = None
    path = receipt.path
    if is_bucket(path) and copies is not None:
        copy = output.local(receipt, copies)
        path = str(copy)
    try:
        yield LoadFiles(paths=(path,), kind=kind, dialect=dialect, columns=table.columns)
    finally:
        if copy is not None:
            copy.unlink(missing_ok=True)
