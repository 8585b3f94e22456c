"""Which row of a table refers to which row of another."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from synth_core.errors import CountError, PlanError
from synth_core.recipe.deal import Deal
from synth_core.recipe.draws import key_of
from synth_core.recipe.functions.base import Place, Row, as_text, literal
from synth_core.recipe.functions.distributions import Spread
from synth_core.recipe.functions.offset import check_start, shifted
from synth_core.recipe.in_order import InOrder
from synth_core.recipe.permute import Permutation

if TYPE_CHECKING:
    from synth_core.recipe.functions.keys import Reference


class Parents:
    """The parent row of each row, and the row's position among its parent's children.

    `cap` is the most children a parent may have, from combinations within it.
    """

    def __init__(self, place: Place, reference: Reference, cap: int | None) -> None:
        self.table = reference.table
        self._place = place
        self._reference = reference
        self._world = place.world
        if self.table not in self._world.tables:
            raise place.error(f"it refers to table {self.table!r}, which the recipe does not make.")
        self._shape = self._world.tables[place.table]
        self._count = self._shape.count
        self._is_self = self.table == place.table and not reference.match
        self._cap = 1 if reference.unique_values else cap
        self._index: dict[tuple[Any, ...], list[int]] | None = None
        self._candidates: list[int] | None = None
        self._deal: Deal | None = None
        self._in_order: InOrder | None = None
        self._sorted: list[tuple[Any, int]] | None = None
        self._nulls = place.stream(1)

    def value(self, row: Row) -> Any:
        """The key of the row's parent; None where it refers to nothing."""
        parent = self.row(row.number)
        return None if parent is None else self._world.value(self.table, self._reference.column, parent)

    def row(self, number: int) -> int | None:
        """The parent's row number."""
        if self._reference.match:
            return self._matching(number)
        if self._reference.after:
            return self._behind(number)
        if self._is_self:
            return self._earlier(number)
        owner = self._owner(self._of_all_alike(number) if self._reference.each else number)
        return None if owner is None else owner[0]

    def position(self, number: int) -> int:
        """The row's position among its parent's children, from 0."""
        reference = self._reference
        if reference.match or reference.each or reference.after or self._is_self:
            raise self._place.error(
                "rows can't be counted within a link that is matched, goes by another column or points to its own "
                "table."
            )
        owner = self._owner(number)
        return 0 if owner is None else owner[1]

    def check(self) -> None:
        """Raise PlanError when there are not enough parents."""
        if self._is_self:
            return
        try:
            if self._reference.after:
                if not self._world.tables[self.table].count:
                    raise PlanError(f"table {self.table} has no rows to refer to.")
            elif self._reference.match:
                if self._reference.nulls < 1.0 and not self._groups():
                    raise PlanError(f"table {self.table} has no rows to refer to.")
            else:
                self._dealt()
        except PlanError as error:
            place = self._place
            message = f"{place.table}.{place.field} → {self.table}.{self._reference.column}: {error.message}"
            hint = f"Make fewer rows of {place.table} or more of {self.table}."
            if isinstance(error, CountError):
                possible = int(error.possible / (1.0 - self._reference.nulls))
                raise CountError(message, possible=possible, table=place.table, hint=hint) from None
            raise PlanError(message, hint=hint) from None

    # --- dealt ---

    def _dealt(self) -> Deal:
        if self._deal is None:
            place, reference = self._place, self._reference
            if reference.also:
                self._candidates = self._allowed()
            parents = (
                self._world.tables[self.table].count if self._candidates is None else len(self._candidates)
            )
            self._without = round(reference.nulls * self._count)
            if not parents and reference.nulls:
                self._without = self._count
            if reference.also and not parents and self._without < self._count:
                others = ", ".join(also.table for also in reference.also)
                raise PlanError(
                    f"no value of {self.table} occurs in {others} as well; give both keys the same generator."
                )
            self._deal = Deal(self._count - self._without, parents, reference.spread, most=self._cap)
            # Each batch is dealt in its own way.
            key = (self._world.seed, place.name, self._shape.offset)
            self._shuffle_rows = Permutation(self._count, *key, "rows")
            self._shuffle_parents = Permutation(parents, *key, "parents")
            if reference.grouped and not self._without:
                self._in_order = InOrder(self._deal, *key, "parents")
        return self._deal

    def _owner(self, number: int) -> tuple[int, int] | None:
        """The parent's row number, and the row's position among its children."""
        deal = self._dealt()
        rows = self._world.tables[self.table].rows if self._candidates is None else self._candidates
        slot = number - self._shape.offset
        if self._in_order is not None:
            parent, position = self._in_order.owner(slot)
            return rows[parent], position
        slot = self._shuffle_rows(slot)
        if slot >= deal.slots:
            return None
        rank, position = deal.owner(slot)
        return rows[self._shuffle_parents(rank)], position

    def _allowed(self) -> list[int]:
        """Parent rows whose values occur in all the other tables as well."""
        rows = list(self._world.tables[self.table].rows)
        for also in self._reference.also:
            known = {
                tuple(self._world.value(also.table, column, row) for column in also.columns.values())
                for row in self._world.tables[also.table].rows
            }
            rows = [
                row
                for row in rows
                if tuple(self._world.value(self.table, column, row) for column in also.columns) in known
            ]
        return rows

    # --- by another column of the row ---

    def _of_all_alike(self, number: int) -> int:
        """A row in whose place all rows with the same value stand; that row, where there is no value."""
        place, each = self._place, self._reference.each
        value = self._world.value(place.table, each, number)
        if value is None:
            return number
        return self._shape.offset + key_of(self._world.seed, place.name, as_text(value)) % self._count

    def _behind(self, number: int) -> int | None:
        """The first parent that is so far behind what the other column has, or the last of all."""
        place, reference, world = self._place, self._reference, self._world
        start = world.value(place.table, reference.after, number)
        if start is None or (reference.nulls and self._nulls(number) < reference.nulls):
            return None
        if self._sorted is None:
            rows = self._allowed() if reference.also else self._world.tables[self.table].rows
            keys = ((literal(world.value(self.table, reference.column, row)), row) for row in rows)
            self._sorted = sorted(keys, key=lambda each: each[0])
            self._pick = place.stream(0)
            is_whole = all(gap == int(gap) for gap in reference.gaps)
            self._spread = Spread(reference.gaps, 0 if is_whole else None, None)
        try:
            check_start(literal(start), reference.unit)
        except ValueError as error:
            raise place.error(f"`after: {reference.after}` {error}") from None
        wanted = shifted(literal(start), self._spread.at(self._pick(number)), reference.unit)
        try:
            found = bisect_left(self._sorted, wanted, key=lambda each: each[0])
        except TypeError:
            key = f"{self.table}.{reference.column}"
            raise place.error(
                f"{reference.after} and a gap are {wanted!r}, which is in no order with the values of {key}."
            ) from None
        return self._sorted[min(found, len(self._sorted) - 1)][1]

    # --- to the same table ---

    def _earlier(self, number: int) -> int | None:
        """Rows refer to earlier rows only, so that there are no circles; the first ones refer to nothing (or,
        where that is not allowed, to themselves)."""
        nulls, first = self._reference.nulls, self._shape.offset
        roots, place_in_batch = max(1, round(nulls * self._count)), number - first
        if place_in_batch < roots:
            return None if nulls else number
        if self._reference.unique_values:
            return number - roots
        if self._deal is None:
            # Parents with most children come first: then an owner is always before its slot.
            self._deal = Deal(self._count - roots, self._count, self._reference.spread, descending=True)
        return first + min(self._deal.owner(place_in_batch - roots)[0], place_in_batch - 1)

    # --- matched ---

    def _groups(self) -> dict[tuple[Any, ...], list[int]]:
        if self._index is None:
            self._index = {}
            allowed = self._allowed()
            for row in allowed:
                key = tuple(self._world.value(self.table, column, row) for column in self._reference.match)
                self._index.setdefault(key, []).append(row)
            self._pick = self._place.stream(0)
        return self._index

    def _matching(self, number: int) -> int | None:
        place, reference = self._place, self._reference
        if reference.nulls and self._nulls(number) < reference.nulls:
            return None
        key = tuple(self._world.value(place.table, column, number) for column in reference.match.values())
        if None in key:
            return None
        rows = self._groups().get(key)
        if not rows:
            if reference.nulls:
                return None
            raise place.error(
                f"no row of {self.table} has the same {', '.join(reference.match)} as this row; "
                "add `also:` to the reference that decides it."
            )
        return rows[int(self._pick(number) * len(rows))]
