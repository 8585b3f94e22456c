"""Which tables of warehouses a SOURCE names, and what they are called in the project.

Two datasets may have a table of the same name; a project has one table of a name. So such tables of BigQuery are called
`dataset_table`, or by what stands before the SOURCE: `name=bigquery:PROJECT.DATASET.TABLE`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from synth_core.errors import SourceError
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.names import fold
from synth_core.model.places import Place, PlaceKind, is_warehouse, parse_place
from synth_core.stages.gather.find import name_of, pattern_of


class NamedTable(Frozen):
    """A table of a warehouse."""

    place: str
    """Address of the warehouse, without a selection of tables."""
    table: str
    """What it is called there."""
    name: str
    """What it is called in the project."""
    given: bool = False
    """By whoever wrote the SOURCE."""

    @property
    def full_name(self) -> str:
        """`project.dataset.table`, or an address; no other table has it."""
        place = parse_place(self.place)
        return (
            f"{place.project}.{place.dataset}.{self.table}" if place.project else f"{self.place}#{self.table}"
        )

    def is_one_of(self, only: Sequence[str]) -> bool:
        """It is taken where only these are; empty: all are."""
        return not only or (self.name if self.given else self.table) in only

    @property
    def note(self) -> Finding | None:
        """That it is not called as in its dataset, where nobody asked for that."""
        if self.given or self.name == self.table:
            return None
        return Finding(
            level=Level.NOTE,
            code="source.other-name",
            table=self.name,
            message=f"is {self.full_name}; another table is called {self.table}, too.",
            hint=f"`NAME=bigquery:{self.full_name}` as SOURCE gives it another name.",
        )


def files_only(sources: Sequence[str]) -> list[str]:
    """The SOURCEs that are files."""
    return [source for source in sources if not is_warehouse(pattern_of(source))]


def warehouse_tables(
    sources: Sequence[str], listed: Callable[[str], Sequence[str]], only: Sequence[str] = ()
) -> tuple[list[NamedTable], list[str]]:
    """The tables that are taken of the warehouses among the sources, in their order, and the names of all that could
    be. `listed` tells the tables at an address; it is asked where the SOURCE does not select some. Raises
    SourceError."""
    found: list[NamedTable] = []
    for source in sources:
        if not is_warehouse(pattern_of(source)):
            continue
        place, given = parse_place(pattern_of(source)), name_of(source)
        names = place.tables or tuple(listed(str(place)))
        if given and len(place.tables) != 1:
            raise SourceError(
                f"{source}: a name is for one table.",
                hint=f"Write `{given}=bigquery:PROJECT.DATASET.TABLE` or `{given}=duckdb:PATH#TABLE`.",
            )
        found += [
            NamedTable(place=str(place), table=name, name=given or name, given=bool(given)) for name in names
        ]
    mine = {(table.place, table.table) for table in found if table.given}
    found = [table for table in found if table.given or (table.place, table.table) not in mine]
    known = [table.name for table in found]
    return _told_apart([table for table in found if table.is_one_of(only)]), known


def _told_apart(tables: list[NamedTable]) -> list[NamedTable]:
    """The same, each with a name of its own as far as their datasets and projects tell them apart."""
    for depth in (1, 2):
        taken = Counter(fold(table.name) for table in tables)
        tables = [
            table.model_copy(update={"name": _longer(table, depth)}) if taken[fold(table.name)] > 1 else table
            for table in tables
        ]
    return tables


def _longer(table: NamedTable, depth: int) -> str:
    place: Place = parse_place(table.place)
    if table.given or place.kind is not PlaceKind.BIGQUERY:
        return table.name
    before = [place.project, place.dataset][-depth:]
    return re.sub(r"\W", "_", "_".join([*before, table.table]))
