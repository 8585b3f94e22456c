"""Which tables of warehouses a SOURCE names, and what they are called in the project.

Two datasets may have a table of the same name; a project has one table of a name. So such tables of BigQuery are called
`dataset_table`, or by what stands before the SOURCE: `name=bigquery:PROJECT.DATASET.TABLE`. One that the project has
already keeps its name, as a person's edits and the recipe go by it; only those that come later get another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from synth_core.errors import SourceError
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.names import fold
from synth_core.model.places import Place, PlaceKind, is_warehouse, parse_place
from synth_core.model.project import SourceKind, Table
from synth_core.model.sources import name_of, pattern_of

Names = Mapping[tuple[str, str], str]
"""What tables of warehouses are called in a project, by the address of the warehouse and their own name there."""
NO_NAMES: Names = {}
T = TypeVar("T")


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
    kept: bool = False
    """It is called so in the project already."""

    @property
    def full_name(self) -> str:
        """`project.dataset.table`, or an address; no other table has it."""
        place = parse_place(self.place)
        return (
            f"{place.project}.{place.dataset}.{self.table}" if place.project else f"{self.place}#{self.table}"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be chosen by."""
        return tuple(dict.fromkeys((self.name,) if self.given else (self.name, self.table)))

    def is_one_of(self, only: Sequence[str]) -> bool:
        """It is taken where only these are; empty: all are."""
        return not only or not set(only).isdisjoint(self.names)

    @property
    def note(self) -> Finding | None:
        """That it is not called as in its dataset, where nobody asked for that."""
        if self.given or self.kept or self.name == self.table:
            return None
        return Finding(
            level=Level.NOTE,
            code="source.other-name",
            table=self.name,
            message=f"is {self.full_name}; another table is called {self.table}, too.",
            hint=f"`NAME=bigquery:{self.full_name}` as SOURCE gives it another name.",
        )


def names_in(tables: Iterable[Table]) -> Names:
    """What the tables of warehouses are called in a project."""
    return {
        (table.source.uri, table.own_name): table.name
        for table in tables
        if table.source.kind is SourceKind.WAREHOUSE
    }


def renamed_tables(tables: Sequence[NamedTable], before: Names) -> dict[str, str]:
    """Those that are called otherwise in the project: the name there, and the one that a SOURCE gives now."""
    called = {each.name: before.get((each.place, each.table), each.name) for each in tables}
    return {old: new for new, old in called.items() if old != new}


def by_new_name(before: Mapping[str, T], renamed: Mapping[str, str]) -> dict[str, T]:
    """What is known of tables by their names, by the new ones. One that had such a name is not there any more."""
    stay = {name: each for name, each in before.items() if name not in renamed}
    return stay | {renamed[name]: each for name, each in before.items() if name in renamed}


def files_only(sources: Sequence[str]) -> list[str]:
    """The SOURCEs that are files."""
    return [source for source in sources if not is_warehouse(pattern_of(source))]


def warehouse_tables(
    sources: Sequence[str],
    listed: Callable[[str], Sequence[str]],
    only: Sequence[str] = (),
    before: Names = NO_NAMES,
) -> tuple[list[NamedTable], list[str]]:
    """The tables that are taken of the warehouses among the sources, in their order, and the names of all that could
    be. `listed` tells the tables at an address; it is asked where the SOURCE does not select some. `before`: what those
    that the project has are called there. Raises SourceError."""
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
    found = _as_before(found, before)
    known = [name for table in found for name in table.names]
    return _told_apart([table for table in found if table.is_one_of(only)]), known


def _as_before(tables: Sequence[NamedTable], before: Names) -> list[NamedTable]:
    """The same, with the names that they have in the project, but for one that a SOURCE gives to another table."""
    given = {fold(table.name) for table in tables if table.given}

    def called(table: NamedTable) -> str:
        name = "" if table.given else before.get((table.place, table.table), "")
        return "" if fold(name) in given else name

    return [
        table.model_copy(update={"name": name, "kept": True}) if (name := called(table)) else table
        for table in tables
    ]


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
    if table.given or table.kept or place.kind is not PlaceKind.BIGQUERY:
        return table.name
    before = [place.project, place.dataset][-depth:]
    return re.sub(r"\W", "_", "_".join([*before, table.table]))
