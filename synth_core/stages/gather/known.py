"""Which tables there are, and which one a person means by a name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.model.project import Table
from synth_core.ports import Warehouse
from synth_core.stages.gather.buckets import Buckets
from synth_core.stages.gather.find import find
from synth_core.stages.gather.named import files_only, names_in, warehouse_tables
from synth_core.stages.gather.warehouses import Warehouses

T = TypeVar("T")
_SHOWN = 30


class KnownTable(Frozen):
    """A table of a source."""

    name: str
    """As it will be called in the project."""
    full_name: str
    """`project.dataset.table`, or an address; no other table has it."""
    own_name: str = ""
    """As its warehouse calls it."""

    def is_called(self, name: str) -> bool:
        """The name is its own, or the end of its full one, or all of it."""
        plain = name.strip().replace("`", "").removeprefix("bigquery:")
        return plain in (self.name, self.full_name, self.own_name) or self.full_name.endswith(f".{plain}")


def known_tables(
    sources: Sequence[str],
    open_warehouse: Callable[[str], Warehouse],
    only: Sequence[str] = (),
    buckets: Buckets | None = None,
    before: Iterable[Table] = (),
) -> list[KnownTable]:
    """The tables that are read of the sources, in their order; those that a project has (`before`) by their names
    there. Reads no rows; a warehouse is asked for its tables only where the SOURCE does not name them. Raises
    SourceError."""
    found: list[KnownTable] = []
    if files := files_only(sources):
        tables = find(files, buckets).tables
        found += [
            KnownTable(name=name, full_name=source.full_name)
            for name, source in tables
            if not only or name in only
        ]
    with Warehouses(open_warehouse) as opened:
        named, _ = warehouse_tables(sources, lambda place: opened(place).tables(), only, names_in(before))
    return found + [
        KnownTable(name=each.name, full_name=each.full_name, own_name=each.table) for each in named
    ]


def by_table(
    values: Mapping[str, T], known: Sequence[KnownTable], where: Callable[[str], str]
) -> dict[str, T]:
    """The values by the tables' own names. `where` says where a name was given. Raises UsageError for one that no table
    has, and for one that several have; then it lists them."""
    found: dict[str, T] = {}
    given: dict[str, str] = {}
    for name, value in values.items():
        fitting = [table for table in known if table.name == name.strip()] or [
            table for table in known if table.is_called(name)
        ]
        if not fitting:
            raise UsageError(
                f"{where(name)}: {name!r} is none of the tables that are taken.", hint=_hint(name, known)
            )
        if len(fitting) > 1:
            raise UsageError(
                f"{where(name)}: {name!r} may be {' or '.join(table.full_name for table in fitting)}.",
                hint="Write the name in full.",
            )
        [table] = fitting
        if other := given.get(table.full_name):
            raise UsageError(f"{where(name)}: {name!r} is the same table as {other!r}.", hint="Name it once.")
        given[table.full_name] = name
        found[table.name] = value
    return found


def _hint(name: str, known: Sequence[KnownTable]) -> str:
    near = difflib.get_close_matches(name.rpartition(".")[2], [table.name for table in known], n=1)
    names = ", ".join(table.full_name for table in known[:_SHOWN])
    listed = f"There are {names}{', …' if len(known) > _SHOWN else '.'}"
    return f"Did you mean {near[0]!r}? {listed}" if near else listed
