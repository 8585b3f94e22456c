"""Combinations of parts, numbered and shuffled, so that the n-th row has the n-th combination."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from synth_core.errors import CountError, PlanError
from synth_core.recipe.functions.base import Place
from synth_core.recipe.permute import Permutation

if TYPE_CHECKING:
    from synth_core.recipe.functions.combination import Combination, PartOf


class Combos:
    """The combination of each row of a table."""

    def __init__(self, place: Place, combination: Combination) -> None:
        self.parts = combination.parts
        self._place = place
        self._world = place.world
        self._within = combination.within
        self._names = list(combination.parts)
        opens = [name for name, part in combination.parts.items() if part.is_open]
        self._open = opens[0] if opens else None
        tables = any(part.table for part in combination.parts.values())
        shape = self._world.tables[place.table]
        # Parents are new in each batch, so combinations with them are too and begin anew; others go on where the
        # last batch ended, as groups do.
        goes_on = bool(self._within) and self._world.is_group(place.table, self._within)
        self._begin = shape.offset if (self._within and not goes_on) or tables else 0
        self._last = shape.last - self._begin
        self._seeded = bool((self._within and not goes_on) or tables)
        self._groups: dict[str, dict[tuple[Any, ...], list[int]]] = {}
        self._shuffles: dict[tuple[int | None, int], Permutation] = {}
        self._memo: tuple[int, dict[str, int]] = (-1, {})

    def capacity(self) -> int | None:
        """Combinations (within each parent, if within one); None where a range can run on."""
        if self._open is not None:
            return None
        return prod(self._least(name) for name in self._names)

    def check(self) -> None:
        """Raise PlanError when there are not enough combinations."""
        place, capacity = self._place, self.capacity()
        if self._within:
            self._world.grouping(place.table, self._within).check()
        elif capacity is not None and self._last > capacity:
            shape = self._world.tables[place.table]
            raise CountError(
                f"{place.table}.{place.field}: {self._last:,} different combinations of {', '.join(self._names)} "
                f"are needed, but there are only {capacity:,}.",
                possible=capacity - (self._last - shape.count),
                table=place.table,
                hint="Make fewer rows, or widen a part in the recipe.",
            )
        elif capacity is None and not prod(self._least(name) for name in self._names):
            raise PlanError(f"{place.table}.{place.field}: one of {', '.join(self._names)} has no values.")

    def value(self, number: int, name: str, column: str = "") -> Any:
        """The value of one part in a row."""
        from synth_core.recipe.functions.combination import later_value, part_value

        part, index = self.parts[name], self._indexes(number)[name]
        if part.behind:
            try:
                return later_value(part, index, self.value(number, part.behind))
            except ValueError as error:
                raise self._place.error(f"the part {part.behind!r} {error}") from None
        if not part.table:
            return part_value(part, index)
        rows = self._rows(name, part, number) or self._world.tables[part.table].rows
        return self._world.value(part.table, column or part.column, rows[index])

    def _indexes(self, number: int) -> dict[str, int]:
        if self._memo[0] == number:
            return self._memo[1]
        group, running = None, number - self._begin
        if self._within:
            within = self._world.grouping(self._place.table, self._within)
            group, running = within.row(number), within.position(number)
        widths = {name: self._width(name, number) for name in self._names}
        capacity = prod(widths.values())
        if not capacity:
            raise self._place.error(
                "no combination is possible for this row: one of its parts has no values."
            )
        epoch, running = divmod(running, capacity)
        index = self._shuffle(group, capacity)(running)
        indexes = {}
        for name, width in widths.items():
            index, indexes[name] = divmod(index, width)
        if epoch:
            if self._open is None:
                raise PlanError(f"{self._place.name}: all {capacity:,} combinations are used up.")
            indexes[self._open] += epoch * widths[self._open]
        self._memo = (number, indexes)
        return indexes

    def _shuffle(self, group: int | None, capacity: int) -> Permutation:
        key = (group, capacity)
        if key not in self._shuffles:
            if len(self._shuffles) >= 1024:
                self._shuffles.clear()
            batch = (self._world.seed, self._begin) if self._seeded else (-1, 0)
            self._shuffles[key] = Permutation(
                capacity, *batch, self._place.name, -1 if group is None else group
            )
        return self._shuffles[key]

    def _width(self, name: str, number: int) -> int:
        part = self.parts[name]
        if not part.table:
            return part.width()
        rows = self._rows(name, part, number)
        return self._world.tables[part.table].count if rows is None else len(rows)

    def _least(self, name: str) -> int:
        """The width of a part in the row where it is smallest."""
        part = self.parts[name]
        if not part.table:
            return part.width()
        if part.match:
            return min((len(rows) for rows in self._matches(name, part).values()), default=0)
        return self._world.tables[part.table].count

    def _rows(self, name: str, part: PartOf, number: int) -> list[int] | None:
        """The rows of the part's table that go with this row; None: all."""
        if not part.match:
            return None
        key = tuple(self._world.value(self._place.table, column, number) for column in part.match.values())
        return self._matches(name, part).get(key, [])

    def _matches(self, name: str, part: PartOf) -> dict[tuple[Any, ...], list[int]]:
        if name not in self._groups:
            groups: dict[tuple[Any, ...], list[int]] = {}
            for row in self._world.tables[part.table].rows:
                key = tuple(self._world.value(part.table, column, row) for column in part.match)
                groups.setdefault(key, []).append(row)
            self._groups[name] = groups
        return self._groups[name]
