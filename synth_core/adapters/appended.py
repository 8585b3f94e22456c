"""A table that rows are appended to and that may grow columns: is it the one that is meant?"""

from __future__ import annotations

from collections.abc import Collection

from synth_core.errors import TargetError
from synth_core.model.names import fold
from synth_core.model.types import Mode
from synth_core.model.warehouse import TableSchema


def check_is_meant(where: str, wanted: TableSchema, there: Collection[str]) -> None:
    """Raise TargetError where an existing table of the (folded) columns `there` lacks one that every row must have: it
    holds something else, and must not get columns and rows of ours."""
    lacking = [
        field.name for field in wanted.fields if field.mode is Mode.REQUIRED and fold(field.name) not in there
    ]
    if lacking:
        raise TargetError(
            f"{where} is there and holds something else: it has no column {', '.join(lacking)}.",
            hint="Name another audit table.",
        )
