"""How many rows of each table a plan makes."""

from __future__ import annotations

from collections.abc import Mapping

from synth_core.errors import PlanError
from synth_core.model.project import Project

MOST_ROWS = 10**12
"""Of one table; nobody waits for more, and keys of most types can't number them."""


def resolve_counts(
    project: Project,
    *,
    rows: int | None = None,
    scale: float | None = None,
    counts: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Rows by table: the wanted ones; with `rows` at most so many and never more than the source has; with `scale`
    the source's count times it; a table in `counts` exactly so many. Raises PlanError."""
    if rows is not None and scale is not None:
        raise PlanError("Give either rows or a scale, not both.")
    if rows is not None and rows <= 0:
        raise PlanError(f"{rows} rows can't be made.", hint="Ask for 1 or more.")
    if scale is not None and not 0 < scale < float("inf"):
        raise PlanError(f"A scale of {scale} makes no rows.", hint="Take a number above 0, such as 0.1 or 2.")
    made: dict[str, int] = {}
    for table in project.tables:
        made[table.name] = table.wanted
        if rows is not None:
            made[table.name] = min(rows, table.rows)
        elif scale is not None:
            made[table.name] = max(1, round(table.rows * scale)) if table.rows else 0
    for name, count in (counts or {}).items():
        if name not in made:
            raise PlanError(f"There is no table {name!r}.", hint=f"The project has {', '.join(made)}.")
        if count <= 0:
            raise PlanError(
                f"{name}: {count} rows can't be made.", hint="Ask for 1 or more, or leave the table out."
            )
        made[name] = count
    for name, count in made.items():
        if count > MOST_ROWS:
            raise PlanError(f"{name}: {count:,} rows are more than can be made.", hint="Ask for fewer.")
    return made
