"""As many rows as keys and links allow, where those of the source are more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from synth_core.errors import CountError
from synth_core.model.plan import Fewer

Made = TypeVar("Made")


def as_possible(
    make: Callable[[Mapping[str, int]], Made], counts: Mapping[str, int] | None = None
) -> tuple[Made, tuple[Fewer, ...]]:
    """What `make` makes of counts by table, with fewer rows of a table where its key or those that it refers to allow
    no more: in the source some refer to nothing. Raises PlanError where somebody asked for just so many, in `counts`,
    or where none can be made."""
    made = dict(counts or {})
    fewer: list[Fewer] = []
    while True:
        try:
            return make(made), tuple(fewer)
        except CountError as error:
            if error.table in made or error.possible < 1:
                raise
            made[error.table] = error.possible
            fewer.append(Fewer(table=error.table, rows=error.possible, why=error.message))
